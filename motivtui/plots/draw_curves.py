"""Specification curves in a terminal: the estimates in their order, and under each what was chosen for it.

Where there are more specifications than cells, a cell stands for several that follow each other: their median, all that
their intervals cover, and the share of them that chose so as a filling.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from motivtui.plots.check_plots import Curve, Curves, Specification
from motivtui.plots.drawing import Grid, Line
from motivtui.plots.figure import Range, known
from motivtui.plots.glyphs import Glyphs
from motivtui.plots.legend import Entry
from motivtui.plots.scale import Scale, range_of, widened
from motivtui.plots.sheet import Sheet, gutter, vertical_axis, vertical_ticks

_PANEL, _LEAST_PANEL = 9, 4
"""Lines of a curve: what it naturally takes, and what it needs."""
_MOST_APART = 4
"""Cells from one specification to the next."""


def curves_legend(curves: Curves, glyphs: Glyphs) -> list[Entry]:
    """What the markers mean."""
    if not any(curve.drawn for curve in curves.curves):
        return []
    return [
        Entry(f"{glyphs.first} interval without 0", "mark"),
        Entry(f"{glyphs.second} with 0", "accent"),
        Entry(f"{glyphs.pooled} as reported elsewhere", "series-3"),
        Entry(f"{glyphs.levels[-1]} chosen so", "series-1"),
    ]


def curves_range(curves: Curves) -> Range | None:
    """From the lowest to the highest end of all intervals that have one, and 0; None: there is no estimate."""
    shown = [one for curve in curves.curves for one in curve.drawn]
    if not shown:
        return None
    ends = [value for one in shown for value in (one.estimate, one.low, one.high)]
    limits = range_of([*ends, 0.0])
    return None if limits is None else widened(limits, 0.03)


def draw_curves(curves: Curves, sheet: Sheet) -> list[Line]:
    """One curve under the other, as many as there is room for."""
    limits = curves_range(curves)
    if limits is None:
        return sheet.nothing()
    panels = [_Panel(curves, curve, limits, sheet) for curve in curves.curves]
    shown = panels
    if sheet.height is not None:
        shown = _fitting(panels, sheet.height)
    if not shown:
        return sheet.nothing()
    left_out = len(panels) - len(shown)
    grid = Grid(sheet.width, sum(panel.height for panel in shown) + 1 + (1 if left_out else 0))
    label = max(panel.label for panel in panels)
    top = 0
    for panel in shown:
        panel.draw(grid, top, label)
        top += panel.height
    if left_out:
        grid.put(0, top, *sheet.more(left_out, "effects"))
        top += 1
    unit = f"effect in {curves.y_label}; " if curves.y_label else ""
    words = sheet.cut(f"{unit}specifications, the smallest estimate first", sheet.width)
    grid.put_middle(sheet.width // 2, top, words, "axis")
    return grid.lines()


def _fitting(panels: list[_Panel], height: int) -> list[_Panel]:
    """As many panels as fit, the first of them made as small as it must."""
    room = height - 1
    first = panels[0]
    if len(panels) > 1:
        room -= 1
    if first.height > room:
        first.shrink(room)
    used, shown = 0, []
    for panel in panels:
        if used + panel.height > room:
            break
        used += panel.height
        shown.append(panel)
    return shown


@dataclass(frozen=True, slots=True)
class _Column:
    """The specifications of one column of cells, which begins at `x` and is `wide` cells wide."""

    x: int
    wide: int
    specifications: tuple[Specification, ...]


class _Panel:
    """One curve: its name, the estimates, and a line for each choice."""

    def __init__(self, curves: Curves, curve: Curve, limits: Range, sheet: Sheet) -> None:
        self.curves, self.curve, self.limits, self.sheet = curves, curve, limits, sheet
        self.lines, self.options = _PANEL, curves.options(curve) if curve.drawn else []
        self.names = _names(curves, self.options)
        self.label = max(sheet.column(self.names, 0.33), gutter(vertical_ticks(sheet, Scale(*limits, self.lines))) + 1)

    @property
    def height(self) -> int:
        """Its lines, with an empty one at the end."""
        return 2 + (self.lines + len(self.options) if self.curve.drawn else 0)

    def shrink(self, room: int) -> None:
        """Fewer lines for the estimates, then none for the choices."""
        self.lines = max(self.lines - (self.height - room), _LEAST_PANEL)
        if self.height > room:
            self.options, self.names = [], []
            self.lines = max(room - 2, 1)

    def draw(self, grid: Grid, top: int, label: int) -> None:
        """Draw it from the line `top` on, right of a column of `label` cells."""
        summary = self.curve.summary if self.curve.drawn else "no specification gives a number"
        heading = " · ".join(part for part in (self.curve.name, summary) if part)
        grid.put(0, top, self.sheet.cut(heading, self.sheet.width), "title")
        if not self.curve.drawn:
            return
        scale = Scale(*self.limits, self.lines)
        vertical_axis(grid, self.sheet, label, top + 1, scale)
        columns = _columns(self.curve.drawn, self.sheet.width - label - 1)
        end = columns[-1].x + columns[-1].wide
        zero = top + self.lines - scale.cell(0)
        grid.put(label + 1, zero, self.sheet.glyphs.level * end, "label")
        for column in columns:
            self._estimate(grid, column, label + 1 + column.x + column.wide // 2, top, scale)
        for place, ((step, option), name) in enumerate(zip(self.options, self.names, strict=True)):
            y = top + 1 + self.lines + place
            grid.put(0, y, self.sheet.cut(name, label), "label")
            for column in columns:
                share = sum(one.choices[step] == option for one in column.specifications) / len(column.specifications)
                levels = self.sheet.glyphs.levels
                filling = levels[math.ceil(share * (len(levels) - 1))]
                grid.put(label + 1 + column.x + column.wide // 2, y, filling, f"series-{step % 2 + 1}")

    def _estimate(self, grid: Grid, column: _Column, x: int, top: int, scale: Scale) -> None:
        """The interval and the marker of a column."""
        glyphs, base = self.sheet.glyphs, top + self.lines
        ends = [
            value for one in column.specifications for end in (one.low, one.high) if (value := known(end)) is not None
        ]
        if ends:
            for row in range(scale.cell(min(ends)), scale.cell(max(ends)) + 1):
                grid.put(x, base - row, glyphs.wall, "axis")
        value = median_low(known(one.estimate) or 0.0 for one in column.specifications)
        one = next(one for one in column.specifications if (known(one.estimate) or 0.0) == value)
        marker, style = (glyphs.first, "mark") if one.is_off else (glyphs.second, "accent")
        if any(one.is_default for one in column.specifications):
            marker, style = glyphs.pooled, "series-3"
        grid.put(x, base - scale.cell(value), marker, style)


def _columns(drawn: Sequence[Specification], cells: int) -> list[_Column]:
    """Columns of one width from left to right; of several specifications each where there are more than cells."""
    cells = max(cells, 1)
    if len(drawn) <= cells:
        wide = min(cells // len(drawn), _MOST_APART)
        return [_Column(place * wide, wide, (one,)) for place, one in enumerate(drawn)]
    bounds = [round(place * len(drawn) / cells) for place in range(cells + 1)]
    return [_Column(x, 1, tuple(drawn[low:high])) for x, (low, high) in enumerate(pairwise(bounds))]


def _names(curves: Curves, options: Sequence[tuple[int, str]]) -> list[str]:
    """Each choice; its step before the first of them."""
    widest = max((len(curves.steps[step]) for step, _ in options), default=0)
    seen: set[int] = set()
    names = []
    for step, option in options:
        names.append(f"{'' if step in seen else curves.steps[step]:<{widest}} {option}")
        seen.add(step)
    return names
