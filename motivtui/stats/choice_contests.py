"""Choices as contests between tasks, families or categories: who met whom, in which order, and who won how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from motivtui.stats.choice_rows import note_effect, offered
from motivtui.stats.table import ScoreTable
from motivtui.stats.tournament import Contests
from motivtui.study.score import ScoreStatus

if TYPE_CHECKING:
    from motivtui.stats.table import Ints


class RankedUnit(StrEnum):
    """What is put on the scale; a task's category is its main one."""

    TASK = "task"
    FAMILY = "family"
    CATEGORY = "category"


def units_of(table: ScoreTable, unit: RankedUnit) -> dict[str, str]:
    """What each task belongs to, by the task's name; tasks that stand nowhere but second in a pair may be missing."""
    import numpy as np

    _, rows = np.unique(table.task.codes, return_index=True)
    column = {RankedUnit.TASK: table.task, RankedUnit.FAMILY: table.family, RankedUnit.CATEGORY: table.categories}[unit]
    names = {table.task.text(int(row)): (column.name(int(row)) or "").split(";")[0] for row in rows}
    if unit is RankedUnit.TASK:
        names.update({str(name): str(name) for name in table.other_task.levels if name is not None})
    return {task: name for task, name in names.items() if name}


@dataclass(frozen=True, slots=True)
class ContestData:
    """What was compared: `names` by code, the choices and tasks that it rests on, and why others were left out."""

    contests: Contests
    names: tuple[str, ...]
    rows: int
    tasks: int
    excluded: Mapping[str, int]


def contests_of(table: ScoreTable, rows: Ints, units: Mapping[str, str]) -> ContestData:
    """The contests among `rows`, of one group and manipulation, between what `units` says of each task.

    A tie is half a win for both.
    """
    import numpy as np

    is_tie = (table.status.codes[rows] == table.status.code(ScoreStatus.TIE)) & np.isnan(table.value[rows])
    excluded = {reason: n for reason, n in table.excluded(rows).items() if reason != ScoreStatus.TIE}
    used = rows[is_tie | ~np.isnan(table.value[rows])]
    tasks = offered(table, used)
    names = tuple(sorted({units[name] for name in tasks.names if name in units}))
    places = {name: place for place, name in enumerate(names)}
    of_task = np.array([places.get(units.get(name, ""), -1) for name in tasks.names], dtype=np.int64)
    first, second = of_task[tasks.first], of_task[tasks.second]
    known = (first >= 0) & (second >= 0)
    different = known & (first != second)
    for reason, n in (("task of unknown group", (~known).sum()), ("both in one group", (known & ~different).sum())):
        if n:
            excluded[reason] = int(n)
    won = np.where(np.isnan(table.value[used]), 0.5, table.value[used] == 1)[different]
    notes = note_effect(table, used)[different]
    shown = np.column_stack([tasks.first[different], tasks.second[different], notes.astype(np.int64)])
    cells, one, codes = np.unique(shown, axis=0, return_index=True, return_inverse=True)
    codes = codes.reshape(-1)
    met, again = np.unique(np.concatenate([first[different], second[different]]), return_inverse=True)
    half = len(again) // 2
    contests = Contests(
        first=again[:half][one],
        second=again[half:][one],
        wins=np.bincount(codes, weights=won, minlength=len(one)).astype(np.float64),
        n=np.bincount(codes, minlength=len(one)).astype(np.float64),
        notes=cells[:, 2].astype(np.float64),
        clusters=tasks.pairs[different][one],
    )
    n_tasks = len(np.unique(shown[:, :2]))
    return ContestData(contests, tuple(names[code] for code in met), int(different.sum()), n_tasks, excluded)
