"""Box plots in a terminal: one box a line, lying, with its numbers behind it."""

from __future__ import annotations

from motivtui.plots.cells import width_of
from motivtui.plots.drawing import Grid, Line
from motivtui.plots.figure import Box, Boxes, Range, known
from motivtui.plots.glyphs import Glyphs
from motivtui.plots.legend import Entry
from motivtui.plots.scale import Scale, number, range_of
from motivtui.plots.sheet import Sheet, horizontal_axis

_LEAST_PLOT, _GOOD_PLOT = 12, 24


def boxes_legend(boxes: Boxes, glyphs: Glyphs) -> list[Entry]:
    """What the parts of a box are."""
    if all(box.five is None for box in boxes.boxes):
        return []
    parts = [
        Entry(f"{glyphs.low_end}{glyphs.interval}{glyphs.high_end} range", "axis"),
        Entry(f"{glyphs.box * 2} middle half", "series-1"),
        Entry(f"{glyphs.median} median", "mark"),
    ]
    if any(known(box.mean) is not None for box in boxes.boxes):
        parts.append(Entry(f"{glyphs.mean} mean", "accent"))
    return parts


def boxes_range(boxes: Boxes) -> Range | None:
    """From the lowest to the highest value of all boxes and their means, or at least the scale of the measure."""
    if all(box.five is None and known(box.mean) is None for box in boxes.boxes):
        return None
    values = [value for box in boxes.boxes for value in (*(box.five or ()), box.mean)]
    return range_of(values, boxes.x_range)


def draw_boxes(boxes: Boxes, sheet: Sheet) -> list[Line]:
    """The boxes with their axis."""
    limits = boxes_range(boxes)
    if limits is None:
        return sheet.nothing()
    axis = sheet.axis_height(boxes.x_label)
    head = 0 if sheet.height is not None and sheet.height < 6 else 1
    fitting = sheet.rows(len(boxes.boxes), axis + head)
    left_out = len(boxes.boxes) - fitting
    bottom = head + fitting
    grid = Grid(sheet.width, bottom + (1 if left_out else 0) + axis)
    label = sheet.column([box.label for box in boxes.boxes], 0.33)
    columns = _number_columns(boxes, limits, sheet, sheet.width - label - 1)
    behind = sum(2 + width for _, width in columns)
    scale = Scale(*limits, max(sheet.width - label - 1 - behind, 1))
    for y, box in enumerate(boxes.boxes[:fitting], start=head):
        grid.put(0, y, sheet.cut(box.label, label), "label" if box.five else "dim")
        _box(grid, sheet.glyphs, box, label + 1, y, scale)
    end = sheet.width - behind
    for texts, width in columns:
        end += 2 + width
        for y, text in enumerate(texts[: fitting + 1], start=head - 1):
            if y >= 0:
                grid.put_right(end, y, sheet.glyphs.text(text), "value" if y >= head else "axis")
    if left_out:
        grid.put(0, bottom, *sheet.more(left_out, "rows"))
        bottom += 1
    horizontal_axis(grid, sheet, label + 1, bottom, scale, boxes.x_label)
    return grid.lines()


def _number_columns(boxes: Boxes, limits: Range, sheet: Sheet, room: int) -> list[tuple[list[str], int]]:
    """The columns of numbers that leave the plot its room: each its name and texts, with its width."""
    decimals = 1 if limits[1] - limits[0] >= 10 else 2
    means = [_text(box.mean, decimals) for box in boxes.boxes]
    intervals = [
        text
        if known(box.mean_low) is None or known(box.mean_high) is None
        else f"{text} [{_text(box.mean_low, decimals)}, {_text(box.mean_high, decimals)}]"
        for box, text in zip(boxes.boxes, means, strict=True)
    ]
    n = ["n", *(f"{box.n:,}" for box in boxes.boxes)]
    for texts, least in (
        ([n, ["mean [interval]", *intervals]], _GOOD_PLOT),
        ([n, ["mean", *means]], _LEAST_PLOT),
        ([n], _LEAST_PLOT),
    ):
        columns = [(column, max(width_of(sheet.glyphs.text(text)) for text in column)) for column in texts]
        if room - sum(2 + width for _, width in columns) >= least:
            return columns
    return []


def _text(value: float | None, decimals: int) -> str:
    value = known(value)
    return "NA" if value is None else number(value, decimals)


def _box(grid: Grid, glyphs: Glyphs, box: Box, left: int, y: int, scale: Scale) -> None:
    if box.five is not None:
        lowest, lower, middle, upper, highest = (left + scale.cell(value) for value in box.five)
        grid.put(lowest, y, glyphs.interval * (highest - lowest + 1), "axis")
        if lowest < lower:
            grid.put(lowest, y, glyphs.low_end, "axis")
        if highest > upper:
            grid.put(highest, y, glyphs.high_end, "axis")
        grid.put(lower, y, glyphs.box * (upper - lower + 1), "series-1")
        grid.put(middle, y, glyphs.median, "mark")
    mean = known(box.mean)
    if mean is not None:
        grid.put(left + scale.cell(mean), y, glyphs.mean, "accent")
