"""Expectations over what is drawn in a simulated run: means, shares, correlations. Exact up to numerical integration.

Owns the arithmetic; which of its numbers an analysis estimates, `estimands` says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from motivtui.simulation.scale import moments_of
from motivtui.simulation.truth import Truth, logistic
from motivtui.study.manipulation import CONTROL_ID

_NODES = 80
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
    def within_sd(self) -> float:
        """The SD of a task's repeats, before they are written; each may meet another wording."""
        variance = self.truth.models[self.model].within_sd ** 2
        if self.manipulation != CONTROL_ID:
            wordings = self.truth.manipulations[self.manipulation].wordings
            variance += self.truth.wording_sd**2 * (1 - 1 / wordings)
        return math.sqrt(variance)

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
    between, within, mean_square, _ = _components(one, 0.0)
    return between / (between + within) if mean_square and between + within > 0 else 0.0


def before_and_after(one: Condition) -> float:
    """The correlation over tasks of mean scores before and after, which repeats of both share nothing but the task."""
    truth = one.truth
    between, within, _, shared = _components(one, truth.post_shift)
    later = Condition(truth, one.model, one.manipulation, one.effect + truth.post_shift, one.between)
    between_later, within_later, _, _ = _components(later, 0.0)
    variances = (between + within / truth.repeats) * (between_later + within_later / truth.repeats)
    return shared / math.sqrt(variances) if variances > 0 else 0.0


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


def normal_mean(function: Callable[[float], float], mean: float, sd: float) -> float:
    """The expectation of a smooth function of a normal variable."""
    if sd <= 0:
        return function(mean)
    points = [_REACH * (2 * place / _NODES - 1) for place in range(_NODES + 1)]
    masses = [math.exp(-(point**2) / 2) for point in points]
    total = math.fsum(mass * function(mean + sd * point) for mass, point in zip(masses, points, strict=True))
    return total / math.fsum(masses)


def _weighted(one: Condition, share: Callable[[str], float], value: Callable[[str], float]) -> float:
    there = {category: weight * share(category) for category, weight in weights(one.truth).items()}
    total = math.fsum(there.values())
    return math.fsum(weight * value(category) for category, weight in there.items()) / total if total else 0.0


def _components(one: Condition, later: float) -> tuple[float, float, float, float]:
    """Variance between tasks and within them, mean square, and the covariance with scores `later` points higher."""
    truth, own = one.truth, one.truth.models[one.model]
    within_sd, task_sd = one.within_sd, one.task_sd
    sums = [0.0] * 5
    for category, weight in weights(truth).items():
        terms: tuple[Callable[[float], float], ...] = (
            lambda m: moments_of(own, m, within_sd)[0],
            lambda m: moments_of(own, m, within_sd)[0] ** 2,
            lambda m: moments_of(own, m, within_sd)[1],
            lambda m: moments_of(own, m + later, within_sd)[0],
            lambda m: moments_of(own, m, within_sd)[0] * moments_of(own, m + later, within_sd)[0],
        )
        for place, term in enumerate(terms):
            sums[place] += weight * normal_mean(term, one.centre(category), task_sd)
    mean, squared_means, square, mean_later, product = sums
    return squared_means - mean**2, square - squared_means, square, product - mean * mean_later
