"""How far raters of the same things agree: intraclass correlations, Krippendorff's α, quadratic κ.

Each is a function of sums over what is rated, so that its interval comes from resampling families; the published
intervals, which take what is rated as independent, stand beside them for ICC. Knows no table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from motivtui.stats.association import INDEPENDENT
from motivtui.stats.estimate import LEVEL, ROUNDING, Estimate, Size, not_available
from motivtui.stats.resampling import NOTHING_VARIES, bootstrapped

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FEWEST = 3
ONE_RATER = "one rater: nobody to agree with"


@dataclass(frozen=True, slots=True)
class Intraclass:
    """Of ratings in which every rater rated everything (McGraw & Wong 1996).

    `a1`, `ak`: absolute agreement of single ratings, and of the mean of all raters. `c1`, `ck`: consistency, raters'
    levels taken out.
    """

    a1: Estimate
    c1: Estimate
    ak: Estimate
    ck: Estimate


def intraclass(
    scores: Floats, parents: Ints, *, size: Size, draws: int, seed: int, is_published: bool = False
) -> Intraclass:
    """Of `scores[rated, rater]` without a gap. `is_published`: with the F intervals instead of resampled families."""
    import numpy as np

    n, k = scores.shape
    reason = ONE_RATER if k < 2 else f"{n} rated by all, {FEWEST} are needed" if n < FEWEST else ""
    if not reason and float(scores.std()) <= ROUNDING * float(abs(scores).max()):
        reason = NOTHING_VARIES
    if reason:
        names = ("ICC(A,1)", "ICC(C,1)", f"ICC(A,{k})", f"ICC(C,{k})")
        return Intraclass(*(not_available(reason, unit="ICC", method=name, size=size) for name in names))
    centred = scores - scores.mean()
    columns = np.column_stack([np.ones(n), centred, (centred**2).sum(axis=1), centred.mean(axis=1) ** 2])
    found = [
        bootstrapped(
            partial(_intraclass_of, absolute=absolute, raters=raters),
            columns,
            parents,
            unit="ICC",
            size=size,
            draws=draws,
            seed=seed,
        )
        for absolute in (True, False)
        for raters in (1, k)
    ]
    named = [
        replace(one, method=f"ICC({letter},{raters}), two-way, {one.method}")
        for one, letter, raters in zip(found, "AACC", (1, k, 1, k), strict=True)
    ]
    if is_published:
        named = _published(named, columns)
    return Intraclass(named[0], named[2], named[1], named[3])


def _mean_squares(sums: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """N and the mean squares of what is rated, of raters, of what is left, of each row of sums."""
    n, totals, squares, means = sums[:, 0], sums[:, 1:-2], sums[:, -2], sums[:, -1]
    k = totals.shape[1]
    grand = totals.sum(axis=1) / (n * k)
    rated = k * (means - n * grand**2)
    raters = (totals**2).sum(axis=1) / n - n * k * grand**2
    left = squares - n * k * grand**2 - rated - raters
    left = left.clip(0)  # what rounding leaves of none can be below
    return n, rated / (n - 1), raters / (k - 1), left / ((n - 1) * (k - 1))


def _intraclass_of(sums: Floats, *, absolute: bool, raters: int) -> Floats:
    import numpy as np

    k = sums.shape[1] - 3
    with np.errstate(invalid="ignore", divide="ignore"):
        n, rated, between, left = _mean_squares(sums)
        spread = rated + (k / raters - 1) * left + absolute * (k / raters) / n * (between - left)
        found: Floats = (rated - left) / spread
    found[~(spread > ROUNDING * (rated + between + left))] = np.nan
    return found


def _published(found: list[Estimate], columns: Floats) -> list[Estimate]:
    """The F intervals of ICC(A,1), (A,k), (C,1), (C,k), McGraw & Wong's table 7; those of A are approximate."""
    from scipy.special import fdtrc, fdtri

    n, rated, between, left = (float(one[0]) for one in _mean_squares(columns.sum(axis=0)[None, :]))
    k = columns.shape[1] - 3
    df, df2 = n - 1, (n - 1) * (k - 1)
    if left <= ROUNDING * rated or any(one.value is None for one in found):
        return [replace(one, low=None, high=None, reason=one.reason or "raters differ by level only") for one in found]
    tail = 0.5 + LEVEL / 2
    f = rated / left
    low, high = f / float(fdtri(df, df2, tail)), f * float(fdtri(df2, df, tail))
    rho = found[0].value or 0.0
    a, b = k * rho / (n * (1 - rho)), 1 + k * rho * (n - 1) / (n * (1 - rho))
    v = (a * between + b * left) ** 2 / ((a * between) ** 2 / (k - 1) + (b * left) ** 2 / df2)
    upper, lower = float(fdtri(df, v, tail)), float(fdtri(v, df, tail))
    others = k * between + (k * n - k - n) * left
    a_low = n * (rated - upper * left) / (upper * others + n * rated)
    a_high = n * (lower * rated - left) / (others + n * lower * rated)
    ends = (
        (a_low, a_high),
        (k * a_low / (1 + (k - 1) * a_low), k * a_high / (1 + (k - 1) * a_high)),
        ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1)),
        (1 - 1 / low, 1 - 1 / high),
    )
    return [
        replace(
            one,
            low=ends[place][0],
            high=ends[place][1],
            method=f"{one.method.rpartition(', ')[0]}, F interval, {INDEPENDENT}",
            statistic=f,
            df=df,
            df2=df2,
            p=float(fdtrc(df, df2, f)),
            reason="",
            flags=(INDEPENDENT,),
        )
        for place, one in enumerate(found)
    ]


