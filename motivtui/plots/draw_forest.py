"""A forest plot in a terminal: one estimate a line, its interval beside a line of reference, its numbers behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

from motivtui.plots.cells import width_of
from motivtui.plots.drawing import Grid, Line
from motivtui.plots.figure import Forest, ForestRow, Range, known
from motivtui.plots.glyphs import Glyphs
from motivtui.plots.legend import Entry
from motivtui.plots.scale import Scale, number, range_of, widened
from motivtui.plots.sheet import Sheet, horizontal_axis

_WIDE_INTERVAL = 3.0
"""An interval of more than so many times the middle one may be drawn beyond the axis, …"""
_MUCH_WIDER = 2.0
"""… if the axis would become so many times longer with it."""
_HEADING = "estimate [interval]"
_LEAST_PLOT, _GOOD_PLOT = 12, 24
"""Cells below which a column of numbers gives way."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand: the plot from `left`, its `scale`; ends of the columns of n and numbers (0: left out)."""

    label: int
    left: int
    scale: Scale
    n_end: int
    numbers_end: int
    numbers: tuple[str, ...]


def forest_legend(forest: Forest, glyphs: Glyphs) -> list[Entry]:
    """What the markers of a row mean, if there are two."""
    if not forest.second_name:
        return []
    return [
        Entry(f"{glyphs.first} {glyphs.text(forest.first_name or 'estimate')}", "mark"),
        Entry(f"{glyphs.second} {glyphs.text(forest.second_name)}", "accent"),
        Entry(f"{glyphs.both} both", "mark"),
    ]


def draw_forest(forest: Forest, sheet: Sheet) -> list[Line]:
    """The rows with their axis, under the names of their columns."""
    limits = forest_range(forest)
    if limits is None:
        return _only_reasons(forest, sheet)
    axis = sheet.axis_height(forest.x_label)
    entries = forest_entries(forest)
    head = 0 if sheet.height is not None and sheet.height < 6 else 1
    fitting = sheet.rows(len(entries), axis + head)
    left_out = len(entries) - fitting
    grid = Grid(sheet.width, head + fitting + (1 if left_out else 0) + axis)
    columns = _columns(forest, sheet, limits)
    if head:
        grid.put_right(columns.n_end, 0, "n", "axis")
        if _widest(columns.numbers) >= len(_HEADING):
            grid.put_right(columns.numbers_end, 0, _HEADING, "axis")
    bottom = head + fitting
    _reference(grid, sheet, forest, columns, head, bottom)
    index = 0
    for y, entry in enumerate(entries[:fitting], start=head):
        if isinstance(entry, str):
            grid.put(0, y, sheet.cut(entry, columns.left - 1), "title")
            continue
        _row(grid, sheet, entry, columns, y, columns.numbers[index], forest.reference)
        index += 1
    if left_out:
        rows = sum(isinstance(entry, ForestRow) for entry in entries[fitting:])
        grid.put(0, bottom, *sheet.more(rows, "rows"))
        bottom += 1
    horizontal_axis(grid, sheet, columns.left, bottom, columns.scale, forest.x_label)
    return grid.lines()


def forest_range(forest: Forest) -> Range | None:
    """The axis: all estimates, the reference and the intervals; not those that would crush all others."""
    rows = [row for row in forest.rows if known(row.estimate) is not None]
    if not rows:
        return None
    half_widths = [half for row in rows if math.isfinite(half := half_width(row))]
    usual = _WIDE_INTERVAL * (median(half_widths) if half_widths else 0.0)
    core, everything = [forest.reference], [forest.reference]
    for row in rows:
        values = [row.estimate, row.second]
        core.extend(value for value in values if value is not None)
        everything.extend(value for value in (*values, row.low, row.high) if value is not None)
        if half_width(row) <= usual:
            core.extend(value for value in (row.low, row.high) if value is not None)
    inner, outer = range_of(core), range_of(everything)
    if inner is None or outer is None:
        return None
    is_crushing = outer[1] - outer[0] > _MUCH_WIDER * (inner[1] - inner[0])
    return widened(inner if is_crushing else outer, 0.03)


def half_width(row: ForestRow) -> float:
    """Half the width of a row's interval; 0 if it has none."""
    low, high = known(row.low), known(row.high)
    return 0.0 if low is None or high is None else (high - low) / 2


def forest_entries(forest: Forest) -> list[ForestRow | str]:
    """The rows, each group's name before its first one."""
    entries: list[ForestRow | str] = []
    group = ""
    for row in forest.rows:
        if row.group and row.group != group:
            entries.append(row.group)
        group = row.group
        entries.append(row)
    return entries


