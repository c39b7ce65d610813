"""Expectations over what is drawn in a simulated run: means, shares, correlations. Exact up to numerical integration.

Owns the arithmetic; which of its numbers an analysis estimates, `estimands` says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from motivtui.simulation.scale import moments_of, plain_moments
from motivtui.simulation.truth import Truth, logistic
from motivtui.study.manipulation import CONTROL_ID

RATING = (1, 7)
"""The scale of judges."""
_NODES = 40
_REACH = 6.0
"""An integral over a normal variable goes over so many points, so many standard deviations to both sides."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A model under a manipulation that moves its reports by `effect`, give or take `between` over models."""

    truth: Truth
    model: str
    manipulation: str
    effect: float
    between: float = 0.0

    def centre(self, category: str) -> float:
        """The mean level of the tasks of a category."""
        own = self.truth.models[self.model]
        return own.level + own.spread * self.truth.categories[category].effect + self.effect

    @property
    def task_sd(self) -> float:
        """The SD of the levels of tasks of one category."""
        truth = self.truth
        spread = truth.models[self.model].spread
        variance = spread**2 * (truth.family_sd**2 + truth.task_sd**2)
        if self.manipulation != CONTROL_ID:
            variance += truth.effect_family_sd**2 + truth.effect_task_sd**2 + self.between**2
        return math.sqrt(variance)

    @property
    def level_sd(self) -> float:
        """The SD of the levels of tasks of one category, each met in one wording."""
        return math.hypot(self.task_sd, self._wording_sd)

    @property
    def within_sd(self) -> float:
        """The SD of a task's repeats, before they are written; each may meet another wording."""
        return math.hypot(self.truth.models[self.model].within_sd, self._wording_sd)

    @property
    def _wording_sd(self) -> float:
        if self.manipulation == CONTROL_ID:
            return 0.0
        return self.truth.wording_sd * math.sqrt(1 - 1 / self.truth.manipulations[self.manipulation].wordings)

    @property
    def total_sd(self) -> float:
        """The SD of all levels in a category."""
        return math.hypot(self.task_sd, self.within_sd)

    def missing(self, category: str) -> float:
        """The probability that a score of a category's task is missing."""
        return self.truth.missing(self.model, category, self.manipulation)

    def scored(self, category: str) -> float:
        """The probability that a task of a category has a score in at least one repeat."""
        return float(1 - self.missing(category) ** self.truth.repeats)


def weights(truth: Truth) -> dict[str, float]:
    """The share of the tasks that each category has: families take the categories in turn."""
    total = truth.tasks if truth.tasks is not None else truth.families * truth.tasks_per_family
    families = min(truth.families, total)
    names = list(truth.categories)
    counts: Counter[str] = Counter()
    for family in range(families):
        counts[names[family % len(names)]] += total // families + (family < total % families)
    return {name: count / total for name, count in counts.items()}


def level(one: Condition, category: str) -> float:
    """The mean score of a category's tasks."""
    return moments_of(one.truth.models[one.model], one.centre(category), one.total_sd)[0]


def complete_mean(one: Condition) -> float:
    """The mean score if none were missing."""
    return sum(weight * level(one, category) for category, weight in weights(one.truth).items())


def raw_mean(one: Condition) -> float:
    """The mean of the scores that are there."""
    return _weighted(one, lambda category: 1 - one.missing(category), lambda category: level(one, category))


def difference(one: Condition, control: Condition) -> float:
    """The mean difference of the tasks that have a score under both."""
    return _weighted(
        one,
        lambda category: one.scored(category) * control.scored(category),
        lambda category: level(one, category) - level(control, category),
    )


def refused(one: Condition) -> float:
    """The share of the answers that are refusals."""
    return sum(
        weight * one.truth.refusal(one.model, category, one.manipulation)
        for category, weight in weights(one.truth).items()
    )


def intraclass(one: Condition) -> float:
    """ICC(1,1): the share of the variance of scores that is between tasks; 0 where they do not vary."""
    mixed = _mixed(one, 0.0, weights(one.truth), lambda _: (1.0, 1.0))
    variance = mixed.between + mixed.within
    return mixed.between / variance if variance > 0 else 0.0


def before_and_after(one: Condition) -> float:
    """The correlation of the mean scores of tasks before and after them, over the tasks that have both.

    Where repeats are missing, a mean is of fewer. All scores after a task hang on its execution, which may have failed.
    """
    truth = one.truth
    succeeds = 1 - truth.models[one.model].fails
    there = {name: weight * one.scored(name) ** 2 * succeeds for name, weight in weights(truth).items()}
    total = math.fsum(there.values())

    def share_within(category: str) -> tuple[float, float]:
        parts = _mean_inverse(truth.repeats, 1 - one.missing(category))
        return parts, parts

    mixed = _mixed(one, truth.post_shift, {name: weight / total for name, weight in there.items()}, share_within)
    variances = (mixed.between + mixed.within) * (mixed.between_later + mixed.within_later)
    return mixed.shared / math.sqrt(variances) if variances > 0 else 0.0


