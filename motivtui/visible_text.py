"""The one boundary between a model's text and anything that draws: what could act on a terminal becomes a visible sign.

Each dangerous character is replaced on its own by one other character, so a sequence that was split over pieces of a
stream cannot slip through, and positions (a score's evidence) stay true. The database keeps the original.
"""

from __future__ import annotations

_REPLACEMENT = "\ufffd"


def _dangerous() -> dict[int, str]:
    """Code point → what is shown instead."""
    table = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
    table[0x7F] = "\u2421"
    ranges = (
        (0x80, 0x9F),  # C1 controls
        (0x200B, 0x200F),  # zero-width, left-to-right and right-to-left marks
        (0x2028, 0x202E),  # line and paragraph separators, bidi embeddings and overrides
        (0x2060, 0x206F),  # invisible operators, bidi isolates
        (0x1BCA0, 0x1BCA3),  # shorthand format controls
        (0x1D173, 0x1D17A),  # musical format controls
        (0xD800, 0xDFFF),  # lone surrogates
        (0xE0000, 0xE007F),  # tag characters
    )
    for first, last in ranges:
        table.update(dict.fromkeys(range(first, last + 1), _REPLACEMENT))
    invisible = (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0)
    return table | dict.fromkeys((*invisible, 0xFFF9, 0xFFFA, 0xFFFB), _REPLACEMENT)


_TABLE = _dangerous()


def visible(text: str) -> str:
    """The text, as long as it was, with nothing in it that a terminal would obey; newlines and tabs stay."""
    return text.translate(_TABLE)


def visible_line(text: str, width: int | None = None) -> str:
    """The same on one line: a newline becomes ⏎, a tab a space; cut to `width` characters, the last one an ellipsis."""
    line = visible(text).replace("\n", "⏎").replace("\t", " ")
    if width is None or len(line) <= width:
        return line
    return line[: width - 1] + "…" if width > 0 else ""