def _columns(forest: Forest, sheet: Sheet, limits: Range) -> _Columns:
    label = sheet.column([*map(_label, forest.rows), *(row.group for row in forest.rows)], 0.33)
    decimals = 1 if limits[1] - limits[0] >= 10 else 2 if limits[1] - limits[0] >= 0.5 else 3
    counts = 1 + max(_widest([_count(row, sheet) for row in forest.rows]), 1)
    room = sheet.width - label - 1
    numbers: tuple[str, ...] = ("",) * len(forest.rows)
    for with_interval, least in ((True, _GOOD_PLOT), (False, _LEAST_PLOT)):
        texts = _numbers(forest, sheet, decimals, with_interval=with_interval)
        if room - counts - 2 - _widest(texts) >= least:
            numbers = texts
            break
    behind = _widest(numbers) + 2 if any(numbers) else 0
    if room - counts - behind < _LEAST_PLOT:
        counts = 0
    cells = max(room - counts - behind, 1)
    return _Columns(
        label=label,
        left=label + 1,
        scale=Scale(*limits, cells),
        n_end=label + 1 + cells + counts if counts else 0,
        numbers_end=sheet.width if behind else 0,
        numbers=numbers,
    )


def _label(row: ForestRow) -> str:
    return f"  {row.label}" if row.group else row.label


def _widest(texts: list[str] | tuple[str, ...]) -> int:
    return max(map(width_of, texts), default=0)


def _count(row: ForestRow, sheet: Sheet) -> str:
    return sheet.glyphs.text("–") if row.n is None else f"{row.n:,}"


def _numbers(forest: Forest, sheet: Sheet, decimals: int, *, with_interval: bool) -> tuple[str, ...]:
    """Each row's numbers, or why there are none: texts of one width, as wide as the heading at least."""
    cells = []
    for row in forest.rows:
        values = [known(value) for value in (row.estimate, row.low, row.high)]
        cells.append(["" if value is None else number(value, decimals, sign=forest.has_signs) for value in values])
    first, second, third = (max(len(cell[place]) for cell in cells) for place in range(3))
    behind = second + third + 5 if with_interval and second else 0
    width = max(first + behind, len(_HEADING) if with_interval else 2)
    texts = []
    for row, (estimate, low, high) in zip(forest.rows, cells, strict=True):
        interval = f" [{low.rjust(second)}, {high.rjust(third)}]" if behind and low and high else ""
        if estimate:
            texts.append(sheet.glyphs.text((estimate + interval.ljust(behind)).rjust(width)))
        else:
            text = sheet.cut(f"NA {row.why_missing}".strip() if with_interval else "NA", width)
            texts.append(text + " " * (width - width_of(text)))
    return tuple(texts)


def _reference(grid: Grid, sheet: Sheet, forest: Forest, columns: _Columns, top: int, bottom: int) -> None:
    if columns.scale.holds(forest.reference):
        for y in range(top, bottom):
            grid.put(columns.left + columns.scale.cell(forest.reference), y, sheet.glyphs.reference, "label")


def _row(grid: Grid, sheet: Sheet, row: ForestRow, columns: _Columns, y: int, numbers: str, reference: float) -> None:
    estimate = known(row.estimate)
    style = "dim" if estimate is None else "label"
    grid.put(0, y, sheet.cut(_label(row), columns.label), style)
    if columns.n_end:
        grid.put_right(columns.n_end, y, _count(row, sheet), "value")
    if numbers:
        grid.put_right(columns.numbers_end, y, numbers, "dim" if estimate is None else "value")
    if estimate is None:
        return
    _interval(grid, sheet.glyphs, row, columns, y, reference)
    first = columns.left + columns.scale.cell(estimate)
    grid.put(first, y, sheet.glyphs.pooled if row.is_pooled else sheet.glyphs.first, "mark")
    second = known(row.second)
    if second is not None:
        x = columns.left + columns.scale.cell(second)
        grid.put(x, y, sheet.glyphs.both if x == first else sheet.glyphs.second, "accent" if x != first else "mark")


def _interval(grid: Grid, glyphs: Glyphs, row: ForestRow, columns: _Columns, y: int, reference: float) -> None:
    low, high = known(row.low), known(row.high)
    if low is None or high is None:
        return
    scale, start, end = columns.scale, columns.scale.cell(low), columns.scale.cell(high)
    grid.put(columns.left + start, y, glyphs.interval * (end - start + 1), "axis")
    grid.put(columns.left + start, y, glyphs.low_end if low >= scale.low else glyphs.beyond_low, "axis")
    grid.put(columns.left + end, y, glyphs.high_end if high <= scale.high else glyphs.beyond_high, "axis")
    if scale.holds(reference) and start < scale.cell(reference) < end:
        grid.put(columns.left + scale.cell(reference), y, glyphs.crossing, "label")


def _only_reasons(forest: Forest, sheet: Sheet) -> list[Line]:
    """Rows without a single estimate: their names and why."""
    entries = list(forest.rows)
    fitting = sheet.rows(len(entries), 0)
    label = sheet.column([row.label for row in forest.rows], 0.5)
    grid = Grid(sheet.width, fitting + (1 if fitting < len(entries) else 0))
    for y, row in enumerate(entries[:fitting]):
        grid.put(0, y, sheet.cut(row.label, label), "dim")
        room = sheet.width - label - 2
        grid.put(label + 2, y, sheet.cut(f"NA {row.why_missing}  n = {_count(row, sheet)}", room), "dim")
    if fitting < len(entries):
        grid.put(0, fitting, *sheet.more(len(entries) - fitting, "rows"))
    return grid.lines() if entries else sheet.nothing()
