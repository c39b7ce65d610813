"""Whether models use an item alike, once their level is held fixed: differential item functioning (DIF).

Item ~ level, + model, + level by model (as R's lordif does with ordinal logits): what R² gains, with F of the families.
The level is what the other items of the same dimension say, freed from their error (`item_matching`). An item that
differs is left out of the level of the others, one at a time and while most items stay (Candell & Drasgow 1988), or
it would make others seem to differ. A difference is one between these models on these tasks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.clustered_ols import r_squared
from motivtui.stats.estimate import FEW_FAMILIES, ROUNDING, Estimate, Size, not_available
from motivtui.stats.internal_consistency import item_scores
from motivtui.stats.item_matching import Matched, dimensions, matched
from motivtui.stats.joint_test import JointTest
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.regression import NO_INTERVAL, UNIT
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, number, p_value
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FEWEST_TASKS = 10
MODERATE, LARGE = 0.035, 0.07
"""Gains of R² from which differences are called moderate and large (Jodoin & Gierl 2001)."""
SUSPECT = 0.05
"""An item whose p is below it is left out of the level of the others."""
METHOD = "gain of R² over the others' regressed mean (Kelley), F by jackknife of families"
ALONE = "of a dimension of its own: compared at all other items"
PAIR = "compared at one item: which of the two differs cannot be told"
Cell = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class ItemFunctioning:
    """One item of several models. Each number is a gain of R² with the F of what was added.

    `uniform`: models differ by a constant at every total; `non_uniform`: by more at some totals than at others;
    `either`: both together, whose p is adjusted over the instrument's items. `size`: "negligible", "moderate" or
    "large", of `either`; "" where there is none. `shifts`: each model's mean distance from what its level predicts for
    all models, in scale points. `matched_on`: the items that say the level.
    """

    instrument: str
    judge: str | None
    decoding: str
    manipulation: str
    item: str
    models: tuple[str, ...]
    left_out: tuple[str, ...]
    uniform: Estimate
    non_uniform: Estimate
    either: Estimate
    size: str
    shifts: tuple[tuple[str, float], ...]
    matched_on: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What can be said, of these models and tasks only."""
        by = f" by judge {self.judge}" if self.judge else ""
        who = f"{self.instrument} · {self.item}{by} ({self.decoding}) under {self.manipulation}"
        left = f"; too few tasks: {', '.join(self.left_out)}" if self.left_out else ""
        found = self.either
        if found.value is None or found.p is None:
            return f"{who}: used alike by models NA ({found.reason}){left}."
        test = p_value(found.p) if found.p_adj is None else f"adjusted {p_value(found.p_adj)}"
        models = f"at the same level of {', '.join(self.matched_on)} these {count(len(self.models), 'model')} differ by"
        return (
            f"{who}: {models} ΔR² {number(found.value)} ({self.size}; {test}); {count(found.n_tasks, 'task')} in "
            f"{count(found.n_parents, 'family', 'families')}{left}."
        )


def item_functioning(table: ScoreTable, manipulation: str = CONTROL_ID) -> tuple[ItemFunctioning, ...]:
    """One for each item of an instrument with two rated items or more that several models were asked."""
    import numpy as np

    rows = table.where(table.item_kind, ItemKind.SCALE)
    rows = rows[table.manipulation.codes[rows] == table.manipulation.code(manipulation)]
    cells: dict[Cell, dict[str, Ints]] = defaultdict(dict)
    for part in table.split(rows, table.model, table.phase, table.instrument, table.judge, table.decoding):
        row = int(part[0])
        cell = table.instrument.text(row), table.judge.name(row), table.decoding.text(row)
        if len(np.unique(table.item.codes[part])) > 1:
            cells[cell][table.model.text(row)] = part
    found = []
    for cell, by_model in cells.items():
        if len(by_model) > 1:
            found += _of_instrument(table, cell, by_model, manipulation)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Scores:
    """values[entry, item], an entry a task of a model with a score on every item."""

    values: Floats
    models: Ints
    tasks: Ints
    families: Ints
    rows: int
    names: tuple[str, ...]
    used: tuple[str, ...]
    left_out: tuple[str, ...]


def _scores(table: ScoreTable, by_model: dict[str, Ints]) -> _Scores:
    import numpy as np

    items = np.unique(np.concatenate([table.item.codes[rows] for rows in by_model.values()]))
    parts: dict[str, tuple[Floats, Ints, Ints, Ints]] = {}
    left: list[str] = []
    for model, rows in by_model.items():
        own = [rows[table.item.codes[rows] == item] for item in items]
        found = item_scores(table, own) if all(len(one) for one in own) else None
        complete = ~np.isnan(found.values).any(axis=1) if found else np.empty(0, dtype=bool)
        if found is None or int(complete.sum()) < FEWEST_TASKS:
            left.append(model)
            continue
        counts = found.counts[complete].sum(axis=1)
        parts[model] = found.values[complete], found.tasks[complete], found.families[complete], counts
    names = tuple(str(table.item.levels[item]) for item in items)
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return _Scores(np.empty((0, len(items))), nothing, nothing, nothing, 0, names, (), tuple(left))
    values, tasks, families, counts = (np.concatenate(side) for side in zip(*parts.values(), strict=True))
    models = np.repeat(np.arange(len(parts)), [len(one[0]) for one in parts.values()])
    return _Scores(values, models, tasks, families, int(counts.sum()), names, tuple(parts), tuple(left))


