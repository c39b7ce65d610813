"""What follows where nothing bends: scores as sums of independent normal parts, so that all their moments are known.

True of models that answer everything, round to whole numbers only and stay away from the ends of the scale, in runs
with no spread of wordings. What a task's repeats are averaged to is one score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from motivtui.simulation.people import PeopleTruth
from motivtui.simulation.truth import Truth
from motivtui.study.manipulation import CONTROL_ID

ROUNDING = 1 / 12
"""The variance that rounding to whole numbers adds."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A mean, and how much of each independent part (mean 0, variance 1) is in it."""

    mean: float
    parts: Mapping[str, float]

    def __add__(self, other: Linear) -> Linear:
        names = {*self.parts, *other.parts}
        return Linear(
            self.mean + other.mean, {name: self.parts.get(name, 0.0) + other.parts.get(name, 0.0) for name in names}
        )

    def times(self, factor: float) -> Linear:
        """So many times as much."""
        return Linear(self.mean * factor, {name: factor * part for name, part in self.parts.items()})


def mean_of(several: Sequence[Linear]) -> Linear:
    """The mean of several scores."""
    total = several[0]
    for one in several[1:]:
        total += one
    return total.times(1 / len(several))


def cov(one: Linear, other: Linear) -> float:
    """Their covariance."""
    return math.fsum(part * other.parts.get(name, 0.0) for name, part in one.parts.items())


def r(one: Linear, other: Linear) -> float:
    """Their correlation."""
    return cov(one, other) / math.sqrt(cov(one, one) * cov(other, other))


def noise(name: str, variance: float) -> Linear:
    """A part of its own."""
    return Linear(0.0, {name: math.sqrt(variance)})


def motivation(truth: Truth, model: str, manipulation: str = CONTROL_ID) -> Linear:
    """The report that repeats vary around."""
    own = truth.models[model]
    level = _by_task(truth, model, "level", own.spread, (truth.family_sd, truth.task_sd))
    if manipulation == CONTROL_ID:
        return Linear(own.level, {}) + level
    what = truth.manipulations[manipulation]
    effect = what.effect + own.own_effects.get(manipulation, 0.0)
    move = _by_task(truth, model, manipulation, 1.0, (truth.effect_family_sd, truth.effect_task_sd))
    return Linear(own.level + effect, {}) + level + move


def _by_task(truth: Truth, model: str, what: str, factor: float, sds: tuple[float, float]) -> Linear:
    sd = factor * math.hypot(*sds)
    return Linear(0.0, {what: sd * math.sqrt(truth.shared), f"{what} of {model}": sd * math.sqrt(1 - truth.shared)})


def report(truth: Truth, model: str, manipulation: str = CONTROL_ID, instrument: str = "pre-self-report") -> Linear:
    """A task's score: the mean of its repeats."""
    variance = (truth.models[model].within_sd ** 2 + ROUNDING) / truth.repeats
    return motivation(truth, model, manipulation) + noise(f"{instrument} {model} {manipulation}", variance)


def item(truth: Truth, model: str, name: str) -> Linear:
    """A task's score on an item of the breakdown under the control, fear turned round."""
    own = truth.models[model]
    variance = own.within_sd**2 + ROUNDING + (0.0 if name == "motivation" else truth.item_sd**2)
    base = motivation(truth, model)
    if name == "mastery":
        base = Linear(62.0, {"able": truth.able_sd})
    if name == "fear":
        base = Linear(101 - 32.0, {"able": truth.able_sd})
    return base + noise(f"{name} {model}", variance / truth.repeats)


def tokens(truth: Truth, model: str, manipulation: str = CONTROL_ID) -> Linear:
    """The logarithm of an answer's length."""
    own = truth.models[model]
    added = 0.0 if manipulation == CONTROL_ID else truth.manipulations[manipulation].tokens
    moved = motivation(truth, model, manipulation) + Linear(-own.level, {})
    varying = moved.times(truth.tokens_slope / 10) + noise(f"tokens {model} {manipulation}", truth.tokens_sd**2)
    return Linear(math.log(own.tokens) + added, {}) + varying


def rating(truth: Truth, model: str, judge: str, criterion: str, manipulation: str = CONTROL_ID) -> Linear:
    """A judge's rating of an answer on one criterion."""
    own, strict = truth.models[model], truth.judges[judge]
    moved = motivation(truth, model, manipulation) + Linear(-own.level, {})
    answer = f"{model} {manipulation}"
    mean = own.quality - strict.severity + (strict.self_preference if judge == model else 0.0)
    return (
        moved.times(truth.quality_slope / 10)
        + noise(f"quality {answer}", truth.quality_sd**2)
        + noise(f"impression of {judge} {answer}", strict.halo**2)
        + noise(f"{criterion} by {judge} {answer}", truth.criterion_sd**2 + ROUNDING)
        + Linear(mean, {})
    )


def seen_by_people(truth: Truth, of: PeopleTruth) -> Linear:
    """What all people see in a task, apart from how severe they are."""
    total = Linear(50.0, {"people": of.own_sd})
    for model, weight in of.like.items():
        total += (motivation(truth, model) + Linear(-truth.models[model].level, {})).times(weight)
    return total


def people(truth: Truth, of: PeopleTruth) -> Linear:
    """The mean rating of a task by all people."""
    return seen_by_people(truth, of) + noise("raters", (of.noise_sd**2 + ROUNDING) / of.raters)


def within(ones: Sequence[Linear], others: Sequence[Linear]) -> float:
    """The expected covariance within a task of two things that are measured under several conditions."""
    both = fmean(cov(a, b) + a.mean * b.mean for a, b in zip(ones, others, strict=True))
    one, other = mean_of(ones), mean_of(others)
    return both - cov(one, other) - one.mean * other.mean


def together(ones: Sequence[Linear], others: Sequence[Linear]) -> float:
    """The covariance of two things over all tasks and conditions."""
    both = fmean(cov(a, b) + a.mean * b.mean for a, b in zip(ones, others, strict=True))
    return both - fmean(one.mean for one in ones) * fmean(other.mean for other in others)


def alpha(items: Sequence[Linear]) -> float:
    """Cronbach's α of several items."""
    total = mean_of(items).times(len(items))
    share = math.fsum(cov(one, one) for one in items) / cov(total, total)
    return len(items) / (len(items) - 1) * (1 - share)


def spearman(correlation: float) -> float:
    """Spearman's ρ of two normal variables."""
    return 6 / math.pi * math.asin(correlation / 2)


def kendall(correlation: float) -> float:
    """Kendall's τ of two normal variables."""
    return 2 / math.pi * math.asin(correlation)
