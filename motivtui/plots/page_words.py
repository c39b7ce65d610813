"""The words around a plot on a page of a file: the title above, the note below, both at the left edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from motivtui.plots import palette
from motivtui.plots.cells import shown, wrapped
from motivtui.plots.figure import Figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Page

_TITLE_CELLS, _NOTE_CELLS = 80, 120
"""How long a line is."""
_TITLE_LINE, _NOTE_LINE, _EDGE = 0.19, 0.14, 0.06
"""Inches."""


def write_words(page: Page, figure: Figure, *, is_placed: bool) -> None:
    """Write them; nothing for words that there are none of. `is_placed`: at the edges, without a layout."""
    top = {"y": 1 - _EDGE / page.get_figheight()} if is_placed else {}
    bottom = {"y": _EDGE / page.get_figheight()} if is_placed else {}
    if figure.title:
        page.suptitle("\n".join(_title(figure)), x=0.01, ha="left", fontsize=11, fontweight="bold", **top)
    if figure.note:
        note = "\n".join(_note(figure))
        page.supxlabel(note, x=0.01, ha="left", fontsize=7.5, color=palette.QUIET, **bottom)


def words_room(figure: Figure) -> tuple[float, float]:
    """How many inches they take at the top and at the bottom."""
    title, note = len(_title(figure)) * _TITLE_LINE, len(_note(figure)) * _NOTE_LINE
    return (title + 2 * _EDGE if title else 0.0), (note + 2 * _EDGE if note else 0.0)


def _title(figure: Figure) -> list[str]:
    return wrapped(shown(figure.title), _TITLE_CELLS)


def _note(figure: Figure) -> list[str]:
    return wrapped(shown(figure.note), _NOTE_CELLS)
