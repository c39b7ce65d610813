"""What is written and how it is judged: effort, mediation, lengths, agreement and leanings of judges."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from statistics import fmean, variance

from motivtui.simulation.design import named
from motivtui.stats.effort import effort_relations
from motivtui.stats.judge_bias import halos, judge_biases
from motivtui.stats.judges import judge_agreements
from motivtui.stats.length_effects import pooled_length_effects
from motivtui.stats.mediation import mediations
from motivtui.study.manipulation import CONTROL_ID
from tests.simulation import linear
from tests.simulation.linear import Linear
from tests.simulation.recovery import DRAWS, REPORT, TOKENS
from tests.simulation.tally import Found, Run

AFTER = "post-self-report"


def conditions(run: Run) -> list[str]:
    """The control and the manipulations."""
    return [CONTROL_ID, *run.truth.manipulations]


def of_effort(run: Run) -> Iterator[Found]:
    """Length with the report before the task, and with the report after it where the report before it is held."""
    truth = run.truth
    for one in effort_relations(run.table, draws=DRAWS):
        model = named(one.model)
        x = linear.tokens(truth, model)
        if one.measure.instrument == REPORT[0]:
            y = linear.report(truth, model)
            r = linear.r(x, y)
            yield Found("effort: Spearman's ρ", estimate=one.spearman, true=linear.spearman(r), null=0.0)
            yield Found("effort: Kendall's τ", estimate=one.kendall, true=linear.kendall(r), null=0.0)
            over = [[what(truth, model, name) for name in conditions(run)] for what in (linear.tokens, linear.report)]
            shared = linear.within(*over) / math.sqrt(linear.within(over[0], over[0]) * linear.within(over[1], over[1]))
            yield Found("effort: r within tasks", estimate=one.within, true=shared, null=0.0)
            between = linear.r(*(linear.mean_of(side) for side in over))
            yield Found("effort: r between tasks", estimate=one.between, true=between, null=0.0)
        elif one.measure.instrument == AFTER and one.partial is not None:
            reports = [linear.report(truth, model), linear.report(truth, model, instrument=AFTER)]
            left = [_without(side, x) for side in reports]
            yield Found("effort: partial r", estimate=one.partial, true=linear.r(*left), null=0.0)


def _without(y: Linear, x: Linear) -> Linear:
    """What x leaves of y."""
    return y + x.times(-linear.cov(x, y) / linear.cov(x, x))


def of_mediation(run: Run) -> Iterator[Found]:
    """Log tokens by way of the report."""
    truth = run.truth
    for one in mediations(run.table, draws=DRAWS):
        if one.outcome.instrument != TOKENS or one.mediator.instrument != REPORT[0]:
            continue
        model, name = named(one.model), one.manipulation
        m, y = (what(truth, model, name) + what(truth, model).times(-1.0) for what in (linear.report, linear.tokens))
        b = linear.cov(m, y) / linear.cov(m, m)
        direct = y.mean - b * m.mean
        yield Found("mediation: a", estimate=one.a, true=m.mean, null=0.0)
        yield Found("mediation: b", estimate=one.b, true=b, null=0.0)
        yield Found("mediation: c", estimate=one.c, true=y.mean, null=0.0)
        yield Found("mediation: direct", estimate=one.direct, true=direct)
        both = b * m.mean == 0 and b == m.mean
        yield Found(
            f"mediation: indirect{', a = b = 0' if both else ''}", estimate=one.indirect, true=b * m.mean, null=0.0
        )


def of_pooled_lengths(run: Run) -> Iterator[Found]:
    """The geometric mean of the models' ratios."""
    truth = run.truth
    for one in pooled_length_effects(run.table):
        logs = [
            linear.tokens(truth, model, one.manipulation).mean - linear.tokens(truth, model).mean
            for model in truth.models
        ]
        yield Found("pooled length: panel", estimate=one.panel, true=math.exp(fmean(logs)), null=1.0)


def of_agreement(run: Run) -> Iterator[Found]:
    """Ratings of a model's answers under all conditions: what judges have in common is the answer's quality."""
    for one in judge_agreements(run.table, draws=DRAWS):
        by_judge = {name: ratings(run, named(one.model), named(name)) for name in one.judges}
        pairs = list(combinations(one.judges, 2))
        common = fmean(linear.together(by_judge[a], by_judge[b]) for a, b in pairs)
        severity = variance([fmean(of.mean for of in ones) for ones in by_judge.values()])
        whole = fmean(linear.together(ones, ones) for ones in by_judge.values())
        absolute = common / (whole + severity)
        yield Found("judges: ICC(C,1)", estimate=one.icc.c1, true=common / whole)
        yield Found("judges: ICC(A,1)", estimate=one.icc.a1, true=absolute)
        yield Found("judges: Krippendorff's α, interval", estimate=one.alpha_interval, true=absolute)
        for pair in one.pairs:
            x, y = by_judge[pair.one], by_judge[pair.other]
            apart = fmean(of.mean for of in x) - fmean(of.mean for of in y)
            whole = (linear.together(x, x) + linear.together(y, y) + apart**2) / 2
            yield Found("judges: quadratic κ", estimate=pair.kappa, true=linear.together(x, y) / whole)
    for halo in halos(run.table, draws=DRAWS):
        x, y = (ratings(run, named(halo.model), named(halo.judge), name) for name in ("one", "other"))
        true = linear.together(x, y) / linear.together(x, x)
        for *_, r in halo.pairs:
            yield Found("halos: r of two criteria", estimate=r, true=true)


def ratings(run: Run, model: str, judge: str, criterion: str = "one") -> list[Linear]:
    """A judge's ratings of a model's answers under each condition."""
    return [linear.rating(run.truth, model, judge, criterion, under) for under in conditions(run)]


def of_length_slopes(run: Run) -> Iterator[Found]:
    """How ratings go with the length of answers to the same task."""
    truth = run.truth
    for one in judge_biases(run.table):
        for name, slope in one.length:
            model = named(name)
            x = [linear.tokens(truth, model, under).times(1 / math.log(2)) for under in conditions(run)]
            y = [linear.rating(truth, model, named(one.judge), one.item, under) for under in conditions(run)]
            true = linear.within(x, y) / linear.within(x, x)
            yield Found("judge bias: slope of length", estimate=slope, true=true, null=0.0)
