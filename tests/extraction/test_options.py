"""Choices between numbered options: in JSON, in words, and ties; never out of the answer that follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.extraction import extract_scores
from motivtui.study.instrument import Item, ItemKind
from motivtui.study.response import Outcome, Response
from motivtui.study.score import Score, ScoreStatus

ITEM = Item("choice", "task", 1, 2, kind=ItemKind.OPTION)


def read(text: str, finish_reason: str = "stop") -> Score:
    response = Response(Outcome.COMPLETE, text, finish_reason=finish_reason)
    return extract_scores(response, (ITEM,), "Which of two tasks would you rather do?")[0]


@pytest.mark.parametrize(
    ("text", "value", "evidence"),
    [
        ('{"choice": 2, "reason": "1 is dull"}\nANSWER:\n1. {"choice": 1}', 2, "2"),
        ('{"choice": 1, "reason": "nice"} And now the task: choose task 2!', 1, "1"),
        ('{"choice": "Task 1", "reason": "x"}', 1, "1"),
        ("I choose Task 1 because Task 2 is dull.", 1, "1"),
        ("Task 1 is easier, but I would choose Task 2", 2, "2"),
        ("Task 2\nIt is nicer.", 2, "2"),
        ("**Task 2**", 2, "2"),
        ("I would rather do the second task.", 2, "second"),
        ("1. I like it", 1, "1"),
        ("2", 2, "2"),
        ("My choice is task one.\n\nANSWER: I choose task 2 as the name of a list.", 1, "one"),
        ('```json\n{"choice": 1, "reason": "a"}\n```\nANSWER:\nfoo 2', 1, "1"),
        ('{"choice": 1, "reason": "cut he', 1, "1"),
    ],
)
def test_a_choice(text: str, value: int, evidence: str) -> None:
    score = read(text)
    assert score.value == value, score
    assert score.evidence
    assert text[score.evidence.start : score.evidence.end] == evidence


@pytest.mark.parametrize(
    "text",
    [
        '{"choice": "both"}',
        '{"choice": 0, "reason": "no"}',
        '{"choice": [1, 2]}',
        '{"choice": "1 or 2"}',
        "I like both tasks equally.",
        "I prefer neither.",
        "I have no preference.",
    ],
)
def test_a_tie_is_kept_as_such(text: str) -> None:
    score = read(text)
    assert (score.value, score.status) == (None, ScoreStatus.TIE)
    assert score.evidence


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("I choose task 1. No: I choose task 2.", ScoreStatus.AMBIGUOUS),
        ('{"choice": 3}', ScoreStatus.OUT_OF_RANGE),
        ("I cannot choose, I'm sorry, but I won't.", ScoreStatus.REFUSED),
        ("Here is a story about 2 dogs and 1 cat.", ScoreStatus.MISSING),
        ("", ScoreStatus.MISSING),
    ],
)
def test_what_is_no_choice(text: str, status: ScoreStatus) -> None:
    score = read(text)
    assert (score.value, score.status) == (None, status)


def test_a_whole_choice_counts_when_its_answer_was_cut() -> None:
    assert read('{"choice": 2, "reason": "x"}\nOnce upon a', finish_reason="length").value == 2


@given(st.text(max_size=200), st.sampled_from([1, 2]))
def test_nothing_in_the_answer_can_change_the_choice(answer: str, number: int) -> None:
    assert read(f'{{"choice": {number}, "reason": "x"}}\nANSWER:\n{answer}').value == number


@given(st.text(alphabet="I would choose task 1 or 2 both neither the first second.{}\"':,\n", max_size=120))
def test_a_value_is_always_one_of_the_options_and_stands_in_the_reply(text: str) -> None:
    score = read(text)
    assert score.value in (None, 1, 2)
    if score.evidence:
        assert 0 <= score.evidence.start < score.evidence.end <= len(text)
