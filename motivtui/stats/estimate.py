"""One number with everything that must stand beside it, and the estimators that the analyses share.

Owns means clustered by family (CR1 with t on G-1 degrees of freedom; Cameron & Miller 2015, section II.C), shares
(Wilson 1927), and what is not available: a number that cannot be had is None with a reason, never 0. Knows no table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

LEVEL = 0.95
ROUNDING = 1e-12
"""Relative size of what rounding leaves of values that are the same: means of repeats are binary fractions."""
FEW_FAMILIES = 8
"""Below that many clusters a CR1 interval is known to be too short."""
FEWEST_MODELS = 3
"""What a sample of models has at the least."""
FEW_MODELS = 10
"""Below that many models a sample of them is flagged as small."""
NO_SCORE = "no usable score"
ONE_FAMILY = "one family only"
NO_VARIATION = "no variation between families"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number in `unit` with its interval at `level`.

    What is None: `reason` says why. `statistic` is z, t or F (see `method`), on `df` degrees of freedom (`df2`: those
    of F's denominator). `p` is two-sided and raw; `p_adj` is adjusted as `adjustment` says. The counts are of what the
    number rests on: score rows, tasks, families (parents), models. `flags` warn a reader.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    level: float = LEVEL
    method: str = ""
    unit: str = ""
    statistic: float | None = None
    df: float | None = None
    df2: float | None = None
    p: float | None = None
    p_adj: float | None = None
    adjustment: str = ""
    n_rows: int = 0
    n_tasks: int = 0
    n_parents: int = 0
    n_models: int = 1
    reason: str = ""
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.value is None or self.low is None) and not self.reason:
            raise ValueError("an estimate without a value or an interval needs a reason")
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval has two ends")

    def __str__(self) -> str:
        if self.value is None:
            return f"NA ({self.reason})"
        if self.low is None or self.high is None:
            return f"{self.value:.4g} (no interval: {self.reason})"
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


@dataclass(frozen=True, slots=True)
class Size:
    """How much an estimate rests on."""

    rows: int
    tasks: int


def not_available(reason: str, *, unit: str, method: str = "", size: Size | None = None, parents: int = 0) -> Estimate:
    """No number, and why."""
    size = size or Size(0, 0)
    return Estimate(
        None, method=method, unit=unit, n_rows=size.rows, n_tasks=size.tasks, n_parents=parents, reason=reason
    )


def clustered_mean(
    values: Floats,
    parents: Ints,
    *,
    unit: str,
    size: Size | None = None,
    is_tested: bool = False,
    magnitude: float | None = None,
) -> Estimate:
    """The mean of `values` with an interval clustered by `parents` (a code for each value); `is_tested`: against 0.

    `magnitude` is the largest size of the numbers that `values` were computed from: variation below what rounding
    leaves of these is none. `size`: the rows and tasks behind the values; without it each value is a row and a task.
    """
    size = size or Size(len(values), len(values))
    if not len(values):
        return not_available(NO_SCORE, unit=unit, size=size)
    estimate = math.fsum(values) / len(values)
    floor = ROUNDING * (float(abs(values).max()) if magnitude is None else magnitude)
    return _clustered(estimate, values - estimate, parents, unit=unit, size=size, is_tested=is_tested, floor=floor)


def clustered_statistic(
    estimate: float,
    influence: Floats,
    parents: Ints,
    *,
    unit: str,
    size: Size,
    is_tested: bool = False,
    magnitude: float = 1.0,
) -> Estimate:
    """A number with the interval that its `influence` values (one a task, their mean is 0) give, clustered: CR1, t.

    `is_tested`: against 0. `magnitude`: as in `clustered_mean`.
    """
    floor = ROUNDING * magnitude
    return _clustered(estimate, influence, parents, unit=unit, size=size, is_tested=is_tested, floor=floor)


def _clustered(
    estimate: float, errors: Floats, parents: Ints, *, unit: str, size: Size, is_tested: bool, floor: float
) -> Estimate:
    import numpy as np

    _, codes = np.unique(parents, return_inverse=True)
    sums = np.bincount(codes, weights=errors)
    families = len(sums)
    found = Estimate(
        estimate,
        method="CR1 by family, t(G-1)",
        unit=unit,
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=families,
        reason=ONE_FAMILY,
        flags=(f"few families ({families})",) if 1 < families < FEW_FAMILIES else (),
    )
    if families < 2:
        return found
    se = math.sqrt(families / (families - 1) * float(sums @ sums)) / len(errors)
    if se <= floor:
        return replace(found, reason=NO_VARIATION)
    half = t_quantile(0.5 + LEVEL / 2, families - 1) * se
    found = replace(found, low=estimate - half, high=estimate + half, df=float(families - 1), reason="")
    if not is_tested:
        return found
    t = estimate / se
    return replace(found, statistic=t, p=t_two_sided(t, families - 1))


def standard_error(estimate: Estimate) -> float | None:
    """The standard error that an interval by `clustered_mean` was made with; None: it has none."""
    if estimate.low is None or estimate.high is None or estimate.df is None:
        return None
    return (estimate.high - estimate.low) / 2 / t_quantile(0.5 + estimate.level / 2, estimate.df)


def equivalence_p(estimate: Estimate, bound: float) -> float | None:
    """Two one-sided t tests (Schuirmann 1987) that a clustered estimate lies within ±`bound`; None: no interval."""
    from scipy.special import stdtr

    se = standard_error(estimate)
    if se is None or estimate.value is None:
        return None
    return float(stdtr(estimate.df, (abs(estimate.value) - bound) / se))


def t_quantile(probability: float, df: float) -> float:
    """Quantile of the t distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))


def t_two_sided(t: float, df: float) -> float:
    """Two-sided p of a t statistic."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t)))


def share(count: int, n: int, *, of: str = "", is_tested: bool = False, tasks: int = 0, parents: int = 0) -> Estimate:
    """`count` of `n` (0 to 1) with the Wilson interval; `is_tested`: exact binomial p against one half.

    The trials are taken as independent, which the method says. `of` names what there is none of, for the reason.
    """
    from scipy.special import bdtr, ndtri

    method = "Wilson, trials taken as independent"
    if not n:
        return not_available(f"no {of or 'trial'}", unit="share", method=method)
    z = float(ndtri(0.5 + LEVEL / 2))
    centre = (count + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * math.sqrt(count * (n - count) / n + z**2 / 4)
    return Estimate(
        count / n,
        max(0.0, centre - half) if count else 0.0,
        min(1.0, centre + half) if count < n else 1.0,
        method=method + ("; exact binomial p against 1/2" if is_tested else ""),
        unit="share",
        p=min(1.0, float(2 * bdtr(min(count, n - count), n, 0.5))) if is_tested else None,
        n_rows=n,
        n_tasks=tasks,
        n_parents=parents,
    )
