"""One number for several models, and for whom it speaks.

*Panel*: the mean of these models' effects, each weighing the same; what varies are tasks, so the interval is clustered
by family, and nothing is said of any other model. *Population*: models and families as samples of both, so that what
models differ by and what tasks do to all of them are both in the interval; only this speaks of models that were not
asked, as far as these are like a sample of them. Tasks are never averaged over models before a test: when models
differ, that rejects true nulls in most studies.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.estimate import FEW_MODELS as FEW_MODELS
from motivtui.stats.estimate import FEWEST_MODELS as FEWEST_MODELS
from motivtui.stats.estimate import (
    LEVEL,
    ROUNDING,
    Estimate,
    Size,
    clustered_mean,
    clustered_statistic,
    equivalence_p,
    not_available,
    t_quantile,
    t_two_sided,
)
from motivtui.stats.manipulations import NO_PAIR, POINTS, equivalence_bound
from motivtui.stats.meta_analysis import MetaAnalysis, meta_analysis
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.table import ScoreTable
from motivtui.stats.task_scores import Pairs, pairs_of, task_scores
from motivtui.stats.wording import count, p_value, with_interval
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from motivtui.stats.table import Ints

BOTH_WAYS = "two-way clustered by model and family, t (Satterthwaite)"


@dataclass(frozen=True, slots=True)
class PooledEffect:
    """The differences from the control of several models, for one instrument, judge, item and decoding.

    `by_model`: each model's own mean difference; models without a pair of scores are in `left_out`. `meta_analysis`
    weighs models by their precision and says how much they differ; `panel` and `population` weigh them the same.
    `panel_equivalence_p` and `population_equivalence_p` are of the effect lying within ±`equivalence_bound` points.
    """

    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    by_model: tuple[tuple[str, float], ...]
    left_out: tuple[str, ...]
    panel: Estimate
    population: Estimate
    meta_analysis: MetaAnalysis
    equivalence_bound: float
    panel_equivalence_p: float | None
    population_equivalence_p: float | None

    @property
    def sentence(self) -> str:
        """What can be said of these models, and what, if anything, of others."""
        by = f" by judge {self.judge}" if self.judge else ""
        these = count(len(self.by_model), "model")
        left = f"; without a pair of scores: {', '.join(self.left_out)}" if self.left_out else ""
        of_others = with_interval(self.population, signed=True)
        test = "" if self.panel.p is None else f", {p_value(self.panel.p)}"
        return (
            f"{self.instrument} · {self.item}{by} ({self.decoding}): {self.manipulation} against {CONTROL_ID}, "
            f"for these {these} only {with_interval(self.panel, signed=True)} points{test}; taking models and tasks as "
            f"samples {of_others}; {count(self.panel.n_tasks, 'task')} in "
            f"{count(self.panel.n_parents, 'family', 'families')}{left}."
        )


def pooled_effects(table: ScoreTable) -> tuple[PooledEffect, ...]:
    """One for each manipulation of what several models were asked. p is adjusted within an item."""
    cells: dict[tuple[str, str | None, str, str], dict[str, Ints]] = defaultdict(dict)
    for group, rows in table.groups(ItemKind.SCALE):
        cells[group.instrument, group.judge, group.item, group.decoding][group.model] = rows
    found = []
    for cell, by_model in cells.items():
        if len(by_model) > 1:
            found += _of_item(table, cell, by_model)
    return tuple(found)


def _of_item(
    table: ScoreTable, cell: tuple[str, str | None, str, str], rows_by_model: dict[str, Ints]
) -> list[PooledEffect]:
    import numpy as np

    instrument, judge, item, decoding = cell
    scores = {model: task_scores(table, rows) for model, rows in rows_by_model.items()}
    everything = np.concatenate(list(rows_by_model.values()))
    codes = np.unique(table.manipulation.codes[everything]).tolist()
    control = table.manipulation.code(CONTROL_ID)
    bound = equivalence_bound(table, everything)
    found = []
    for code in codes if control in codes else ():
        if code == control:
            continue
        pairs = {model: pairs_of(one, [code], [control]) for model, one in scores.items()}
        usable = {model: one for model, one in pairs.items() if one.size.tasks}
        of_panel, of_population = panel(list(usable.values())), population(list(usable.values()))
        effect = PooledEffect(
            instrument=instrument,
            judge=judge,
            item=item,
            decoding=decoding,
            manipulation=str(table.manipulation.levels[code]),
            by_model=tuple((model, float(one.differences.mean())) for model, one in usable.items()),
            left_out=tuple(model for model in pairs if model not in usable),
            panel=of_panel,
            population=of_population,
            meta_analysis=meta_analysis(
                [effect_of(one) for one in usable.values()],
                unit=POINTS,
                shared=shared_variance(list(usable.values())),
            ),
            equivalence_bound=bound,
            panel_equivalence_p=equivalence_p(of_panel, bound),
            population_equivalence_p=equivalence_p(of_population, bound),
        )
        found.append(effect)
    panels = adjusted([one.panel for one in found], "manipulations")
    populations = adjusted([one.population for one in found], "manipulations")
    return [
        replace(one, panel=adjusted_panel or one.panel, population=adjusted_population or one.population)
        for one, adjusted_panel, adjusted_population in zip(found, panels, populations, strict=True)
    ]


def effect_of(model: Pairs) -> Estimate:
    """One model's mean difference, clustered by family."""
    return clustered_mean(
        model.differences, model.families, unit=POINTS, size=model.size, is_tested=True, magnitude=model.magnitude
    )


