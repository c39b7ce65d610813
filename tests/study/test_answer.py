"""What of a reply goes on into a conversation, or before a judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.study.answer import answer_text


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("An answer.", "An answer."),
        ("  indented\n", "  indented\n"),
        ("<think>hm</think>An answer.", "An answer."),
        ("\n<think>hm\n</think>\n\nAn answer.\n", "An answer.\n"),
        ("<think>a</think><think>b</think>c", "c"),
        ("<think></think>", ""),
        ("<think>never ends", ""),
        ("Write <think> and </think> around it.", "Write <think> and </think> around it."),
        ("<think>a</think>Then <think>b</think> stays", "Then <think>b</think> stays"),
        ("<THINK>a</Think>An answer.", "An answer."),
        ("<thinking>a</think></thinking>An answer.", "An answer."),
        ("<reasoning>a</reasoning>An answer.", "An answer."),
        ("thoughts that the template opened</think>\nAn answer.", "An answer."),
        ("Mind <think>this</think>.", "Mind <think>this</think>."),
        ("", ""),
    ],
)
def test_thinking_at_the_beginning_is_left_out(reply: str, answer: str) -> None:
    assert answer_text(reply) == answer


@given(st.text(max_size=50), st.text(max_size=50))
def test_the_answer_after_a_block_is_kept(thought: str, answer: str) -> None:
    thought = thought.replace("<", "")
    assert answer_text(f"<think>{thought}</think>{answer}") == answer_text(answer).lstrip()


@given(st.text(max_size=80).filter(lambda text: "<" not in text))
def test_a_reply_without_blocks_comes_back_as_it_is(reply: str) -> None:
    assert answer_text(reply) == reply
