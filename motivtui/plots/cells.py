"""Text measured in the cells of a terminal: labels made harmless, cut and padded to exact widths."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from motivtui.visible_text import visible_line

_UNSURE = dict.fromkeys((*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0), 0x20E3))
"""Variation selectors and skin tones: terminals disagree about the width of what they change."""
_PLAIN_SIGNS = str.maketrans({
    "−": "-", "–": "-", "—": "-", "‐": "-", "…": "...", "×": "x", "≈": "~", "≤": "<=", "≥": ">=", "±": "+/-", "·": ".",
    "’": "'", "‘": "'", "“": '"', "”": '"', "→": "->", "←": "<-", "≠": "!=", "Δ": "d", "τ": "tau", "ρ": "rho", "⏎": " ",
})  # fmt: skip


@lru_cache(maxsize=4096)
def shown(text: str, *, is_plain: bool = False) -> str:
    """The text on one line with nothing in it that a terminal obeys; `is_plain`: in ASCII, ? for what has no letter."""
    line = unicodedata.normalize("NFC", visible_line(text).translate(_UNSURE))
    if not is_plain or line.isascii():
        return line
    return "".join(_plain(character) for character in line.translate(_PLAIN_SIGNS))


def width_of(text: str) -> int:
    """How many cells the text takes."""
    return len(text) if text.isascii() else sum(_cells(character) for character in text)


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """The text, cut to at most `width` cells, its end an ellipsis then."""
    if width_of(text) <= width:
        return text
    kept, room = [], width - len(ellipsis)
    if room < 1:
        return ellipsis[: max(width, 0)]
    for character in text:
        room -= _cells(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + ellipsis


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at spaces where there are any."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= width or not line:
            line = longer
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line else lines


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    code = ord(character)
    if unicodedata.category(character) in {"Mn", "Me", "Cf"} or 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _plain(character: str) -> str:
    if character.isascii():
        return character
    letters = "".join(part for part in unicodedata.normalize("NFKD", character) if part.isascii())
    return letters or ("" if unicodedata.combining(character) else "?")
