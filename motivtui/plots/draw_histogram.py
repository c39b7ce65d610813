"""Histograms in a terminal: a panel a group, one over the other, all to one scale; or cumulative shares."""

from __future__ import annotations

from motivtui.plots.drawing import Grid, Line, series_style
from motivtui.plots.figure import Counts, Histogram
from motivtui.plots.glyphs import Glyphs
from motivtui.plots.legend import Entry
from motivtui.plots.scale import Scale
from motivtui.plots.sheet import Sheet, gutter, horizontal_axis, vertical_axis, vertical_ticks

_SINGLE, _CUMULATIVE = 12, 14
"""The natural heights of the panel of a single group, and of cumulative shares."""
_MANY_GROUPS = 4


def histogram_legend(histogram: Histogram, glyphs: Glyphs) -> list[Entry]:
    """The markers of cumulative shares; panels are named at their side."""
    if not histogram.is_cumulative:
        return []
    return [
        Entry(f"{glyphs.marker(index)} {glyphs.text(group.name)}", series_style(index), f"n={group.n:,}")
        for index, group in enumerate(histogram.groups)
    ]


def draw_histogram(histogram: Histogram, sheet: Sheet) -> list[Line]:
    """The panels, or the one panel of cumulative shares, over their axis."""
    if not any(group.n for group in histogram.groups):
        return sheet.nothing()
    axis = sheet.axis_height(histogram.x_label)
    if histogram.is_cumulative:
        return _cumulative(histogram, sheet, axis)
    groups = len(histogram.groups)
    natural = _SINGLE if groups == 1 else 4 if groups <= _MANY_GROUPS else 2
    fitting = sheet.rows(groups, axis)
    left_out = groups - fitting
    if fitting == 0:
        return sheet.nothing()
    free = None if sheet.height is None else sheet.height - axis - (1 if left_out else 0)
    each = natural if free is None else max(free // fitting, 1)
    has_head = histogram.y_label and groups == 1 and each > 5
    if has_head and free is not None:
        each -= 1
    panels = _Panels(histogram, sheet, each)
    head = 1 if has_head else 0
    grid = Grid(sheet.width, head + each * fitting + (1 if left_out else 0) + axis)
    if head:
        grid.put(0, 0, sheet.cut(histogram.y_label, sheet.width), "axis")
    for index, group in enumerate(histogram.groups[:fitting]):
        panels.draw(grid, group, index, head + index * each)
    bottom = head + fitting * each
    if left_out:
        grid.put(0, bottom, *sheet.more(left_out, "groups"))
        bottom += 1
    horizontal_axis(grid, sheet, panels.left, bottom, panels.across, histogram.x_label)
    return grid.lines()


class _Panels:
    """Panels of one height and one scale: names at their left, then numbers, a wall and the bars."""

    def __init__(self, histogram: Histogram, sheet: Sheet, height: int) -> None:
        self.edges, self.sheet, self.height = histogram.edges, sheet, height
        self.is_single = len(histogram.groups) == 1
        names = [] if self.is_single else [group.name for group in histogram.groups]
        self.label = sheet.column([*names, *(f"n={group.n:,}" for group in histogram.groups if names)], 0.3)
        # Bars that have an empty line above them keep panels apart.
        self.bar_height = height if self.is_single or height < 3 else height - 1
        heights = [max(self.values(group)) for group in histogram.groups]
        self.up = Scale(0, max(heights), self.bar_height)
        self.has_numbers = self.bar_height >= 3 or (self.is_single and self.bar_height >= 2)
        ticks = vertical_ticks(sheet, self.up, is_percent=not self.is_single) if self.has_numbers else []
        self.left = self.label + (1 if self.label else 0) + gutter(ticks) + 1
        behind = 0 if self.is_single or height >= 2 else max(len(f" n={group.n:,}") for group in histogram.groups)
        self.across = Scale(self.edges[0], self.edges[-1], self._cells(sheet.width - self.left - behind))

    def values(self, group: Counts) -> tuple[float, ...]:
        """The heights of a group's bars: counts of a single one, else shares."""
        return tuple(map(float, group.counts)) if self.is_single else group.shares

    def draw(self, grid: Grid, group: Counts, index: int, top: int) -> None:
        """One panel."""
        base = top + self.height - self.bar_height
        if self.has_numbers:
            vertical_axis(grid, self.sheet, self.left - 1, base, self.up, is_percent=not self.is_single)
        else:
            for row in range(self.bar_height):
                grid.put(self.left - 1, base + row, self.sheet.glyphs.wall, "axis")
        if not self.is_single:
            grid.put(0, base, self.sheet.cut(group.name, self.label), "label")
            if self.height >= 2:
                grid.put(0, base + 1, self.sheet.cut(f"n={group.n:,}", self.label), "value")
            else:
                grid.put_right(self.sheet.width, base, f"n={group.n:,}", "value")
        for x, value in enumerate(self._columns(self.values(group))):
            self._bar(grid, self.left + x, base, value, series_style(0 if self.is_single else index))

    def _bar(self, grid: Grid, x: int, top: int, value: float, style: str) -> None:
        levels = self.sheet.glyphs.levels
        full = len(levels) - 1
        # What occurs is seen: at least the lowest level.
        steps = max(round(value / self.up.high * self.bar_height * full), 1) if value > 0 else 0
        for row in range(self.bar_height):
            level = min(max(steps - row * full, 0), full)
            if level:
                grid.put(x, top + self.bar_height - 1 - row, levels[level], style)

    def _cells(self, room: int) -> int:
        """As many cells for each bin as fit, the same for all; or all the room, if the bins are not of one width."""
        bins = len(self.edges) - 1
        widths = [high - low for low, high in zip(self.edges, self.edges[1:], strict=False)]
        if max(widths) - min(widths) > 1e-6 * max(widths) or room < bins:
            return max(room, 1)
        return room // bins * bins

    def _columns(self, values: tuple[float, ...]) -> list[float]:
        """The value of each cell across: that of the highest bin which it covers."""
        first, span, cells = self.edges[0], self.edges[-1] - self.edges[0], self.across.cells
        heights = [0.0] * cells
        for value, low, high in zip(values, self.edges, self.edges[1:], strict=False):
            start = round((low - first) / span * cells)
            end = max(round((high - first) / span * cells), start + 1)
            for cell in range(min(start, cells - 1), min(end, cells)):
                heights[cell] = max(heights[cell], value)
        return heights


def _cumulative(histogram: Histogram, sheet: Sheet, axis: int) -> list[Line]:
    """All groups' cumulative shares in one panel, each with its own marker."""
    head = 1 if histogram.y_label and (sheet.height is None or sheet.height >= axis + 6) else 0
    height = _CUMULATIVE if sheet.height is None else sheet.height - axis - head
    up = Scale(0, 1, max(height, 1))
    left = gutter(vertical_ticks(sheet, up, is_percent=True)) + 1
    across = Scale(histogram.edges[0], histogram.edges[-1], max(sheet.width - left, 1))
    grid = Grid(sheet.width, head + up.cells + axis)
    if head:
        grid.put(0, 0, sheet.cut(histogram.y_label, sheet.width), "axis")
    vertical_axis(grid, sheet, left - 1, head, up, is_percent=True)
    for index, group in enumerate(histogram.groups):
        if group.n == 0:
            continue
        marker, style = sheet.glyphs.marker(index), series_style(index)
        for x in range(index % 2 if across.cells > 40 else 0, across.cells, 2 if across.cells > 40 else 1):
            value = across.low + (across.high - across.low) * x / max(across.cells - 1, 1)
            share = share_below(histogram.edges, group, value)
            grid.put(left + x, head + up.cells - 1 - up.cell(share), marker, style)
    horizontal_axis(grid, sheet, left, head + up.cells, across, histogram.x_label)
    return grid.lines()


def share_below(edges: tuple[float, ...], group: Counts, value: float) -> float:
    """The share of a group below a value, taken as even within a bin."""
    before = 0.0
    for low, high, after in zip(edges, edges[1:], group.cumulative, strict=False):
        if value < high:
            return before + (after - before) * max(value - low, 0.0) / (high - low)
        before = after
    return before
