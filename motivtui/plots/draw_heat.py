"""A heat map in a terminal: a number in each cell, with a style by its size and side."""

from __future__ import annotations

from motivtui.plots.cells import width_of
from motivtui.plots.drawing import HEAT_STEPS, Grid, Line
from motivtui.plots.figure import Heat, known
from motivtui.plots.glyphs import Glyphs, letter
from motivtui.plots.legend import Entry
from motivtui.plots.scale import number
from motivtui.plots.sheet import Sheet

_NARROW, _WIDE = 5, 14
"""How many cells a column takes at least, and at most for its name."""


def heat_legend(heat: Heat, glyphs: Glyphs) -> list[Entry]:
    """The styles from the lowest to the highest value."""
    low, high = heat.bounds
    middle = [(low + high) / 2] if low < 0 < high else []
    values = [low, *([low / 2] if low < 0 else []), *middle, high / 2, high]
    return [Entry(glyphs.text(f" {_number(value)} "), heat_style(value, heat)) for value in values]


def heat_style(value: float, heat: Heat) -> str:
    """The style of a value: how far it is from 0, in steps, on its side."""
    end = heat.bounds[0] if value < 0 else heat.bounds[1]
    share = abs(value / end) if end else 0.0
    step = min(round(share * HEAT_STEPS), HEAT_STEPS)
    return "heat-zero" if step == 0 else f"heat-{'low' if value < 0 else 'high'}-{step}"


def draw_heat(heat: Heat, sheet: Sheet) -> list[Line]:
    """The matrix under its columns' names, or under letters that stand before the rows' names or in a list below."""
    if not any(known(value) is not None for row in heat.values for value in row):
        return sheet.nothing()
    columns = heat.column_labels
    needed = max((width_of(sheet.glyphs.text(name)) for name in columns), default=0) + 1
    label = sheet.column(heat.row_labels, 0.33)
    room = sheet.width - label - 1
    has_letters = needed > _WIDE or needed * len(columns) > room
    rows = heat.row_labels
    if has_letters and rows == columns:
        rows = tuple(f"{letter(index)} {name}" for index, name in enumerate(rows))
        label = sheet.column(rows, 0.33)
        room = sheet.width - label - 1
    each = max(_NARROW + 1, min(room // max(len(columns), 1), 8)) if has_letters else max(needed, _NARROW + 1)
    shown = min(len(columns), max(room // each, 1))
    foot = _foot(heat, sheet, shown, has_list=has_letters and heat.row_labels != columns)
    if sheet.height is not None:
        foot = foot[: max(sheet.height // 2 - 1, 0)]
    fitting = sheet.rows(len(rows), 1 + len(foot))
    left_out = len(rows) - fitting
    grid = Grid(sheet.width, 1 + fitting + (1 if left_out else 0) + len(foot))
    for across in range(shown):
        name = letter(across) if has_letters else sheet.glyphs.text(columns[across])
        grid.put_right(label + 1 + (across + 1) * each, 0, name, "label")
    for down in range(fitting):
        grid.put(0, 1 + down, sheet.cut(rows[down], label), "label")
        for across in range(shown):
            _cell(grid, heat, sheet.glyphs, heat.values[down][across], label + 1 + across * each, 1 + down, each)
    bottom = 1 + fitting
    if left_out:
        grid.put(0, bottom, *sheet.more(left_out, "rows"))
        bottom += 1
    for y, text in enumerate(foot, start=bottom):
        grid.put(0, y, text, "dim")
    return grid.lines()


def _cell(grid: Grid, heat: Heat, glyphs: Glyphs, value: float | None, x: int, y: int, width: int) -> None:
    value = known(value)
    if value is None:
        grid.put_right(x + width, y, glyphs.missing, "dim")
        return
    grid.put(x + 1, y, glyphs.text(_number(value)).rjust(width - 1), heat_style(value, heat))


def _number(value: float) -> str:
    """Two decimals without the zero before them: .42, −.13, 1.00."""
    return number(value, 2).replace("0.", ".", 1) if abs(value) < 0.995 else number(value, 2)


def _foot(heat: Heat, sheet: Sheet, shown: int, *, has_list: bool) -> list[str]:
    """What stands under the matrix: n of the cells, columns that did not fit, the columns' names by letter."""
    foot: list[str] = []
    counts = [count for row in heat.counts for count in row if count is not None]
    if counts:
        least, most = min(counts), max(counts)
        foot.append(f"n = {least:,} in each cell" if least == most else f"n = {least:,} to {most:,} a cell")
    if shown < len(heat.column_labels):
        foot.append(f"… {len(heat.column_labels) - shown} more columns")
    if has_list:
        foot.extend(f"{letter(index)} {name}" for index, name in enumerate(heat.column_labels[:shown]))
    return [sheet.cut(text, sheet.width) for text in foot]
