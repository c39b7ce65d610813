"""Correlations with what must stand beside them: the interval and the test clustered by family.

Owns Pearson's r (interval by resampling families), Spearman's ρ and Kendall's τ-b (delta method), each with a test on
Fisher's z, by the variance that the tasks' influence on the number gives, summed by family. Knows no table.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from motivtui.stats.estimate import LEVEL, ROUNDING, Estimate, Size, clustered_statistic, not_available
from motivtui.stats.resampling import METHOD, percentile_interval, resampled

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FEWEST = 3
FEW_PAIRS = f"fewer than {FEWEST} tasks with both"
CONSTANT = "one of the two does not vary"
ON_A_LINE = "all tasks lie on a line"
PEARSON = f"Pearson, {METHOD}; test: CR1 by family on Fisher's z, t(G-1)"
SPEARMAN = "Spearman, CR1 by family on Fisher's z, t(G-1)"
KENDALL = "Kendall τ-b, CR1 by family on Fisher's z, t(G-1)"
INDEPENDENT = "tasks taken as independent"
AVERAGED = "models averaged before the analysis"


def unrelated(x: Floats, y: Floats) -> str:
    """Why two columns have no correlation; empty: they have one."""
    if len(x) < FEWEST:
        return FEW_PAIRS
    if any(float(one.std()) <= ROUNDING * float(abs(one).max()) for one in (x, y)):
        return CONSTANT
    return ""


def clustered_pearson(x: Floats, y: Floats, parents: Ints, *, size: Size, draws: int, seed: int) -> Estimate:
    """Pearson's r with an interval by resampling families, tested against 0."""
    if reason := unrelated(x, y):
        return not_available(reason, unit="r", method=PEARSON, size=size)
    one, other = standardised(x), standardised(y)
    r = float((one * other).mean())
    influence = one * other - r * (one**2 + other**2) / 2
    found = fisher_clustered(r, influence, parents, size=size, method=PEARSON)
    if found.low is None:
        return found
    interval = percentile_interval(r_of(resampled(parents, moments(one, other), draws, seed)))
    if interval is None:
        return replace(found, low=None, high=None, reason="too many resamples do not vary")
    return replace(found, low=interval[0], high=interval[1])


def clustered_spearman(x: Floats, y: Floats, parents: Ints, *, size: Size) -> Estimate:
    """Spearman's rank correlation, ties at their middle rank; the interval counts that ranks are estimates too."""
    if reason := unrelated(x, y):
        return not_available(reason, unit="ρ", method=SPEARMAN, size=size)
    f, g = middle_ranks(x), middle_ranks(y)
    cross, cross_influence = _rank_moment(x, y, f, g)
    own, own_influence = _rank_moment(x, x, f, f)
    other, other_influence = _rank_moment(y, y, g, g)
    scale = math.sqrt((own - 0.25) * (other - 0.25))
    rho = (cross - 0.25) / scale
    spread = own_influence / (own - 0.25) + other_influence / (other - 0.25)
    found = fisher_clustered(rho, cross_influence / scale - rho * spread / 2, parents, size=size, method=SPEARMAN)
    return replace(found, unit="ρ")


def clustered_kendall(x: Floats, y: Floats, parents: Ints, *, size: Size) -> Estimate:
    """Kendall's τ-b; the influence of a task is how often it is concordant with others."""
    from scipy.stats import kendalltau

    if reason := unrelated(x, y):
        return not_available(reason, unit="τ-b", method=KENDALL, size=size)
    tau = float(kendalltau(x, y).statistic)
    concordance, own, other = _pair_signs(x, y)
    scale = math.sqrt(float(own.mean()) * float(other.mean()))
    spread = (own - own.mean()) / own.mean() + (other - other.mean()) / other.mean()
    influence = 2 * (concordance - concordance.mean()) / scale - tau * spread
    return replace(fisher_clustered(tau, influence, parents, size=size, method=KENDALL), unit="τ-b")


def independent_pearson(x: Floats, y: Floats, *, size: Size, parents: int) -> Estimate:
    """Pearson's r as it is published: Fisher's interval and t on n-2 degrees of freedom, tasks taken as independent."""
    from scipy.stats import pearsonr

    method = f"Pearson, Fisher z, {INDEPENDENT}"
    if reason := unrelated(x, y):
        return not_available(reason, unit="r", method=method, size=size, parents=parents)
    tested = pearsonr(x, y)
    r, n = float(tested.statistic), len(x)
    found = Estimate(
        r, method=method, unit="r", n_rows=size.rows, n_tasks=size.tasks, n_parents=parents, reason="fewer than 4 tasks"
    )
    if 1 - abs(r) < ROUNDING:
        return replace(found, reason=ON_A_LINE)
    if n < 4:
        return found
    interval = tested.confidence_interval(LEVEL)
    t = r * math.sqrt((n - 2) / (1 - r**2))
    low, high, p = float(interval.low), float(interval.high), float(tested.pvalue)
    return replace(found, low=low, high=high, statistic=t, df=float(n - 2), p=p, reason="", flags=(INDEPENDENT,))


