from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.tui.terminal.laid_out import MOST_CHARS, MOST_LINES, MOST_MARKS, TAB_WIDTH, laid_out
from motivtui.visible_text import visible
from tests.tui.hostile import HAND_MADE

ANY_TEXT = st.text(st.characters() | st.sampled_from("\t\n\x1b\u0301a漢"), max_size=300)
MOST_SHOWN = MOST_CHARS + 200
"""Characters, notes included; nothing else that a widget does with them grows faster than they do."""


@pytest.mark.parametrize("name", HAND_MADE)
def test_no_text_is_too_much_for_a_layout(name: str) -> None:
    shown = laid_out(HAND_MADE[name])
    assert len(shown.text) <= max(MOST_SHOWN, 64 * HAND_MADE[name].count("\t"))
    assert shown.text.count("\n") <= MOST_LINES + 4
    assert len(shown.pieces) <= MOST_SHOWN
    assert visible(shown.text) == shown.text


def test_a_flood_of_tabs_stays_small() -> None:
    assert len(laid_out("\t" * 1_000_000).text) < 1_000
    assert len(laid_out("a\t" * 500_000).text) <= MOST_CHARS * TAB_WIDTH


def test_a_short_text_is_shown_as_it_is() -> None:
    assert laid_out("Score: 10\nbecause").text == "Score: 10\nbecause"
    assert laid_out("").text == ""


def test_a_long_text_says_what_is_not_shown() -> None:
    text = "a" * 20_000 + "b" * 50_000 + "c" * 20_000
    shown = laid_out(text).text
    head, _, rest = shown.partition("\n… ")
    note, _, tail = rest.partition(" …\n")
    assert note == f"{len(text) - len(head) - len(tail):,} characters not shown, all are in the database"
    assert text.startswith(head)
    assert text.endswith(tail)


def test_many_lines_are_cut_between_lines() -> None:
    shown = laid_out("".join(f"line {number}\n" for number in range(5_000))).text.splitlines()
    assert shown[0] == "line 0"
    assert shown[-1] == "line 4999"
    assert sum("not shown" in line for line in shown) == 1
    assert all(line.startswith("line ") or "not shown" in line for line in shown)


def test_tabs_go_to_the_next_stop() -> None:
    assert laid_out("a\tb\nccc\td\t\te").text == "a   b\nccc d       e"


def test_a_flood_of_marks_is_cut_and_a_script_is_not() -> None:
    assert laid_out("a" + "\u0301" * 1000 + "b").text == "a" + "\u0301" * MOST_MARKS + "\ufffd" + "b"
    for word in ("e\u0301te\u0301", "שָׁלוֹם", "नमस्ते", "ภาษาไทย", "한국어"):
        assert laid_out(word).text == word


def test_what_is_marked_is_shown_in_the_midst_of_a_long_text() -> None:
    text = "x" * 50_000 + "EVIDENCE" + "y" * 50_000
    shown = laid_out(text, [(50_000, 50_008)])
    start, end = shown.placed(50_000, 50_008)
    assert shown.text[start:end] == "EVIDENCE"
    assert shown.text.count("not shown") == 2


def test_many_marks_do_not_bring_everything_back() -> None:
    text = "word " * 200_000
    spans = [(at, at + 4) for at in range(0, len(text), 5)]
    assert len(laid_out(text, spans).text) < MOST_SHOWN + 8 * 3_000
    assert len(laid_out(text, [(0, len(text))]).text) < MOST_SHOWN + 3_000


@given(ANY_TEXT, st.integers(0, 300), st.integers(0, 300), st.integers(1, 400))
def test_positions_stay_true(text: str, one: int, other: int, most_chars: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    shown = laid_out(text, [(start, end)], most_chars)
    assert "".join(piece.shown for piece in shown.pieces) == shown.text
    assert [piece.start for piece in shown.pieces[1:]] == [piece.end for piece in shown.pieces[:-1]]
    if start == end:
        return
    first, last = shown.placed(start, end)
    assert 0 <= first <= last <= len(shown.text)
    part = shown.text[first:last]
    wanted = visible(text[start:end])
    if "\t" not in wanted and not any(unicodedata.category(char) in {"Mn", "Me"} for char in text):
        assert part == wanted
