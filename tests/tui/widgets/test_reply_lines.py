"""A reply as lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content
from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from motivtui.tui.terminal.boundary import content
from motivtui.tui.widgets.reply_lines import MOST_LINES, SHOWN_CHARS, GrowingLines, selected, wrapped

PIECES = st.lists(
    st.text(st.sampled_from("ab \n,.\x1b漢字é\u0301\u200d👩\r"), max_size=30)
    | st.sampled_from(["word ", "longerword" * 3, "\n\tindented"]),
    max_size=30,
)


def _plain(lines: list[object]) -> list[str]:
    return [line.content.plain for line in lines]  # type: ignore[attr-defined]


@given(PIECES, st.integers(1, 24))
def test_grown_piece_by_piece_the_lines_are_those_of_the_whole(pieces: list[str], width: int) -> None:
    growing, text = GrowingLines(width), ""
    for piece in ["", *pieces]:
        text += piece
        growing.grow(text)
    assert growing.lines == wrapped(content(text), width)


@given(PIECES, st.integers(4, 24))
def test_the_first_changed_line_is_told(pieces: list[str], width: int) -> None:
    growing, text = GrowingLines(width), ""
    for piece in pieces:
        before = _plain(list(growing.lines))
        text += piece
        first = growing.grow(text)
        after = _plain(list(growing.lines))
        assert before[:first] == after[:first]
        assert first == len(before) or first >= len(after) or before[first] != after[first]


def test_of_a_long_paragraph_only_the_last_lines_are_wrapped_again() -> None:
    growing = GrowingLines(40)
    text = "word " * 500
    growing.grow(text)
    assert growing._done == len(growing.lines) - 2
    assert len(text) - growing._at <= 80


def test_of_a_reply_that_is_long_when_first_seen_the_end_is_laid_out() -> None:
    growing = GrowingLines(40)
    growing.grow("a" * 1_000_000 + "end")
    assert sum(len(line) for line in _plain(list(growing.lines))) == SHOWN_CHARS
    assert growing.lines[-1].content.plain.endswith("end")


def test_a_reply_without_end_is_kept_small() -> None:
    growing, text = GrowingLines(40), ""
    for number in range(MOST_LINES * 2):
        text += f"line {number}\n"
        growing.grow(text)
    assert len(growing.lines) <= MOST_LINES
    assert _plain(list(growing.lines[-2:])) == [f"line {MOST_LINES * 2 - 1}", ""]


def test_what_is_selected_is_in_one_piece() -> None:
    lines = wrapped(Content("one two three\nfour five"), 8)
    assert _plain(list(lines)) == ["one two", "three", "four", "five"]
    assert selected(lines, SELECT_ALL) == "one two three\nfour five"
    assert selected(lines, Selection(Offset(4, 0), Offset(2, 2))) == "two three\nfo"
    assert selected(lines, Selection(Offset(4, 0), Offset(99, 99))) == "two three\nfour five"
    assert selected([], SELECT_ALL) == ""


@given(PIECES, PIECES, st.integers(4, 24))
def test_a_text_that_is_told_anew_is_shown_as_it_is_now(pieces: list[str], others: list[str], width: int) -> None:
    """Whoever watches late is told the text from its start; what came before may have had gaps."""
    growing, text = GrowingLines(width), ""
    for piece in pieces:
        text += piece
        growing.grow(text)
    growing.grow("".join(others))
    assert growing.lines == wrapped(content("".join(others)), width)


def test_what_came_too_fast_leaves_no_gap() -> None:
    growing = GrowingLines(40)
    growing.grow("the beginning\n" * 10)
    text = "the beginning\n" * 10 + "much at once " * 1_000
    growing.grow(text)
    assert not any("beginning" in line for line in _plain(list(growing.lines)))
    assert "".join(text.split()).endswith("".join("".join(_plain(list(growing.lines))).split()))
