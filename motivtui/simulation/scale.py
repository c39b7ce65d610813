"""How a level becomes the number that is written: rounded, often to a multiple of 5 or 10, never beyond the scale.

Both ways: one number (`written`), and what is to be expected of the numbers of a level that varies (`moments_of`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from motivtui.simulation.truth import ModelTruth

MINIMUM, MAXIMUM = 1, 100
_ROOT_2 = math.sqrt(2)


def written(level: float, minimum: int, maximum: int, step: int = 1) -> int:
    """The number on the scale that a level is written as, by a respondent who counts in steps."""
    return min(maximum, max(minimum, step * round(level / step)))


def moments_of(own: ModelTruth, mean: float, sd: float) -> tuple[float, float]:
    """Expectation of the number, and of its square, that a model writes for levels with `mean` and `sd` (normal)."""
    tens = own.heaping_10
    fives = min(own.heaping_5, 1 - tens)
    first = second = 0.0
    for step, share in ((10, tens), (5, fives), (1, 1 - tens - fives)):
        if share:
            one, two = _stepped(mean, sd, MINIMUM, MAXIMUM, step)
            first, second = first + share * one, second + share * two
    return first, second


def plain_moments(mean: float, sd: float, minimum: int, maximum: int) -> tuple[float, float]:
    """The same of who counts in steps of one."""
    return _stepped(mean, sd, minimum, maximum, 1)


def _stepped(mean: float, sd: float, minimum: int, maximum: int, step: int) -> tuple[float, float]:
    """Summed over the places of the scale: each adds what it is above the last one, where the level reaches it."""
    first, second, last = float(minimum), float(minimum**2), float(minimum)
    for value in _steps(minimum, maximum, step):
        reached = _above(value - step / 2, mean, sd)
        first += (value - last) * reached
        second += (value**2 - last**2) * reached
        last = value
    return first, second


def _steps(minimum: int, maximum: int, step: int) -> Iterator[float]:
    """The numbers above the minimum. The maximum is a multiple of every step."""
    return (float(value) for value in range(step * (minimum // step + 1), maximum + 1, step))


def _above(bound: float, mean: float, sd: float) -> float:
    """The probability that a normal level is above a bound."""
    if sd <= 0:
        return float(mean > bound)
    return 0.5 * math.erfc((bound - mean) / (sd * _ROOT_2))
