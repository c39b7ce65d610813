"""Blanking keeps every offset."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from motivtui.extraction.masking import PromptEcho, blanked, excerpt, without_think_blocks

PIECES = st.lists(st.sampled_from(["<think>", "</think>", "<THINKING>", "</reasoning>", "85", "a", "<", "\n", "é"]))


@given(PIECES)
def test_think_masking_only_blanks(pieces: list[str]) -> None:
    text = "".join(pieces)
    masked = without_think_blocks(text)
    assert len(masked) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, masked, strict=True))
    assert without_think_blocks(masked) == masked


def test_unclosed_lone_and_paired_tags() -> None:
    assert without_think_blocks("a<think>b</think>c").split() == ["a", "c"]
    assert without_think_blocks("a<think>b").split() == ["a"]
    assert without_think_blocks("a</think>b").split() == ["b"]
    assert without_think_blocks("a<think>b</think>c</think>d").split() == ["d"]
    assert without_think_blocks("<think>" * 2_000 + "a").split() == []
    assert without_think_blocks("<think></think>" * 2_000 + "a").split() == []


@given(st.text(max_size=60), st.integers(4, 12))
def test_excerpt_offsets_lead_back(text: str, edge: int) -> None:
    part = excerpt(text, 2 * edge + 4, edge)
    for offset, sign in enumerate(part.text):
        if part.skipped and edge <= offset < edge + 3:
            continue
        assert text[part.original(offset)] == sign
    if not part.skipped:
        assert part.text == text


def test_blanked() -> None:
    assert blanked("abcdef", [(0, 1), (3, 5)]) == " bc  f"
    assert blanked("abc", []) == "abc"


def test_echo_folds_white_space_and_minds_longer_numbers() -> None:
    echo = PromptEcho('Say {"a": 42,\n "b": 1} or score: 85')
    assert echo.holds('{"a":42, "b":1}')
    assert echo.holds("score:   85")
    assert not echo.holds("score: 8")
    assert not echo.holds("")
    assert not PromptEcho("").holds("85")
