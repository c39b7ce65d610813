"""A second score beside the written one: what the model's own token probabilities say."""

from __future__ import annotations

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
