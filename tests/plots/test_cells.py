"""Labels: measured as terminals do, cut to exact widths, harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from motivtui.plots.cells import cut, shown, width_of, wrapped


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("日本", 4), ("e\u0301", 1), ("한국", 4), ("\u1112\u1161\u11ab", 2), ("ｱ", 1), ("", 0)],
)
def test_widths_are_those_of_terminals(text: str, width: int) -> None:
    assert width_of(text) == width == cell_len(text)


@given(st.text(st.sampled_from("ab日本é… \u0301한"), max_size=30), st.integers(0, 20))
def test_a_cut_text_fits_and_a_text_that_fits_is_not_cut(text: str, width: int) -> None:
    short = cut(text, width)
    assert width_of(short) <= width
    assert short == text if width_of(text) <= width else short.endswith("…" if width else "")


@given(st.text(max_size=40))
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    assert shown(text).isprintable() or not shown(text).replace("\n", "").isascii()
    assert not set(shown(text)) & {chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))}
    plain = shown(text, is_plain=True)
    assert plain.isascii()
    assert not plain or plain.isprintable()


def test_plain_text_keeps_its_letters() -> None:
    assert shown("naïve Über-größe − 5 ≥ 3 … 日", is_plain=True) == "naive Uber-gro?e - 5 >= 3 ... ?"


def test_emoji_have_one_width_everywhere() -> None:
    assert shown("❤\ufe0f👍\U0001f3fd") == "❤👍"


@given(st.text(st.sampled_from("ab 日"), max_size=60), st.integers(4, 30))
def test_wrapping_loses_no_word(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert " ".join(lines).split() == text.split()
    assert all(width_of(line) <= width or " " not in line for line in lines)
