"""What became of the trials: by state, what became of their scores: by status, and how often a model refused.

Counts everything, uses no score. Rates are of trials: an instrument with five items is refused once, not five times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Estimate, share
from motivtui.stats.table import Column, ScoreTable, counted
from motivtui.stats.wording import percent
from motivtui.study.response import Outcome
from motivtui.study.score import ScoreStatus

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Ints

REFUSED = (ScoreStatus.REFUSED,)
UNREADABLE = (
    ScoreStatus.AMBIGUOUS,
    ScoreStatus.MISSING,
    ScoreStatus.INVALID,
    ScoreStatus.OUT_OF_RANGE,
    ScoreStatus.TRUNCATED,
    ScoreStatus.ERROR,
)
"""Statuses of an answer in which a score was wanted and none was to be read; a tie is none, it is an answer."""


@dataclass(frozen=True, slots=True)
class StatusRates:
    """One instrument of one model under one manipulation.

    `trials` planned, by state; `answers`: those of them that are complete and were asked for scores. `statuses` counts
    scores, `finish_reasons` trials. `refused` and `unreadable`: the share of the answers with such a score.
    """

    model: str
    instrument: str
    judge: str | None
    decoding: str
    manipulation: str
    trials: int
    states: Mapping[str, int]
    statuses: Mapping[str, int]
    finish_reasons: Mapping[str, int]
    answers: int
    refused: Estimate
    unreadable: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of this model and instrument only."""
        by = f" by judge {self.judge}" if self.judge else ""
        open_trials = self.trials - self.states.get(Outcome.COMPLETE, 0)
        return (
            f"{self.model}, {self.instrument}{by} ({self.decoding}) under {self.manipulation}: refused "
            f"{percent(self.refused)}, unreadable {percent(self.unreadable)} of {self.answers:,} answers; "
            f"{open_trials:,} of {self.trials:,} trials are not complete."
        )


def status_rates(table: ScoreTable) -> tuple[StatusRates, ...]:
    """One for each model, instrument, judge, decoding and manipulation, executions among them."""
    import numpy as np

    order = (table.model, table.phase, table.instrument, table.judge, table.decoding, table.manipulation)
    return tuple(_rates(table, rows) for rows in table.split(np.arange(len(table)), *order))


def _rates(table: ScoreTable, rows: Ints) -> StatusRates:
    import numpy as np

    ordinals, first = np.unique(table.ordinal[rows], return_index=True)
    trials, row = rows[first], int(rows[0])
    is_score = table.item.codes[rows] != table.item.code(None)
    scored = rows[is_score & (table.state.codes[rows] == table.state.code(Outcome.COMPLETE))]
    answers = np.unique(table.ordinal[scored])

    def rate(statuses: Iterable[str]) -> Estimate:
        found = np.unique(table.ordinal[scored[_has(table.status, scored, statuses)]])
        tasks, families = (len(np.unique(codes)) for codes in (table.tasks(scored), table.family.codes[scored]))
        return share(len(found), len(answers), of="complete answer with scores", tasks=tasks, parents=families)

    return StatusRates(
        model=table.model.text(row),
        instrument=table.instrument.text(row),
        judge=table.judge.name(row),
        decoding=table.decoding.text(row),
        manipulation=table.manipulation.text(row),
        trials=len(ordinals),
        states=counted(table.state, trials),
        statuses=counted(table.status, _named(table.status, rows)),
        finish_reasons=counted(table.finish_reason, _named(table.finish_reason, trials)),
        answers=len(answers),
        refused=rate(REFUSED),
        unreadable=rate(UNREADABLE),
    )


def _has(column: Column, rows: Ints, names: Iterable[str]) -> Bools:
    import numpy as np

    return np.isin(column.codes[rows], [column.code(name) for name in names])


def _named(column: Column, rows: Ints) -> Ints:
    """Those of `rows` that have any name in the column."""
    named: Ints = rows[column.codes[rows] != column.code(None)]
    return named
