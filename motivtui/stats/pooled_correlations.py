"""The models' correlations of two measures, averaged, and for whom the average speaks.

*Panel*: these models, families resampled. *Population*: models like them, t over the models' Fisher z. A model whose
measures do not vary, or lie on a line, is left out and named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from motivtui.stats import association
from motivtui.stats.estimate import (
    FEW_FAMILIES,
    LEVEL,
    ONE_FAMILY,
    ROUNDING,
    Estimate,
    Size,
    not_available,
    t_quantile,
    t_two_sided,
)
from motivtui.stats.measures import Measure, Shared, measured, only_under, shared
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.pooled import FEW_MODELS, FEWEST_MODELS
from motivtui.stats.resampling import DRAWS, METHOD, SEED, family_sums, family_weights, percentile_interval
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, with_interval
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints


@dataclass(frozen=True, slots=True)
class PooledCorrelation:
    """The models' correlations of two measures, averaged as Fisher's z.

    `panel` speaks of these models (families resampled), `population` of models like them (t over the models' z).
    `left_out`: why a model's r is not among them, by model.
    """

    manipulation: str
    one: Measure
    other: Measure
    by_model: tuple[tuple[str, float], ...]
    left_out: tuple[tuple[str, str], ...]
    panel: Estimate
    population: Estimate

    @property
    def sentence(self) -> str:
        """What can be said of these models, and what, if anything, of others."""
        left = "; left out: " + ", ".join(f"{model} ({why})" for model, why in self.left_out) if self.left_out else ""
        return (
            f"{self.one} and {self.other} under {self.manipulation}, for these {count(len(self.by_model), 'model')} "
            f"only: r {with_interval(self.panel)}; taking them as a sample of models {with_interval(self.population)}; "
            f"{count(self.panel.n_tasks, 'task')} in {count(self.panel.n_parents, 'family', 'families')}{left}."
        )


def pooled_correlations(
    table: ScoreTable, *, manipulation: str = CONTROL_ID, draws: int = DRAWS, seed: int = SEED
) -> tuple[PooledCorrelation, ...]:
    """Every pair of measures that several models have. p is adjusted over the pairs."""
    code = table.manipulation.code(manipulation)
    if code < 0:
        return ()
    table = only_under(table, code)
    by_pair: dict[tuple[Measure, Measure], dict[str, Shared]] = {}
    for model, parts in measured(table).items():
        for one, other in combinations(parts, 2):
            by_pair.setdefault((one.measure, other.measure), {})[model] = shared((one, other), code)
    found = [_pooled(manipulation, pair, models, draws, seed) for pair, models in by_pair.items() if len(models) > 1]
    changed = adjusted([one.population for one in found], "pairs of measures")
    return tuple(replace(one, population=p or one.population) for one, p in zip(found, changed, strict=True))


def _pooled(
    manipulation: str, pair: tuple[Measure, Measure], models: Mapping[str, Shared], draws: int, seed: int
) -> PooledCorrelation:
    import numpy as np

    usable: dict[str, Shared] = {}
    by_model: list[tuple[str, float]] = []
    left: list[tuple[str, str]] = []
    for model, both in models.items():
        x, y = both.values.T
        reason = association.unrelated(x, y)
        r = float("nan") if reason else float(np.corrcoef(x, y)[0, 1])
        if not reason and 1 - abs(r) < ROUNDING:
            reason = association.ON_A_LINE
        if reason:
            left.append((model, reason))
        else:
            usable[model] = both
            by_model.append((model, r))
    z = np.arctanh([r for _, r in by_model])
    return PooledCorrelation(
        manipulation, *pair, tuple(by_model), tuple(left), _panel(usable, z, draws, seed), _population(usable, z)
    )


def _panel(models: Mapping[str, Shared], z: Floats, draws: int, seed: int) -> Estimate:
    """The mean z with families resampled, a family with all that the models share of it."""
    import numpy as np

    method = f"mean of Fisher's z over models, {METHOD}"
    size, families = _extent(models)
    if not len(z):
        return replace(not_available("no model has a correlation", unit="r", method=method), n_models=0)
    found = Estimate(
        math.tanh(float(z.mean())),
        method=method,
        unit="r",
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=len(families),
        n_models=len(z),
        reason=ONE_FAMILY,
        flags=(f"few families ({len(families)})",) if 1 < len(families) < FEW_FAMILIES else (),
    )
    if len(families) < 2:
        return found
    weights = family_weights(len(families), draws, seed)
    drawn = np.zeros(draws)
    for both in models.values():
        x, y = (association.standardised(one) for one in both.values.T)
        sums = family_sums(both.families, association.moments(x, y))
        own = np.searchsorted(families, np.unique(both.families))
        with np.errstate(divide="ignore", invalid="ignore"):  # a draw of |r| = 1 is none that counts
            drawn += np.arctanh(association.r_of(weights[:, own] @ sums))
    interval = percentile_interval(np.tanh(drawn / len(z)))
    if interval is None:
        return replace(found, reason="too many resamples do not vary")
    return replace(found, low=interval[0], high=interval[1], reason="")


def _population(models: Mapping[str, Shared], z: Floats) -> Estimate:
    """The mean z of a sample of models: t on M-1 degrees of freedom."""
    method = "t over the models' Fisher z (M-1)"
    size, families = _extent(models)
    m = len(z)
    if m < FEWEST_MODELS:
        reason = f"{count(m, 'model')}, {FEWEST_MODELS} are needed"
        return replace(not_available(reason, unit="r", method=method, size=size, parents=len(families)), n_models=m)
    mean, se = float(z.mean()), float(z.std(ddof=1)) / math.sqrt(m)
    found = Estimate(
        math.tanh(mean),
        method=method,
        unit="r",
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=len(families),
        n_models=m,
        reason="no variation between models",
        flags=(f"few models ({m})",) if m < FEW_MODELS else (),
    )
    if se <= ROUNDING * float(abs(z).max()):
        return found
    half = t_quantile(0.5 + LEVEL / 2, m - 1) * se
    low, high, t = math.tanh(mean - half), math.tanh(mean + half), mean / se
    return replace(found, low=low, high=high, statistic=t, df=float(m - 1), p=t_two_sided(t, m - 1), reason="")


def _extent(models: Mapping[str, Shared]) -> tuple[Size, Ints]:
    """All rows and the tasks of any model, and the families' codes."""
    import numpy as np

    if not models:
        return Size(0, 0), np.empty(0, dtype=np.int64)
    tasks = np.unique(np.concatenate([both.tasks for both in models.values()]))
    families = np.unique(np.concatenate([both.families for both in models.values()]))
    return Size(sum(both.size.rows for both in models.values()), len(tasks)), families
