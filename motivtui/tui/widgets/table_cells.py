"""Columns, cells and rows of a table, and how wide they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from motivtui.visible_text import visible_line


class Column(NamedTuple):
    """A column: `width` cells, or with `flex` a share of what is left (then `width` is the least).

    `at`: it is shown in tables at least so wide.
    """

    key: str
    label: str
    width: int
    right: bool = False
    flex: int = 0
    at: int = 0


class Styled(NamedTuple):
    """A cell with a look: dim, bold, accent, good, bad or warn."""

    text: str
    look: str


Cell = str | Styled


class Row(NamedTuple):
    """`key` is what the screen knows the row by."""

    key: object
    cells: Sequence[Cell]


def laid_out(columns: Sequence[Column], width: int) -> list[tuple[int, Column, int]]:
    """(place in a row, column, cells) of the columns that a table of that width shows, one cell between two."""
    shown = [(place, column) for place, column in enumerate(columns) if width >= column.at]
    room = width - 1 - sum(column.width + 1 for _, column in shown)
    flexible = sum(column.flex for _, column in shown) or 1
    return [(place, column, column.width + max(0, room) * column.flex // flexible) for place, column in shown]


def column_at(layout: Sequence[tuple[int, Column, int]], x: int) -> str | None:
    """The key of the column in that cell of a line."""
    left = 1
    for _, column, cells in layout:
        if left <= x < left + cells + 1:
            return column.key
        left += cells + 1
    return None


def header_line(layout: Sequence[tuple[int, Column, int]], sorted_by: tuple[str, bool] | None, style: Style) -> Strip:
    """The labels; `sorted_by` (column, ascending) has an arrow."""
    segments = [Segment(" ", style)]
    for _, column, cells in layout:
        label = column.label
        if sorted_by is not None and sorted_by[0] == column.key:
            label += "↑" if sorted_by[1] else "↓"
        segments.append(Segment(fitted(label, cells, right=column.right) + " ", style))
    return Strip(segments)


def fitted(text: str, cells: int, *, right: bool) -> str:
    """The text in exactly so many cells."""
    shown = visible_line(text, cells * 2 + 1)
    length = cell_len(shown)
    if length > cells:
        return set_cell_size(shown, cells - 1) + "…" if cells > 1 else set_cell_size(shown, cells)
    return " " * (cells - length) + shown if right else shown + " " * (cells - length)
