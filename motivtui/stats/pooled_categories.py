"""Do scores go with categories in several models at once? Task scores of these models, what models differ by taken out.

Nothing here speaks of models that were not asked: tasks vary, models are fixed. Models are never averaged before the
test, unless `Preset.REPLICATE` asks for the published number.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.categories import family_means, flagged, membership, tested, told
from motivtui.stats.cross_validation import predicted_r_squared
from motivtui.stats.estimate import NO_SCORE, Estimate, Size, clustered_mean, not_available
from motivtui.stats.preset import Preset
from motivtui.stats.regression import UNIT, adjusted_r_squared, ols_f, wald_f
from motivtui.stats.table import ScoreTable
from motivtui.stats.task_scores import task_scores
from motivtui.stats.wording import count, number, p_value
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

AVERAGED = "models averaged before the test: says nothing of how far they agree"
POINTS = "scale points"
Cell = tuple[str, str | None, str, str]


@dataclass(frozen=True, slots=True)
class CategoryDeviation:
    """By how many points a category's tasks lie above their model's mean, over models; clustered by family."""

    category: str
    deviation: Estimate


@dataclass(frozen=True, slots=True)
class PooledCategories:
    """One item of several models under one manipulation.

    `test`: R² of the scores within models and the Wald F of the categories alone, clustered by family; `family_test`
    the same over the families' means, of all models together. `predicted_r_squared`: of families predicted from the
    other families. `untested`: categories of one family only; `left_out`: models without a score.
    """

    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    models: tuple[str, ...]
    left_out: tuple[str, ...]
    categories: tuple[CategoryDeviation, ...]
    test: Estimate
    family_test: Estimate
    family_adjusted_r_squared: float | None
    predicted_r_squared: float | None
    untested: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What can be said, of these models and tasks only."""
        by = f" by judge {self.judge}" if self.judge else ""
        who = f"{self.instrument} · {self.item}{by} ({self.decoding}) under {self.manipulation}"
        these = f"for these {count(len(self.models), 'model')} only"
        left = f"; without a score: {', '.join(self.left_out)}" if self.left_out else ""
        found = self.family_test
        if found.value is None or found.statistic is None or found.p is None:
            return f"{who}, {these}: categories NA ({found.reason}){left}."
        f = f"F({found.df:.0f}, {found.df2:.0f}) = {number(found.statistic)}, {p_value(found.p)}"
        apart = f"; not tested, one family only: {', '.join(self.untested)}" if self.untested else ""
        return (
            f"{who}, {these}: categories go with {100 * found.value:.0f} % of the variance between "
            f"{count(found.n_parents, 'family', 'families')} ({f}); {count(found.n_tasks, 'task')}{apart}{left}."
        )


@dataclass(frozen=True, slots=True)
class _Scores:
    """One entry a task of a model: `models[entry]` is the model's place, `rows[entry]` a row of the task."""

    values: Floats
    models: Ints
    tasks: Ints
    families: Ints
    rows: Ints
    counts: Ints


def pooled_categories(
    table: ScoreTable, manipulation: str = CONTROL_ID, preset: Preset = Preset.ROBUST
) -> tuple[PooledCategories, ...]:
    """One for each item that several models were asked under `manipulation`.

    `Preset.REPLICATE`: the family test is over means of the models' averaged scores, with what is wrong about it said.
    """
    code = table.manipulation.code(manipulation)
    cells: dict[Cell, dict[str, Ints]] = defaultdict(dict)
    for group, rows in table.groups(ItemKind.SCALE):
        under = rows[table.manipulation.codes[rows] == code]
        if len(under):
            cells[group.instrument, group.judge, group.item, group.decoding][group.model] = under
    return tuple(
        _pooled(table, cell, models, manipulation, preset) for cell, models in cells.items() if len(models) > 1
    )


