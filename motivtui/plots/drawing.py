"""What a drawing for a terminal is made of: lines of spans with names of styles, and the grid that they are drawn on.

Whoever shows a drawing maps the names in `STYLES` to colours. No drawing needs them to be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from motivtui.plots.cells import cut, width_of

SERIES = 8
"""How many series have a style of their own; the ninth begins again."""
HEAT_STEPS = 4
STYLES = frozenset({
    "",  # plain text
    "title",
    "note",
    "label",  # the names of rows, columns and groups
    "value",  # numbers beside marks
    "axis",  # lines, ticks and their numbers
    "dim",  # what stands back: intervals' unsure ends, missing values, what was left out
    "mark",  # estimates, medians
    "accent",  # fitted lines, means
    "heat-zero",
    *(f"series-{number}" for number in range(1, SERIES + 1)),
    *(f"heat-{side}-{step}" for side in ("low", "high") for step in range(1, HEAT_STEPS + 1)),
})  # fmt: skip


def series_style(index: int) -> str:
    """The style of a series, counted from 0."""
    return f"series-{index % SERIES + 1}"


class Span(NamedTuple):
    """Text of one style."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines from top to bottom; none ends in unstyled blanks. `width` and `height` are what they really take."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The drawing without its styles."""
        return "\n".join("".join(span.text for span in line) for line in self.lines)

    @property
    def height(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    @property
    def width(self) -> int:
        """How many cells the widest line takes."""
        return max((width_of(span_text(line)) for line in self.lines), default=0)


def span_text(line: Line) -> str:
    """A line without its styles."""
    return "".join(span.text for span in line)


@dataclass(slots=True)
class Grid:
    """Cells to draw on, `width` × `height`; what falls outside is left out. A wide character takes two cells."""

    width: int
    height: int
    cells: list[list[Span]] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = [[Span(" ")] * self.width for _ in range(self.height)]

    def put(self, x: int, y: int, text: str, style: str = "") -> None:
        """Write text from a cell on; it ends at the grid's edge."""
        if not 0 <= y < self.height:
            return
        row, last = self.cells[y], None
        for character in text:
            wide = width_of(character)
            if wide == 0:  # joins the character before it
                if last is not None:
                    row[last] = Span(row[last].text + character, style)
                continue
            if x >= 0 and x + wide <= self.width:
                row[x] = Span(character, style)
                if wide == 2:
                    row[x + 1] = Span("", style)
                last = x
            else:
                last = None
            x += wide

    def put_right(self, end: int, y: int, text: str, style: str = "") -> None:
        """Write text that ends just before the cell `end`."""
        self.put(end - width_of(text), y, text, style)

    def put_middle(self, x: int, y: int, text: str, style: str = "") -> None:
        """Write text around a cell, moved as far as it must to stay inside."""
        wide = width_of(text)
        self.put(max(0, min(x - wide // 2, self.width - wide)), y, text, style)

    def lines(self) -> list[Line]:
        """What was drawn, cells of one style joined."""
        return [_joined(row) for row in self.cells]


def line_of(text: str, style: str, width: int, ellipsis: str) -> Line:
    """One line of text, cut to the width."""
    return (Span(cut(text, width, ellipsis), style),)


def _joined(row: Iterable[Span]) -> Line:
    spans = [
        Span("".join(cell.text for cell in cells), style) for style, cells in groupby(row, key=lambda cell: cell.style)
    ]
    while spans and not spans[-1].text.strip() and not spans[-1].style.startswith("heat"):
        spans.pop()
    if spans and not spans[-1].style.startswith("heat"):
        spans[-1] = Span(spans[-1].text.rstrip(), spans[-1].style)
    return tuple(spans)
