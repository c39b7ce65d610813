"""What a run shows at a glance: the mean of each condition, and its difference from the control.

The difference is taken within tasks (mean of the usable repeats of a task under the manipulation, minus the same under
the control) and its interval is clustered by family, since tasks of one family are variations of one demand (see
`estimate.clustered_mean`). The analyses with everything beside a number are in modules of their own.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motivtui.stats.estimate import clustered_mean
from motivtui.stats.manipulations import NO_PAIR, POINTS
from motivtui.stats.table import Group
from motivtui.study.instrument import ItemKind, Phase
from motivtui.study.manipulation import CONTROL_ID

Row = Mapping[str, Any]
COLUMNS = (
    "model", "phase", "instrument", "judge", "item", "item_kind", "decoding", "manipulation", "family", "task",
    "other_task", "manipulated", "chosen_task", "value", "status", "state",
)  # fmt: skip
"""The columns of the flat table that the summaries of scores and of choices need."""


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
    return sorted(manipulations, key=lambda one: (one != CONTROL_ID, one))


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
    if name != CONTROL_ID and CONTROL_ID in conditions:
        difference = _difference(_task_scores(rows), _task_scores(conditions[CONTROL_ID]))
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
    both = sorted(task for task in manipulated if task in control)
    if not both:
        return Difference(None, None, None, 0, 0, NO_PAIR)
    import numpy as np

    families = {family: code for code, family in enumerate(dict.fromkeys(family for family, _ in both))}
    found = clustered_mean(
        np.array([manipulated[task] - control[task] for task in both]),
        np.array([families[family] for family, _ in both], dtype=np.int64),
        unit=POINTS,
        magnitude=max(abs(scores[task]) for scores in (manipulated, control) for task in both),
    )
    return Difference(found.value, found.low, found.high, found.n_tasks, found.n_parents, found.reason)
