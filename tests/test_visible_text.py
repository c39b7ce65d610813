"""No text may act on a terminal, and none may hide in it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.visible_text import visible, visible_line

DANGEROUS = {
    "C0": [code for code in range(0x20) if chr(code) not in "\n\t"],
    "DEL": [0x7F],
    "C1": range(0x80, 0xA0),
    "bidi": [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    "zero-width": [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x180E, 0x034F, *range(0x2061, 0x2065)],
    "invisible": [0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)],
    "format": [*range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)],
    "line ends": [0x2028, 0x2029],
    "tags": range(0xE0000, 0xE0080),
    "surrogates": range(0xD800, 0xE000),
}
FORBIDDEN = {chr(code) for codes in DANGEROUS.values() for code in codes}

ATTACKS = [
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]0;title\x07\x1b]2;title\x07",
    "\x1b[2J\x1b[6n",
    "\x1bP\x1b_\x1b^ unterminated",
    "\x9b31m\x90\x9d",
    "\r overwritten",
    "\0 \ud800 \udfff",
    "\u202egnp.exe\u2066\u2069",
    "a\u200bb\U000e0041\U000e007f",
    "[/red] [@click=app.quit]x[/]",
    "100\b\b\b000",
]


@pytest.mark.parametrize("name", DANGEROUS)
def test_every_dangerous_character_is_replaced_by_one_other(name: str) -> None:
    for code in DANGEROUS[name]:
        shown = visible(f"a{chr(code)}b")
        assert len(shown) == 3, hex(code)
        assert (shown[0], shown[2]) == ("a", "b")
        assert shown[1] not in FORBIDDEN
        assert shown[1].isprintable(), hex(code)


def test_controls_are_shown_by_their_pictures() -> None:
    assert visible("\0\x1b\r\x7f\x9b") == "␀␛␍␡\ufffd"


@pytest.mark.parametrize("text", ATTACKS)
def test_attacks_are_disarmed_wherever_a_stream_splits_them(text: str) -> None:
    whole = visible(text)
    assert not FORBIDDEN & set(whole)
    assert len(whole) == len(text)
    for cut in range(len(text)):
        assert visible(text[:cut]) + visible(text[cut:]) == whole


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_dangerous_passes_and_the_length_is_kept(text: str) -> None:
    shown = visible(text)
    assert not FORBIDDEN & set(shown)
    assert len(shown) == len(text)
    assert visible(shown) == shown
    assert all(before == after or before in FORBIDDEN for before, after in zip(text, shown, strict=True))


def test_the_only_format_characters_left_have_a_shape_of_their_own() -> None:
    left = {
        code
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Cs") and visible(chr(code)) == chr(code)
    }
    signs_of_numbers_and_verses = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    hieroglyphs = set(range(0x13430, 0x13456))
    assert left - hieroglyphs <= {*signs_of_numbers_and_verses, ord("\n"), ord("\t")}


@pytest.mark.parametrize(
    "text",
    [
        "plain ASCII ~ [] {} \\ '\"\n\tindented",
        "naïve café Ångström e\u0301",
        "日本語 中文 한국어 ｆｕｌｌ",
        "😀 ❤\ufe0f 👍🏽 🇫🇷",
        "עברית العربية हिन्दी ไทย",
        "½ × – … “ ” \u00a0 \u2009",
    ],
)
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_a_line_is_one_line() -> None:
    assert visible_line("one\ntwo\r\nthree\tfour") == "one⏎two␍⏎three four"
    assert visible_line("short") == "short"


@given(text=st.text(st.characters(exclude_categories=())), width=st.integers(-3, 40))
def test_a_line_keeps_to_its_width(text: str, width: int) -> None:
    line = visible_line(text, width)
    assert len(line) <= max(0, width)
    assert len(line.splitlines()) <= 1
    assert not FORBIDDEN & set(line)
    if len(text) <= width:
        assert line == visible_line(text)
    elif width > 0:
        assert line == visible_line(text)[: width - 1] + "…"
