"""Models' effects as a random-effects meta-analysis: how much models differ, and what a model not asked would show.

DerSimonian & Laird (1986) with a variance between models of 0 or more; the interval after Hartung & Knapp (2001), never
shorter than DerSimonian and Laird's own, so that a chance agreement of few models promises nothing (Jackson et al.
2017); the prediction interval after Higgins, Thompson & Spiegelhalter (2009). Models that met the same tasks err
together: what they share moves all of them, so it says nothing of how they differ, and makes the mean less sure. Knows
effects, their variances and their covariance only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.estimate import (
    FEW_MODELS,
    FEWEST_MODELS,
    LEVEL,
    Estimate,
    not_available,
    standard_error,
    t_quantile,
    t_two_sided,
)
from motivtui.stats.wording import count, number, p_value, with_interval

if TYPE_CHECKING:
    from motivtui.stats.table import Floats

METHOD = "DerSimonian-Laird, Hartung-Knapp t(M-1), the larger of both standard errors"
MOST_SHARED = 0.9
"""Of the models' variances at the most: what is left of each has to stay above 0."""


@dataclass(frozen=True, slots=True)
class MetaAnalysis:
    """The effects of `mean.n_models` models.

    `q` is Cochran's, on `df` degrees of freedom; `tau` the SD of models' true effects, in the effect's unit, and `i2`
    the share of the variation of effects that is theirs (0 to 1). A model not asked shows an effect from
    `prediction_low` to `prediction_high` in 95 of 100 cases. What is None: `mean.reason` says why.
    """

    mean: Estimate
    q: float | None
    df: int | None
    q_p: float | None
    tau: float | None
    i2: float | None
    prediction_low: float | None
    prediction_high: float | None

    @property
    def sentence(self) -> str:
        """What can be said of models that these are like a sample of."""
        if self.mean.value is None or self.i2 is None or self.tau is None or self.q_p is None:
            return f"Effects over models NA ({self.mean.reason})."
        predicted = (
            "no prediction"
            if self.prediction_low is None or self.prediction_high is None
            else f"a model not asked {number(self.prediction_low, signed=True)} to "
            f"{number(self.prediction_high, signed=True)}"
        )
        return (
            f"{count(self.mean.n_models, 'model')} as a sample of models: {with_interval(self.mean, signed=True)} "
            f"{self.mean.unit}, {predicted}; SD between models {number(self.tau)}, I² {100 * self.i2:.0f} % "
            f"(Q {number(self.q or 0.0)}, {p_value(self.q_p)})."
        )


def meta_analysis(effects: Sequence[Estimate], *, unit: str, shared: float = 0.0) -> MetaAnalysis:
    """Of the models' effects, each with an interval; those without one have no weight to give and are left out.

    `shared`: the covariance of two models' effects for having met the same families; below 0 counts as 0.
    """
    import numpy as np

    weighed = [one for one in effects if standard_error(one)]
    usable = [(one.value, standard_error(one)) for one in weighed]
    if len(usable) < FEWEST_MODELS:
        reason = f"{count(len(usable), 'model')} with an interval, {FEWEST_MODELS} are needed"
        none = not_available(reason, unit=unit, method=METHOD)
        return MetaAnalysis(none, None, None, None, None, None, None, None)
    values, ses = (np.array(side, dtype=float) for side in zip(*usable, strict=True))
    mean = float((ses**2).mean())
    share = min(max(shared / mean, 0.0), MOST_SHARED)
    families = max(one.n_parents for one in weighed)
    found = combined_effects(
        values, ses**2 * (1 - share), unit=unit, shared=share * mean, shared_df=float(max(families - 1, 1))
    )
    left = len(effects) - len(usable)
    return _counted(found, weighed, (f"{count(left, 'model')} without an interval left out",) if left else ())


def _counted(found: MetaAnalysis, effects: Sequence[Estimate], flags: tuple[str, ...]) -> MetaAnalysis:
    mean = replace(
        found.mean,
        n_rows=sum(one.n_rows for one in effects),
        n_tasks=max(one.n_tasks for one in effects),
        n_parents=max(one.n_parents for one in effects),
        flags=(*found.mean.flags, *flags),
    )
    return replace(found, mean=mean)


def combined_effects(
    values: Floats, variances: Floats, *, unit: str, shared: float = 0.0, shared_df: float = math.inf
) -> MetaAnalysis:
    """Of three effects or more and their own sampling variances, all above 0.

    `shared`: the variance of what moves all of them alike, on `shared_df` degrees of freedom (both: Satterthwaite's).
    """
    from scipy.special import chdtrc

    m = len(values)
    fixed = 1 / variances
    q = float(fixed @ (values - fixed @ values / fixed.sum()) ** 2)
    tau2 = max(0.0, (q - (m - 1)) / float(fixed.sum() - fixed @ fixed / fixed.sum()))
    weights = 1 / (variances + tau2)
    mean = float(weights @ values / weights.sum())
    plain = 1 / float(weights.sum())
    own = max(plain, plain * float(weights @ (values - mean) ** 2) / (m - 1))
    variance = own + shared
    df = variance**2 / (own**2 / (m - 1) + shared**2 / shared_df)
    se = math.sqrt(variance)
    half = t_quantile(0.5 + LEVEL / 2, df) * se
    reach = t_quantile(0.5 + LEVEL / 2, m - 2) * math.sqrt(tau2 + variance)
    estimate = Estimate(
        mean,
        mean - half,
        mean + half,
        method=METHOD,
        unit=unit,
        statistic=mean / se,
        df=df,
        p=t_two_sided(mean / se, df),
        n_models=m,
        flags=(f"few models ({m})",) if m < FEW_MODELS else (),
    )
    i2 = max(0.0, (q - (m - 1)) / q) if q > 0 else 0.0
    return MetaAnalysis(estimate, q, m - 1, float(chdtrc(m - 1, q)), math.sqrt(tau2), i2, mean - reach, mean + reach)
