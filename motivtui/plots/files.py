"""Plots as files: SVG, PNG or PDF through matplotlib (the extra `charts`), with the data beside them as CSV.

The same figure makes the same bytes: no dates, no names of programs, no settings of the user's matplotlib.
"""

from __future__ import annotations

import csv
import importlib
import io
import logging
import math
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motivtui.errors import MotivError, UsageError
from motivtui.plots import page_axes, page_rows, palette
from motivtui.plots.cells import shown, wrapped
from motivtui.plots.draw_forest import forest_entries
from motivtui.plots.figure import Bars, Boxes, Cell, Figure, Forest, Heat, Histogram, Scatter, Table

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
_WIDTH, _DPI, _NOTE_CELLS = 7.2, 200, 120
"""Inches; dots an inch in PNG; how long a line of the note is."""
_FONTS = (
    "DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "PingFang SC", "Hiragino Sans",
    "Microsoft YaHei", "WenQuanYi Micro Hei",
)  # fmt: skip
"""The first comes with matplotlib; the others, where they are installed, have what it lacks."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A cell that begins with one of them may be run by a spreadsheet (OWASP ASVS 5.0, 1.2.10)."""
_ONE_AT_ONCE = threading.Lock()
"""matplotlib's settings are one for the process."""


def save(figure: Figure, path: Path, *, overwrite: bool = False) -> tuple[Path, Path]:
    """Write the figure in the format of the suffix, and its data beside it as CSV. Returns both paths.

    Each file is written whole or not at all. Raises UsageError (the suffix; a file that is there, unless `overwrite`;
    too many rows; matplotlib is not installed) and MotivError (it cannot be written).
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in _METADATA:
        raise UsageError(f"{path}: no picture goes by {path.suffix or 'no suffix'}", hint="Use .svg, .png or .pdf.")
    data = path.with_suffix(".csv")
    for file in (path, data):
        if file.exists() and not overwrite:
            raise UsageError(f"{file}: already there", hint="Choose another name, or overwrite it.")
    if _rows(figure) > MOST_ROWS:
        raise UsageError(
            f"{_rows(figure):,} rows are more than fit a page ({MOST_ROWS})", hint="Choose fewer groups or tasks."
        )
    picture, table = rendered(figure, kind), as_csv(figure.as_table()).encode("utf-8", "backslashreplace")
    _write(data, table)
    _write(path, picture)
    return path, data


def rendered(figure: Figure, kind: str) -> bytes:
    """The picture as svg, png or pdf. Raises UsageError: matplotlib is not installed or does not start."""
    matplotlib, figures, canvases, fonts = _matplotlib()
    with _ONE_AT_ONCE, matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # signs that no font has are drawn as boxes
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_settings(fonts))
        page = figures.Figure(figsize=(_WIDTH, _height(figure)), dpi=_DPI, layout="constrained")
        canvases.FigureCanvasAgg(page)
        _paint(page, figure)
        _write_words(page, figure)
        buffer = io.BytesIO()
        page.savefig(buffer, format=kind, metadata=_METADATA[kind])
        return buffer.getvalue()


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
    installed = {font.name for font in fonts.fontManager.ttflist}
    return {
        "font.family": [name for name in _FONTS if name in installed] or ["sans-serif"],
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
    return len(figure.groups)


def _height(figure: Figure) -> float:
    """Inches."""
    rows = _rows(figure)
    if isinstance(figure, Scatter) or (isinstance(figure, Histogram) and (figure.is_cumulative or rows < 2)):
        return 4.4
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
    }
    paints[type(figure)](page, figure)


def _write_words(page: Page, figure: Figure) -> None:
    """The title above and the note below, both at the left edge."""
    if figure.title:
        title = "\n".join(wrapped(shown(figure.title), 80))
        page.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    note = "\n".join(wrapped(shown(figure.note), _NOTE_CELLS))
    page.supxlabel(note, x=0.01, ha="left", fontsize=7.5, color=palette.QUIET)


def _write(path: Path, content: bytes) -> None:
    """Write a file by way of a private one beside it, which takes its place or goes."""
    import os
    import tempfile

    try:
        # Of a long name only the beginning: with what is put around it, it would be longer than a name may be.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MotivError(f"{path}: {error.strerror or error}", hint="Choose another place.") from None
