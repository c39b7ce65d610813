"""Plots drawn for a terminal, as lines of spans: title, legend, body and note within the size asked for.

It knows no terminal library: who shows a drawing maps the names of its styles. Nothing in it depends on colour.
"""

from __future__ import annotations

from collections.abc import Callable

from motivtui.plots.cells import wrapped
from motivtui.plots.draw_bars import bars_legend, draw_bars
from motivtui.plots.draw_boxes import boxes_legend, draw_boxes
from motivtui.plots.draw_calibration import calibration_legend, draw_calibration
from motivtui.plots.draw_curves import curves_legend, draw_curves
from motivtui.plots.draw_forest import draw_forest, forest_legend
from motivtui.plots.draw_heat import draw_heat, heat_legend
from motivtui.plots.draw_histogram import draw_histogram, histogram_legend
from motivtui.plots.draw_scatter import draw_scatter, scatter_legend
from motivtui.plots.drawing import Drawing, Line, Span
from motivtui.plots.figure import Bars, Boxes, Calibration, Curves, Figure, Forest, Heat, Histogram
from motivtui.plots.glyphs import ASCII, UNICODE, Glyphs
from motivtui.plots.legend import Entry, legend_lines
from motivtui.plots.sheet import Sheet

_LEAST_BODY = 3
_LEAST_WIDTH = 16
_COMFORTABLE = 10
"""Below so many lines boxes and heat maps, which are read without one, have no legend."""
_ROOMY = 14
"""From so many lines on a note may take three of them and a legend two."""


def drawn(figure: Figure, width: int, height: int | None, *, is_plain: bool = False) -> Drawing:
    """Draw a figure into at most `width` cells and `height` lines; None: as high as it naturally is.

    Where room is short it says less: first the legend and the axes' labels go, then rows, never the note. `is_plain`:
    in ASCII only.
    """
    if width < 1 or (height is not None and height < 1):
        return Drawing(())
    glyphs = ASCII if is_plain else UNICODE
    sheet = Sheet(width, height, glyphs)
    title: list[Line] = [(Span(sheet.cut(figure.title, width), "title"),)] if figure.title else []
    note = _note(figure, sheet)
    legend, draw = _parts(figure, glyphs)
    is_needed = not isinstance(figure, Boxes | Heat) or height is None or height >= _COMFORTABLE
    key = legend_lines(legend, sheet, 2 if _is_roomy(sheet) else 1) if is_needed and width >= _LEAST_WIDTH else []
    if height is None:
        room = None
    else:
        room = height - len(title) - len(note) - len(key)
        if key and room < _LEAST_BODY + 2:
            room, key = room + len(key), []
        if room < _LEAST_BODY or width < _LEAST_WIDTH:
            return Drawing(tuple([*title, *note][:height] if height > 1 else (note or title)[:1]))
    body = draw(Sheet(width, room, glyphs)) if width >= _LEAST_WIDTH else []
    lines = [*title, *key, *body, *note]
    return Drawing(tuple(lines if height is None else lines[:height]))


def _parts(figure: Figure, glyphs: Glyphs) -> tuple[list[Entry], Callable[[Sheet], list[Line]]]:
    """The entries of a figure's legend, and what draws its body."""
    if isinstance(figure, Forest):
        return forest_legend(figure, glyphs), lambda sheet: draw_forest(figure, sheet)
    if isinstance(figure, Boxes):
        return boxes_legend(figure, glyphs), lambda sheet: draw_boxes(figure, sheet)
    if isinstance(figure, Histogram):
        return histogram_legend(figure, glyphs), lambda sheet: draw_histogram(figure, sheet)
    if isinstance(figure, Heat):
        return heat_legend(figure, glyphs), lambda sheet: draw_heat(figure, sheet)
    if isinstance(figure, Calibration):
        return calibration_legend(figure, glyphs), lambda sheet: draw_calibration(figure, sheet)
    if isinstance(figure, Curves):
        return curves_legend(figure, glyphs), lambda sheet: draw_curves(figure, sheet)
    if isinstance(figure, Bars):
        return bars_legend(figure, glyphs), lambda sheet: draw_bars(figure, sheet)
    return scatter_legend(figure, glyphs), lambda sheet: draw_scatter(figure, sheet)


def _is_roomy(sheet: Sheet) -> bool:
    return sheet.height is None or sheet.height >= _ROOMY


def _note(figure: Figure, sheet: Sheet) -> list[Line]:
    """The note in one line, or in up to three where there is room; cut where it is longer."""
    most = 3 if _is_roomy(sheet) else 1
    lines = wrapped(sheet.glyphs.text(figure.note), sheet.width)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [(Span(sheet.cut(line, sheet.width), "note"),) for line in lines]
