"""The difference of two estimates from independent samples: t after Welch, or from the two intervals themselves.

Owns the two rules; knows no table and no run.
"""

from __future__ import annotations

import math

from motivtui.stats.estimate import LEVEL, Estimate, not_available, standard_error, t_quantile, t_two_sided

WELCH = "difference of independent estimates, t after Welch-Satterthwaite"
MOVER = "difference of independent estimates, MOVER from their intervals (Newcombe 1998, Zou 2007)"


def welch(one: Estimate, other: Estimate) -> Estimate:
    """`other` minus `one`, both with a t interval: variances add, degrees of freedom after Welch and Satterthwaite."""
    unit = other.unit
    if one.value is None or other.value is None:
        return not_available(_reason(one, other), unit=unit, method=WELCH)
    value = other.value - one.value
    se_one, se_other = standard_error(one), standard_error(other)
    if se_one is None or se_other is None or one.df is None or other.df is None:
        return _of_both(one, other, value, WELCH, reason=_reason(one, other))
    variances = se_one**2, se_other**2
    se = math.sqrt(sum(variances))
    df = sum(variances) ** 2 / (variances[0] ** 2 / one.df + variances[1] ** 2 / other.df)
    half = t_quantile(0.5 + LEVEL / 2, df) * se
    ends = (value - half, value + half)
    return _of_both(one, other, value, WELCH, ends=ends, statistic=value / se, df=df, p=t_two_sided(value / se, df))


def mover(one: Estimate, other: Estimate) -> Estimate:
    """`other` minus `one`, for intervals that are not symmetric, such as those of shares and of ICCs. Not tested."""
    if one.value is None or other.value is None:
        return not_available(_reason(one, other), unit=other.unit, method=MOVER)
    value = other.value - one.value
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return _of_both(one, other, value, MOVER, reason=_reason(one, other))
    below = math.hypot(other.value - other.low, one.high - one.value)
    above = math.hypot(other.high - other.value, one.value - one.low)
    return _of_both(one, other, value, MOVER, ends=(value - below, value + above))


def _of_both(
    one: Estimate,
    other: Estimate,
    value: float,
    method: str,
    *,
    ends: tuple[float, float] | None = None,
    statistic: float | None = None,
    df: float | None = None,
    p: float | None = None,
    reason: str = "",
) -> Estimate:
    low, high = ends if ends is not None else (None, None)
    return Estimate(
        value,
        low,
        high,
        method=method,
        unit=other.unit,
        statistic=statistic,
        df=df,
        p=p,
        n_rows=one.n_rows + other.n_rows,
        n_tasks=one.n_tasks + other.n_tasks,
        n_parents=one.n_parents + other.n_parents,
        reason=reason,
        flags=tuple(dict.fromkeys((*one.flags, *other.flags))),
    )


def _reason(one: Estimate, other: Estimate) -> str:
    return "; ".join(dict.fromkeys(estimate.reason for estimate in (one, other) if estimate.reason))
