"""What a row of a choice says: which tasks were offered, which one was taken, which one carried the note.

Owns how these are read off the columns, and the mean of a choice clustered by pair; the analyses of choices share it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Estimate, Size, clustered_mean
from motivtui.stats.table import ScoreTable, combined
from motivtui.study.manipulation import CONTROL_ID
from motivtui.study.trial import TaskOrder

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

CHANCE = 0.5
BY_PAIR = "CR1 by pair, t(G-1)"
NO_NOTED = "no clear choice with a note"
_REASONS = {"one family only": "one pair only", "no variation between families": "no variation between pairs"}


def unique(codes: Ints) -> Ints:
    """The distinct codes, sorted."""
    import numpy as np

    found: Ints = np.unique(codes)
    return found


def took_given_first(table: ScoreTable, rows: Ints) -> Bools:
    """Whether the task was chosen that stands first in the pair, whatever the order on the page."""
    took: Bools = (table.value[rows] == 1) == is_given(table, rows)
    return took


def is_given(table: ScoreTable, rows: Ints) -> Bools:
    """Whether the pair's first task was shown first."""
    given: Bools = table.task_order.codes[rows] == table.task_order.code(TaskOrder.GIVEN)
    return given


def took_manipulated(table: ScoreTable, rows: Ints) -> Floats:
    """1 where the task that carries the note was chosen, else 0; only of rows with a note."""
    import numpy as np

    return np.asarray(took_given_first(table, rows) == note_on_first(table, rows), dtype=np.float64)


def note_on_first(table: ScoreTable, rows: Ints) -> Bools:
    """Whether the pair's first task carries the note."""
    on_first: Bools = table.manipulated.codes[rows] == table.manipulated.code("first")
    return on_first


def with_note(table: ScoreTable, rows: Ints) -> Ints:
    """Those of `rows` in which one of the tasks carried a note."""
    noted: Ints = rows[table.manipulated.codes[rows] != table.manipulated.code(None)]
    return noted


def note_effect(table: ScoreTable, rows: Ints) -> Floats:
    """Where the note stood on the page: 1 first, -1 second, 0 no note."""
    import numpy as np

    noted = table.manipulated.codes[rows] != table.manipulated.code(None)
    first = note_on_first(table, rows) == is_given(table, rows)
    stood: Floats = np.where(noted, np.where(first, 1.0, -1.0), 0.0)
    return stood


@dataclass(frozen=True, slots=True)
class Offered:
    """The two tasks of each row, as codes into `names`: the one shown first and the other; and the pair of both.

    `pairs` is the same whichever of the tasks stands first in the pair or on the page.
    """

    names: tuple[str, ...]
    first: Ints
    second: Ints
    pairs: Ints


def offered(table: ScoreTable, rows: Ints) -> Offered:
    """The tasks that each of `rows` offers."""
    import numpy as np

    names = tuple(sorted({str(name) for name in (*table.task.levels, *table.other_task.levels) if name is not None}))
    places = {name: place for place, name in enumerate(names)}
    one, other = (
        np.array([places.get(str(name), -1) for name in column.levels], dtype=np.int64)[column.codes[rows]]
        for column in (table.task, table.other_task)
    )
    given = is_given(table, rows)
    pairs = combined((np.minimum(one, other), 0), (np.maximum(one, other), len(names)))
    return Offered(names, np.where(given, one, other), np.where(given, other, one), pairs)


def by_pair(
    values: Floats, pairs: Ints, plus: float, *, least: float = 0.0, rows: int | None = None, none: str = NO_NOTED
) -> Estimate:
    """The mean of `values` and `plus`, clustered by pair; the values are tested against 0.

    The interval is cut at `least` and 1, beyond which there is nothing. `none`: the reason where there are no values.
    """
    size = Size(len(values) if rows is None else rows, len(unique(pairs)))
    # Shares are means of 0 and 1: rounding is measured on that scale, also where all differences are 0.
    found = clustered_mean(values, pairs, unit="share", size=size, is_tested=True, magnitude=1.0)
    if found.value is None:
        return replace(found, method=BY_PAIR, reason=none)
    return replace(
        found,
        value=found.value + plus,
        low=None if found.low is None else max(least, found.low + plus),
        high=None if found.high is None else min(1.0, found.high + plus),
        method=BY_PAIR,
        reason=pair_words(found.reason),
        flags=tuple(flag.replace("families", "pairs") for flag in found.flags),
    )


def pair_words(reason: str) -> str:
    """A reason of the clustered estimators, said of pairs."""
    return _REASONS.get(reason, reason)


@dataclass(frozen=True, slots=True)
class Shifts:
    """What the note adds to the share of the task that carries it: a value for each pair and side.

    `rows`: how many choices, with and without the note, these rest on.
    """

    values: Floats
    pairs: Ints
    rows: int


def shifts_of(table: ScoreTable, group_rows: Ints, noted: Ints) -> Shifts:
    """The difference of each task's share with the note from its share in the same pair under the control."""
    import numpy as np

    usable = table.usable(group_rows)
    control = usable[table.manipulation.codes[usable] == table.manipulation.code(CONTROL_ID)]
    control_pairs, control_shares = shares_by(table.tasks(control), took_given_first(table, control))
    is_first = note_on_first(table, noted)
    keys = combined((table.tasks(noted), 0), (is_first.astype(np.int64), 2))
    offers, shares = shares_by(keys, took_manipulated(table, noted))
    known = np.isin(offers // 2, control_pairs)
    offers, shares = offers[known], shares[known]
    plain = control_shares[np.searchsorted(control_pairs, offers // 2)]
    plain = np.where(offers % 2 == 1, plain, 1 - plain)
    rows = int(np.isin(keys, offers).sum() + np.isin(table.tasks(control), offers // 2).sum())
    return Shifts(shares - plain, offers // 2, rows)


def shares_by(keys: Ints, taken: Floats | Bools) -> tuple[Ints, Floats]:
    """The distinct keys, sorted, and the share of `taken` of each."""
    import numpy as np

    found, codes = np.unique(keys, return_inverse=True)
    return found, np.bincount(codes, weights=taken, minlength=len(found)) / np.maximum(
        np.bincount(codes, minlength=len(found)), 1
    )
