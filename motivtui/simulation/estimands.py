"""What the analyses of a simulated run should find: the true values of what they estimate, computed, not drawn.

A number is that of the scores as they are written (rounded, cut off at the ends of the scale) and as they are there:
where refusals hang on the category of a task, the tasks that are left are other ones, and the truth about these is
what an analysis of them can find. `complete` is the same if nothing were missing. Every expectation is over families
and tasks of the same kind, in the mix of categories that the run has. Of a model whose refusals hang on its motivation
itself (`refusal_slope`) only what would be complete is told: what is left there, no analysis is after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from motivtui.simulation import expected
from motivtui.simulation.expected import Condition
from motivtui.simulation.truth import PREFIX, Truth
from motivtui.simulation.world import drawn_effects
from motivtui.study.manipulation import CONTROL_ID, Group

REPORT = ("pre-self-report", "motivation")
AFTER = ("post-self-report", "motivation")
CHOICE = ("choice", "choice")
JUDGED = ("judge", "")
"""Every item of the judges: they differ in name only."""
PANEL = "panel"
POPULATION = "population"
"""In place of a model: these models together, and models like them."""


@dataclass(frozen=True, slots=True)
class TrueValue:
    """The true value of one thing that an analysis estimates. None as `manipulation` or `category`: it has none.

    `complete`: the value if no score were missing; None: it is the same, or makes no sense.
    """

    analysis: str
    estimand: str
    model: str
    manipulation: str | None
    value: float
    unit: str
    instrument: str = REPORT[0]
    item: str = REPORT[1]
    category: str | None = None
    complete: float | None = None


def true_values(truth: Truth, seed: int) -> tuple[TrueValue, ...]:
    """The true values of the run with this seed: the models' own effects were drawn with it."""
    effects = drawn_effects(truth, seed)
    found: list[TrueValue] = []
    if REPORT[0] in truth.instruments:
        known = [model for model, own in truth.models.items() if not own.refusal_slope]
        for model in truth.models:
            found += _complete(truth, model, effects)
        for model in known:
            found += _reports(truth, model, effects)
        if len(known) == len(truth.models):
            found += _together(truth, effects)
        if AFTER[0] in truth.instruments:
            found += [_before_and_after(truth, model) for model in known]
    if CHOICE[0] in truth.instruments:
        found += [one for model in truth.models for one in _choices(truth, model)]
    if "execution" in truth.instruments:
        found += [one for model in truth.models for one in _lengths(truth, model, effects)]
    if truth.judges:
        found += [one for model in truth.models for one in _ratings(truth, model, effects)]
        found += _self_preferences(truth, effects)
    return tuple(found)


def _complete(truth: Truth, model: str, effects: Mapping[tuple[str, str], float]) -> Iterator[TrueValue]:
    """What would be found if nothing were missing: what bounds must hold."""
    control = expected.complete_mean(Condition(truth, model, CONTROL_ID, 0.0))
    for manipulation in truth.manipulations:
        one = Condition(truth, model, manipulation, effects[model, manipulation])
        value = expected.complete_mean(one) - control
        yield TrueValue("bounds", "difference", PREFIX + model, manipulation, value, "points")


def _reports(truth: Truth, model: str, effects: Mapping[tuple[str, str], float]) -> Iterator[TrueValue]:
    name = PREFIX + model
    control = Condition(truth, model, CONTROL_ID, 0.0)
    placebos = [one for one, of in truth.manipulations.items() if of.group is Group.PLACEBO]
    yield TrueValue("reliability", "ICC(1,1)", name, CONTROL_ID, expected.intraclass(control), "ICC")
    for category in truth.categories:
        if expected.weights(truth).get(category):
            value = expected.level(control, category)
            yield TrueValue("categories", "mean", name, CONTROL_ID, value, "points", category=category)
    for manipulation in (CONTROL_ID, *truth.manipulations):
        one = Condition(truth, model, manipulation, effects.get((model, manipulation), 0.0))
        raw, complete = expected.raw_mean(one), expected.complete_mean(one)
        yield TrueValue("distribution", "mean", name, manipulation, raw, "points", complete=complete)
        yield TrueValue("statuses", "refused", name, manipulation, expected.refused(one), "share")
        if manipulation == CONTROL_ID:
            continue
        value, complete = (
            expected.difference(one, control),
            expected.complete_mean(one) - expected.complete_mean(control),
        )
        yield TrueValue("manipulations", "difference", name, manipulation, value, "points", complete=complete)
        if len(placebos) == 1 and manipulation not in placebos:
            placebo = Condition(truth, model, placebos[0], effects[model, placebos[0]])
            value = expected.difference(one, placebo)
            yield TrueValue("manipulations", "from placebo", name, manipulation, value, "points")


