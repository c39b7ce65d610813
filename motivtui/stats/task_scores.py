"""The score of a task: the mean of its usable repeats under a manipulation, for every task and manipulation of a group.

What is compared between conditions is this, never single rows: a task that was asked more often does not weigh more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.table import ScoreTable, combined

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints


@dataclass(frozen=True, slots=True)
class TaskScores:
    """`means[task, manipulation]`, NaN where no repeat was usable, of `counts[task, manipulation]` usable rows.

    Tasks are in an order of their own: `rows[task]` is one row of the table for each, `families[task]` its family's
    code. The manipulations are those of the table's column, all of them, by code.
    """

    means: Floats
    counts: Ints
    rows: Ints
    families: Ints


def task_scores(table: ScoreTable, rows: Ints) -> TaskScores:
    """The scores of the tasks of one group's `rows`; tasks without any usable score are among them."""
    import numpy as np

    _, first, tasks = np.unique(table.tasks(rows), return_index=True, return_inverse=True)
    shape = (len(first), len(table.manipulation.levels))
    usable = ~np.isnan(table.value[rows])
    cells = combined((tasks, shape[0]), (table.manipulation.codes[rows], shape[1]))[usable]
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    sums = np.bincount(cells, weights=table.value[rows][usable], minlength=shape[0] * shape[1]).reshape(shape)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return TaskScores(means, counts, rows[first], table.family.codes[rows[first]])