def _scores(table: ScoreTable, models: dict[str, Ints], code: int) -> _Scores:
    import numpy as np

    parts = []
    for place, rows in enumerate(models.values()):
        found = task_scores(table, rows)
        has = ~np.isnan(found.means[:, code])
        parts.append(
            (
                found.means[has, code],
                np.full(int(has.sum()), place),
                found.tasks[has],
                found.families[has],
                found.rows[has],
                found.counts[has, code],
            )
        )
    values, places, tasks, families, rows, counts = (np.concatenate(side) for side in zip(*parts, strict=True))
    return _Scores(values, places, tasks, families, rows, counts)


def _pooled(
    table: ScoreTable, cell: Cell, models: dict[str, Ints], manipulation: str, preset: Preset
) -> PooledCategories:
    import numpy as np

    scores = _scores(table, models, table.manipulation.code(manipulation))
    present, places = np.unique(scores.models, return_inverse=True)
    names, belongs = membership(table, scores.rows)
    kept, columns = tested(belongs, scores.families)
    values, families, of_model = scores.values[kept], scores.families[kept], places[kept]
    design = belongs[kept][:, columns]
    size = Size(int(scores.counts[kept].sum()), len(np.unique(scores.tasks[kept])))
    within = _within(values, of_model)
    centred = np.column_stack([_within(column, of_model) for column in design.T]) if design.shape[1] else design
    test = told(wald_f(within, centred, families, size, absorbed=max(len(present) - 1, 0)), len(scores.values))
    family_test = (
        _published(values, design, scores.tasks[kept], families, size)
        if preset is Preset.REPLICATE
        else ols_f(*family_means(within, centred, families), size)
        if len(within)
        else not_available(NO_SCORE, unit=UNIT, size=size)
    )
    family_test = replace(told(family_test, len(scores.values)), n_models=len(present))
    dummies = (of_model[:, None] == np.arange(len(present))).astype(np.float64)
    all_names = list(models)
    return PooledCategories(
        *cell,
        manipulation=manipulation,
        models=tuple(all_names[place] for place in present.tolist()),
        left_out=tuple(name for place, name in enumerate(all_names) if place not in present),
        categories=_deviations(names, scores, places, belongs),
        test=replace(
            flagged(told(test, len(scores.values)), belongs[:, columns], scores.families), n_models=len(present)
        ),
        family_test=family_test,
        family_adjusted_r_squared=adjusted_r_squared(family_test),
        predicted_r_squared=predicted_r_squared(values, dummies, design, families) if len(values) else None,
        untested=tuple(name for name, is_tested in zip(names, columns, strict=True) if not is_tested),
        flags=(AVERAGED,) if preset is Preset.REPLICATE else (),
    )


def _within(values: Floats, groups: Ints) -> Floats:
    """Values minus their group's mean."""
    import numpy as np

    if not len(values):
        return values
    found: Floats = values - (np.bincount(groups, weights=values) / np.maximum(np.bincount(groups), 1))[groups]
    return found


def _published(values: Floats, design: Floats, tasks: Ints, families: Ints, size: Size) -> Estimate:
    """The classical F over the families' means of the tasks' scores, averaged over models first."""
    import numpy as np

    if not len(values):
        return not_available(NO_SCORE, unit=UNIT, size=size)
    means, columns = family_means(values, design, tasks)
    _, first = np.unique(tasks, return_index=True)
    return ols_f(*family_means(means, columns, families[first]), size)


def _deviations(names: list[str], scores: _Scores, places: Ints, belongs: Floats) -> tuple[CategoryDeviation, ...]:
    import numpy as np

    within = _within(scores.values, places)
    magnitude = float(abs(scores.values).max(initial=0))
    found = []
    for name, of in zip(names, belongs.T > 0, strict=True):
        size = Size(int(scores.counts[of].sum()), len(np.unique(scores.tasks[of])))
        mean = clustered_mean(within[of], scores.families[of], unit=POINTS, size=size, magnitude=magnitude)
        found.append(CategoryDeviation(name, replace(mean, n_models=len(np.unique(places[of])))))
    return tuple(found)
