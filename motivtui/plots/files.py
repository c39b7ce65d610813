"""Plots as files: SVG, PNG or PDF through matplotlib (the extra `charts`), with the data beside them as CSV.

The same figure makes the same bytes: no dates, no names of programs, no settings of the user's matplotlib.
"""

from __future__ import annotations

import csv
import importlib
import io
import logging
import math
import re
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motivtui.errors import UsageError
from motivtui.plots import page_axes, page_checks, page_rows, palette
from motivtui.plots.draw_forest import forest_entries
from motivtui.plots.figure import (
    Bars,
    Boxes,
    Calibration,
    Cell,
    Curves,
    Figure,
    Forest,
    Heat,
    Histogram,
    Scatter,
    Table,
)
from motivtui.plots.file_pair import write_together
from motivtui.plots.page_fonts import families, legible
from motivtui.plots.page_words import words_room, write_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Page

_METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": "motivtui"},
    "pdf": {"CreationDate": None, "Creator": "motivtui", "Producer": None},
    "png": {"Software": None},
}
SUFFIXES = tuple(f".{kind}" for kind in _METADATA)
MOST_ROWS = 250
"""More rows make a page that no program shows."""
_DPI = 200
"""Dots an inch in PNG."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A cell that begins with one of them may be run by a spreadsheet (OWASP ASVS 5.0, 1.2.10)."""
_FAMILY = re.compile(rb"(font-family: [^;\"]+)(?<!sans-serif)(?=[;\"])")
"""The fonts that text of an SVG asks for; whoever has none of them has another without serifs."""
_ONE_AT_ONCE = threading.Lock()
"""matplotlib's settings are one for the process."""


def save(figure: Figure, path: Path, *, overwrite: bool = False) -> tuple[Path, Path]:
    """Write the figure in the format of the suffix, and its data beside it as CSV. Returns both paths.

    Both are written whole, or neither is. Raises UsageError (the suffix; a file that is there, unless `overwrite`;
    too many rows; matplotlib is not installed) and MotivError (it cannot be written).
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in _METADATA:
        raise UsageError(f"{path}: no picture goes by {path.suffix or 'no suffix'}", hint="Use .svg, .png or .pdf.")
    data = path.with_suffix(".csv")
    for file in (path, data):
        if file.is_dir():
            raise UsageError(f"{file} is a folder", hint="Choose another name.")
        if file.exists() and not overwrite:
            raise UsageError(f"{file}: already there", hint="Choose another name, or overwrite it.")
    if _rows(figure) > MOST_ROWS:
        raise UsageError(
            f"{_rows(figure):,} rows are more than fit a page ({MOST_ROWS})", hint="Choose fewer groups or tasks."
        )
    picture, table = rendered(figure, kind), as_csv(figure.as_table()).encode("utf-8", "backslashreplace")
    write_together({path: picture, data: table})
    return path, data


def rendered(figure: Figure, kind: str) -> bytes:
    """The picture as svg, png or pdf. Raises UsageError: matplotlib is not installed or does not start."""
    matplotlib, figures, canvases, fonts = _matplotlib()
    with _ONE_AT_ONCE, matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it has to say of fonts
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_settings(fonts))
        if kind != "svg":
            figure = legible(figure, fonts)
        size = (page_checks.WIDTH, _height(figure))
        is_placed = isinstance(figure, Calibration | Curves)
        page = figures.Figure(figsize=size, dpi=_DPI, layout=None if is_placed else "constrained")
        canvases.FigureCanvasAgg(page)
        _paint(page, figure)
        write_words(page, figure, is_placed=is_placed)
        _settle(page)
        buffer = io.BytesIO()
        page.savefig(buffer, format=kind, metadata=_METADATA[kind])
        content = buffer.getvalue()
    return _FAMILY.sub(rb"\1, sans-serif", content) if kind == "svg" else content


def _settle(page: Page) -> None:
    """Lay the page out once: saving would draw all of it a first time to do so."""
    engine = page.get_layout_engine()
    if engine is not None:
        engine.execute(page)
        page.set_layout_engine("none")


def as_csv(table: Table) -> str:
    """The data of a plot as CSV, harmless to a spreadsheet; what is missing is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in table.header])
    writer.writerows([[_cell(value) for value in row] for row in table.rows])
    return text.getvalue()


def _cell(value: Cell) -> Cell:
    if isinstance(value, str) and value.startswith(_FORMULA_SIGNS):
        return "'" + value
    return None if isinstance(value, float) and math.isnan(value) else value


def _matplotlib() -> tuple[Any, Any, Any, Any]:
    try:
        names = ("matplotlib", "matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.font_manager")
        logging.getLogger("matplotlib").setLevel(logging.ERROR)  # what it tells of fonts would spoil the screen
        modules = [importlib.import_module(name) for name in names]
    except ImportError:
        hint = "pip install 'motivtui[charts]' brings it; the data can be copied as CSV without it."
        raise UsageError("plots are saved by matplotlib, which is not installed", hint=hint) from None
    except ValueError as error:  # the environment or a matplotlibrc asks for what it does not know
        message = f"matplotlib did not start: {str(error)[:200]}"
        raise UsageError(message, hint="Look at MPLBACKEND and your matplotlibrc.") from None
    return modules[0], modules[1], modules[2], modules[3]


def _settings(fonts: Any) -> dict[str, Any]:
    return {
        "font.family": families(fonts),
        "font.size": 9,
        "text.parse_math": False,  # a label is text, whatever $ signs it has
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.7,
        "axes.unicode_minus": True,
        "hatch.linewidth": 0.5,
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "motivtui",
        "pdf.fonttype": 42,
    }


def _rows(figure: Figure) -> int:
    """How many rows or panels stand over each other."""
    if isinstance(figure, Forest):
        return len(forest_entries(figure))
    if isinstance(figure, Boxes):
        return len(figure.boxes)
    if isinstance(figure, Bars):
        return len(figure.bars)
    if isinstance(figure, Heat):
        return max(len(figure.row_labels), len(figure.column_labels))
    return len(figure.curves if isinstance(figure, Curves) else figure.groups)


def _height(figure: Figure) -> float:
    """Inches."""
    rows = _rows(figure)
    if isinstance(figure, Scatter) or (isinstance(figure, Histogram) and (figure.is_cumulative or rows < 2)):
        return 4.4
    if isinstance(figure, Calibration):
        return page_checks.calibration_height(figure) + sum(words_room(figure))
    if isinstance(figure, Curves):
        return page_checks.curves_height(figure) + sum(words_room(figure))
    each = {Histogram: 0.95, Boxes: 0.36, Heat: 0.42}.get(type(figure), 0.28)
    return 1.5 + each * max(rows, 2)


def _paint(page: Page, figure: Figure) -> None:
    if not figure.as_table().rows:
        axes = page.subplots()
        axes.set_axis_off()
        axes.text(0, 0.5, "no values to draw", color=palette.QUIET)
        return
    paints: dict[type[Any], Callable[[Page, Any], None]] = {
        Histogram: page_axes.paint_histogram,
        Scatter: page_axes.paint_scatter,
        Forest: page_rows.paint_forest,
        Boxes: page_rows.paint_boxes,
        Bars: page_rows.paint_bars,
        Heat: page_rows.paint_heat,
        Calibration: page_checks.paint_calibration,
        Curves: page_checks.paint_curves,
    }
    paints[type(figure)](page, figure)
