"""Standardised differences of paired scores, with intervals clustered by family.

The textbook's interval (noncentral t) takes tasks as independent, which tasks of one family are not; these come from
the influence of each task on the number (delta method), summed by family like every other CR1 interval here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from motivtui.stats.estimate import ROUNDING, Estimate, Size, clustered_statistic, not_available

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints


def d_z(differences: Floats, parents: Ints, size: Size, *, magnitude: float) -> Estimate:
    """Mean of the paired differences in units of their own standard deviation.

    `magnitude` is the largest size of the scores that were subtracted: smaller variation is rounding.
    """
    unit = "SDs of the difference"
    if len(differences) < 2:
        return not_available("fewer than 2 tasks", unit=unit, size=size)
    mean, sd = float(differences.mean()), float(differences.std(ddof=1))
    if sd <= ROUNDING * magnitude:
        return not_available("the differences do not vary", unit=unit, size=size)
    errors = differences - mean
    d = mean / sd
    influence = errors / sd - d * (errors**2 - (errors**2).mean()) / (2 * sd**2)
    return clustered_statistic(d, influence, parents, unit=unit, size=size)


def g_av(manipulated: Floats, control: Floats, parents: Ints, size: Size) -> Estimate:
    """Hedges' g of paired scores: mean difference in units of the root of the mean variance of both conditions.

    Corrected for small samples by the exact factor on n-1 degrees of freedom (Hedges 1981).
    """
    unit = "SDs (average of both conditions)"
    n = len(manipulated)
    if n < 3:
        return not_available("fewer than 3 tasks", unit=unit, size=size)
    variance = (float(manipulated.var(ddof=1)) + float(control.var(ddof=1))) / 2
    magnitude = max(float(abs(manipulated).max()), float(abs(control).max()))
    if math.sqrt(variance) <= ROUNDING * magnitude:
        return not_available("the scores do not vary", unit=unit, size=size)
    x, y = manipulated - manipulated.mean(), control - control.mean()
    spread = (x**2 + y**2) / 2
    d = float((manipulated - control).mean()) / math.sqrt(variance)
    influence = (x - y) / math.sqrt(variance) - d * (spread - spread.mean()) / (2 * variance)
    factor = small_sample_factor(n - 1)
    return clustered_statistic(factor * d, factor * influence, parents, unit=unit, size=size)


def small_sample_factor(df: int) -> float:
    """Hedges' J, about 1 - 3/(4 df - 1); `df` is 2 or more, as on 1 the expectation that it corrects does not exist."""
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) * math.sqrt(2 / df)
