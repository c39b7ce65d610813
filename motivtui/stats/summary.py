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
from typing import Any

CONTROL = "none"
COLUMNS = ("model", "instrument", "item", "decoding", "manipulation", "family", "task", "value", "status", "state")
"""The columns of the flat table that a summary needs."""
LEVEL = 0.95
ROUNDING = 1e-12
"""Relative size of what rounding leaves of differences that are the same: means of repeats are binary fractions."""


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
    """One model × instrument × item × manipulation × decoding. `n` usable scores of `total`; `excluded` counts why."""

    model: str
    instrument: str
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    mean: float | None
    sd: float | None
    difference: Difference | None


def summarise(rows: Iterable[Mapping[str, Any]]) -> list[ConditionSummary]:
    """Summaries, the groups (model × instrument × item × decoding) in the order in which they appear.

    Within a group the control comes first, then the manipulations by id: the rows' own order is shuffled.

    `rows` are those of the flat table: model, instrument, item, decoding, manipulation, task, family, value, status,
    state.
    """
    cells: dict[tuple[str, ...], dict[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        group = (row["model"], row["instrument"], row["item"], row["decoding"])
        cells.setdefault(group, {}).setdefault(row["manipulation"], []).append(row)
    return [
        _summary(group, name, conditions)
        for group, conditions in cells.items()
        for name in sorted(conditions, key=lambda one: (one != CONTROL, one))
    ]


def _summary(
    group: tuple[str, ...], name: str, conditions: Mapping[str, Sequence[Mapping[str, Any]]]
) -> ConditionSummary:
    rows = conditions[name]
    values = [float(row["value"]) for row in rows if row["value"] is not None]
    excluded = Counter(row["status"] or row["state"] for row in rows if row["value"] is None)
    mean = math.fsum(values) / len(values) if values else None
    sd = None
    if mean is not None and len(values) > 1:
        sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    difference = None
    if name != CONTROL and CONTROL in conditions:
        difference = _difference(_task_scores(rows), _task_scores(conditions[CONTROL]))
    model, instrument, item, decoding = group
    return ConditionSummary(
        model, instrument, item, decoding, name, len(rows), len(values), dict(excluded), mean, sd, difference
    )


def _task_scores(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], float]:
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
