"""What manipulations do to how much is written: the ratio of tokens to the control's, within tasks, on the log scale.

By model, and over models with what each scope speaks for. Executions that were cut off at their budget count with the
length that they have; their share is beside the ratio, which they draw towards 1.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from motivtui.stats.estimate import Estimate, equivalence_p, not_available, share
from motivtui.stats.executions import Executions, excluded_executions, executions
from motivtui.stats.measures import Measure
from motivtui.stats.meta_analysis import MetaAnalysis, meta_analysis
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.pooled import effect_of, panel, population, shared_variance
from motivtui.stats.table import ScoreTable
from motivtui.stats.task_scores import Pairs, pairs_of
from motivtui.stats.wording import count, left_out, p_value, percent, with_interval
from motivtui.study.manipulation import CONTROL_ID

RATIO = "ratio of tokens"
LOG = "log tokens"
EQUIVALENT = 0.10
"""The share of the control's length that a difference must lie within to count as none: on the log scale ±log 1.1."""
BOUND = math.log1p(EQUIVALENT)
NO_PAIR = "no task was done under both"


@dataclass(frozen=True, slots=True)
class LengthEffect:
    """One model's executions under one manipulation: `ratio` of tokens to the control's, tested against 1.

    `equivalence_p`: that the ratio lies between 1/1.1 and 1.1. `truncated` and `control_truncated`: the shares of
    executions that were cut off, under the manipulation and under the control.
    """

    model: str
    instrument: str
    decoding: str
    manipulation: str
    total: int
    excluded: Mapping[str, int]
    ratio: Estimate
    equivalence_p: float | None
    truncated: Estimate
    control_truncated: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        found = self.ratio
        tests = [p_value(found.p)] if found.p is not None else []
        if found.p_adj is not None:
            tests.append(f"adjusted {p_value(found.p_adj)}")
        return (
            f"{self.model}, {self.instrument} ({self.decoding}): {self.manipulation} against {CONTROL_ID} tokens × "
            f"{with_interval(found)}{''.join(f', {one}' for one in tests)}; {count(found.n_tasks, 'task')} in "
            f"{count(found.n_parents, 'family', 'families')}; cut off {percent(self.truncated)}, under {CONTROL_ID} "
            f"{percent(self.control_truncated)}; of {self.total:,} executions {left_out(self.excluded)}."
        )


@dataclass(frozen=True, slots=True)
class PooledLengthEffect:
    """The ratios of several models. `panel`: these models only; `population`: models like them, each weighing the same.

    `meta_analysis` is of the logarithms of the ratios.
    """

    instrument: str
    decoding: str
    manipulation: str
    by_model: tuple[tuple[str, float], ...]
    left_out: tuple[str, ...]
    panel: Estimate
    population: Estimate
    meta_analysis: MetaAnalysis
    panel_equivalence_p: float | None
    population_equivalence_p: float | None

    @property
    def sentence(self) -> str:
        """What can be said of these models, and what, if anything, of others."""
        left = f"; without a pair: {', '.join(self.left_out)}" if self.left_out else ""
        test = "" if self.panel.p is None else f", {p_value(self.panel.p)}"
        return (
            f"{self.instrument} ({self.decoding}): {self.manipulation} against {CONTROL_ID}, for these "
            f"{count(len(self.by_model), 'model')} only tokens × {with_interval(self.panel)}{test}; taking models and "
            f"tasks as samples × {with_interval(self.population)}; {count(self.panel.n_tasks, 'task')} in "
            f"{count(self.panel.n_parents, 'family', 'families')}{left}."
        )


def length_effects(table: ScoreTable) -> tuple[LengthEffect, ...]:
    """One for each model, instrument that tasks are done by, decoding and manipulation. p is adjusted within these."""
    found: list[LengthEffect] = []
    for model, done in executions(table).items():
        for one in done:
            own = [_effect(table, model, one, code) for code in _manipulations(table, one)]
            ratios = adjusted([effect.ratio for effect in own], "manipulations")
            found += [replace(effect, ratio=two or effect.ratio) for effect, two in zip(own, ratios, strict=True)]
    return tuple(found)


