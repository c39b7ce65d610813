"""The score of a task: the mean of its usable repeats under a manipulation, for every task and manipulation of a group.

What is compared between conditions is this, never single rows: a task that was asked more often does not weigh more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Size
from motivtui.stats.table import ScoreTable, combined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from motivtui.stats.table import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class TaskScores:
    """`means[task, manipulation]`, NaN where no repeat was usable, of `counts[task, manipulation]` usable rows.

    `tasks[task]` is the task's code in the table, in ascending order, `rows[task]` one row of it, `families[task]` its
    family's code. The manipulations are those of the table's column, all of them, by code.
    """

    means: Floats
    counts: Ints
    tasks: Ints
    rows: Ints
    families: Ints


def task_scores(table: ScoreTable, rows: Ints) -> TaskScores:
    """The scores of the tasks of one group's `rows`; tasks without any usable score are among them."""
    import numpy as np

    codes, first, tasks = np.unique(table.tasks(rows), return_index=True, return_inverse=True)
    shape = (len(first), len(table.manipulation.levels))
    usable = ~np.isnan(table.value[rows])
    cells = combined((tasks, shape[0]), (table.manipulation.codes[rows], shape[1]))[usable]
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    sums = np.bincount(cells, weights=table.value[rows][usable], minlength=shape[0] * shape[1]).reshape(shape)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return TaskScores(means, counts, codes, rows[first], table.family.codes[rows[first]])


def complete(scores: TaskScores, codes: Sequence[int]) -> TaskScores:
    """Only the tasks that have a score under each of the manipulations `codes`."""
    import numpy as np

    kept = ~np.isnan(scores.means[:, codes]).any(axis=1)
    return TaskScores(
        scores.means[kept], scores.counts[kept], scores.tasks[kept], scores.rows[kept], scores.families[kept]
    )


@dataclass(frozen=True, slots=True)
class Pairs:
    """The scores of the tasks that have one on both sides, with the codes of tasks and families.

    `size`: the rows and tasks that they rest on.
    """

    manipulated: Floats
    control: Floats
    tasks: Ints
    families: Ints
    size: Size

    @property
    def differences(self) -> Floats:
        """Manipulated minus control, a value for each task."""
        return self.manipulated - self.control

    @property
    def magnitude(self) -> float:
        """The largest size of any score; 0 where there is none."""
        return max((float(abs(side).max()) for side in (self.manipulated, self.control) if len(side)), default=0.0)


def pairs_of(scores: TaskScores, manipulated: Sequence[int], control: Sequence[int]) -> Pairs:
    """The pairs of two sides, each one manipulation or several by code: these are averaged, where a task has them."""
    one, other = _side(scores.means, manipulated), _side(scores.means, control)
    both = _present(one) & _present(other)
    rows = int(scores.counts[both][:, [*manipulated, *control]].sum())
    return Pairs(one[both], other[both], scores.tasks[both], scores.families[both], Size(rows, int(both.sum())))


def _side(means: Floats, codes: Sequence[int]) -> Floats:
    """A task's mean over the manipulations `codes`; NaN where it has no score under any."""
    import numpy as np

    chosen = means[:, codes]
    counts = _present(chosen).sum(axis=1)
    side: Floats = np.where(counts > 0, np.nansum(chosen, axis=1) / np.maximum(counts, 1), np.nan)
    return side


def _present(values: Floats) -> Bools:
    import numpy as np

    present: Bools = ~np.isnan(values)
    return present
