"""Do the scores of tasks go with their categories? Means and boxes by category, and one joint test, model by model.

A task with several categories counts in each of them. Scores are those under one manipulation, the control's unless
another is asked for. Categories that rest on one family are described, never tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.cross_validation import predicted_r_squared
from motivtui.stats.estimate import NO_SCORE, Estimate, Size, clustered_mean
from motivtui.stats.regression import adjusted_r_squared, ols_f, wald_f
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.task_scores import task_scores
from motivtui.stats.wording import count, left_out, number, p_value, subject
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

FEW_FAMILIES = 3
ONE_FAMILY_EACH = "no category has two families of tasks"
ENOUGH_FAMILIES = 40
"""With fewer families a category the clustered F rejects a true null too often (12 categories of 4 families each: in
half of all studies); the F over the families' means does not, which is why sentences go by that."""


@dataclass(frozen=True, slots=True)
class CategoryMean:
    """The task scores of one category. `box`: minimum, quartile, median, quartile, maximum (type 7)."""

    category: str
    mean: Estimate
    box: tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class CategoryEffect:
    """One group under one manipulation.

    `test` and `family_test` hold R² with the F of the categories: over tasks, clustered by family, and over the means
    of families. `predicted_r_squared` is of tasks predicted from the other families only, and below 0 where categories
    predict worse than the mean does. `untested`: the categories that the tests leave out.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    categories: tuple[CategoryMean, ...]
    test: Estimate
    family_test: Estimate
    family_adjusted_r_squared: float | None
    predicted_r_squared: float | None
    untested: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        rows = f"{self.n:,} of {self.total:,} scores, {left_out(self.excluded)}"
        found = self.family_test
        if found.value is None or found.statistic is None or found.p is None:
            return f"{who} under {self.manipulation}: categories NA ({found.reason}); {rows}."
        f = f"F({found.df:.0f}, {found.df2:.0f}) = {number(found.statistic)}, {p_value(found.p)}"
        left = f"; not tested, one family only: {', '.join(self.untested)}" if self.untested else ""
        return (
            f"{who} under {self.manipulation}: categories go with {100 * found.value:.0f} % of the variance between "
            f"{count(found.n_parents, 'family', 'families')} ({f}){left}; {rows}."
        )


def category_effects(table: ScoreTable, manipulation: str = CONTROL_ID) -> tuple[CategoryEffect, ...]:
    """One for each group that has rows under `manipulation`."""
    code = table.manipulation.code(manipulation)
    found = []
    for group, rows in table.groups(ItemKind.SCALE):
        under = rows[table.manipulation.codes[rows] == code]
        if len(under):
            found.append(_effect(table, group, under, manipulation))
    return tuple(found)


def _effect(table: ScoreTable, group: Group, rows: Ints, manipulation: str) -> CategoryEffect:
    import numpy as np

    scores = task_scores(table, rows)
    code = table.manipulation.code(manipulation)
    has_score = ~np.isnan(scores.means[:, code])
    values, families = scores.means[has_score, code], scores.families[has_score]
    counts = scores.counts[has_score, code]
    names, belongs = membership(table, scores.rows[has_score])
    kept, columns = tested(belongs, families)
    test_size = Size(int(counts[kept].sum()), int(kept.sum()))
    design = belongs[kept][:, columns]
    family_values, family_columns = family_means(values[kept], design, families[kept])
    family_test = told(ols_f(family_values, family_columns, test_size), len(values))
    return CategoryEffect(
        *group,
        manipulation=manipulation,
        total=len(rows),
        n=len(table.usable(rows)),
        excluded=table.excluded(rows),
        categories=tuple(
            _category(name, values[of], families[of], Size(int(counts[of].sum()), int(of.sum())))
            for name, of in zip(names, belongs.T > 0, strict=True)
        ),
        test=flagged(
            told(wald_f(values[kept], design, families[kept], test_size), len(values)),
            belongs[:, columns],
            families,
        ),
        family_test=family_test,
        family_adjusted_r_squared=adjusted_r_squared(family_test),
        predicted_r_squared=predicted_r_squared(values[kept], np.ones((int(kept.sum()), 1)), design, families[kept]),
        untested=tuple(name for name, is_tested in zip(names, columns, strict=True) if not is_tested),
    )


def membership(table: ScoreTable, rows: Ints) -> tuple[list[str], Floats]:
    """The categories by name, and 1 or 0 for each task and category."""
    import numpy as np

    of_tasks = [str(table.categories.name(int(row)) or "").split(";") for row in rows]
    names = sorted({name for of_task in of_tasks for name in of_task if name})
    belongs = np.array([[float(name in of_task) for name in names] for of_task in of_tasks])
    return names, belongs.reshape(len(rows), len(names))


def _category(name: str, values: Floats, families: Ints, size: Size) -> CategoryMean:
    import numpy as np

    mean = clustered_mean(values, families, unit="scale points", size=size)
    if mean.n_parents < FEW_FAMILIES:
        mean = replace(mean, flags=(f"fewer than {FEW_FAMILIES} families",))
    low, first, median, third, high = (float(one) for one in np.quantile(values, (0, 0.25, 0.5, 0.75, 1)))
    return CategoryMean(name, mean, (low, first, median, third, high))


def tested(belongs: Floats, families: Ints) -> tuple[Bools, Bools]:
    """Which tasks and which categories can be tested, as masks: every category has two families among the tasks.

    Leaving out a category leaves out tasks that are in no other, which may leave another one with a single family.
    """
    import numpy as np

    tasks: Bools = np.ones(len(belongs), dtype=bool)
    columns: Bools = np.ones(belongs.shape[1], dtype=bool)
    while True:
        enough = np.array([len(np.unique(families[tasks & (column > 0)])) >= 2 for column in belongs.T], dtype=bool)
        still = columns & enough
        tasks = np.asarray((belongs[:, still] > 0).any(axis=1))
        if (still == columns).all():
            return tasks, columns
        columns = still


def family_means(values: Floats, belongs: Floats, families: Ints) -> tuple[Floats, Floats]:
    """The families' means of `values` and of each column of `belongs`."""
    import numpy as np

    _, codes = np.unique(families, return_inverse=True)
    counts = np.bincount(codes)
    means = np.bincount(codes, weights=values) / counts
    columns = [np.bincount(codes, weights=column) / counts for column in belongs.T]
    return means, np.column_stack(columns) if columns else np.empty((len(means), 0))


def told(test: Estimate, tasks: int) -> Estimate:
    """The test with the reason why there is none, if it is that none of so many tasks with scores could be tested."""
    return replace(test, reason=ONE_FAMILY_EACH) if tasks and test.reason == NO_SCORE else test


def flagged(test: Estimate, belongs: Floats, families: Ints) -> Estimate:
    """The clustered test with a warning where a category has too few families for it."""
    import numpy as np

    fewest = min((len(np.unique(families[column > 0])) for column in belongs.T), default=0)
    if test.value is None or fewest >= ENOUGH_FAMILIES:
        return test
    return replace(test, flags=(f"{fewest} families in the smallest category: rejects too often",))