def pooled_length_effects(table: ScoreTable) -> tuple[PooledLengthEffect, ...]:
    """One for each manipulation under which several models did tasks. p is adjusted within an instrument."""
    cells: dict[Measure, dict[str, Executions]] = defaultdict(dict)
    for model, done in executions(table).items():
        for one in done:
            cells[one.effort.measure][model] = one
    found: list[PooledLengthEffect] = []
    for measure, models in cells.items():
        if len(models) > 1:
            codes = sorted({code for one in models.values() for code in _manipulations(table, one)})
            own = [_pooled(table, measure, models, code) for code in codes]
            panels = adjusted([one.panel for one in own], "manipulations")
            populations = adjusted([one.population for one in own], "manipulations")
            found += [
                replace(one, panel=first or one.panel, population=second or one.population)
                for one, first, second in zip(own, panels, populations, strict=True)
            ]
    return tuple(found)


def _manipulations(table: ScoreTable, done: Executions) -> list[int]:
    """The codes of the manipulations beside the control, if there is one."""
    import numpy as np

    codes = np.unique(table.manipulation.codes[done.effort.rows]).tolist()
    control = table.manipulation.code(CONTROL_ID)
    return [code for code in codes if code != control] if control in codes else []


def _pairs(table: ScoreTable, done: Executions, code: int) -> Pairs:
    return pairs_of(done.effort.scores, [code], [table.manipulation.code(CONTROL_ID)])


def _effect(table: ScoreTable, model: str, done: Executions, code: int) -> LengthEffect:
    import numpy as np

    pairs = _pairs(table, done, code)
    control = table.manipulation.code(CONTROL_ID)
    log = effect_of(pairs) if pairs.size.tasks else not_available(NO_PAIR, unit=LOG)
    rows = np.concatenate([done.rows_under(one, table) for one in (code, control)])
    shares = [share(*done.truncated(table, one), of="complete execution") for one in (code, control)]
    return LengthEffect(
        model=model,
        instrument=done.effort.measure.instrument,
        decoding=done.effort.measure.decoding,
        manipulation=str(table.manipulation.levels[code]),
        total=len(rows),
        excluded=excluded_executions(table, rows),
        ratio=_ratio(log),
        equivalence_p=equivalence_p(log, BOUND),
        truncated=shares[0],
        control_truncated=shares[1],
    )


def _pooled(table: ScoreTable, measure: Measure, models: Mapping[str, Executions], code: int) -> PooledLengthEffect:
    pairs = {model: _pairs(table, done, code) for model, done in models.items()}
    usable = {model: one for model, one in pairs.items() if one.size.tasks}
    parts = list(usable.values())
    of_panel, of_population = panel(parts), population(parts)
    return PooledLengthEffect(
        instrument=measure.instrument,
        decoding=measure.decoding,
        manipulation=str(table.manipulation.levels[code]),
        by_model=tuple((model, math.exp(float(one.differences.mean()))) for model, one in usable.items()),
        left_out=tuple(model for model in pairs if model not in usable),
        panel=_ratio(of_panel),
        population=_ratio(of_population),
        meta_analysis=meta_analysis([effect_of(one) for one in parts], unit=LOG, shared=shared_variance(parts)),
        panel_equivalence_p=equivalence_p(of_panel, BOUND),
        population_equivalence_p=equivalence_p(of_population, BOUND),
    )


def _ratio(log: Estimate) -> Estimate:
    """A mean difference of logarithms as a ratio."""
    value, low, high = (None if one is None else math.exp(one) for one in (log.value, log.low, log.high))
    return replace(log, value=value, low=low, high=high, unit=RATIO, method=f"{log.method}, of logarithms")
