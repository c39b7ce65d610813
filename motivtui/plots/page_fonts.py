"""Fonts of saved plots: those that are installed, in order, and what becomes of characters that none of them has.

In SVG text stays text, and whoever shows it has fonts of their own. In PNG and PDF a character without a glyph would be
an empty box: it is written as its Unicode number, so that labels still differ, and the note says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from motivtui.plots.cells import shown
from motivtui.plots.figure import Figure

_FAMILIES = (
    "DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Source Han Sans SC",
    "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic",
    "WenQuanYi Micro Hei", "Droid Sans Fallback", "IPAGothic", "NanumGothic", "Noto Sans Arabic", "Noto Sans Hebrew",
    "Noto Sans Devanagari", "Noto Sans Thai", "Nirmala UI", "Noto Sans Symbols 2", "Noto Emoji", "Segoe UI Symbol",
    "Symbola", "Arial Unicode MS", "FreeSans", "Unifont",
)  # fmt: skip
"""The first comes with matplotlib; the others, where they are installed, have what it lacks."""
_MOST_NUMBERS = 3
"""So many characters of a row are told by their numbers; the others are counted."""
_SAID = "Characters that no font here has are written as their Unicode numbers; the data have them."


def families(fonts: Any) -> list[str]:
    """The families that are installed; `fonts` is matplotlib's font_manager."""
    installed = {font.name for font in fonts.fontManager.ttflist}
    return [name for name in _FAMILIES if name in installed] or ["sans-serif"]


def legible(figure: Figure, fonts: Any) -> Figure:
    """The figure in characters that the installed fonts have."""
    known = _glyphs(fonts, tuple(families(fonts)))
    is_changed = False

    def told(text: str) -> str:
        nonlocal is_changed
        line = text if text.isascii() else shown(text)
        missing = {character for character in line if ord(character) > 127 and ord(character) not in known}
        if not missing:
            return text
        is_changed = True
        return re.sub(f"[{re.escape(''.join(missing))}]+", _numbers, line)

    found: Figure = _with_texts(figure, told)
    return replace(found, note=f"{found.note} {_SAID}".strip()) if is_changed else found


def _numbers(match: re.Match[str]) -> str:
    run = match[0]
    told = [f"{ord(character):04X}" for character in run[:_MOST_NUMBERS]]
    more = [f"+{len(run) - _MOST_NUMBERS}"] if len(run) > _MOST_NUMBERS else []
    return f"<U+{' '.join(told + more)}>"  # the letter keeps digits in place beside Arabic


@lru_cache(maxsize=4)
def _glyphs(fonts: Any, names: tuple[str, ...]) -> frozenset[int]:
    """The characters that can be drawn both plain and bold."""
    by_weight = []
    for weight in ("normal", "bold"):
        files = {fonts.findfont(fonts.FontProperties(family=name, weight=weight)) for name in names}
        by_weight.append({code for file in files for code in fonts.get_font(file).get_charmap()})
    return frozenset(by_weight[0] & by_weight[1])


def _with_texts(value: Any, told: Callable[[str], str]) -> Any:
    """The value with every text in it changed."""
    if isinstance(value, str):
        return told(value)
    if isinstance(value, tuple):
        return tuple(_with_texts(one, told) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _with_texts(getattr(value, one.name), told) for one in fields(value)})
    return value
