"""Does another wording of the same manipulation get the same score? The wordings count as a sample of wordings.

One model, instrument, judge, item, decoding and manipulation at a time, over the tasks that have a score in every
wording. Where a study gives each task one wording only, there is nothing to compare, which is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.agreement import intraclass
from motivtui.stats.estimate import Estimate, Size, not_available
from motivtui.stats.preset import Preset
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import Group, ScoreTable, combined
from motivtui.stats.wording import count, left_out, number, subject, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Components:
    """Where the variance of single scores comes from, in squared scale points.

    `task_by_wording`: that tasks take a wording differently. Without repeats within a wording it cannot be told from
    `repeat`, which is None then and in `task_by_wording`. Below 0, as chance can leave them, they are 0 and named in
    `negative`.
    """

    task: float
    wording: float
    task_by_wording: float
    repeat: float | None
    negative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParaphraseReliability:
    """One group under one manipulation in `wordings` wordings.

    `icc` is ICC(A,1) of the score of a task (mean of its usable repeats) in one wording, any other wording taken as as
    good. `means` by wording are of the same tasks; `spread` is the largest difference between two of them.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    wordings: int
    total: int
    n: int
    excluded: Mapping[str, int]
    incomplete_tasks: int
    icc: Estimate
    components: Components | None
    means: tuple[tuple[int, float], ...]
    spread: float | None

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these wordings only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        spread = "" if self.spread is None else f", means up to {number(self.spread)} points apart"
        return (
            f"{who} under {self.manipulation} in {self.wordings} wordings: ICC(A,1) {with_interval(self.icc)}{spread}; "
            f"{count(self.icc.n_tasks, 'task')} with a score in every wording, {self.incomplete_tasks:,} without; "
            f"{self.n:,} of {self.total:,} scores, {left_out(self.excluded)}."
        )


def paraphrase_reliabilities(
    table: ScoreTable, preset: Preset = Preset.ROBUST, *, draws: int = DRAWS, seed: int = SEED
) -> tuple[ParaphraseReliability, ...]:
    """One for each group and manipulation that was put in two wordings or more.

    Intervals resample families; `Preset.REPLICATE`: the published F interval, tasks taken as independent.
    """
    import numpy as np

    return tuple(
        _reliability(table, group, part, preset, draws, seed)
        for group, rows in table.groups(ItemKind.SCALE)
        for part in table.split(rows, table.manipulation)
        if len(np.unique(table.wording[part])) > 1
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Task by wording, tasks complete: the mean of each cell, its usable rows, and the squares within all cells."""

    means: Floats
    counts: Ints
    within: float
    families: Ints
    wordings: tuple[int, ...]
    incomplete: int


def _cells(table: ScoreTable, rows: Ints) -> _Cells:
    import numpy as np

    usable = table.usable(rows)
    numbers, wordings = np.unique(table.wording[rows].astype(np.int64), return_inverse=True)
    codes, first, tasks = np.unique(table.tasks(rows), return_index=True, return_inverse=True)
    has_value = np.isin(rows, usable)
    cells = combined((tasks[has_value], 0), (wordings[has_value], len(numbers)))
    shape, values = (len(codes), len(numbers)), table.value[rows[has_value]]
    counts = np.bincount(cells, minlength=shape[0] * shape[1])
    means = np.bincount(cells, weights=values, minlength=len(counts)) / np.maximum(counts, 1)
    squares = np.bincount(cells, weights=(values - means[cells]) ** 2, minlength=len(counts)).reshape(shape)
    counts, means = counts.reshape(shape), means.reshape(shape)
    complete = (counts > 0).all(axis=1)
    return _Cells(
        means[complete],
        counts[complete],
        float(squares[complete].sum()),
        table.family.codes[rows[first]][complete],
        tuple(int(one) for one in numbers),
        int((~complete).sum()),
    )


def _reliability(
    table: ScoreTable, group: Group, rows: Ints, preset: Preset, draws: int, seed: int
) -> ParaphraseReliability:
    import numpy as np

    cells = _cells(table, rows)
    n = len(cells.means)
    size = Size(int(cells.counts.sum()), n)
    if n:
        icc = intraclass(
            cells.means, cells.families, size=size, draws=draws, seed=seed, is_published=preset is Preset.REPLICATE
        ).a1
    else:
        icc = not_available("no task has a score in every wording", unit="ICC", method="ICC(A,1)")
    means = cells.means.mean(axis=0) if n else np.empty(0)
    return ParaphraseReliability(
        *group,
        manipulation=table.manipulation.text(int(rows[0])),
        wordings=len(cells.wordings),
        total=len(rows),
        n=len(table.usable(rows)),
        excluded=table.excluded(rows),
        incomplete_tasks=cells.incomplete,
        icc=replace(icc, n_parents=len(np.unique(cells.families))),
        components=components(cells.means, cells.counts, cells.within) if n >= FEWEST else None,
        means=tuple(zip(cells.wordings, means.tolist(), strict=True)) if n else (),
        spread=float(np.ptp(means)) if n else None,
    )


def components(means: Floats, counts: Ints, within: float) -> Components:
    """From `means[task, wording]` of `counts[task, wording]` scores, all above 0, and the squares within the cells.

    Unweighted means, with the harmonic mean of the counts, which is exact where these are equal. Two wordings or more.
    """
    n, k = means.shape
    grand = float(means.mean())
    of_tasks, of_wordings = means.mean(axis=1), means.mean(axis=0)
    rest = means - of_tasks[:, None] - of_wordings[None, :] + grand
    left = float((rest**2).sum()) / ((n - 1) * (k - 1))
    task = float(((of_tasks - grand) ** 2).sum()) / (n - 1) - left / k
    wording = float(((of_wordings - grand) ** 2).sum()) / (k - 1) - left / n
    df = int(counts.sum()) - counts.size
    repeat = within / df if df else None
    both = left - (repeat * float((1 / counts).mean()) if repeat is not None else 0.0)
    found = {"task": task, "wording": wording, "task by wording": both}
    negative = tuple(name for name, value in found.items() if value < 0)
    return Components(max(task, 0.0), max(wording, 0.0), max(both, 0.0), repeat, negative)
