"""Statuses: what became of the trials and their scores, and how often a model refused or could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from motivtui.analysis.views import STATUSES
from motivtui.plots.figure import Bar, Bars, Figure
from motivtui.stats.statuses import StatusRates
from motivtui.study.response import Outcome
from motivtui.study.score import ScoreStatus
from motivtui.tui.stats_views.shown import Names, Shown, ShownRow, StatsView, estimate_cell, excluded_cell
from motivtui.tui.widgets.window_table import Cell, Column

EXPLANATION = """Everything that was planned, by what became of it; no score is used.

complete      trials with a final answer, of those planned
refused       the share of the answers in which the model refused to give a score, with its 95 % interval (Wilson,
              trials taken as independent)
unreadable    the share of the answers in which a score was wanted and none was to be found
scores        how each score was read; `repaired` ones were mended and count
not complete  trials that are open, failed or were skipped

Where refusals differ between manipulations, the scores that are left are not of the same tasks: differences between
manipulations compare only tasks with a score on both sides, but the refused ones may be just those that matter."""


def show(results: Sequence[StatusRates]) -> Shown:
    """A bar a manipulation."""
    names = Names(results)
    columns = (
        *names.columns(),
        Column("manipulation", "manipulation", 14, flex=2),
        Column("complete", "complete", 11, right=True),
        Column("refused", "refused, %", 15),
        Column("unreadable", "unreadable, %", 15),
        Column("open", "not complete", 16, flex=2, at=96),
        Column("scores", "scores", 16, flex=4, at=116),
    )
    rows = tuple(_row(one, names) for one in results)
    return Shown(columns, rows, _figure(results, names), "Nothing was asked.")


def _row(one: StatusRates, names: Names) -> ShownRow:
    cells: tuple[Cell, ...] = (
        *names.cells(one.model),
        one.manipulation,
        f"{one.states.get(Outcome.COMPLETE, 0):,}/{one.trials:,}",
        estimate_cell(one.refused, "3.0f", scale=100),
        estimate_cell(one.unreadable, "3.0f", scale=100),
        excluded_cell({state: n for state, n in one.states.items() if state != Outcome.COMPLETE}),
        excluded_cell(one.statuses),
    )
    return ShownRow((one.model, one.manipulation), cells, one.sentence, one)


def _figure(results: Sequence[StatusRates], names: Names) -> Figure | None:
    if not results:
        return None
    first = results[0]
    counts = [_counts(one) for one in results]
    statuses = _in_order(name for count in counts for name in count)
    trials = sum(one.trials for one in results)
    complete = sum(one.states.get(Outcome.COMPLETE, 0) for one in results)
    return Bars(
        title=f"{first.instrument}: what became of the scores",
        note=f"{complete:,} of {trials:,} trials are complete; those that are not count once for each of their scores.",
        x_label="share of the scores (%)",
        statuses=statuses,
        bars=tuple(
            Bar(names.label(one.model, one.manipulation), tuple(count[name] for name in statuses))
            for one, count in zip(results, counts, strict=True)
        ),
        is_share=True,
    )


def _counts(one: StatusRates) -> Counter[str]:
    """Scores by status, and those that never came by the state of their trial."""
    a_trial = round(sum(one.statuses.values()) / one.answers) if one.answers else 1
    counts = Counter(one.statuses)
    for state, n in one.states.items():
        if state != Outcome.COMPLETE:
            counts[state] += n * max(1, a_trial)
        elif not one.statuses:
            counts[state] += n
    return counts


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Scores that count first, then the others by name."""
    first = [ScoreStatus.OK.value, ScoreStatus.REPAIRED.value, Outcome.COMPLETE.value]
    return tuple(sorted(set(names), key=lambda name: (first.index(name) if name in first else len(first), name)))


VIEW = StatsView("statuses", "Statuses", STATUSES, show, EXPLANATION)
