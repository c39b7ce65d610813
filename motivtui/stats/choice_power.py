"""How large a pull of a note a study of choices can see: by simulation, with the test that `choices` uses.

A pair has a liking of its own, which all its choices share; how strong that is, is given as the SD of its log odds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.errors import UsageError
from motivtui.stats.estimate import Estimate, share, t_quantile
from motivtui.stats.wording import count

if TYPE_CHECKING:
    from motivtui.stats.table import Floats

STUDIES = 2000
ALPHA = 0.05
POWER = 0.8
PRECISION = 0.001
"""Of the share that is searched for."""


@dataclass(frozen=True, slots=True)
class ChoicePlan:
    """A planned study of choices: `pairs` pairs, each offered `offers` times with the note, half of them on each side.

    `share`: how often the task with the note is chosen. `power`: how many of `studies` simulated ones found that this
    is not one half, with a 95 % interval of the simulation. `pair_sd`: how much pairs differ, in log odds.
    """

    pairs: int
    offers: int
    share: float
    pair_sd: float
    power: Estimate
    studies: int
    alpha: float
    seed: int

    @property
    def sentence(self) -> str:
        """What such a study can see, if pairs differ as assumed."""
        power = self.power.value or 0.0
        return (
            f"{count(self.pairs, 'pair')}, each offered {count(self.offers, 'time')}, pairs differing by "
            f"{self.pair_sd:g} log odds: a note that draws {100 * self.share:.1f} % of the choices is found in "
            f"{100 * power:.0f} of 100 simulated studies at α = {self.alpha:g}."
        )


def choice_power(
    pairs: int,
    offers: int,
    share_with_note: float,
    *,
    pair_sd: float = 1.0,
    alpha: float = ALPHA,
    studies: int = STUDIES,
    seed: int = 0,
) -> ChoicePlan:
    """Simulate `studies` studies in which the task with the note is chosen with `share_with_note` on average.

    Raises UsageError for fewer than 2 pairs, no offer, or a share, SD or level that cannot be.
    """
    _check(pairs, offers, share_with_note, pair_sd, alpha, studies)
    draws = _Draws.of(pairs, offers, studies, seed)
    found = draws.found(share_with_note, pair_sd, alpha)
    power = replace(share(found, studies, of="study"), method="Wilson, over simulated studies")
    return ChoicePlan(pairs, offers, share_with_note, pair_sd, power, studies, alpha, seed)


def smallest_share(
    pairs: int,
    offers: int,
    *,
    pair_sd: float = 1.0,
    power: float = POWER,
    alpha: float = ALPHA,
    studies: int = STUDIES,
    seed: int = 0,
) -> ChoicePlan | None:
    """The smallest share above one half that is found with `power`; None: none is.

    The same random numbers serve every share that is tried. Raises UsageError as `choice_power` does.
    """
    _check(pairs, offers, 0.5, pair_sd, alpha, studies)
    if not alpha < power < 1:
        raise UsageError(f"A power of {power:g} cannot be planned for.", hint="Give a share between α and 1.")
    draws = _Draws.of(pairs, offers, studies, seed)

    def reached(one: float) -> bool:
        return draws.found(one, pair_sd, alpha) >= power * studies

    # Upwards from one half: close to 1 all pairs are the same, and nothing can be tested.
    steps = [0.5 + 0.02 * step for step in range(25)]
    high = next((one for one in steps if reached(one)), None)
    if high is None:
        return None
    low = high - 0.02
    while high - low > PRECISION:
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return choice_power(pairs, offers, high, pair_sd=pair_sd, alpha=alpha, studies=studies, seed=seed)


@dataclass(frozen=True, slots=True)
class _Draws:
    """The random numbers of the studies: each pair's liking, standard normal, and a uniform number for each offer.

    `sides` is 1 or -1: the pair's liking is for the task with the note, or for the other.
    """

    liking: Floats
    uniform: Floats
    sides: Floats

    @classmethod
    def of(cls, pairs: int, offers: int, studies: int, seed: int) -> _Draws:
        import numpy as np

        generator = np.random.default_rng(seed)
        liking = generator.standard_normal((studies, pairs))
        # The note is on one side in every other offer of a pair.
        sides = np.where(np.arange(offers) % 2, 1.0, -1.0)
        return cls(liking, generator.random((studies, pairs, offers)), sides)

    def found(self, share_with_note: float, pair_sd: float, alpha: float) -> int:
        """How many of the studies reject that the share is one half: t over pairs, as `choices.manipulated_by_pair`."""
        import numpy as np

        pull = _pull(share_with_note, pair_sd)
        odds = pull + pair_sd * self.sides * self.liking[:, :, None]
        taken = (self.uniform < 1 / (1 + np.exp(-odds))).mean(axis=2)
        pairs = taken.shape[1]
        mean, sd = taken.mean(axis=1), taken.std(axis=1, ddof=1)
        bound = t_quantile(1 - alpha / 2, pairs - 1)
        # Without variation between pairs there is no test, and nothing is found.
        return int(((sd > 1e-12) & (abs(mean - 0.5) * math.sqrt(pairs) > bound * sd)).sum())


def _pull(share_with_note: float, pair_sd: float) -> float:
    """The log odds that, with pairs differing by `pair_sd`, come to `share_with_note` on average."""
    import numpy as np
    from scipy.optimize import brentq

    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    weights = weights / weights.sum()

    def average(pull: float) -> float:
        return float(weights @ (1 / (1 + np.exp(-(pull + pair_sd * nodes)))))

    return float(brentq(lambda pull: average(pull) - share_with_note, -60 - 10 * pair_sd, 60 + 10 * pair_sd))


def _check(pairs: int, offers: int, share_with_note: float, pair_sd: float, alpha: float, studies: int) -> None:
    problems = (
        (pairs < 2, f"{count(pairs, 'pair')} cannot be tested.", "Plan with 2 pairs or more."),
        (offers < 1, "A pair that is never offered tells nothing.", "Give 1 or more offers of each pair."),
        (not 0 < share_with_note < 1, f"A share of {share_with_note:g} cannot be.", "Give one between 0 and 1."),
        (not 0 <= pair_sd <= 10, f"An SD of {pair_sd:g} log odds cannot be.", "Give a number from 0 to 10."),
        (not 0 < alpha < 1, f"A level of {alpha:g} cannot be.", "Give a share between 0 and 1, such as 0.05."),
        (studies < 100, f"{studies} simulated studies are too few.", "Simulate 100 or more."),
    )
    for is_wrong, message, hint in problems:
        if is_wrong:
            raise UsageError(message, hint=hint)