def fisher_clustered(r: float, influence: Floats, parents: Ints, *, size: Size, method: str) -> Estimate:
    """A correlation with the interval and test of its z, from its `influence` values (their mean is 0)."""
    if 1 - abs(r) < ROUNDING:
        found = clustered_statistic(r, influence, parents, unit="r", size=size)
        return replace(found, low=None, high=None, df=None, method=method, reason=ON_A_LINE)
    z = math.atanh(r)
    found = clustered_statistic(z, influence / (1 - r**2), parents, unit="r", size=size, is_tested=True)
    if found.low is None or found.high is None:
        return replace(found, value=r, method=method)
    return replace(found, value=r, low=math.tanh(found.low), high=math.tanh(found.high), method=method)


def moments(x: Floats, y: Floats) -> Floats:
    """What r is made of, as columns to be summed; centre both first, as large means cost digits."""
    import numpy as np

    return np.column_stack([np.ones(len(x)), x, y, x**2, y**2, x * y])


def r_of(sums: Floats) -> Floats:
    """Pearson's r of each row of sums of `moments`; NaN where a side does not vary."""
    import numpy as np

    n, x, y, xx, yy, xy = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        vx, vy = xx - x**2 / n, yy - y**2 / n
        r: Floats = (xy - x * y / n) / np.sqrt(vx * vy)
    r[~((vx > ROUNDING * xx) & (vy > ROUNDING * yy))] = np.nan
    clipped: Floats = r.clip(-1, 1)  # rounding can leave more than 1
    return clipped


def standardised(values: Floats) -> Floats:
    """Values with mean 0 and (population) standard deviation 1."""
    found: Floats = (values - values.mean()) / values.std()
    return found


def middle_ranks(values: Floats) -> Floats:
    """The share of the values below each, those equal to it counted half: midranks on a scale of 0 to 1."""
    from scipy.stats import rankdata

    ranks: Floats = (rankdata(values) - 0.5) / len(values)
    return ranks


def _rank_moment(x: Floats, y: Floats, f: Floats, g: Floats) -> tuple[float, Floats]:
    """The mean of f(x)·g(y), f and g the middle ranks, and each task's influence on it, by its ranks and on others'."""
    mean = float((f * g).mean())
    influence = f * g + _mean_above(x, g) + _mean_above(y, f) - 3 * mean
    return mean, influence


def _mean_above(values: Floats, weights: Floats) -> Floats:
    """For each value the sum of the weights of larger ones, and half of those of equal ones, over n."""
    import numpy as np

    _, levels = np.unique(values, return_inverse=True)
    sums = np.bincount(levels, weights=weights)
    above = sums[::-1].cumsum()[::-1] - sums / 2
    found: Floats = above[levels] / len(values)
    return found


def _pair_signs(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """For each task, over all tasks: the mean of sign(dx)·sign(dy), and the shares that differ in x, in y."""
    import numpy as np

    n = len(x)
    # Who is equal in one of both is counted on either side, and so drops out.
    signs = _no_larger(x, y) + _no_larger(-x, -y) - _no_larger(x, -y) - _no_larger(-x, y)
    own, other = (
        1 - counts[codes] / n
        for _, codes, counts in (np.unique(side, return_inverse=True, return_counts=True) for side in (x, y))
    )
    return signs / n, own, other


def _no_larger(x: Floats, y: Floats) -> Ints:
    """For each task, how many tasks (itself among them) are larger neither in x nor in y.

    Among the tasks up to its place in the order of x, those with smaller bits of y's rank are counted, the highest bit
    first, and the tasks put in order by this bit (a wavelet matrix): n·log n steps, where pairs would be n².
    """
    import numpy as np

    n = len(x)
    order = np.argsort(x, kind="stable")
    until = np.searchsorted(x[order], x, side="right")
    levels, ranks = np.unique(y, return_inverse=True)
    since, found, wanted, ranked = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), ranks + 1, ranks[order]
    for bit in reversed(range(len(levels).bit_length())):
        is_high = (ranked >> bit) & 1
        low_before = np.concatenate([[0], np.cumsum(1 - is_high)])
        low_since, low_until = low_before[since], low_before[until]
        goes_high = (wanted >> bit) & 1 == 1
        found += np.where(goes_high, low_until - low_since, 0)
        since = np.where(goes_high, low_before[-1] + since - low_since, low_since)
        until = np.where(goes_high, low_before[-1] + until - low_until, low_until)
        ranked = ranked[np.argsort(is_high, kind="stable")]
    return found