def _together(truth: Truth, effects: Mapping[tuple[str, str], float]) -> Iterator[TrueValue]:
    """For these models and, as far as their levels are typical, for all that they are a sample of."""
    for manipulation, what in truth.manipulations.items():
        of_panel, of_all = [], []
        for model, own in truth.models.items():
            control = Condition(truth, model, CONTROL_ID, 0.0)
            drawn = Condition(truth, model, manipulation, effects[model, manipulation])
            typical = what.effect + own.own_effects.get(manipulation, 0.0)
            of_panel.append(expected.difference(drawn, control))
            of_all.append(
                expected.difference(Condition(truth, model, manipulation, typical, what.between_models), control)
            )
        for who, values in ((PANEL, of_panel), (POPULATION, of_all)):
            yield TrueValue("pooled", "difference", who, manipulation, sum(values) / len(values), "points")


def _before_and_after(truth: Truth, model: str) -> TrueValue:
    value = expected.before_and_after(Condition(truth, model, CONTROL_ID, 0.0))
    return TrueValue("correlations", "r with post-self-report", PREFIX + model, CONTROL_ID, value, "r")


def _choices(truth: Truth, model: str) -> Iterator[TrueValue]:
    noted = {name: one.choice for name, one in truth.manipulations.items() if one.choice is not None}
    for manipulation, pull in ((CONTROL_ID, 0.0), *noted.items()):
        first, taken = expected.choice_shares(truth, model, pull)
        cell = (PREFIX + model, manipulation)
        yield TrueValue("choices", "first shown", *cell, first, "share", *CHOICE)
        if manipulation != CONTROL_ID:
            yield TrueValue("choices", "task with the note", *cell, taken, "share", *CHOICE)
            yield TrueValue("choices", "shift", *cell, taken - 0.5, "share", *CHOICE)
    bias = truth.models[model].position_bias
    yield TrueValue("bradley-terry", "first place", PREFIX + model, CONTROL_ID, bias, "log odds", *CHOICE)


def _lengths(truth: Truth, model: str, effects: Mapping[tuple[str, str], float]) -> Iterator[TrueValue]:
    for manipulation, one in truth.manipulations.items():
        value = one.tokens + truth.tokens_slope * effects[model, manipulation] / 10
        cell = ("effort", "difference of log tokens", PREFIX + model, manipulation, value, "log", "execution", "")
        yield TrueValue(*cell)


def _ratings(truth: Truth, model: str, effects: Mapping[tuple[str, str], float]) -> Iterator[TrueValue]:
    """What each judge gives a model's answers, and how far that is above what all judges give."""
    means = {judge: expected.judged(truth, model, judge, effects) for judge in truth.judges}
    for judge, mean in means.items():
        above = mean - sum(means.values()) / len(means)
        cell = (PREFIX + model, None)
        yield TrueValue("judges", f"mean by {PREFIX + judge}", *cell, mean, "points", *JUDGED)
        yield TrueValue("judges", f"severity of {PREFIX + judge}", *cell, above, "points", *JUDGED)


def _self_preferences(truth: Truth, effects: Mapping[tuple[str, str], float]) -> Iterator[TrueValue]:
    """What a judge gives its own answers beyond what others give them, less the same of the others' answers."""
    for judge in truth.judges:
        others = [one for one in truth.judges if one != judge]
        models = [one for one in truth.models if one != judge]
        if judge not in truth.models or not others or not models:
            continue
        gaps = {}
        for model in truth.models:
            by_others = [expected.judged(truth, model, one, effects) for one in others]
            gaps[model] = expected.judged(truth, model, judge, effects) - sum(by_others) / len(others)
        value = gaps[judge] - sum(gaps[model] for model in models) / len(models)
        yield TrueValue("judges", "self-preference", PREFIX + judge, None, value, "points", *JUDGED)
