"""What can be related to each other: the task scores of every rating that a model was asked for, tasks side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from motivtui.stats.estimate import Size
from motivtui.stats.table import Column, Group, ScoreTable
from motivtui.stats.task_scores import TaskScores, task_scores
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints


class Measure(NamedTuple):
    """What is measured, whatever the model. `judge`: who gave the scores in the model's place; None: nobody."""

    instrument: str
    judge: str | None
    item: str
    decoding: str

    def __str__(self) -> str:
        by = f" by judge {self.judge}" if self.judge else ""
        return f"{self.instrument} · {self.item}{by} ({self.decoding})"


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of one model: its rows in the table, and the task scores under every manipulation."""

    measure: Measure
    rows: Ints
    scores: TaskScores

    def under(self, manipulation: int) -> Bools:
        """Which of the tasks have a score under a manipulation, by code."""
        import numpy as np

        present: Bools = ~np.isnan(self.scores.means[:, manipulation])
        return present


@dataclass(frozen=True, slots=True)
class Shared:
    """`values[task, measure]` of the tasks that have a score of every measure, with their codes and families'."""

    values: Floats
    tasks: Ints
    families: Ints
    size: Size


def measure_of(group: Group) -> Measure:
    """The group's measure."""
    return Measure(group.instrument, group.judge, group.item, group.decoding)


def measured(table: ScoreTable) -> dict[str, list[Measured]]:
    """Every model's measures that are ratings, in the order in which they are asked."""
    found: dict[str, list[Measured]] = defaultdict(list)
    for group, rows in table.groups(ItemKind.SCALE):
        found[group.model].append(Measured(measure_of(group), rows, task_scores(table, rows)))
    return dict(found)


def only_under(table: ScoreTable, manipulation: int) -> ScoreTable:
    """The rows under one manipulation (by code) as a table with the same codes: what is not asked for costs nothing."""
    kept = table.manipulation.codes == manipulation
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    parts: dict[str, Any] = {
        name: replace(column, codes=column.codes[kept]) if isinstance(column, Column) else column[kept]
        for name, column in columns.items()
    }
    return ScoreTable(**parts)


def shared(parts: Sequence[Measured], manipulation: int) -> Shared:
    """The tasks that have a score of each of the measures under one manipulation (by code), in the tasks' order."""
    import numpy as np

    tasks = parts[0].scores.tasks[parts[0].under(manipulation)]
    for part in parts[1:]:
        tasks = np.intersect1d(tasks, part.scores.tasks[part.under(manipulation)], assume_unique=True)
    places = [np.searchsorted(part.scores.tasks, tasks) for part in parts]
    values = np.column_stack(
        [part.scores.means[place, manipulation] for part, place in zip(parts, places, strict=True)]
    )
    rows = sum(int(part.scores.counts[place, manipulation].sum()) for part, place in zip(parts, places, strict=True))
    return Shared(values, tasks, parts[0].scores.families[places[0]], Size(rows, len(tasks)))


def excluded_under(table: ScoreTable, parts: Sequence[Measured], manipulation: int) -> Mapping[str, int]:
    """Why rows of the measures have no score under a manipulation, and how many, by reason."""
    import numpy as np

    rows = np.concatenate([part.rows for part in parts])
    return table.excluded(rows[table.manipulation.codes[rows] == manipulation])
