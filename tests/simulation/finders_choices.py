"""Choices whose probabilities are known: consistency and ranking."""

from __future__ import annotations

import math
from collections.abc import Iterator

from motivtui.simulation.design import named
from motivtui.simulation.expected import normal_mean
from motivtui.simulation.truth import Truth, logistic
from motivtui.stats.bradley_terry import bradley_terry
from motivtui.stats.choice_consistency import choice_consistencies
from motivtui.stats.choice_contests import RankedUnit
from motivtui.study.manipulation import CONTROL_ID
from tests.simulation.tally import Found, Run


def of_consistency(run: Run) -> Iterator[Found]:
    """Under the control: what repeats, orders and places have in common, over pairs of tasks."""
    for one in choice_consistencies(run.table):
        if one.manipulation != CONTROL_ID:
            continue
        again, swapped, first = _shares(run.truth, named(one.model))
        by_chance = first**2 + (1 - first) ** 2
        yield Found("choice consistency: asked again", estimate=one.repeat_agreement, true=again)
        yield Found("choice consistency: both orders", estimate=one.order_consistency, true=swapped)
        yield Found("choice consistency: κ", estimate=one.kappa, true=(again - by_chance) / (1 - by_chance))
        yield Found("choice consistency: first shown", estimate=one.first, true=first, null=0.5)
        yield Found("choice consistency: first shown, by pair", estimate=one.first_by_pair, true=first, null=0.5)


def _shares(truth: Truth, model: str) -> tuple[float, float, float]:
    """The same chosen again, the same with the tasks swapped, the first shown."""
    own = truth.models[model]
    slope = own.choice_slope / 10 * own.spread
    sd = math.sqrt(2 * slope**2 * (truth.family_sd**2 + truth.task_sd**2) + truth.pair_sd**2)
    bias = own.position_bias

    def again(odds: float) -> float:
        p = logistic(bias + odds)
        return p**2 + (1 - p) ** 2

    def swapped(odds: float) -> float:
        given, other = logistic(bias + odds), logistic(odds - bias)
        return given * other + (1 - given) * (1 - other)

    return (
        normal_mean(again, 0.0, sd),
        normal_mean(swapped, 0.0, sd),
        normal_mean(lambda odds: logistic(bias + odds), 0.0, sd),
    )


def of_strengths(run: Run) -> Iterator[Found]:
    """Every task's strength: its level, as far as choices hang on it, less the mean of all that were ranked."""
    for one in bradley_terry(run.table, RankedUnit.TASK, draws=50):
        if one.manipulation != CONTROL_ID or one.parts != 1:
            continue
        model = named(one.model)
        slope = run.truth.models[model].choice_slope / 10
        odds = {item.name: slope * run.world.levels[model, item.name] for item in one.items}
        mean = math.fsum(odds.values()) / len(odds)
        for item in one.items:
            yield Found("Bradley-Terry: strength of a task", estimate=item.strength, true=odds[item.name] - mean)