def krippendorff(scores: Floats, parents: Ints, *, is_ordinal: bool, size: Size, draws: int, seed: int) -> Estimate:
    """Krippendorff's α (2011) of `scores[rated, rater]`, NaN where a rater did not rate.

    On an interval scale, or (`is_ordinal`) on ranks: the ordinal metric's differences are those of middle ranks. Only
    what two raters rated counts. The interval takes the ranks as they are.
    """
    import numpy as np
    from scipy.stats import rankdata

    unit = f"α ({'ordinal' if is_ordinal else 'interval'})"
    counts = (~np.isnan(scores)).sum(axis=1)
    kept = counts >= 2
    if not kept.any():
        return not_available("nothing was rated twice", unit=unit, size=size)
    values, counts = scores[kept].copy(), counts[kept].astype(float)
    present = ~np.isnan(values)
    if is_ordinal:
        values[present] = rankdata(values[present])
    values -= values[present].mean()
    sums, squares = np.nansum(values, axis=1), np.nansum(values**2, axis=1)
    within = 2 * (counts * squares - sums**2) / (counts - 1)
    columns = np.column_stack([counts, sums, squares, within])
    return bootstrapped(_alpha, columns, parents[kept], unit=unit, size=size, draws=draws, seed=seed)


def _alpha(sums: Floats) -> Floats:
    import numpy as np

    n, total, squares, within = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = 2 * (n * squares - total**2) / (n - 1)
        found: Floats = 1 - within / expected
    found[~(expected > ROUNDING * n * squares)] = np.nan
    return found


def quadratic_kappa(x: Floats, y: Floats, parents: Ints, *, size: Size, draws: int, seed: int) -> Estimate:
    """Cohen's κ of two raters, disagreement weighted by its square (Cohen 1968); the values need not be whole."""
    import numpy as np

    if len(x) < FEWEST:
        reason = f"{len(x)} rated by both, {FEWEST} are needed"
        return not_available(reason, unit="κ (quadratic)", size=size)
    centre = (x.mean() + y.mean()) / 2
    one, other = x - centre, y - centre
    columns = np.column_stack([np.ones(len(x)), one, other, one**2 + other**2, (one - other) ** 2])
    return bootstrapped(_kappa, columns, parents, unit="κ (quadratic)", size=size, draws=draws, seed=seed)


def _kappa(sums: Floats) -> Floats:
    import numpy as np

    n, one, other, squares, apart = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = squares / n - 2 * one * other / n**2
        found: Floats = 1 - apart / n / chance
    found[~(chance > ROUNDING * squares / n)] = np.nan
    return found
