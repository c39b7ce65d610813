"""The paper that bodies of plots are drawn on: its size, its characters, and the axes that they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from motivtui.plots.cells import cut, width_of
from motivtui.plots.drawing import Grid, Line, Span
from motivtui.plots.glyphs import Glyphs
from motivtui.plots.scale import Scale, tick_texts

_TIGHT = 8
"""Below so many lines the axis does without its label."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Room for the body of a plot: `width` cells, `height` lines or, None, as many as it naturally takes."""

    width: int
    height: int | None
    glyphs: Glyphs

    def cut(self, text: str, width: int) -> str:
        """The text made harmless and cut to a width."""
        return cut(self.glyphs.text(text), width, self.glyphs.ellipsis)

    def column(self, labels: Sequence[str], share: float) -> int:
        """The width of a column of labels: what the longest needs, at most a share of the sheet."""
        widest = max((width_of(self.glyphs.text(label)) for label in labels), default=0)
        return min(widest, int(self.width * share))

    def axis_height(self, label: str) -> int:
        """How many lines the horizontal axis gets: a rule, numbers and, if there is room, its label."""
        is_tight = self.height is not None and self.height < _TIGHT
        return 3 if label and not is_tight else 2

    def rows(self, wanted: int, around: int) -> int:
        """How many of the wanted rows fit beside `around` other lines; if not all, one line is left to say so."""
        if self.height is None or self.height - around >= wanted:
            return wanted
        return max(self.height - around - 1, 0)

    def nothing(self) -> list[Line]:
        """The body of a plot without data."""
        return [(Span(self.cut("  no values to draw", self.width), "dim"),)]

    def more(self, count: int, what: str) -> tuple[str, str]:
        """What stands in place of rows that did not fit, with its style."""
        return self.glyphs.text(f"… {count} more {what}"), "dim"


def horizontal_axis(grid: Grid, sheet: Sheet, left: int, top: int, scale: Scale, label: str = "") -> None:
    """Draw a rule from `left` on with ticks, their numbers under it, and the label under them if the grid goes on."""
    glyphs = sheet.glyphs
    grid.put(left, top, glyphs.rule * scale.cells, "axis")
    free = 0
    ticks = scale.ticks(8 if scale.cells > 30 else 6)
    for tick, text in zip(ticks, map(glyphs.text, tick_texts(ticks)), strict=True):
        x = left + scale.cell(tick)
        start = max(0, min(x - width_of(text) // 2, grid.width - width_of(text)))
        grid.put(x, top, glyphs.tick_down, "axis")
        if start >= free:
            grid.put(start, top + 1, text, "axis")
            free = start + width_of(text) + 1
    shown = sheet.cut(label, grid.width)
    grid.put_middle(left + scale.cells // 2, top + 2, shown, "axis")


def vertical_axis(grid: Grid, sheet: Sheet, end: int, top: int, scale: Scale, *, is_percent: bool = False) -> None:
    """Draw a wall in the column `end` with ticks and their numbers before it; the scale grows upwards."""
    for row in range(scale.cells):
        grid.put(end, top + row, sheet.glyphs.wall, "axis")
    for tick, text in vertical_ticks(sheet, scale, is_percent=is_percent):
        y = top + scale.cells - 1 - scale.cell(tick)
        grid.put(end, y, sheet.glyphs.tick_left, "axis")
        grid.put_right(end, y, text, "axis")


def vertical_ticks(sheet: Sheet, scale: Scale, *, is_percent: bool = False) -> list[tuple[float, str]]:
    """The ticks of a vertical axis with their texts."""
    ticks = scale.ticks(3, least=2 if scale.cells > 2 else 1)
    if is_percent:
        whole = tick_texts(tuple(tick * 100 for tick in ticks))
        return [(tick, f"{text}%") for tick, text in zip(ticks, whole, strict=True)]
    return [(tick, sheet.glyphs.text(text)) for tick, text in zip(ticks, tick_texts(ticks), strict=True)]


def gutter(ticks: Sequence[tuple[float, str]]) -> int:
    """How wide the numbers of a vertical axis are."""
    return max((width_of(text) for _, text in ticks), default=0)
