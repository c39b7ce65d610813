"""Choice: whether a note on one of two tasks draws the choice, and whether the place on the page does."""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.analysis.views import CHOICES
from motivtui.plots.figure import Figure, Forest, ForestRow
from motivtui.stats.choices import ChoiceEffect
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
    p_cell,
)
from motivtui.tui.widgets.window_table import Column

EXPLANATION = """Two tasks are offered, one of them with a note; shares are of clear choices, in percent.

noted         how often the task with the note was chosen, with a 95 % interval clustered by pair; 50 is chance
p adj         against 50, Benjamini-Hochberg over the manipulations; * below .05
shift         what the note adds: the difference from the same task's share in the same pair under `none`, in points
first shown   how often the task shown first was chosen: far from 50, the place on the page decides
same winner   of pairs that were offered in both orders, how often both had the same winner

A tie or an answer that names no task is counted and never split between the tasks."""

_NOTHING = "This run asked for no choices. In the lab, pick the instrument `choice` beside the others."


def show(results: Sequence[ChoiceEffect]) -> Shown:
    """A forest of shares, and a line a manipulation."""
    names = Names(results)
    columns = (
        *names.columns(),
        Column("manipulation", "manipulation", 14, flex=2),
        Column("n", "n", 9, right=True),
        Column("noted", "noted, % [95 %]", 15),
        Column("p", "p adj", 6, right=True),
        Column("shift", "shift [95 %]", 18, at=100),
        Column("first", "first shown, %", 15),
        Column("same", "same winner, %", 15, at=116),
        Column("excluded", "excluded", 12, flex=3, at=130),
    )
    return Shown(
        columns,
        tuple(_row(one, names) for one in results),
        _figure(results, names),
        _NOTHING,
        first_manipulated(results),
    )


def _row(one: ChoiceEffect, names: Names) -> ShownRow:
    cells = (
        *names.cells(one.model),
        one.manipulation,
        n_cell(one.n, one.total),
        estimate_cell(one.manipulated_by_pair, "3.0f", scale=100),
        p_cell(one.manipulated_by_pair.p_adj if one.manipulated_by_pair else None),
        estimate_cell(one.shift, "+4.0f", scale=100),
        estimate_cell(one.first, "3.0f", scale=100),
        estimate_cell(one.order_consistency, "3.0f", scale=100),
        excluded_cell(one.excluded),
    )
    return ShownRow((one.model, one.manipulation), cells, one.sentence, one)


def _figure(results: Sequence[ChoiceEffect], names: Names) -> Figure | None:
    rows = tuple(_forest_row(one, names) for one in results if one.manipulated_by_pair is not None)
    if not rows:
        return None
    first = results[0]
    return Forest(
        title=f"{title_of(first)}: how often the task with the note was chosen",
        note=f"{note_of(results, 'choices')} 95 % intervals, clustered by pair; 50 % is chance.",
        x_label="share of clear choices (%)",
        rows=rows,
        reference=50.0,
        first_name="with the note",
        second_name="shown first",
    )


def _forest_row(one: ChoiceEffect, names: Names) -> ForestRow:
    share = one.manipulated_by_pair
    if share is None:
        raise AssertionError("the control has no note")
    value, low, high = (None if end is None else 100 * end for end in (share.value, share.low, share.high))
    return ForestRow(
        one.manipulation,
        share.n_rows,
        value,
        low,
        high,
        second=None if one.first.value is None else 100 * one.first.value,
        group=names[one.model] if names.is_needed else "",
        why_missing=share.reason,
    )


VIEW = StatsView("choice", "Choice", CHOICES, show, EXPLANATION)