def choice_shares(truth: Truth, model: str, pull: float) -> tuple[float, float]:
    """The shares of the task shown first and of the one with the note, balanced over orders and sides.

    `pull`: log odds of the note; without one, 0.
    """
    own = truth.models[model]
    slope = own.choice_slope / 10 * own.spread
    sd = math.sqrt(2 * slope**2 * (truth.family_sd**2 + truth.task_sd**2) + truth.pair_sd**2)
    first = taken = 0.0
    shares = weights(truth)
    for one, weight in shares.items():
        for other, weight_other in shares.items():
            centre = slope * (truth.categories[one].effect - truth.categories[other].effect)

            def of(odds: float, centre: float = centre) -> float:
                return normal_mean(lambda x: logistic(odds + x), centre, sd)

            ahead, behind = of(own.position_bias + pull), of(own.position_bias - pull)
            first += weight * weight_other * (ahead + behind) / 2
            taken += weight * weight_other * (ahead + of(pull - own.position_bias)) / 2
    return first, taken


def judged(truth: Truth, model: str, judge: str, effects: Mapping[tuple[str, str], float]) -> float:
    """The mean rating that a judge gives a model's answers under all manipulations, on a scale from 1 to 7."""
    own, strict = truth.models[model], truth.judges[judge]
    centre = own.quality - strict.severity + (strict.self_preference if judge == model else 0.0)
    noise = math.hypot(truth.quality_sd, strict.halo, truth.criterion_sd)
    slope = truth.quality_slope / 10
    means = []
    for manipulation in (CONTROL_ID, *truth.manipulations):
        one = Condition(truth, model, manipulation, effects.get((model, manipulation), 0.0))
        sd = math.hypot(slope * one.level_sd, noise)
        for category, weight in weights(truth).items():
            mean = centre + slope * (one.centre(category) - own.level)
            means.append(weight * plain_moments(mean, sd, *RATING)[0])
    return math.fsum(means) / (1 + len(truth.manipulations))


def normal_mean(function: Callable[[float], float], mean: float, sd: float) -> float:
    """The expectation of a smooth function of a normal variable."""
    return math.fsum(mass * function(point) for point, mass in normal_points(mean, sd))


def normal_points(mean: float, sd: float) -> list[tuple[float, float]]:
    """Points of a normal variable with the masses that stand for it; these add up to 1."""
    if sd <= 0:
        return [(mean, 1.0)]
    points = [_REACH * (2 * place / _NODES - 1) for place in range(_NODES + 1)]
    masses = [math.exp(-(point**2) / 2) for point in points]
    total = math.fsum(masses)
    return [(mean + sd * point, mass / total) for point, mass in zip(points, masses, strict=True)]


def _weighted(one: Condition, share: Callable[[str], float], value: Callable[[str], float]) -> float:
    there = {category: weight * share(category) for category, weight in weights(one.truth).items()}
    total = math.fsum(there.values())
    return math.fsum(weight * value(category) for category, weight in there.items()) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class _Mixed:
    """Variances of scores between tasks and within them, now and `later`, and the covariance of both between tasks."""

    between: float
    within: float
    between_later: float
    within_later: float
    shared: float


def _mixed(
    one: Condition,
    later: float,
    shares: dict[str, float],
    share_within: Callable[[str], tuple[float, float]],
) -> _Mixed:
    """Over categories with these shares; the scores `later` are so many points higher.

    `share_within`: how much of the variance within tasks is left in a category, now and later.
    """
    own = one.truth.models[one.model]
    total = [0.0] * 7
    for category, weight in shares.items():
        now_left, later_left = share_within(category)
        for level_there, mass in normal_points(one.centre(category), one.task_sd):
            mean, square = moments_of(own, level_there, one.within_sd)
            then, square_then = moments_of(own, level_there + later, one.within_sd) if later else (mean, square)
            found = (mean, mean**2, then, then**2, mean * then)
            noise = (now_left * (square - mean**2), later_left * (square_then - then**2))
            for place, value in enumerate((*found, *noise)):
                total[place] += weight * mass * value
    mean, squares, then, squares_then, product, within, within_then = total
    return _Mixed(squares - mean**2, within, squares_then - then**2, within_then, product - mean * then)


def _mean_inverse(repeats: int, usable: float) -> float:
    """The expectation of 1/n, where n of `repeats` are usable, at least one."""
    chances = [math.comb(repeats, n) * usable**n * (1 - usable) ** (repeats - n) for n in range(1, repeats + 1)]
    total = math.fsum(chances)
    return math.fsum(chance / n for n, chance in enumerate(chances, start=1)) / total if total else 1.0
