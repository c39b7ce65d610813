"""A reply as the lines of a pane. One that grows is not wrapped anew each time: only its last lines can still change.

Pure: knows no widget. Texts are a model's: they go through the boundary.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Offset
from textual.selection import Selection

from motivtui.tui.terminal.boundary import content

SHOWN_CHARS = 4000
"""Of a reply that grows, so much is wrapped at a time, its end."""
MOST_LINES = 2000
"""A reply that grows beyond loses the first half of them; all of it is in the database."""
_OPEN_LINES = 2
"""The last line may still lose its last word to the next one; one more for safety."""


class Line(NamedTuple):
    """What stands in one line; `goes_on`: the next one belongs to the same paragraph."""

    content: Content
    goes_on: bool


def wrapped(text: Content, width: int) -> list[Line]:
    """A text in lines of at most `width` cells."""
    lines: list[Line] = []
    for paragraph in text.split(allow_blank=True):
        parts = paragraph.wrap(width)
        lines += [Line(part, place < len(parts)) for place, part in enumerate(parts, start=1)]
    return lines


def selected(lines: Sequence[Line], selection: Selection) -> str:
    """What is selected, paragraphs in one piece. Offsets of `selection` are (place in a line, line)."""
    start, end = selection.start or Offset(0, 0), selection.end
    last = len(lines) - 1 if end is None else min(end.y, len(lines) - 1)
    found = ""
    for y in range(start.y, last + 1):
        plain = lines[y].content.plain
        left, right = start.x if y == start.y else 0, end.x if end is not None and y == end.y else len(plain)
        found += plain[left:right]
        if y < last:
            found += " " if lines[y].goes_on else "\n"
    return found


class GrowingLines:
    """The lines of a text that grows; one that does not is wrapped from its start."""

    def __init__(self, width: int) -> None:
        """`width` in cells."""
        self.width = max(1, width)
        self.lines: list[Line] = []
        self._done = 0
        """So many of the lines cannot change any more."""
        self._at = 0
        """They end before this place of the text."""
        self._text = ""

    def grow(self, text: str) -> int:
        """Take in the text, as long as it is by now. Returns the first line that is not what it was."""
        if not text.startswith(self._text) or len(text) - SHOWN_CHARS > self._at:
            self._begin(max(0, len(text) - SHOWN_CHARS))
        self._text = text
        before = self.lines[self._done :]
        first = self._done
        del self.lines[self._done :]
        finished, newline, rest = text[self._at :].rpartition("\n")
        if newline:
            self.lines += wrapped(content(finished), self.width)
            self._done = len(self.lines)
            self._at = len(text) - len(rest)
        shown = content(rest)
        self.lines += wrapped(shown, self.width)
        if shown.plain == rest:  # one can say where in the text a line begins
            self._settle(rest)
        same = 0
        for old, new in zip(before, self.lines[first:], strict=False):
            if old.content.plain != new.content.plain:
                break
            same += 1
        return self._forget(first + same)

    def _begin(self, at: int) -> None:
        """Nothing of what was there stays: it is another text, or there would be a gap."""
        self.lines.clear()
        self._done, self._at = 0, at

    def _settle(self, rest: str) -> None:
        """Of a long paragraph, too, only the last lines stay open; a tab in one of them counts from there."""
        for line, below in pairwise(self.lines[self._done : 1 - _OPEN_LINES]):
            plain, next_plain = line.content.plain, below.content.plain
            left = rest[len(plain) :].lstrip(" ")
            is_between_words = rest.startswith(plain + " ") and left.startswith(next_plain)
            if not (plain and next_plain and is_between_words):
                return
            self._done += 1
            self._at += len(rest) - len(left)
            rest = left

    def _forget(self, first: int) -> int:
        if len(self.lines) <= MOST_LINES:
            return first
        del self.lines[: MOST_LINES // 2]
        self._done = max(0, self._done - MOST_LINES // 2)
        return 0
