"""A second score beside the written one: what the model's own token probabilities say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Method = Literal["expanded", "sampled"]


@dataclass(frozen=True, slots=True)
class TokenScore:
    """The expected score of an item under the model's token probabilities.

    `expected` and `sd` are in scale points, of the whole numbers of the scale, which together had the probability
    `covered_mass` (0 to 1). `sampled`: from the alternatives of the one token that was written; `expanded`: from the
    whole distribution, digit by digit.
    """

    item: str
    expected: float
    sd: float
    covered_mass: float
    method: Method


def from_masses(item: str, masses: Mapping[int, float], method: Method) -> TokenScore | None:
    """The score of a distribution: number of the scale → its probability. None: nothing on the scale has any."""
    covered = math.fsum(masses.values())
    if covered <= 0:
        return None
    shares = {number: mass / covered for number, mass in masses.items() if mass > 0}
    expected = math.fsum(number * share for number, share in shares.items())
    expected = min(max(expected, min(shares)), max(shares))  # rounding must not leave the scale
    variance = math.fsum((number - expected) ** 2 * share for number, share in shares.items())
    return TokenScore(item, expected, math.sqrt(variance), min(covered, 1.0), method)
