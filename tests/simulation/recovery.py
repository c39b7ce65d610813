"""What the analyses find in simulated runs, beside what is true: how often intervals cover, and nulls are rejected."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from statistics import fmean

from motivtui.simulation.estimands import PANEL, POPULATION, true_values
from motivtui.simulation.rows import Plan
from motivtui.simulation.truth import PREFIX, Truth
from motivtui.stats.attrition import attrition
from motivtui.stats.bradley_terry import bradley_terry
from motivtui.stats.categories import category_effects
from motivtui.stats.choice_contests import RankedUnit
from motivtui.stats.choices import choice_effects
from motivtui.stats.correlations import correlations
from motivtui.stats.distribution import distributions
from motivtui.stats.estimate import Estimate
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
from motivtui.stats.table import ScoreTable, score_table
from motivtui.study.manipulation import CONTROL_ID

DRAWS = 400
REPORT = ("pre-self-report", "motivation")
TOKENS = "execution"

Key = tuple[str, str, str, str | None, str | None]
"""Analysis and estimand (as in `true_values`), model, manipulation, category."""


@dataclass(frozen=True, slots=True)
class Found:
    """An estimate of the true value `key`; `name` says by which analysis, where several estimate the same.

    `null`: what its test is against; None: it has none.
    """

    name: str
    key: Key
    estimate: Estimate
    null: float | None = None


Finder = Callable[[ScoreTable], Iterator[Found]]


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


@dataclass
class Tally:
    """One kind of estimate over the runs. Within a run models and manipulations hang together: a run counts once."""

    covered: list[float] = field(default_factory=list)
    rejected: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    unavailable: int = 0

    @property
    def coverage(self) -> float:
        """The share of intervals that hold the truth."""
        return fmean(self.covered)

    @property
    def false_alarms(self) -> float | None:
        """The share of tests that reject a null that is true; None: there was none."""
        return fmean(self.rejected) if self.rejected else None

    @property
    def allowed_miss(self) -> float:
        """How far below 95 % the coverage may lie by chance: three Monte Carlo standard errors and 0.01."""
        return 3 * _monte_carlo(self.covered, 0.95) + 0.01

    @property
    def allowed_alarms(self) -> float:
        """The most false alarms that there may be by chance."""
        return 0.05 + 3 * _monte_carlo(self.rejected, 0.05) + 0.01


def _monte_carlo(by_run: list[float], nominal: float) -> float:
    """The standard error of a mean over runs, at most: as if all of a run's estimates were one."""
    return math.sqrt(nominal * (1 - nominal) / len(by_run)) if by_run else 0.0


def tallies(
    truth: Truth, finders: Iterable[Finder], seeds: Iterable[int], plan: Plan | None = None
) -> dict[str, Tally]:
    """Simulate a run for each seed, analyse it, and count what covers the truth and what rejects it."""
    plan = plan or Plan(truth)
    found = list(finders)
    result: dict[str, Tally] = defaultdict(Tally)
    for seed in seeds:
        table = score_table(plan.rows(seed))
        known = known_values(truth, seed)
        covered: dict[str, list[float]] = defaultdict(list)
        rejected: dict[str, list[float]] = defaultdict(list)
        for one in (one for finder in found for one in finder(table)):
            tally, true = result[one.name], known.get(one.key)
            if true is None:
                continue
            estimate = one.estimate
            if estimate.value is None or estimate.low is None or estimate.high is None:
                if estimate.p is None:
                    tally.unavailable += 1
                    continue
            else:
                covered[one.name].append(float(estimate.low <= true <= estimate.high))
                tally.errors.append(estimate.value - true)
            if one.null is not None and estimate.p is not None and abs(true - one.null) < 0.005:
                rejected[one.name].append(float(estimate.p < 0.05))
        for name, values in covered.items():
            result[name].covered.append(fmean(values))
        for name, values in rejected.items():
            result[name].rejected.append(fmean(values))
    return dict(result)


def known_values(truth: Truth, seed: int) -> dict[Key, float]:
    """The true values by key, with those that follow from them."""
    known: dict[Key, float] = {
        (one.analysis, one.estimand, one.model, one.manipulation, one.category): one.value
        for one in true_values(truth, seed)
    }
    for name, own in truth.models.items():
        known.update(_following(truth, PREFIX + name, known))
        known["logistic", "slope", PREFIX + name, CONTROL_ID, None] = own.choice_slope
    for manipulation, of in truth.manipulations.items():
        if of.choice == 0:  # else the mean of log odds is not the log odds of the mean
            known["pooled choices", "task with the note", PANEL, manipulation, None] = 0.5
    return known


def _following(truth: Truth, name: str, known: dict[Key, float]) -> Iterator[tuple[Key, float]]:
    """What follows from the true values of one model."""
    if not any(one.effect for one in truth.categories.values()):
        yield ("categories", "test", name, None, None), 0.0
    refused = known.get(("statuses", "refused", name, CONTROL_ID, None))
    groups: dict[str, list[float]] = defaultdict(list)
    for manipulation, of in truth.manipulations.items():
        under = known.get(("statuses", "refused", name, manipulation, None))
        if refused is not None and under is not None:
            yield ("attrition", "refused", name, manipulation, None), under - refused
        effect = known.get(("manipulations", "difference", name, manipulation, None))
        if effect is not None:
            groups[str(of.group)].append(effect)
        log_ratio = known.get(("effort", "difference of log tokens", name, manipulation, None))
        if log_ratio is not None:
            yield ("effort", "ratio of tokens", name, manipulation, None), math.exp(log_ratio)
    one, other = groups["positive-extrinsic"], groups["positive-intrinsic"]
    if one and other:
        yield ("contrasts", "extrinsic - intrinsic", name, None, None), fmean(one) - fmean(other)


def report(title: str, found: dict[str, Tally]) -> str:
    """A table of what was found."""
    lines = [f"\n{title}", f"{'estimate':34}{'runs':>6}{'bias':>10}{'coverage':>10}{'alarms':>9}{'NA':>6}"]
    for name, one in sorted(found.items()):
        if not one.covered and not one.rejected:
            continue
        coverage = f"{one.coverage:.3f}" if one.covered else "–"
        alarms = "–" if one.false_alarms is None else f"{one.false_alarms:.3f}"
        bias = f"{fmean(one.errors):+.4f}" if one.errors else "–"
        runs = max(len(one.covered), len(one.rejected))
        lines.append(f"{name:34}{runs:>6}{bias:>10}{coverage:>10}{alarms:>9}{one.unavailable:>6}")
    return "\n".join(lines)
