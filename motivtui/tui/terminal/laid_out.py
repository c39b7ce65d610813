"""Text of any size and content → what a widget can lay out in no time, and where each character went.

Pure: knows no widget. Owns the bounds; what becomes visible of a dangerous character is `visible_text`'s affair.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from motivtui.visible_text import visible

MOST_CHARS = 20_000
"""Characters of one text that are laid out at most, besides what is marked."""

MOST_LINES = 600
"""Lines of one text that are laid out at most, besides what is marked."""

MOST_MARKS = 6
"""Combining marks on one character; more is a flood that no script needs."""

TAB_WIDTH = 4

_MOST_TABS = 16
"""Of one run; more are shown as so many."""

_AROUND_MARKED = 300
_MOST_WINDOWS = 8
_MOST_MARKED = 2_000
_TAIL_SHARE = 4
"""One part in four of what is shown is the end of the text."""

_FLOOD = re.compile(rf"[^\x00-\u02ff]{{{MOST_MARKS + 1},}}")


class Piece(NamedTuple):
    """Characters `start` to `end` of the original text, shown as `shown`; `is_verbatim` if one for one."""

    start: int
    end: int
    shown: str
    is_verbatim: bool


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The text to show, made of pieces in their order, and where each begins in it."""

    text: str
    pieces: tuple[Piece, ...]
    begins: tuple[int, ...]

    def placed(self, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` to `end` of the original are shown; a hidden one counts as its note."""
        return self._place(start, is_end=False), self._place(end, is_end=True)

    def _place(self, position: int, *, is_end: bool) -> int:
        key = position - 1 if is_end else position
        index = bisect.bisect_right(self.pieces, key, key=lambda piece: piece.start) - 1
        if index < 0:
            return 0
        piece, begin = self.pieces[index], self.begins[index]
        if position >= piece.end:
            return begin + len(piece.shown)
        if piece.is_verbatim:
            return begin + position - piece.start
        return begin + len(piece.shown) if is_end else begin


def laid_out(text: str, marked: Sequence[tuple[int, int]] = (), most_chars: int = MOST_CHARS) -> LaidOut:
    """The text with tabs expanded, floods of marks cut and its middle left out if it is long.

    The surroundings of the first `marked` spans (start, end; in characters of `text`) are always shown. Work is bounded
    by `most_chars`, however long the text is, but for finding line ends in it.
    """
    pieces: list[Piece] = []
    at = 0
    for start, end in _kept(text, marked, most_chars):
        if start > at:
            pieces.append(_note(at, start, pieces))
        pieces.extend(_pieces(text, start, end))
        at = end
    if at < len(text):
        pieces.append(_note(at, len(text), pieces))
    begins: list[int] = []
    length = 0
    for piece in pieces:
        begins.append(length)
        length += len(piece.shown)
    return LaidOut("".join(piece.shown for piece in pieces), tuple(pieces), tuple(begins))


def _note(start: int, end: int, before_it: Sequence[Piece]) -> Piece:
    """What stands in the place of hidden characters, on a line of its own."""
    before = "\n" if before_it and not before_it[-1].shown.endswith("\n") else ""
    note = f"{before}… {end - start:,} characters not shown, all are in the database …\n"
    return Piece(start, end, note, is_verbatim=False)


def _kept(text: str, marked: Sequence[tuple[int, int]], most_chars: int) -> list[tuple[int, int]]:
    """Which parts of the text are shown, in their order, apart from each other."""
    tail_chars, tail_lines = most_chars // _TAIL_SHARE, MOST_LINES // _TAIL_SHARE
    head = _after_lines(text, MOST_LINES - tail_lines, most_chars - tail_chars)
    tail = _before_lines(text, tail_lines, len(text) - tail_chars)
    if tail <= head:
        return [(0, len(text))]
    windows = [(0, head), (tail, len(text))]
    for start, end in marked[:_MOST_WINDOWS]:
        first = max(0, start - _AROUND_MARKED)
        windows.append((first, min(len(text), max(end, start), start + _MOST_MARKED) + _AROUND_MARKED))
    return _merged((start, min(end, len(text))) for start, end in windows if start < len(text))


def _merged(windows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _after_lines(text: str, lines: int, most: int) -> int:
    """The position after so many lines, or after `most` characters."""
    position = 0
    for _ in range(lines):
        found = text.find("\n", position, most)
        if found < 0:
            return min(most, len(text))
        position = found + 1
    return position


def _before_lines(text: str, lines: int, least: int) -> int:
    """The position before the last so many lines, or `least`."""
    position = len(text)
    for _ in range(lines + 1):
        found = text.rfind("\n", max(0, least), position)
        if found < 0:
            return max(0, least)
        position = found
    return position + 1


def _pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    """The part from `start` to `end`, cut into what is shown one for one and what is not."""
    part = visible(text[start:end])
    column = at = 0
    for first, last, sign in _changed(part):
        if first > at:
            yield Piece(start + at, start + first, part[at:first], is_verbatim=True)
            newline = part.rfind("\n", at, first)
            column = first - newline - 1 if newline >= 0 else column + first - at
        shown = sign or " " * (TAB_WIDTH * min(last - first, _MOST_TABS) - column % TAB_WIDTH)
        yield Piece(start + first, start + last, shown, is_verbatim=False)
        column += len(shown)
        at = last
    if at < len(part):
        yield Piece(start + at, start + len(part), part[at:], is_verbatim=True)


def _changed(part: str) -> list[tuple[int, int, str]]:
    """(start, end, sign) of tabs (without a sign) and of floods of combining marks, in their order."""
    tabs = [(found.start(), found.end(), "") for found in re.finditer("\t+", part)]
    if part.isascii():
        return tabs
    floods = [
        (first, last, "\ufffd")
        for found in _FLOOD.finditer(part)
        for first, last in _floods(part, found.start(), found.end())
    ]
    return sorted(tabs + floods) if floods else tabs


def _floods(part: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Runs of marks from the first one that is too many."""
    marks = 0
    for position in range(start, end):
        if unicodedata.category(part[position]) in {"Mn", "Me"} or "\u1160" <= part[position] <= "\u11ff":
            marks += 1
            continue
        if marks > MOST_MARKS:
            yield position - marks + MOST_MARKS, position
        marks = 0
    if marks > MOST_MARKS:
        yield end - marks + MOST_MARKS, end