@dataclass(frozen=True, slots=True)
class _Tested:
    """One item, and the places of the items that it was compared at."""

    matched_on: tuple[int, ...]
    uniform: Estimate
    non_uniform: Estimate
    either: Estimate
    shifts: tuple[tuple[str, float], ...] = ()


def _of_instrument(
    table: ScoreTable, cell: Cell, by_model: dict[str, Ints], manipulation: str
) -> list[ItemFunctioning]:
    instrument, judge, decoding = cell
    scores = _scores(table, by_model)
    tested = _purified(scores)
    changed = adjusted([one.either for one in tested], "items")
    return [
        ItemFunctioning(
            instrument=instrument,
            judge=judge,
            decoding=decoding,
            manipulation=manipulation,
            item=name,
            models=scores.used,
            left_out=scores.left_out,
            uniform=one.uniform,
            non_uniform=one.non_uniform,
            either=either or one.either,
            size=_size(one.either.value),
            shifts=one.shifts,
            matched_on=tuple(scores.names[place] for place in one.matched_on),
        )
        for name, one, either in zip(scores.names, tested, changed, strict=True)
    ]


def _purified(scores: _Scores) -> list[_Tested]:
    """Every item at the level of its dimension, without the items that differ, as long as most of it is left."""
    kinds = dimensions(scores.values, scores.models) if len(scores.used) > 1 else ()
    left: set[int] = set()
    while True:
        tested = [_tested(scores, place, kinds, left) for place in range(len(scores.names))]
        suspects = [
            (-(one.either.statistic or 0.0), place)
            for kind in kinds
            for place in kind
            if (one := tested[place]).either.p is not None and one.either.p < SUSPECT and place not in left
            if 2 * (len(left.intersection(kind)) + 1) < len(kind)
        ]
        if not suspects:
            return tested
        left.add(min(suspects)[1])


def _tested(scores: _Scores, place: int, kinds: tuple[tuple[int, ...], ...], left: set[int]) -> _Tested:
    kind = next((one for one in kinds if place in one), ())
    others = tuple(one for one in kind if one != place and one not in left)
    is_alone = not others
    if is_alone:
        others = tuple(one for kind in kinds for one in kind if one != place)
    size = Size(scores.rows // max(len(scores.names), 1), len(set(scores.tasks.tolist())))
    families = len(set(scores.families.tolist()))
    reason = _unfit(scores, place, others)
    found = (
        None if reason else matched(scores.values[:, place], scores.values[:, others], scores.models, scores.families)
    )
    if found is None or found.reason:
        reason = reason or (found.reason if found else "")
        none = not_available(reason, unit=UNIT, method=METHOD, size=size, parents=families)
        return _Tested(others, none, none, none)
    flags = (
        *((ALONE,) if is_alone else ()),
        *((PAIR,) if len(others) == 1 else ()),
        *((f"few families ({families})",) if families < FEW_FAMILIES else ()),
    )
    tests = (found.uniform, found.non_uniform, found.either)
    uniform, non_uniform, either = (
        _estimate(gain, test, size, families, len(scores.used), flags)
        for gain, test in zip(_gains(scores, place, found), tests, strict=True)
    )
    return _Tested(others, uniform, non_uniform, either, tuple(zip(scores.used, found.shifts.tolist(), strict=True)))


def _estimate(gain: float, test: JointTest, size: Size, families: int, models: int, flags: tuple[str, ...]) -> Estimate:
    if test.p is None:
        return not_available(test.reason, unit=UNIT, method=METHOD, size=size, parents=families)
    return Estimate(
        gain,
        method=METHOD,
        unit=UNIT,
        statistic=test.f,
        df=test.df,
        df2=test.df2,
        p=test.p,
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=families,
        n_models=models,
        reason=NO_INTERVAL,
        flags=flags,
    )


def _gains(scores: _Scores, place: int, found: Matched) -> tuple[float, float, float]:
    """What models add to R² of the level, what their slopes add to that, and both."""
    import numpy as np

    level = (found.regressed - found.regressed.mean())[:, None]
    dummies = (scores.models[:, None] == np.arange(1, len(scores.used))).astype(np.float64)
    designs = (level, np.column_stack([level, dummies]), np.column_stack([level, dummies, dummies * level]))
    one, two, three = (r_squared(scores.values[:, place], design) for design in designs)
    return max(two - one, 0.0), max(three - two, 0.0), max(three - one, 0.0)


def _unfit(scores: _Scores, place: int, others: tuple[int, ...]) -> str:
    if len(scores.used) < 2:
        return f"{count(len(scores.used), 'model')} with {FEWEST_TASKS} complete tasks, 2 are needed"
    y = scores.values[:, place]
    if float(y.std()) <= ROUNDING * float(abs(y).max()):
        return "the item does not vary"
    return "" if others else "no other item varies"


def _size(gain: float | None) -> str:
    if gain is None:
        return ""
    return "large" if gain >= LARGE else "moderate" if gain >= MODERATE else "negligible"
