"""The answers of one instrument of one model, and which of them failed: a refusal, or no score to be read.

An answer is a complete reply that was asked for scores; what was never answered (a lost connection, a trial still
planned) is nobody's failure. An instrument with five items fails once, not five times.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from motivtui.stats.statuses import REFUSED, UNREADABLE
from motivtui.stats.table import ScoreTable, combined
from motivtui.study.response import Outcome

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints


class Failure(StrEnum):
    """`refused`: the model would not. `unreadable`: it answered something that no score could be read from."""

    REFUSED = "refused"
    UNREADABLE = "unreadable"


STATUSES = {Failure.REFUSED: REFUSED, Failure.UNREADABLE: UNREADABLE}


@dataclass(frozen=True, slots=True)
class Answers:
    """One entry an answer, in the order asked within a task and manipulation: its first row, and codes.

    `failed[kind]`: whether any of its scores failed in that way.
    """

    rows: Ints
    tasks: Ints
    families: Ints
    manipulations: Ints
    failed: dict[Failure, Bools]
    planned: int

    def __len__(self) -> int:
        return len(self.rows)


def instruments(table: ScoreTable) -> list[Ints]:
    """The score rows of each model, instrument, judge and decoding."""
    import numpy as np

    scored = np.flatnonzero(table.item.codes != table.item.code(None))
    return table.split(scored, table.model, table.phase, table.instrument, table.judge, table.decoding)


def answers(table: ScoreTable, rows: Ints) -> Answers:
    """The answers among the score rows of one instrument."""
    import numpy as np

    planned = len(np.unique(table.ordinal[rows]))
    is_answer = (table.state.codes[rows] == table.state.code(Outcome.COMPLETE)) & (
        table.status.codes[rows] != table.status.code(None)
    )
    rows = rows[is_answer]
    _, first, trials = np.unique(table.ordinal[rows], return_index=True, return_inverse=True)
    failed = {}
    for kind, statuses in STATUSES.items():
        has = np.isin(table.status.codes[rows], [table.status.code(status) for status in statuses])
        failed[kind] = np.bincount(trials, weights=has, minlength=len(first)) > 0
    own = rows[first]
    order = np.lexsort((table.wording[own], table.repeat[own], np.nan_to_num(table.execution_repeat[own])))
    own = own[order]
    return Answers(
        own,
        table.tasks(own),
        table.family.codes[own],
        table.manipulation.codes[own],
        {kind: one[order] for kind, one in failed.items()},
        planned,
    )


@dataclass(frozen=True, slots=True)
class Matched:
    """The share of failures of each task under two conditions, of as many answers each: the first ones asked."""

    one: Floats
    other: Floats
    tasks: Ints
    families: Ints
    answers: int


def matched(found: Answers, kind: Failure, one: int, other: int) -> Matched:
    """Of the tasks that were answered under both manipulations (by code).

    A condition in which a task was asked more often had more chances to fail: only as many answers as the other
    condition has count.
    """
    import numpy as np

    sides = [np.flatnonzero(found.manipulations == code) for code in (one, other)]
    tasks, codes = np.unique(np.concatenate([found.tasks[side] for side in sides]), return_inverse=True)
    split = len(sides[0])
    by_side = (codes[:split], codes[split:])
    fewest = np.minimum(*(np.bincount(side, minlength=len(tasks)) for side in by_side))
    shares = []
    for side, of in zip(sides, by_side, strict=True):
        counts = _place(of) < fewest[of]
        failures = np.bincount(of[counts], weights=found.failed[kind][side][counts], minlength=len(tasks))
        shares.append(failures / np.maximum(fewest, 1))
    kept = fewest > 0
    family = np.empty(len(tasks), dtype=found.families.dtype)
    for side, of in zip(sides, by_side, strict=True):
        family[of] = found.families[side]
    return Matched(shares[0][kept], shares[1][kept], tasks[kept], family[kept], 2 * int(fewest.sum()))


def first_answers(found: Answers, kind: Failure, codes: list[int]) -> tuple[Floats, Ints]:
    """failed[task, manipulation] (0 or 1) of the first answer under each, tasks answered under all, and families."""
    import numpy as np

    tasks, task = np.unique(found.tasks, return_inverse=True)
    shape = (len(tasks), len(codes))
    place = np.full(max([*codes, *found.manipulations.tolist()], default=0) + 1, -1)
    place[codes] = np.arange(len(codes))
    column = place[found.manipulations]
    wanted = np.flatnonzero(column >= 0)
    cells = combined((task[wanted], 0), (column[wanted], len(codes)))
    cell, first = np.unique(cells, return_index=True)
    values = np.full(shape[0] * shape[1], np.nan)
    values[cell] = found.failed[kind][wanted[first]]
    family = np.empty(len(tasks), dtype=found.families.dtype)
    family[task] = found.families
    table = values.reshape(shape)
    complete = ~np.isnan(table).any(axis=1)
    return table[complete], family[complete]


def _place(codes: Ints) -> Ints:
    """For each entry how many entries of the same code stand before it."""
    import numpy as np

    order = np.argsort(codes, kind="stable")
    _, starts, counts = np.unique(codes[order], return_index=True, return_counts=True)
    places = np.empty(len(codes), dtype=np.int64)
    places[order] = np.arange(len(codes)) - np.repeat(starts, counts)
    return places
