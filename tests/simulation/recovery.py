"""What the analyses find in simulated runs whose truth the generator itself says (`known_values`)."""

from __future__ import annotations

from collections.abc import Iterator

from motivtui.simulation.estimands import PANEL, POPULATION
from motivtui.stats.attrition import attrition
from motivtui.stats.bradley_terry import bradley_terry
from motivtui.stats.categories import category_effects
from motivtui.stats.choice_contests import RankedUnit
from motivtui.stats.choices import choice_effects
from motivtui.stats.correlations import correlations
from motivtui.stats.distribution import distributions
from motivtui.stats.group_contrasts import group_contrasts
from motivtui.stats.judge_bias import judge_biases
from motivtui.stats.judges import judge_agreements
from motivtui.stats.length_effects import length_effects
from motivtui.stats.logistic_choice import logistic_choices
from motivtui.stats.manipulated_choice import manipulated_choices
from motivtui.stats.manipulations import manipulation_effects
from motivtui.stats.mediation import mediations
from motivtui.stats.pooled import pooled_effects
from motivtui.stats.pooled_choice import pooled_choices
from motivtui.stats.reliability import reliabilities
from motivtui.stats.statuses import status_rates
from motivtui.stats.table import ScoreTable
from motivtui.study.manipulation import CONTROL_ID
from tests.simulation.known import Key
from tests.simulation.tally import Found

DRAWS = 400
REPORT = ("pre-self-report", "motivation")
TOKENS = "execution"


def of_distribution(table: ScoreTable) -> Iterator[Found]:
    for one in distributions(table, by_manipulation=True):
        if (one.instrument, one.item) == REPORT:
            yield Found("distribution: mean", ("distribution", "mean", one.model, one.manipulation, None), one.mean)


def of_manipulations(table: ScoreTable) -> Iterator[Found]:
    for one in manipulation_effects(table):
        if (one.instrument, one.item) != REPORT:
            continue
        for name, estimate in (("difference", one.difference), ("from placebo", one.from_placebo)):
            if estimate is not None:
                key = ("manipulations", name, one.model, one.manipulation, None)
                yield Found(f"manipulations: {name}", key, estimate, 0.0)


def of_pooled(table: ScoreTable) -> Iterator[Found]:
    for one in pooled_effects(table):
        if (one.instrument, one.item) == REPORT:
            yield Found("pooled: panel", ("pooled", "difference", PANEL, one.manipulation, None), one.panel, 0.0)
            key = ("pooled", "difference", POPULATION, one.manipulation, None)
            yield Found("pooled: population", key, one.population, 0.0)
            yield Found("pooled: meta-analysis", key, one.meta_analysis.mean, 0.0)


def of_panel_taken_for_population(table: ScoreTable) -> Iterator[Found]:
    """What must not be said: the interval for these models, taken for one of all models."""
    for one in pooled_effects(table):
        key: Key = ("pooled", "difference", POPULATION, one.manipulation, None)
        yield Found("panel taken for population", key, one.panel, 0.0)


def of_contrasts(table: ScoreTable) -> Iterator[Found]:
    for one in group_contrasts(table):
        if (one.instrument, one.item) == REPORT:
            key = ("contrasts", one.contrast, one.model, None, None)
            yield Found("group contrasts: difference", key, one.difference, 0.0)


def of_categories(table: ScoreTable) -> Iterator[Found]:
    for one in category_effects(table):
        if (one.instrument, one.item) != REPORT:
            continue
        for mean in one.categories:
            key: Key = ("categories", "mean", one.model, one.manipulation, mean.category)
            yield Found("categories: mean", key, mean.mean)
        yield Found("categories: test", ("categories", "test", one.model, None, None), one.test, 0.0)
        yield Found("categories: family test", ("categories", "test", one.model, None, None), one.family_test, 0.0)


def of_reliability(table: ScoreTable) -> Iterator[Found]:
    for one in reliabilities(table, draws=DRAWS):
        if (one.instrument, one.item) == REPORT and one.manipulation == CONTROL_ID:
            key: Key = ("reliability", "ICC(1,1)", one.model, CONTROL_ID, None)
            yield Found("reliability: ICC(1,1)", key, one.icc)
            yield Found("reliability: r", key, one.r)
            yield Found("reliability: alpha", key, one.alpha)


