"""Scores that are missing, and what a study could have found: bounds, failures, attrition, the smallest effects."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from statistics import fmean

from motivtui.analysis.detectable import detectable_effects
from motivtui.analysis.means import means
from motivtui.simulation.design import named
from motivtui.simulation.estimands import PANEL
from motivtui.simulation.truth import Truth
from motivtui.stats.answers import Failure
from motivtui.stats.attrition import attrition
from motivtui.stats.distribution import distributions
from motivtui.stats.estimate import Estimate
from motivtui.stats.failure_model import failure_models
from motivtui.stats.manipulations import manipulation_effects
from motivtui.stats.missing_bounds import missing_bounds
from motivtui.stats.pooled_categories import pooled_categories
from motivtui.stats.pooled_reliability import pooled_reliabilities
from motivtui.stats.table import ScoreTable
from motivtui.study.manipulation import CONTROL_ID
from tests.simulation import linear
from tests.simulation.finders_effort import conditions
from tests.simulation.finders_items import tested
from tests.simulation.known import Key
from tests.simulation.recovery import DRAWS, REPORT
from tests.simulation.tally import Found, Run


def of_bounds(table: ScoreTable) -> Iterator[Found]:
    """The complete effect, between the outer ends of the bounds; and what is observed, taken for it."""
    for one in missing_bounds(table):
        if (one.instrument, one.item) == REPORT:
            key: Key = ("bounds", "difference", one.model, one.manipulation, None)
            if one.lower.low is not None and one.upper.high is not None:
                middle = (one.lower.low + one.upper.high) / 2
                whole = replace(one.lower, value=middle, high=one.upper.high, p=None)
                yield Found("missing bounds: complete effect", key, whole)


def of_observed(table: ScoreTable) -> Iterator[Found]:
    """The effect among the scores that are there, taken for the complete one."""
    for one in manipulation_effects(table):
        if (one.instrument, one.item) == REPORT:
            key: Key = ("bounds", "difference", one.model, one.manipulation, None)
            yield Found("manipulations: taken for complete", key, one.difference)


def of_failures(run: Run) -> Iterator[Found]:
    """Refusals that hang on the category or on the motivation; the report is another instrument's."""
    truth = run.truth
    differ = len({one.refusal for one in truth.categories.values()}) > 1
    for one in failure_models(run.table):
        if one.instrument != REPORT[0] or one.kind is not Failure.REFUSED:
            continue
        true = 1.0 if differ else 0.0
        yield Found("failures: categories", estimate=one.categories_alone, true=true, null=0.0)
        for by in one.by_report:
            if by.report.item == REPORT[1]:
                odds = math.exp(truth.models[named(one.model)].refusal_slope)
                yield Found("failures: odds ratio of the report", estimate=by.odds_ratio, true=odds, null=1.0)


def of_attrition_tests(run: Run) -> Iterator[Found]:
    """Whether refusals hang on the manipulation at all."""
    differ = any(one.refusal for one in run.truth.manipulations.values())
    for one in attrition(run.table):
        if one.instrument == REPORT[0] and one.kind is Failure.REFUSED:
            true = 1.0 if differ else 0.0
            yield Found("attrition: Cochran's Q", estimate=one.cochran_q, true=true, null=0.0)
            if one.joint.p is not None:
                yield Found("attrition: joint test by family", estimate=tested(one.joint.p), true=true, null=0.0)
            for of in one.by_manipulation:
                if of.mcnemar.p is not None:
                    yield Found("attrition: McNemar", estimate=tested(of.mcnemar.p), true=true, null=0.0)


def of_means(table: ScoreTable) -> Iterator[Found]:
    """The running means: what the console shows while a run goes on."""
    for one in means(table):
        if (one.instrument, one.item) == REPORT:
            yield Found("means: mean", ("distribution", "mean", one.model, one.manipulation, None), one.mean)
            if one.difference is not None:
                key: Key = ("manipulations", "difference", one.model, one.manipulation, None)
                yield Found("means: difference", key, one.difference, 0.0)


def of_pooled_reliability(table: ScoreTable) -> Iterator[Found]:
    """The panel's ICC, where all models have the same: that of any of them."""
    for one in pooled_reliabilities(table, draws=DRAWS):
        if (one.instrument, one.item, one.manipulation) == (*REPORT, CONTROL_ID):
            key: Key = ("reliability", "ICC(1,1)", one.by_model[0][0], CONTROL_ID, None)
            yield Found(f"pooled reliability: {PANEL}", key, one.panel)


def of_pooled_categories(run: Run) -> Iterator[Found]:
    """Categories that do not differ."""
    differ = len({one.effect for one in run.truth.categories.values()}) > 1
    for one in pooled_categories(run.table):
        true = 1.0 if differ else 0.0
        yield Found("pooled categories: test", estimate=one.test, true=true, null=0.0)
        yield Found("pooled categories: family test", estimate=one.family_test, true=true, null=0.0)


def of_power(run: Run) -> Iterator[Found]:
    """The true effect is the smallest that is found in 80 of 100 runs (`smallest`): how often it is found."""
    for one in detectable_effects(run.table):
        if one.smallest is not None and run.truth.manipulations[one.manipulation].effect:
            # No null of its own: the share of differences that are found at it.
            yield Found("power: found at the smallest detectable", estimate=one.difference, true=smallest(run.truth),
                        null=0.0)  # fmt: skip


def of_smallest(run: Run) -> Iterator[Found]:
    """The smallest detectable difference itself: it hangs on the spread that the run happens to have."""
    for one in detectable_effects(run.table):
        if one.instrument == REPORT[0] and one.smallest is not None:
            yield Found("power: smallest detectable", estimate=Estimate(one.smallest, reason="none is computed"),
                        true=smallest(run.truth))  # fmt: skip


def of_overview(run: Run) -> Iterator[Found]:
    """The mean over all conditions."""
    for one in distributions(run.table):
        if (one.instrument, one.item) == REPORT:
            levels = [linear.motivation(run.truth, named(one.model), under).mean for under in conditions(run)]
            yield Found("overview: mean", estimate=one.mean, true=fmean(levels))


def smallest(truth: Truth) -> float:
    """The difference that `families` families find in 80 of 100 runs, from the true variances."""
    from scipy.optimize import brentq
    from scipy.stats import nct, t

    model = next(iter(truth.models))
    own = truth.models[model]
    single = truth.effect_task_sd**2 + 2 * (own.within_sd**2 + linear.ROUNDING) / truth.repeats
    se = math.sqrt((truth.effect_family_sd**2 + single / truth.tasks_per_family) / truth.families)
    df = truth.families - 1
    bound = float(t.ppf(0.975, df))
    found = brentq(lambda d: float(nct.sf(bound, df, d) + nct.cdf(-bound, df, d)) - 0.8, 0.5, 6)
    return float(found) * se
