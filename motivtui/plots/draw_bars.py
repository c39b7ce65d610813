"""Stacked bars in a terminal: one bar a line, a filling for each status, the total behind it."""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.plots.cells import width_of
from motivtui.plots.drawing import Grid, Line, series_style
from motivtui.plots.figure import Bars
from motivtui.plots.glyphs import Glyphs
from motivtui.plots.legend import Entry
from motivtui.plots.scale import Scale
from motivtui.plots.sheet import Sheet, horizontal_axis


def bars_legend(bars: Bars, glyphs: Glyphs) -> list[Entry]:
    """The statuses that occur, each with its filling and how many there are."""
    totals = [sum(bar.counts[index] for bar in bars.bars) for index in range(len(bars.statuses))]
    return [
        Entry(f"{glyphs.fill(index) * 2} {glyphs.text(status)}", series_style(index), f"{total:,}")
        for index, (status, total) in enumerate(zip(bars.statuses, totals, strict=True))
        if total
    ]


def draw_bars(bars: Bars, sheet: Sheet) -> list[Line]:
    """The bars with their axis."""
    totals = [sum(bar.counts) for bar in bars.bars]
    if not any(totals):
        return sheet.nothing()
    axis = sheet.axis_height(bars.x_label)
    fitting = sheet.rows(len(bars.bars), axis)
    left_out = len(bars.bars) - fitting
    grid = Grid(sheet.width, fitting + (1 if left_out else 0) + axis)
    label = sheet.column([bar.label for bar in bars.bars], 0.33)
    counts = [f"{total:,}" for total in totals]
    behind = max(map(width_of, counts)) + 2
    cells = max(sheet.width - label - 1 - behind, 1)
    for y, bar in enumerate(bars.bars[:fitting]):
        grid.put(0, y, sheet.cut(bar.label, label), "label" if totals[y] else "dim")
        x = label + 1
        whole = cells if bars.is_share else max(round(cells * totals[y] / max(totals)), 1)
        for index, length in enumerate(lengths(bar.counts, whole)):
            grid.put(x, y, sheet.glyphs.fill(index) * length, series_style(index))
            x += length
        grid.put_right(sheet.width, y, counts[y], "value")
    bottom = fitting
    if left_out:
        grid.put(0, bottom, *sheet.more(left_out, "rows"))
        bottom += 1
    scale = Scale(0, 100 if bars.is_share else max(totals), cells)
    horizontal_axis(grid, sheet, label + 1, bottom, scale, bars.x_label)
    return grid.lines()


def lengths(counts: Sequence[int], cells: int) -> list[int]:
    """The cells of each count: in proportion, together exactly `cells`, and none that occurs without one if it fits."""
    total = sum(counts)
    if total == 0:
        return [0] * len(counts)
    exact = [count * cells / total for count in counts]
    lengths = [int(length) for length in exact]
    order = sorted(range(len(counts)), key=lambda index: lengths[index] - exact[index])
    for index in order[: cells - sum(lengths)]:
        lengths[index] += 1
    for index, count in enumerate(counts):
        longest = max(range(len(counts)), key=lengths.__getitem__)
        if count and not lengths[index] and lengths[longest] > 1:
            lengths[index] += 1
            lengths[longest] -= 1
    return lengths
