"""The same numbers of two runs side by side, with their difference: means, effects, refusals, reliability.

Runs that share tasks are compared within these tasks, clustered by family; runs that share none are independent.
What is compared is the same model's, instrument's, judge's, item's and decoding's; only where each run has one model,
and another one, the two models are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from motivtui.stats.difference_of_estimates import mover, welch
from motivtui.stats.estimate import Estimate, Size, clustered_mean
from motivtui.stats.manipulations import POINTS
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.reliability import reliabilities
from motivtui.stats.statuses import REFUSED
from motivtui.stats.table import ScoreTable
from motivtui.stats.table_parts import names_in
from motivtui.stats.task_scores import TaskScores, task_scores
from motivtui.stats.wording import count, p_value, with_interval
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Ints

SHARED = "the runs share tasks, which the interval takes as independent"
TaskName = tuple[str | None, str | None, str | None]


class Estimand(StrEnum):
    """What is compared. An effect is the difference from the control within tasks."""

    EFFECT = "effect"
    MEAN = "mean"
    REFUSED = "refused"
    ICC = "icc"


@dataclass(frozen=True, slots=True)
class Compared:
    """One number of both runs; `difference`: the second run's minus the first one's.

    `is_paired`: within tasks that both runs have, and then `one` and `other` are of these tasks as well; `unshared`:
    tasks with the number in one of the runs only, which do not count then. `item` is "" of what has none.
    """

    estimand: Estimand
    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    is_paired: bool
    unshared: int
    one: Estimate
    other: Estimate
    difference: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of these two runs only."""
        item = f" · {self.item}" if self.item else ""
        by = f" by judge {self.judge}" if self.judge else ""
        test = "" if self.difference.p is None else f", {p_value(self.difference.p)}"
        tasks = count(self.difference.n_tasks, "task")
        how = f"within {tasks} of both runs" if self.is_paired else "taken as independent"
        left = f", {count(self.unshared, 'task')} of one run only left out" if self.unshared else ""
        return (
            f"{self.model}, {self.instrument}{item}{by} ({self.decoding}), {self.estimand} under {self.manipulation}: "
            f"{with_interval(self.one)} and {with_interval(self.other)}; difference "
            f"{with_interval(self.difference, signed=True)}{test}, {how}{left}."
        )


class _Key(NamedTuple):
    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str


class _Value(NamedTuple):
    """A task's number, and the rows that it rests on."""

    value: float
    rows: int


_Values = dict[TaskName, _Value]
_Found = TypeVar("_Found")


def compare_runs(one: ScoreTable, other: ScoreTable) -> tuple[Compared, ...]:
    """Every number that both runs have, estimand by estimand. p is adjusted within an estimand."""
    models = names_in(one.model), names_in(other.model)
    is_renamed = all(len(names) == 1 for names in models) and models[0] != models[1]
    name = f"{models[0][0]} → {models[1][0]}" if is_renamed else None
    found: list[Compared] = []
    for estimand in (Estimand.EFFECT, Estimand.MEAN, Estimand.REFUSED):
        values = _named(_by_task(one, estimand), name), _named(_by_task(other, estimand), name)
        own = [_compared(estimand, key, values[0][key], values[1][key]) for key in values[0] if key in values[1]]
        differences = adjusted([compared.difference for compared in own], f"numbers of the estimand {estimand}")
        found += [
            replace(compared, difference=difference or compared.difference)
            for compared, difference in zip(own, differences, strict=True)
        ]
    iccs = _named(_iccs(one), name), _named(_iccs(other), name)
    is_shared = bool(set(_task_names(one)) & set(_task_names(other)))
    found += [_icc(key, iccs[0][key], iccs[1][key], is_shared=is_shared) for key in iccs[0] if key in iccs[1]]
    return tuple(found)


def _named(found: Iterator[tuple[_Key, _Found]], name: str | None) -> dict[_Key, _Found]:
    """What was found by key, all of it under one model's name if there is one."""
    return {key if name is None else key._replace(model=name): value for key, value in found}


def _task_names(table: ScoreTable) -> set[TaskName]:
    import numpy as np

    _, rows = np.unique(table.tasks(np.arange(len(table))), return_index=True)
    return {_name(table, int(row)) for row in rows}


def _name(table: ScoreTable, row: int) -> TaskName:
    return table.family.name(row), table.task.name(row), table.other_task.name(row)


