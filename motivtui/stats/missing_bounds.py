"""What missing scores could hide: bounds of every manipulation's effect, and how much listwise deletion would cost.

Manski's (1989) worst cases: each missing score put at one end of its scale, then at the other; nothing is assumed of
why it is missing. Scores that are still to come are no missing ones. One model, instrument, judge, item and decoding at
a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Estimate, Size, clustered_mean, not_available
from motivtui.stats.manipulations import NO_PAIR, POINTS
from motivtui.stats.table import Group, ScoreTable, combined
from motivtui.stats.task_scores import pairs_of, task_scores
from motivtui.stats.wording import count, left_out, number, subject
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

WAITING = ("planned", "unknown")
"""States of trials whose scores are still to come."""


@dataclass(frozen=True, slots=True)
class MissingBounds:
    """The mean difference from the control, were every missing score known, lies from `lower` to `upper`.

    Both are over all tasks asked under both conditions, with intervals clustered by family: the effect is within
    `lower.low` and `upper.high` with at least 95 % confidence. `observed` is of the tasks with a score under both.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    missing: int
    excluded: Mapping[str, int]
    observed: Estimate
    lower: Estimate
    upper: Estimate

    @property
    def is_sign_certain(self) -> bool:
        """Whether no missing score could turn the sign of the effect in these tasks round."""
        low, high = self.lower.value, self.upper.value
        return low is not None and high is not None and (low > 0 or high < 0)

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        rows = f"{self.missing:,} of {self.total:,} scores missing, {left_out(self.excluded)}"
        low, high = self.lower.value, self.upper.value
        if low is None or high is None:
            return f"{who}: {self.manipulation} against {CONTROL_ID} NA ({self.lower.reason}); {rows}."
        sure = "keeps its sign" if self.is_sign_certain else "could have either sign"
        return (
            f"{who}: whatever the missing scores are, {self.manipulation} against {CONTROL_ID} is "
            f"{number(low, signed=True)} to {number(high, signed=True)} points and {sure}; "
            f"{count(self.lower.n_tasks, 'task')}; {rows}."
        )


def missing_bounds(table: ScoreTable) -> tuple[MissingBounds, ...]:
    """One for each group and manipulation with a control."""
    found: list[MissingBounds] = []
    control = table.manipulation.code(CONTROL_ID)
    for group, rows in table.groups(ItemKind.SCALE):
        asked = rows[~_waits(table, rows)]
        codes = {int(table.manipulation.codes[cell[0]]) for cell in table.split(asked, table.manipulation)}
        if control in codes:
            found += [_bounds(table, group, asked, code, control) for code in sorted(codes - {control})]
    return tuple(found)


def _waits(table: ScoreTable, rows: Ints) -> Bools:
    import numpy as np

    return np.isin(table.state.codes[rows], [table.state.code(state) for state in WAITING])


def _bounds(table: ScoreTable, group: Group, rows: Ints, code: int, control: int) -> MissingBounds:
    import numpy as np

    concerned = rows[np.isin(table.manipulation.codes[rows], [code, control])]
    pairs = pairs_of(task_scores(table, concerned), [code], [control])
    observed = (
        clustered_mean(pairs.differences, pairs.families, unit=POINTS, size=pairs.size, magnitude=pairs.magnitude)
        if pairs.size.tasks
        else not_available(NO_PAIR, unit=POINTS)
    )
    own, other = (_ends(table, concerned, one) for one in (code, control))
    families, size = _families(table, concerned)
    both = ~np.isnan(own[0]) & ~np.isnan(other[0])
    magnitude = float(np.nanmax(abs(table.scale_maximum[concerned])))

    def at(differences: Floats) -> Estimate:
        if not both.any():
            return not_available("no task was asked under both", unit=POINTS)
        return clustered_mean(
            differences[both], families[both], unit=POINTS, size=Size(size, int(both.sum())), magnitude=magnitude
        )

    excluded = table.excluded(concerned)
    return MissingBounds(
        *group,
        manipulation=str(table.manipulation.levels[code]),
        total=len(concerned),
        missing=sum(excluded.values()),
        excluded=excluded,
        observed=observed,
        lower=at(own[0] - other[1]),
        upper=at(own[1] - other[0]),
    )


def _ends(table: ScoreTable, rows: Ints, code: int) -> tuple[Floats, Floats]:
    """A task's mean under a manipulation, missing scores at the scale's minimum and at its maximum; NaN: not asked."""
    import numpy as np

    _, tasks = np.unique(table.tasks(rows), return_inverse=True)
    under = table.manipulation.codes[rows] == code
    counts = np.bincount(tasks[under], minlength=int(tasks.max(initial=-1)) + 1)
    value = table.value[rows[under]]
    found = []
    for end in (table.scale_minimum, table.scale_maximum):
        filled = np.where(np.isnan(value), end[rows[under]], value)
        sums = np.bincount(tasks[under], weights=filled, minlength=len(counts))
        found.append(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))
    return found[0], found[1]


def _families(table: ScoreTable, rows: Ints) -> tuple[Ints, int]:
    import numpy as np

    _, first = np.unique(table.tasks(rows), return_index=True)
    return table.family.codes[rows[first]], len(rows)


@dataclass(frozen=True, slots=True)
class ListwiseLoss:
    """How many of a model's tasks would be left, if one missing score took the task out of every analysis.

    A cell is a group under a manipulation. `with_every_cell`: tasks with a usable repeat in each cell that they were
    asked in; `with_every_score`: tasks without any missing score, the published rule.
    """

    model: str
    tasks: int
    with_every_cell: int
    with_every_score: int

    @property
    def sentence(self) -> str:
        """What can be said of this model's scores."""
        return (
            f"{self.model}: listwise deletion would keep {self.with_every_score:,} of {count(self.tasks, 'task')} "
            f"(a score missing anywhere) or {self.with_every_cell:,} (no score left in a cell)."
        )


def listwise_losses(table: ScoreTable) -> tuple[ListwiseLoss, ...]:
    """One for each model, over everything that it was asked to rate."""
    scaled = table.where(table.item_kind, ItemKind.SCALE)
    asked = scaled[~_waits(table, scaled)]
    return tuple(_loss(table, rows) for rows in table.split(asked, table.model))


def _loss(table: ScoreTable, rows: Ints) -> ListwiseLoss:
    import numpy as np

    usable = ~np.isnan(table.value[rows])
    columns = (table.instrument, table.judge, table.item, table.decoding, table.manipulation)
    _, tasks = np.unique(table.tasks(rows), return_inverse=True)
    cells = combined((tasks, 0), *((column.codes[rows], len(column.levels)) for column in columns))
    _, first, cell = np.unique(cells, return_index=True, return_inverse=True)
    empty = np.bincount(cell, weights=usable) == 0
    n = int(tasks.max()) + 1
    return ListwiseLoss(
        table.model.text(int(rows[0])),
        n,
        n - len(np.unique(tasks[first[empty]])),
        n - len(np.unique(tasks[~usable])),
    )
