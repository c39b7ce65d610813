"""What a run shows at a glance: the mean of each condition, and its difference from the control.

The difference is taken within tasks (mean of the usable repeats of a task under the manipulation, minus the same under
the control) and its interval is clustered by family, since tasks of one family are variations of one demand: CR1 with
t on G−1 degrees of freedom (Cameron & Miller 2015, section II.C, for a mean).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from motivtui.study.instrument import ItemKind, Phase

Row = Mapping[str, Any]
CONTROL = "none"
COLUMNS = (
    "model", "phase", "instrument", "judge", "item", "item_kind", "decoding", "manipulation", "family", "task",
    "other_task", "manipulated", "chosen_task", "value", "status", "state",
)  # fmt: skip
"""The columns of the flat table that the summaries of scores and of choices need."""
LEVEL = 0.95
ROUNDING = 1e-12
"""Relative size of what rounding leaves of differences that are the same: means of repeats are binary fractions."""


class Group(NamedTuple):
    """What is never pooled. `judge`: who gave the scores in the model's place; None: nobody."""

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean difference from the control with a 95 % interval, in scale points. What is None: `reason` says why."""

    estimate: float | None
    low: float | None
    high: float | None
    n_tasks: int
    n_families: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConditionSummary:
    """One group under one manipulation. `n` usable scores of `total`; `excluded` counts why the others are none."""

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    mean: float | None
    sd: float | None
    difference: Difference | None


def summarise(rows: Iterable[Row]) -> list[ConditionSummary]:
    """Summaries of everything that was rated. The number of a chosen option is no rating: see `choice_summary`.

    `rows` are those of the flat table, with the columns COLUMNS.
    """
    return [
        _summary(group, name, conditions)
        for group, conditions in grouped(row for row in rows if row["item_kind"] == ItemKind.SCALE)
        for name in in_order(conditions)
    ]


def grouped(rows: Iterable[Row]) -> list[tuple[Group, dict[str, list[Row]]]]:
    """The rows of each group by manipulation: models and items as they appear, instruments in the order of the phases.

    The rows' own order is that of a shuffled plan: it would tear groups apart.
    """
    phases = list(Phase)
    models: dict[str, int] = {}
    items: dict[str, int] = {}
    cells: dict[tuple[int, Group], dict[str, list[Row]]] = {}
    for row in rows:
        models.setdefault(row["model"], len(models))
        items.setdefault(row["item"], len(items))
        group = Group(row["model"], row["instrument"], row["judge"], row["item"], row["decoding"])
        conditions = cells.setdefault((phases.index(Phase(row["phase"])), group), {})
        conditions.setdefault(row["manipulation"], []).append(row)

    def rank(cell: tuple[int, Group]) -> tuple[int | str, ...]:
        phase, group = cell
        judge = group.judge or ""
        return (models[group.model], phase, group.instrument, judge, group.decoding, items[group.item])

    return [(cell[1], cells[cell]) for cell in sorted(cells, key=rank)]


def in_order(manipulations: Iterable[str]) -> list[str]:
    """The control first, then the manipulations by id."""
    return sorted(manipulations, key=lambda one: (one != CONTROL, one))


def excluded(rows: Iterable[Row]) -> dict[str, int]:
    """Why rows have no value, and how many: the status of the score, or what became of a trial without one."""
    return dict(Counter(row["status"] or row["state"] for row in rows if row["value"] is None))


def _summary(group: Group, name: str, conditions: Mapping[str, Sequence[Row]]) -> ConditionSummary:
    rows = conditions[name]
    values = [float(row["value"]) for row in rows if row["value"] is not None]
    mean = math.fsum(values) / len(values) if values else None
    sd = None
    if mean is not None and len(values) > 1:
        sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    difference = None
    if name != CONTROL and CONTROL in conditions:
        difference = _difference(_task_scores(rows), _task_scores(conditions[CONTROL]))
    return ConditionSummary(
        *group,
        manipulation=name,
        total=len(rows),
        n=len(values),
        excluded=excluded(rows),
        mean=mean,
        sd=sd,
        difference=difference,
    )


def _task_scores(rows: Sequence[Row]) -> dict[tuple[str, str], float]:
    """(family, task) → mean of its usable repeats."""
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        if row["value"] is not None:
            values[row["family"], row["task"]].append(float(row["value"]))
    return {task: math.fsum(found) / len(found) for task, found in values.items()}


def _difference(manipulated: Mapping[tuple[str, str], float], control: Mapping[tuple[str, str], float]) -> Difference:
    """Available cases: the tasks that have a usable score in both conditions."""
    both = [task for task in manipulated if task in control]
    if not both:
        return Difference(None, None, None, 0, 0, "no task has a score under both")
    differences = [manipulated[task] - control[task] for task in both]
    estimate = math.fsum(differences) / len(differences)
    by_family: dict[str, float] = defaultdict(float)
    for (family, _), difference in zip(both, differences, strict=True):
        by_family[family] += difference - estimate
    n, groups = len(both), len(by_family)
    if groups < 2:
        return Difference(estimate, None, None, n, groups, "one family only")
    variance = groups / (groups - 1) * math.fsum(error**2 for error in by_family.values()) / n**2
    largest = max(abs(scores[task]) for scores in (manipulated, control) for task in both)
    if math.sqrt(variance) <= ROUNDING * largest:
        return Difference(estimate, None, None, n, groups, "no variation between families")
    from scipy.special import stdtrit

    half = float(stdtrit(groups - 1, 0.5 + LEVEL / 2)) * math.sqrt(variance)
    return Difference(estimate, estimate - half, estimate + half, n, groups)
