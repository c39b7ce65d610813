"""How far apart two scores of the same thing lie (Bland & Altman 1986, 1999), clustered by family. Knows no table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import ROUNDING, Estimate, Size, clustered_statistic, not_available

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

POINTS = "scale points"
FEWEST = 3


@dataclass(frozen=True, slots=True)
class LimitsOfAgreement:
    """The mean difference of two scores, and the limits that 95 of 100 differences lie within.

    `slope`: by how many points the difference grows with each point of the mean; away from 0, the limits do not hold
    over the whole scale. None: the means do not vary.
    """

    bias: Estimate
    lower: Estimate
    upper: Estimate
    slope: float | None


def limits_of_agreement(one: Floats, other: Floats, parents: Ints) -> LimitsOfAgreement:
    """Of `other - one`, pair by pair; intervals clustered by `parents`, those of the limits by the delta method."""
    n = len(one)
    size = Size(2 * n, n)
    if n < FEWEST:
        none = not_available(f"fewer than {FEWEST} pairs", unit=POINTS, size=size)
        return LimitsOfAgreement(none, none, none, None)
    differences, means = other - one, (other + one) / 2
    magnitude = float(max(abs(one).max(), abs(other).max()))
    bias, sd = float(differences.mean()), float(differences.std(ddof=1))
    errors = differences - bias
    spread = (errors**2 - (errors**2).mean()) / (2 * sd) if sd > ROUNDING * magnitude else 0 * errors

    def at(sds: float) -> Estimate:
        influence = errors + sds * spread
        return clustered_statistic(
            bias + sds * sd, influence, parents, unit=POINTS, size=size, is_tested=not sds, magnitude=magnitude
        )

    centred = means - means.mean()
    has_slope = math.sqrt(float(centred @ centred) / n) > ROUNDING * magnitude
    slope = float(centred @ errors) / float(centred @ centred) if has_slope else None
    return LimitsOfAgreement(at(0.0), at(-1.96), at(1.96), slope)
