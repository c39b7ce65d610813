"""Manipulations: what each does to the score of a task, against the control and against the placebo."""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.analysis.views import MANIPULATIONS
from motivtui.plots.figure import Figure, Forest, ForestRow
from motivtui.stats.manipulations import ManipulationEffect
from motivtui.study.manipulation import CONTROL_ID
from motivtui.tui.stats_views.measures import title_of
from motivtui.tui.stats_views.shown import (
    Names,
    Shown,
    ShownRow,
    StatsView,
    estimate_cell,
    excluded_cell,
    first_manipulated,
    n_cell,
    note_of,
    number_text,
    p_cell,
)
from motivtui.tui.widgets.window_table import Column

EXPLANATION = """The difference of a task's score (mean of its repeats) under the manipulation from the same task's
score under `none`, averaged over tasks.

mean           of the tasks under the manipulation
from none      the difference, with a 95 % interval clustered by family (CR1, t with families − 1 degrees of freedom)
p adj          two-sided, Benjamini-Hochberg over the manipulations of the model and item; * below .05
g av           Hedges' g: the difference in units of the scores' standard deviation, corrected for small samples
from placebo   the difference from the mean of the placebos: what more words before the prompt do is taken out

Only tasks with a score on both sides count. An interval around zero does not say that there is no effect. Every number
is of one model on these tasks; nothing here speaks for other models."""

_NOTHING = f"Only `{CONTROL_ID}` was asked: add manipulations in the lab to see what they do."


def show(results: Sequence[ManipulationEffect]) -> Shown:
    """A forest of differences, and a line a manipulation."""
    names = Names(results)
    has_placebo = any(one.from_placebo is not None for one in results)
    columns = (
        *names.columns(),
        Column("manipulation", "manipulation", 14, flex=2),
        Column("n", "n", 9, right=True),
        Column("mean", "mean [95 %]", 20, at=102),
        Column("difference", "from none [95 %]", 24),
        Column("p", "p adj", 6, right=True),
        Column("g", "g av", 5, right=True, at=80),
        *((Column("placebo", "from placebo [95 %]", 24, at=140),) if has_placebo else ()),
        Column("excluded", "excluded", 12, flex=3, at=116),
    )
    rows = tuple(_row(one, names, has_placebo=has_placebo) for one in results)
    return Shown(columns, rows, _figure(results, names, has_placebo=has_placebo), _NOTHING, first_manipulated(results))


def _row(one: ManipulationEffect, names: Names, *, has_placebo: bool) -> ShownRow:
    g = one.g_av.value if one.g_av else None
    cells = (
        *names.cells(one.model),
        one.manipulation,
        n_cell(one.n, one.total),
        estimate_cell(one.mean),
        estimate_cell(one.difference, "+6.1f"),
        p_cell(one.difference.p_adj if one.difference else None),
        estimate_cell(None) if g is None else number_text(g, "+.2f"),
        *((estimate_cell(one.from_placebo, "+6.1f"),) if has_placebo else ()),
        excluded_cell(one.excluded),
    )
    return ShownRow((one.model, one.manipulation), cells, one.sentence, one)


def _figure(results: Sequence[ManipulationEffect], names: Names, *, has_placebo: bool) -> Figure | None:
    compared = [one for one in results if one.difference is not None]
    if not compared:
        return None
    first = compared[0]
    return Forest(
        title=f"{title_of(first)}: difference from {CONTROL_ID}",
        note=f"{note_of(results)} 95 % intervals, clustered by family; n: tasks.",
        x_label="difference (scale points)",
        rows=tuple(
            ForestRow(
                one.manipulation,
                one.difference.n_tasks,
                one.difference.value,
                one.difference.low,
                one.difference.high,
                second=one.from_placebo.value if one.from_placebo else None,
                group=names[one.model] if names.is_needed else "",
                why_missing=one.difference.reason,
            )
            for one in compared
            if one.difference is not None
        ),
        first_name=f"from {CONTROL_ID}" if has_placebo else "",
        second_name="from placebo" if has_placebo else "",
    )


VIEW = StatsView("manipulations", "Manipulations", MANIPULATIONS, show, EXPLANATION)
