"""The models' correlations of the same two columns, averaged as Fisher's z, and for whom the average speaks.

*Panel*: these models, families resampled. *Population*: models like them on these tasks, t over the models' z.
A model whose columns do not vary, or lie on a line, is left out and named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from motivtui.stats import association
from motivtui.stats.estimate import (
    FEW_FAMILIES,
    FEW_MODELS,
    FEWEST_MODELS,
    LEVEL,
    ONE_FAMILY,
    ROUNDING,
    Estimate,
    not_available,
    t_quantile,
    t_two_sided,
)
from motivtui.stats.resampling import DRAWS, METHOD, SEED, TOO_FEW_DRAWS, family_sums, family_weights
from motivtui.stats.resampling import percentile_interval as interval_of
from motivtui.stats.wording import count

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

NO_MODEL = "no model has a correlation"


class Columns(NamedTuple):
    """One model's two columns, `values[task, 2]`, with codes of tasks and families, and how many rows are behind."""

    values: Floats
    tasks: Ints
    families: Ints
    rows: int


@dataclass(frozen=True, slots=True)
class AveragedR:
    """`by_model`: each model's r; `left_out`: why a model's is not among them, by model."""

    by_model: tuple[tuple[str, float], ...]
    left_out: tuple[tuple[str, str], ...]
    panel: Estimate
    population: Estimate


def averaged_r(
    models: Mapping[str, Columns], *, words: Mapping[str, str], draws: int = DRAWS, seed: int = SEED
) -> AveragedR:
    """The average over `models`; `words`: what to call `association`'s reasons, where they have other words here."""
    import numpy as np

    usable: dict[str, Columns] = {}
    by_model: list[tuple[str, float]] = []
    left: list[tuple[str, str]] = []
    for model, columns in models.items():
        x, y = columns.values.T
        reason = association.unrelated(x, y)
        r = math.nan if reason else float(np.corrcoef(x, y)[0, 1])
        if not reason and 1 - abs(r) < ROUNDING:
            reason = association.ON_A_LINE
        if reason:
            left.append((model, words.get(reason, reason)))
        else:
            usable[model] = columns
            by_model.append((model, r))
    z = np.arctanh([r for _, r in by_model])
    found = _counted(usable, z)
    return AveragedR(tuple(by_model), tuple(left), _panel(usable, z, found, draws, seed), _population(z, found))


def _counted(models: Mapping[str, Columns], z: Floats) -> Estimate:
    """The average without an interval, and what it rests on."""
    import numpy as np

    if not models:
        return replace(not_available(NO_MODEL, unit="r"), n_models=0)
    return Estimate(
        math.tanh(float(z.mean())),
        unit="r",
        n_rows=sum(one.rows for one in models.values()),
        n_tasks=len(np.unique(np.concatenate([one.tasks for one in models.values()]))),
        n_parents=len(np.unique(np.concatenate([one.families for one in models.values()]))),
        n_models=len(models),
        reason=ONE_FAMILY,
    )


def _panel(models: Mapping[str, Columns], z: Floats, found: Estimate, draws: int, seed: int) -> Estimate:
    """The mean z with families resampled, a family with all that the models share of it."""
    import numpy as np

    found = replace(found, method=f"mean of Fisher's z over models, {METHOD}")
    families = found.n_parents
    if families < 2:
        return found
    every = np.unique(np.concatenate([one.families for one in models.values()]))
    weights = family_weights(families, draws, seed)
    drawn = np.zeros(draws)
    for one in models.values():
        x, y = (association.standardised(side) for side in one.values.T)
        moments = association.moments(x, y)
        sums = np.zeros((families, moments.shape[1]))
        sums[np.searchsorted(every, np.unique(one.families))] = family_sums(one.families, moments)
        with np.errstate(divide="ignore", invalid="ignore"):  # a draw of |r| = 1 is none that counts
            drawn += np.arctanh(association.r_of(weights @ sums))
    low, high = interval_of(np.tanh(drawn / len(z))) or (None, None)
    flags = (f"few families ({families})",) if families < FEW_FAMILIES else ()
    return replace(found, low=low, high=high, reason=TOO_FEW_DRAWS if low is None else "", flags=flags)


def _population(z: Floats, found: Estimate) -> Estimate:
    """The mean z of a sample of models, tested against 0: t on M-1 degrees of freedom."""
    found = replace(found, method="t over the models' Fisher z (M-1)")
    m = len(z)
    if m < FEWEST_MODELS:
        return replace(found, value=None, reason=f"{count(m, 'model')}, {FEWEST_MODELS} are needed")
    mean, se = float(z.mean()), float(z.std(ddof=1)) / math.sqrt(m)
    found = replace(found, flags=(f"few models ({m})",) if m < FEW_MODELS else ())
    if se <= ROUNDING * float(abs(z).max()):
        return replace(found, reason="no variation between models")
    half = t_quantile(0.5 + LEVEL / 2, m - 1) * se
    low, high, t = math.tanh(mean - half), math.tanh(mean + half), mean / se
    return replace(found, low=low, high=high, statistic=t, df=float(m - 1), p=t_two_sided(t, m - 1), reason="")