def _by_task(table: ScoreTable, estimand: Estimand) -> Iterator[tuple[_Key, _Values]]:
    if estimand is Estimand.REFUSED:
        yield from _refusals(table)
        return
    control = table.manipulation.code(CONTROL_ID)
    for group, rows in table.groups(ItemKind.SCALE):
        scores = task_scores(table, rows)
        for part in table.split(rows, table.manipulation):
            code = int(table.manipulation.codes[part[0]])
            key = _Key(*group, manipulation=table.manipulation.text(int(part[0])))
            if estimand is Estimand.MEAN:
                yield key, _means(table, scores, code)
            elif code != control and control >= 0:
                yield key, _effects(table, scores, code, control)


def _means(table: ScoreTable, scores: TaskScores, code: int) -> _Values:
    import numpy as np

    own = np.flatnonzero(scores.counts[:, code])
    return {
        _name(table, int(scores.rows[task])): _Value(float(scores.means[task, code]), int(scores.counts[task, code]))
        for task in own
    }


def _effects(table: ScoreTable, scores: TaskScores, code: int, control: int) -> _Values:
    under, without = _means(table, scores, code), _means(table, scores, control)
    return {
        name: _Value(one.value - without[name].value, one.rows + without[name].rows)
        for name, one in under.items()
        if name in without
    }


def _refusals(table: ScoreTable) -> Iterator[tuple[_Key, _Values]]:
    """The share of each task's complete answers in which the model refused a score."""
    import numpy as np

    is_score = (table.item.codes != table.item.code(None)) & (table.state.codes == table.state.code("complete"))
    refused = np.isin(table.status.codes, [table.status.code(name) for name in REFUSED])
    order = (table.model, table.phase, table.instrument, table.judge, table.decoding, table.manipulation)
    for rows in table.split(np.flatnonzero(is_score), *order):
        _, first, trial = np.unique(table.ordinal[rows], return_index=True, return_inverse=True)
        is_refused = np.bincount(trial, weights=refused[rows]) > 0
        _, row, task = np.unique(table.tasks(rows[first]), return_index=True, return_inverse=True)
        answers = np.bincount(task)
        shares = np.bincount(task, weights=is_refused) / answers
        group = table.group(int(rows[0]))._replace(item="")
        key = _Key(*group, manipulation=table.manipulation.text(int(rows[0])))
        yield (
            key,
            {
                _name(table, int(rows[first][place])): _Value(float(value), int(n))
                for place, value, n in zip(row, shares, answers, strict=True)
            },
        )


def _compared(estimand: Estimand, key: _Key, one: _Values, other: _Values) -> Compared:
    unit = "share" if estimand is Estimand.REFUSED else POINTS
    both = [name for name in one if name in other]
    unshared = len(one) + len(other) - 2 * len(both) if both else 0
    if both:
        one, other = {name: one[name] for name in both}, {name: other[name] for name in both}
    first, second = _estimate(one, unit), _estimate(other, unit)
    if both:
        change = {name: _Value(other[name].value - one[name].value, one[name].rows + other[name].rows) for name in both}
        magnitude = max(abs(value.value) for values in (one, other) for value in values.values())
        difference = _estimate(change, unit, magnitude=magnitude, is_tested=True)
    else:
        difference = welch(first, second)
    sides = (_within_0_and_1(first), _within_0_and_1(second)) if unit == "share" else (first, second)
    return Compared(
        estimand,
        *key,
        is_paired=bool(both),
        unshared=unshared,
        one=sides[0],
        other=sides[1],
        difference=difference,
    )


def _within_0_and_1(estimate: Estimate) -> Estimate:
    """A share with the ends of its interval where shares can be; differences are computed before."""
    if estimate.low is None or estimate.high is None:
        return estimate
    return replace(estimate, low=max(0.0, estimate.low), high=min(1.0, estimate.high))


def _estimate(
    values: Mapping[TaskName, _Value], unit: str, *, magnitude: float | None = None, is_tested: bool = False
) -> Estimate:
    import numpy as np

    families = {name[0]: place for place, name in enumerate(values)}
    numbers = np.array([one.value for one in values.values()], dtype=np.float64)
    codes: Ints = np.array([families[name[0]] for name in values], dtype=np.int64)
    size = Size(sum(one.rows for one in values.values()), len(values))
    return clustered_mean(numbers, codes, unit=unit, size=size, is_tested=is_tested, magnitude=magnitude)


def _iccs(table: ScoreTable) -> Iterator[tuple[_Key, Estimate]]:
    for one in reliabilities(table):
        yield _Key(one.model, one.instrument, one.judge, one.item, one.decoding, one.manipulation), one.icc


def _icc(key: _Key, one: Estimate, other: Estimate, *, is_shared: bool) -> Compared:
    difference = mover(one, other)
    if is_shared and difference.value is not None:
        difference = replace(difference, flags=(*difference.flags, SHARED))
    return Compared(Estimand.ICC, *key, is_paired=False, unshared=0, one=one, other=other, difference=difference)
