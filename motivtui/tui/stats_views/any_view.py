"""Any analysis of the list that has no tab of its own: its table and figure follow from what its results are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from rich.cells import cell_len

from motivtui.analysis.result_figures import figures_of
from motivtui.analysis.result_table import summary_table
from motivtui.analysis.views import VIEWS, View
from motivtui.plots.figure import Cell as Value
from motivtui.stats.estimate import Estimate
from motivtui.tui.stats_views.shown import NOT_ASKED, Shown, ShownRow, StatsView, estimate_cell, number_text
from motivtui.tui.widgets.window_table import Cell, Column

MOST_CELLS, LEAST_CELLS = 30, 4

_EXPLANATION = """{about}

Each line is one result: what it is of, how many scores it rests on, its estimates with their 95 % intervals, what was
left out and why. The sentence above the plot says the line under the cursor in words. Where there is a dash there is no
number, and the reason stands behind it.

`p` changes the rules: robust (by model, clustered by family) or replicate (those of the published study, labelled).
`motiv stats --analysis {name}` shows the same; with --json, every number of it."""


def any_view(view: View[Any]) -> StatsView:
    """The view as a tab shows it."""
    explanation = _EXPLANATION.format(about=view.about, name=view.name)
    return StatsView(view.name, view.title, view, partial(_shown, view), explanation)


def others(shown: Sequence[StatsView]) -> list[StatsView]:
    """The listed analyses that these tabs do not show, in the list's order."""
    names = {one.view.name for one in shown}
    return [any_view(view) for view in VIEWS.values() if view.is_listed and view.name not in names]


def _shown(view: View[Any], results: Sequence[Any]) -> Shown:
    table = summary_table(results, view.shown)
    rows = tuple(
        ShownRow((place,), tuple(_cell(value) for value in cells), sentence, result)
        for place, (cells, sentence, result) in enumerate(zip(table.rows, table.sentences, results, strict=True))
    )
    figures = figures_of(results, view.shown)
    first, further = (figures[0], tuple(figures[1:])) if figures else (None, ())
    return Shown(_columns(table.columns, rows), rows, first, f"{view.title}: no result.", further=further)


def _cell(value: Value | Estimate) -> Cell:
    if value is None or value == "":
        return NOT_ASKED
    if isinstance(value, Estimate):
        return estimate_cell(value, ".3g" if value.value is not None and abs(value.value) < 1 else ".1f")
    if isinstance(value, float):
        return number_text(value, ".3g")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _columns(names: Sequence[str], rows: Sequence[ShownRow]) -> tuple[Column, ...]:
    """As wide as what stands in them; those that do not fit into the terminal are left out, the last ones first."""
    columns: list[Column] = []
    needed = 1
    for place, name in enumerate(names):
        label = name.replace("_", " ")
        texts = [label, *(_text(row.cells[place]) for row in rows)]
        width = max(LEAST_CELLS, min(MOST_CELLS, max(map(cell_len, texts))))
        needed += width + 1
        columns.append(Column(name, label, width, at=needed if columns else 0))
    return tuple(columns)


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text
