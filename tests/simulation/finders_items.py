"""Items of the breakdown, wordings, ways of computing: α, components, DIF, correlations, paraphrases, multiverse."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import variance

from motivtui.simulation.answers import BREAKDOWN
from motivtui.simulation.design import named
from motivtui.stats.correlations import correlations
from motivtui.stats.estimate import Estimate
from motivtui.stats.factors import COMPONENTS, factor_solutions
from motivtui.stats.internal_consistency import internal_consistencies
from motivtui.stats.item_functioning import item_functioning
from motivtui.stats.multiverse import multiverses
from motivtui.stats.paraphrase import paraphrase_reliabilities
from motivtui.stats.pooled_correlations import pooled_correlations
from tests.simulation import linear
from tests.simulation.recovery import DRAWS, REPORT
from tests.simulation.tally import Found, Run

ITEMS = (*COMPONENTS, "motivation")
FEW_DRAWS = 200
CONGRUENT = 0.95
"""Tucker's φ from which two factors are called the same (Lorenzo-Seva & ten Berge 2006)."""


def of_items(run: Run) -> Iterator[Found]:
    """α, from the covariances of the items."""
    for one in internal_consistencies(run.table, draws=DRAWS):
        if one.instrument == BREAKDOWN:
            items = [linear.item(run.truth, named(one.model), name) for name in ITEMS]
            yield Found("agreement: Cronbach's α", estimate=one.alpha, true=linear.alpha(items))


def of_factors(run: Run) -> Iterator[Found]:
    """Two blocks of items that are not related: their components are known in closed form."""
    model = next(iter(run.truth.models))
    items = {name: linear.item(run.truth, model, name) for name in ITEMS}
    shared = linear.r(items["interest"], items["value"])
    able = linear.r(items["mastery"], items["fear"])
    liked = math.sqrt((1 + 2 * shared) / 3)
    known = ((liked, liked, 0.0, 0.0, liked), (0.0, 0.0, math.sqrt((1 + able) / 2), -math.sqrt((1 + able) / 2), 0.0))
    slope = 3 * linear.r(items["motivation"], items["interest"]) / math.sqrt(3 * (1 + 2 * shared))
    for one in factor_solutions(run.table, draws=FEW_DRAWS):
        which = "all models" if one.n_models > 1 else "each model"
        if shared <= 0:
            yield Found(f"factors: Bartlett's test, {which}", estimate=one.bartlett, true=0.0, null=0.0)
            yield Found(f"factors: none above chance, {which}", is_right=one.suggested == 0)
            continue
        yield Found(f"factors: two above chance, {which}", is_right=one.suggested == len(known))
        for factor, loadings, true in zip(one.factors, known, (slope, 0.0), strict=True):
            yield Found(f"factors: loadings (φ ≥ .95), {which}", is_right=_phi(factor.loadings, loadings) >= CONGRUENT)
            yield Found(f"factors: slope of the report, {which}", estimate=factor.slope, true=true, null=0.0)


def _phi(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    sizes = (math.fsum(value**2 for value in side) for side in (one, other))
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / math.sqrt(math.prod(sizes))


def of_item_functioning(run: Run) -> Iterator[Found]:
    """Models that answer every item alike, or one item otherwise (`item_shifts`)."""
    moved = {name for own in run.truth.models.values() for name in own.item_shifts}
    for one in item_functioning(run.table):
        tests = (("models", one.uniform), ("slopes", one.non_uniform), ("both", one.either))
        if one.item in moved:
            yield Found("dif: models, the item that differs", estimate=one.uniform, true=1.0, null=0.0)
        elif not moved:
            for what, test in tests:
                yield Found(f"dif: {what}", estimate=test, true=0.0, null=0.0)
        else:
            yield Found("dif: models, the items that do not differ", estimate=one.uniform, true=0.0, null=0.0)


PAIRS = (("interest", "value"), ("interest", "mastery"))


def of_item_correlations(run: Run) -> Iterator[Found]:
    """One pair of items that has the level in common, one that has nothing."""
    for one in correlations(run.table, draws=DRAWS):
        pair = (one.one.item, one.other.item)
        if one.one.instrument != BREAKDOWN or not _is_wanted(pair):
            continue
        x, y = (linear.item(run.truth, named(one.model), name) for name in pair)
        true, null = linear.r(x, y), 0.0
        yield Found("correlations: r of items", estimate=one.r, true=true, null=null)
        yield Found("correlations: Spearman's ρ of items", estimate=one.spearman, true=linear.spearman(true), null=null)
        free = 1.0 if true else 0.0
        yield Found(f"correlations: without error (true: {free:g})", estimate=one.disattenuated, true=free)
    for panel in pooled_correlations(run.table, draws=DRAWS):
        pair = (panel.one.item, panel.other.item)
        if panel.one.instrument == BREAKDOWN and _is_wanted(pair):
            x, y = (linear.item(run.truth, next(iter(run.truth.models)), name) for name in pair)
            yield Found("pooled correlations: panel", estimate=panel.panel, true=linear.r(x, y), null=0.0)


def _is_wanted(pair: tuple[str, str]) -> bool:
    return pair in PAIRS or pair[::-1] in PAIRS


def of_paraphrases(run: Run) -> Iterator[Found]:
    """Every task in every wording once; the wordings are those of this run."""
    truth = run.truth
    for one in paraphrase_reliabilities(run.table, draws=DRAWS):
        if (one.instrument, one.item) != REPORT:
            continue
        own = truth.models[named(one.model)]
        task = linear.motivation(truth, named(one.model), one.manipulation)
        drawn = [run.world.wordings[one.manipulation, number] for number in range(1, one.wordings + 1)]
        between, left = linear.cov(task, task), own.within_sd**2 + linear.ROUNDING
        true = between / (between + variance(drawn) + left)
        yield Found("paraphrase: ICC(A,1)", estimate=one.icc, true=true)


def of_multiverse(run: Run) -> Iterator[Found]:
    """A manipulation that does nothing in any way of computing it, and others whose sign is known."""
    for name, what in run.truth.manipulations.items():
        for one in multiverses(run.table, name, instrument=REPORT[0], item=REPORT[1], draws=FEW_DRAWS):
            if what.effect == 0:
                yield Found("multiverse: default", estimate=one.default, true=0.0)
            else:
                is_right = one.median is not None and one.median * what.effect > 0
                yield Found("multiverse: sign of the median", is_right=is_right)
            for test, p in (("median", one.median_p), ("share significant", one.significant_p)):
                if p is not None:
                    true = 0.0 if what.effect == 0 else 1.0
                    yield Found(f"multiverse: joint test, {test}", estimate=tested(p), true=true, null=0.0)


def tested(p: float) -> Estimate:
    """A test by its p alone."""
    return Estimate(0.0, p=p, reason="a test has no interval")