def panel(models: list[Pairs]) -> Estimate:
    """The mean of the models' mean differences, clustered by family: what the models share of a family counts once."""
    import numpy as np

    if not models:
        return not_available(NO_PAIR, unit=POINTS)
    families = np.concatenate([one.families for one in models])
    n = len(families)
    effects = [math.fsum(one.differences) / one.size.tasks for one in models]
    # The influence of a task on the mean of the models' means, scaled so that its mean is over all tasks.
    influence = [
        (one.differences - effect) * n / (one.size.tasks * len(models))
        for one, effect in zip(models, effects, strict=True)
    ]
    found = clustered_statistic(
        math.fsum(effects) / len(models),
        np.concatenate(influence),
        families,
        unit=POINTS,
        size=_size(models),
        is_tested=True,
        magnitude=max(one.magnitude for one in models),
    )
    return replace(found, n_models=len(models))


def population(models: list[Pairs]) -> Estimate:
    """The mean over models and families as samples of both: models' mean differences vary, and so do the tasks' shared.

    Two-way clustered: the variance of the mean that models make (s²/M, M-1 degrees of freedom) and that which they have
    in common by having met the same families (`shared_variance`, G-1), with Satterthwaite's degrees of freedom.
    """
    import numpy as np

    size = _size(models)
    m = len(models)
    if m < FEWEST_MODELS:
        reason = f"{count(m, 'model')}, {FEWEST_MODELS} are needed"
        return replace(not_available(reason, unit=POINTS, method=BOTH_WAYS, size=size), n_models=m)
    effects: NDArray[np.float64] = np.array([math.fsum(one.differences) / one.size.tasks for one in models])
    families = len(np.unique(np.concatenate([one.families for one in models])))
    mean = math.fsum(effects) / m
    found = Estimate(
        mean,
        method=BOTH_WAYS,
        unit=POINTS,
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=families,
        n_models=m,
        reason="no variation between models",
        flags=(f"few models ({m})",) if m < FEW_MODELS else (),
    )
    own = float(effects.var(ddof=1)) / m
    if math.sqrt(own) <= ROUNDING * max(one.magnitude for one in models):
        return found
    shared = max(0.0, shared_variance(models))
    df = (own + shared) ** 2 / (own**2 / (m - 1) + shared**2 / max(families - 1, 1))
    se = math.sqrt(own + shared)
    half, t = t_quantile(0.5 + LEVEL / 2, df) * se, mean / se
    return replace(found, low=mean - half, high=mean + half, statistic=t, df=df, p=t_two_sided(t, df), reason="")


def shared_variance(models: list[Pairs]) -> float:
    """The variance of the models' mean that comes from families all of them met: the mean covariance of two models.

    0 where there is one family or one model; by chance it may be below 0.
    """
    import numpy as np

    m = len(models)
    if m < 2:
        return 0.0
    every = np.unique(np.concatenate([one.families for one in models]))
    if len(every) < 2:
        return 0.0
    sums = np.zeros((m, len(every)))
    for own, one in zip(sums, models, strict=True):
        errors = (one.differences - math.fsum(one.differences) / one.size.tasks) / one.size.tasks
        np.add.at(own, np.searchsorted(every, one.families), errors)
    together = sums.sum(axis=0)
    correction = len(every) / (len(every) - 1)
    return correction * float(together @ together - (sums**2).sum()) / (m * (m - 1))


def _size(models: list[Pairs]) -> Size:
    """All rows, and the tasks that any model has scores for."""
    tasks = {task for one in models for task in one.tasks.tolist()}
    return Size(sum(one.size.rows for one in models), len(tasks))
