"""Reliability: whether the same score is given again when the same question is asked again."""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.analysis.views import RELIABILITY
from motivtui.plots.figure import Figure, Forest, ForestRow
from motivtui.stats.reliability import Reliability
from motivtui.tui.stats_views.measures import title_of
from motivtui.tui.stats_views.shown import (
    Names,
    Shown,
    ShownRow,
    StatsView,
    estimate_cell,
    n_cell,
    note_of,
    number_cell,
)
from motivtui.tui.widgets.window_table import Column

EXPLANATION = """The same task in the same wording, asked twice or more.

ICC(1,1)        how much of the variance of a single score lies between tasks, with its 95 % interval (F). 1: repeats
                agree; 0: they differ as much as other tasks do
r               Pearson's correlation of the first repeat with the second
SD within       how far repeats of one task scatter, in scale points
repeatability   two scores of one task differ by less than this in 95 of 100 cases
|Δ|             by how much they differ on average

A low ICC may also mean that tasks hardly differ: look at the SD within beside it. With temperature 0 or a fixed seed
agreement says nothing of the model. Fewer than three repeated tasks, or scores that do not vary: no number."""

_NOTHING = "Nothing was asked. In the lab, two repeats or more show how reliable a score is."


def show(results: Sequence[Reliability]) -> Shown:
    """A forest of ICCs, and a line a manipulation."""
    names = Names(results)
    columns = (
        *names.columns(),
        Column("manipulation", "manipulation", 14, flex=2),
        Column("n", "n", 9, right=True, at=92),
        Column("tasks", "tasks", 5, right=True),
        Column("icc", "ICC(1,1) [95 %]", 21, flex=1),
        Column("r", "r", 5, right=True, at=82),
        Column("within", "SD within", 9, right=True),
        Column("repeatability", "repeatab.", 9, right=True, at=102),
        Column("difference", "|Δ|", 5, right=True),
    )
    rows = tuple(_row(one, names) for one in results)
    return Shown(columns, rows, _figure(results, names), _NOTHING)


def _row(one: Reliability, names: Names) -> ShownRow:
    cells = (
        *names.cells(one.model),
        one.manipulation,
        n_cell(one.n, one.total),
        f"{one.icc.n_tasks}",
        estimate_cell(one.icc, "5.2f"),
        number_cell(one.r.value, ".2f"),
        number_cell(one.within_sd.value),
        number_cell(one.repeatability),
        number_cell(one.mean_difference),
    )
    return ShownRow((one.model, one.manipulation), cells, one.sentence, one)


def _figure(results: Sequence[Reliability], names: Names) -> Figure | None:
    if not results:
        return None
    first = results[0]
    return Forest(
        title=f"{title_of(first)}: agreement of repeats",
        note=f"{note_of(results)} 95 % intervals (F); n: repeated tasks.",
        x_label="ICC(1,1)",
        is_difference=False,
        rows=tuple(
            ForestRow(
                one.manipulation,
                one.icc.n_tasks,
                one.icc.value,
                one.icc.low,
                one.icc.high,
                second=one.r.value,
                group=names[one.model] if names.is_needed else "",
                why_missing=one.icc.reason,
            )
            for one in results
        ),
        first_name="ICC(1,1)",
        second_name="r",
    )


VIEW = StatsView("reliability", "Reliability", RELIABILITY, show, EXPLANATION)
