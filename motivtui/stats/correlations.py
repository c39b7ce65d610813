"""How the measures of one model go together over tasks.

A correlation is of task scores under one manipulation: tasks that have both. It says that two measures rank tasks
alike, within this model; it says nothing of what causes what. Models are never averaged before they are correlated,
except by the published rules, which are labelled.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from motivtui.stats import association
from motivtui.stats.estimate import Estimate, Size, not_available
from motivtui.stats.measures import Measure, Measured, excluded_under, measured, only_under, shared
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.preset import Preset
from motivtui.stats.reliability import reliabilities
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, left_out, p_value, with_interval
from motivtui.study.manipulation import CONTROL_ID


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two measures of one model over the tasks that have a score of both under `manipulation`.

    `r` is of these task scores as they are. `disattenuated` is r/√(reliabilities), what it would be without error of
    measurement; it can exceed 1. The reliabilities are ICC(1,k) of a task's mean over repeats; None: not repeated.
    """

    model: str
    manipulation: str
    one: Measure
    other: Measure
    tasks_one: int
    tasks_other: int
    excluded: Mapping[str, int]
    r: Estimate
    spearman: Estimate
    disattenuated: Estimate
    reliability_one: float | None
    reliability_other: float | None

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        test = "" if self.r.p is None else f", {p_value(self.r.p)}"
        flags = f"; {', '.join(self.r.flags)}" if self.r.flags else ""
        return (
            f"{self.model} under {self.manipulation}: {self.one} and {self.other} correlate over tasks, "
            f"r {with_interval(self.r)}{test}; {count(self.r.n_tasks, 'task')} with both in "
            f"{count(self.r.n_parents, 'family', 'families')} ({self.tasks_one:,} with the first, "
            f"{self.tasks_other:,} with the second); scores {left_out(self.excluded)}{flags}."
        )


def correlations(
    table: ScoreTable,
    *,
    manipulation: str = CONTROL_ID,
    preset: Preset = Preset.ROBUST,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[Correlation, ...]:
    """Every pair of a model's measures under one manipulation. p is adjusted within a model.

    REPLICATE: each task's scores are averaged over the models first, tasks taken as independent.
    """
    code = table.manipulation.code(manipulation)
    if code < 0:
        return ()
    table = only_under(table, code)
    if preset is Preset.REPLICATE:
        return tuple(_averaged(table, manipulation))
    known = _reliabilities(table)
    found: list[Correlation] = []
    for model, parts in measured(table).items():
        pairs = [_correlation(table, model, manipulation, pair, known, draws, seed) for pair in combinations(parts, 2)]
        found += _with_adjusted(pairs)
    return tuple(found)


def _with_adjusted(pairs: list[Correlation]) -> list[Correlation]:
    changed = adjusted([pair.r for pair in pairs], "pairs of measures")
    return [replace(pair, r=r or pair.r) for pair, r in zip(pairs, changed, strict=True)]


def _correlation(
    table: ScoreTable,
    model: str,
    manipulation: str,
    pair: tuple[Measured, Measured],
    known: Mapping[tuple[str, Measure], float],
    draws: int,
    seed: int,
) -> Correlation:
    code = table.manipulation.code(manipulation)
    one, other = pair
    both = shared(pair, code)
    x, y = both.values.T
    r = association.clustered_pearson(x, y, both.families, size=both.size, draws=draws, seed=seed)
    reliability = [known.get((model, part.measure)) for part in pair]
    return Correlation(
        model=model,
        manipulation=manipulation,
        one=one.measure,
        other=other.measure,
        tasks_one=int(one.under(code).sum()),
        tasks_other=int(other.under(code).sum()),
        excluded=excluded_under(table, pair, code),
        r=r,
        spearman=association.clustered_spearman(x, y, both.families, size=both.size),
        disattenuated=disattenuated(r, reliability[0], reliability[1]),
        reliability_one=reliability[0],
        reliability_other=reliability[1],
    )


def _reliabilities(table: ScoreTable) -> dict[tuple[str, Measure], float]:
    return {
        (one.model, Measure(one.instrument, one.judge, one.item, one.decoding)): one.icc_mean.value
        for one in reliabilities(table)
        if one.icc_mean.value is not None
    }


def disattenuated(r: Estimate, one: float | None, other: float | None) -> Estimate:
    """r/√(reliability·reliability), the interval scaled alike (Spearman 1904): both reliabilities taken as known."""
    method = "r divided by the root of both reliabilities, taken as known"
    size = Size(r.n_rows, r.n_tasks)
    if r.value is None:
        return not_available(r.reason, unit="r", method=method, size=size, parents=r.n_parents)
    if one is None or other is None:
        reason = "a measure has no known reliability"
        return not_available(reason, unit="r", method=method, size=size, parents=r.n_parents)
    if min(one, other) <= 0:
        reason = "a measure's reliability is not above 0"
        return not_available(reason, unit="r", method=method, size=size, parents=r.n_parents)
    scale = math.sqrt(one * other)
    flags = ("above 1: a reliability is too low an estimate",) if abs(r.value) > scale else ()
    found = replace(r, value=r.value / scale, method=method, statistic=None, df=None, p=None, flags=(*r.flags, *flags))
    if r.low is None or r.high is None:
        return found
    return replace(found, low=r.low / scale, high=r.high / scale)


def _averaged(table: ScoreTable, manipulation: str) -> list[Correlation]:
    """By the published rules: only tasks that every model has a score of, averaged over the models."""
    import numpy as np

    code = table.manipulation.code(manipulation)
    models = measured(table)
    by_measure: dict[Measure, list[Measured]] = {}
    for parts in models.values():
        for part in parts:
            by_measure.setdefault(part.measure, []).append(part)
    everywhere = [parts for parts in by_measure.values() if len(parts) == len(models)]
    found = []
    for ones, others in combinations(everywhere, 2):
        both = shared([*ones, *others], code)
        x, y = both.values[:, : len(ones)].mean(axis=1), both.values[:, len(ones) :].mean(axis=1)
        families = len(np.unique(both.families))
        r = association.independent_pearson(x, y, size=both.size, parents=families)
        r = replace(r, n_models=len(models), flags=(*r.flags, association.AVERAGED) if len(models) > 1 else r.flags)
        spearman = association.clustered_spearman(x, y, both.families, size=both.size)
        found.append(
            Correlation(
                model=f"mean of {count(len(models), 'model')}",
                manipulation=manipulation,
                one=ones[0].measure,
                other=others[0].measure,
                tasks_one=len(shared(ones, code).tasks),
                tasks_other=len(shared(others, code).tasks),
                excluded=excluded_under(table, [*ones, *others], code),
                r=r,
                spearman=replace(spearman, n_models=len(models)),
                disattenuated=disattenuated(r, None, None),
                reliability_one=None,
                reliability_other=None,
            )
        )
    return _with_adjusted(found)