def of_correlations(table: ScoreTable) -> Iterator[Found]:
    for one in correlations(table, draws=DRAWS):
        if (one.one.instrument, one.other.instrument) == (REPORT[0], "post-self-report"):
            key: Key = ("correlations", "r with post-self-report", one.model, CONTROL_ID, None)
            yield Found("correlations: r", key, one.r)


def of_statuses(table: ScoreTable) -> Iterator[Found]:
    for one in status_rates(table):
        if one.instrument == REPORT[0]:
            key: Key = ("statuses", "refused", one.model, one.manipulation, None)
            yield Found("statuses: refused", key, one.refused)


def of_attrition(table: ScoreTable) -> Iterator[Found]:
    for one in attrition(table):
        if one.instrument == REPORT[0] and one.kind == "refused":
            for of in one.by_manipulation:
                key: Key = ("attrition", "refused", one.model, of.manipulation, None)
                yield Found("attrition: difference", key, of.difference, 0.0)


def of_choices(table: ScoreTable) -> Iterator[Found]:
    for one in choice_effects(table):
        cell = (one.model, one.manipulation, None)
        yield Found("choices: first shown", ("choices", "first shown", *cell), one.first, 0.5)
        for name, estimate in (("Wilson", one.manipulated), ("by pair", one.manipulated_by_pair)):
            if estimate is not None:
                yield Found(f"choices: note, {name}", ("choices", "task with the note", *cell), estimate, 0.5)
        if one.shift is not None:
            yield Found("choices: shift", ("choices", "shift", *cell), one.shift, 0.0)
    for by in manipulated_choices(table):
        key: Key = ("choices", "task with the note", by.model, by.manipulation, None)
        yield Found("manipulated choice: by pair", key, by.by_pair, 0.5)
        yield Found("manipulated choice: shift", ("choices", "shift", by.model, by.manipulation, None), by.shift, 0.0)


def of_pooled_choices(table: ScoreTable) -> Iterator[Found]:
    for one in pooled_choices(table):
        key: Key = ("pooled choices", "task with the note", PANEL, one.manipulation, None)
        yield Found("pooled choices: panel", key, one.panel, 0.5)


def of_logistic(table: ScoreTable) -> Iterator[Found]:
    for one in logistic_choices(table):
        if one.manipulation == CONTROL_ID and one.report_instrument == REPORT[0]:
            key: Key = ("logistic", "slope", one.model, CONTROL_ID, None)
            yield Found("logistic choice: slope", key, one.slope, 0.0)
            yield Found("logistic choice: slope, dyadic", key, one.slope_dyadic, 0.0)
            position: Key = ("bradley-terry", "first place", one.model, CONTROL_ID, None)
            yield Found("logistic choice: first place", position, one.position, 0.0)


def of_ranking(table: ScoreTable) -> Iterator[Found]:
    for one in bradley_terry(table, RankedUnit.TASK, draws=50):
        if one.manipulation == CONTROL_ID:
            key: Key = ("bradley-terry", "first place", one.model, CONTROL_ID, None)
            yield Found("Bradley-Terry: first place", key, one.position, 0.0)


def of_mediation(table: ScoreTable) -> Iterator[Found]:
    for one in mediations(table, draws=DRAWS):
        if one.outcome.instrument == TOKENS:
            key: Key = ("effort", "difference of log tokens", one.model, one.manipulation, None)
            yield Found("mediation: c, log tokens", key, one.c, 0.0)


def of_lengths(table: ScoreTable) -> Iterator[Found]:
    for one in length_effects(table):
        key: Key = ("effort", "ratio of tokens", one.model, one.manipulation, None)
        yield Found("length effects: ratio", key, one.ratio, 1.0)


def of_judges(table: ScoreTable) -> Iterator[Found]:
    for one in judge_agreements(table, draws=DRAWS):
        for judge, estimate in one.severity:
            yield Found("judges: severity", ("judges", f"severity of {judge}", one.model, None, None), estimate, 0.0)


def of_judge_biases(table: ScoreTable) -> Iterator[Found]:
    for one in judge_biases(table):
        key: Key = ("judges", "self-preference", one.judge, None, None)
        yield Found("judges: self-preference", key, one.self_preference, 0.0)
