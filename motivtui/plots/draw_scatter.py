"""A scatter plot in a terminal: dots of a single group in Braille, markers where several must be told apart."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from motivtui.plots.drawing import Grid, Line, series_style
from motivtui.plots.figure import Points, Range, Scatter, known
from motivtui.plots.glyphs import Glyphs
from motivtui.plots.legend import Entry
from motivtui.plots.scale import Scale, range_of, widened
from motivtui.plots.sheet import Sheet, gutter, horizontal_axis, vertical_axis, vertical_ticks

_NATURAL = 18
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of the dots of a Braille character, by row and column."""


def scatter_legend(scatter: Scatter, glyphs: Glyphs) -> list[Entry]:
    """The groups with their markers and n, the lines with theirs."""
    is_single = len(scatter.groups) == 1 and not glyphs.is_plain
    entries = [
        Entry(
            f"{'⠶' if is_single else glyphs.marker(index)} {glyphs.text(group.name)}",
            series_style(index),
            f"n={len(group.points):,}",
        )
        for index, group in enumerate(scatter.groups)
    ]
    lines = [Entry(f"{glyphs.line * 2} {glyphs.text(line.name)}", "accent") for line in scatter.lines if line.name]
    return entries + lines


def scatter_ranges(scatter: Scatter) -> tuple[Range, Range] | None:
    """The ranges of x and y; None without a point."""
    points = [point for series in scatter.groups for point in finite(series)]
    if not points:
        return None
    points.extend(point for line in scatter.lines for point in finite(line))
    x = range_of([point[0] for point in points], scatter.x_range)
    y = range_of([point[1] for point in points], scatter.y_range)
    if x is None or y is None:
        return None
    return (x if scatter.x_range else widened(x, 0.02)), (y if scatter.y_range else widened(y, 0.04))


def finite(series: Points) -> list[tuple[float, float]]:
    """The points of a series that have a place."""
    return [(x, y) for x, y in series.points if _is_finite(x) and _is_finite(y)]


def draw_scatter(scatter: Scatter, sheet: Sheet) -> list[Line]:
    """The points and lines within their axes."""
    ranges = scatter_ranges(scatter)
    if ranges is None:
        return sheet.nothing()
    axis = sheet.axis_height(scatter.x_label)
    head = 1 if scatter.y_label and (sheet.height is None or sheet.height >= axis + 6) else 0
    height = _NATURAL if sheet.height is None else max(sheet.height - axis - head, 1)
    up = Scale(*ranges[1], height)
    left = gutter(vertical_ticks(sheet, up)) + 1
    across = Scale(*ranges[0], max(sheet.width - left, 1))
    grid = Grid(sheet.width, head + height + axis)
    if head:
        grid.put(0, 0, sheet.cut(scatter.y_label, sheet.width), "axis")
    vertical_axis(grid, sheet, left - 1, head, up)
    area = _Area(grid, left, head, across, up)
    for line in scatter.lines:
        _draw_line(area, finite(line), sheet.glyphs)
    if len(scatter.groups) == 1 and not sheet.glyphs.is_plain:
        area.dots(finite(scatter.groups[0]), series_style(0))
    else:
        _draw_markers(area, scatter, sheet.glyphs)
    horizontal_axis(grid, sheet, left, head + height, across, scatter.x_label)
    return grid.lines()


class _Area:
    """Where points go: cells, or the 2 × 4 dots of each."""

    def __init__(self, grid: Grid, left: int, top: int, across: Scale, up: Scale) -> None:
        self.grid, self.left, self.top, self.across, self.up = grid, left, top, across, up
        self.fine_x = Scale(across.low, across.high, across.cells * 2)
        self.fine_y = Scale(up.low, up.high, up.cells * 4)

    def put(self, x: int, y: int, text: str, style: str) -> None:
        """Write into a cell, counted from the lower left."""
        self.grid.put(self.left + x, self.top + self.up.cells - 1 - y, text, style)

    def dots(self, points: list[tuple[float, float]], style: str) -> None:
        """Draw points as Braille dots; a cell is theirs alone."""
        bits: dict[tuple[int, int], int] = defaultdict(int)
        for x, y in points:
            if self.across.holds(x) and self.up.holds(y):
                fine_x, fine_y = self.fine_x.cell(x), self.fine_y.cell(y)
                bits[fine_x // 2, fine_y // 4] |= _DOTS[3 - fine_y % 4][fine_x % 2]
        for (x, y), pattern in bits.items():
            self.put(x, y, chr(0x2800 + pattern), style)


def _draw_markers(area: _Area, scatter: Scatter, glyphs: Glyphs) -> None:
    """A marker in each cell: that of the group with most points there, the first of equals."""
    cells: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for index, group in enumerate(scatter.groups):
        for x, y in finite(group):
            if area.across.holds(x) and area.up.holds(y):
                cells[area.across.cell(x), area.up.cell(y)][index] += 1
    for (x, y), counts in cells.items():
        index = max(counts, key=lambda index: (counts[index], -index))
        area.put(x, y, glyphs.marker(index), series_style(index))


def _draw_line(area: _Area, corners: list[tuple[float, float]], glyphs: Glyphs) -> None:
    """A line through its corners, a point for each fine step across or up."""
    points = [point for start, end in pairwise(corners) for point in _between(area, start, end)]
    if not glyphs.is_plain:
        area.dots(points, "accent")
        return
    for x, y in points:
        if area.across.holds(x) and area.up.holds(y):
            area.put(area.across.cell(x), area.up.cell(y), glyphs.line, "accent")


def _between(area: _Area, start: tuple[float, float], end: tuple[float, float]) -> Iterator[tuple[float, float]]:
    across = abs(end[0] - start[0]) / (area.across.high - area.across.low) * area.fine_x.cells
    up = abs(end[1] - start[1]) / (area.up.high - area.up.low) * area.fine_y.cells
    steps = max(math.ceil(across), math.ceil(up), 1)
    for step in range(steps + 1):
        share = step / steps
        yield start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _is_finite(value: float) -> bool:
    value_or_none = known(value)
    return value_or_none is not None and math.isfinite(value_or_none)
