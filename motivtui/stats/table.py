"""The long table of scores as columns: every row of the flat table is kept, a missing value is NaN with its status.

Owns how rows become columns and which rows belong together; computes no statistic. Names are held once, as the levels
of a column, in an order that does not hang on the rows': results are the same however a plan was shuffled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from motivtui.errors import UsageError
from motivtui.study.instrument import ItemKind, Phase
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.signedinteger[Any]]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

NAMES = (
    "model", "judge", "instrument", "phase", "item", "item_kind", "decoding", "manipulation", "manipulation_group",
    "family", "task", "categories", "other_task", "task_order", "manipulated", "chosen_task", "finish_reason", "state",
    "status",
)  # fmt: skip
NUMBERS = (
    "value", "wording", "repeat", "execution", "execution_repeat", "ordinal", "position", "scale_minimum",
    "scale_maximum", "is_reversed", "output_tokens",
)  # fmt: skip
TABLE_COLUMNS = NAMES + NUMBERS
"""The columns of the flat table that a ScoreTable is made of."""
CHUNK = 10_000
"""Rows held as mappings at once: a mapping takes ten times the room of its row here."""


class Group(NamedTuple):
    """What is never pooled. `judge`: who gave the scores in the model's place; None: nobody."""

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str


@dataclass(frozen=True, slots=True)
class Column:
    """Names: `levels[codes[row]]` is the name in a row. None is a level of its own, the first."""

    codes: Ints
    levels: tuple[str | None, ...]

    def code(self, name: str | None) -> int:
        """The code of a name; -1, which no row has, where it does not occur."""
        return self.levels.index(name) if name in self.levels else -1

    def name(self, row: int) -> str | None:
        """The name in a row."""
        return self.levels[int(self.codes[row])]

    def text(self, row: int) -> str:
        """The name in a row of a column that has one in every row."""
        return str(self.name(row))


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The score rows of one run; make it with `score_table`. Numbers are float64, NaN where there is none.

    `ordinal` is the trial's, `execution` that of the execution it goes on from; `categories` holds a task's categories
    separated by ";"; `is_reversed` is 1 where a high score means little. `reason` says of every row why it has no
    value: the status of its score, or what became of a trial without one.
    """

    model: Column
    judge: Column
    instrument: Column
    phase: Column
    item: Column
    item_kind: Column
    decoding: Column
    manipulation: Column
    manipulation_group: Column
    family: Column
    task: Column
    categories: Column
    other_task: Column
    task_order: Column
    manipulated: Column
    chosen_task: Column
    finish_reason: Column
    state: Column
    status: Column
    value: Floats
    wording: Floats
    repeat: Floats
    execution: Floats
    execution_repeat: Floats
    ordinal: Floats
    position: Floats
    scale_minimum: Floats
    scale_maximum: Floats
    is_reversed: Floats
    output_tokens: Floats
    reason: Column

    def __len__(self) -> int:
        return len(self.value)

    def groups(self, kind: ItemKind) -> list[tuple[Group, Ints]]:
        """The rows of every group whose item is of this kind: by model, phase, instrument, judge, decoding, item."""
        rows = self.where(self.item_kind, kind)
        order = (self.model, self.phase, self.instrument, self.judge, self.decoding, self.item)
        return [(self.group(int(found[0])), found) for found in self.split(rows, *order)]

    def group(self, row: int) -> Group:
        """The group that a row belongs to."""
        model, instrument, item = self.model.text(row), self.instrument.text(row), self.item.text(row)
        return Group(model, instrument, self.judge.name(row), item, self.decoding.text(row))

    def where(self, column: Column, name: str | None) -> Ints:
        """The rows that have this name in a column."""
        import numpy as np

        return np.flatnonzero(column.codes == column.code(name))

    def split(self, rows: Ints, *columns: Column) -> list[Ints]:
        """`rows` apart by what they have in `columns`, in the order of the levels; rows keep their order."""
        import numpy as np

        if not len(rows):
            return []
        keys = combined(*((column.codes[rows], len(column.levels)) for column in columns))
        order = np.argsort(keys, kind="stable")
        bounds = np.flatnonzero(np.diff(keys[order])) + 1
        return np.split(rows[order], bounds)

    def tasks(self, rows: Ints) -> Ints:
        """What identifies the task of each row: family and task, and in a choice the other task as well."""
        keyed = (self.family, self.task, self.other_task)
        return combined(*((column.codes[rows], len(column.levels)) for column in keyed))

    def usable(self, rows: Ints) -> Ints:
        """Those of `rows` that have a value."""
        import numpy as np

        return rows[~np.isnan(self.value[rows])]

    def excluded(self, rows: Ints) -> dict[str, int]:
        """Why rows have no value, and how many, by reason."""
        import numpy as np

        missing = rows[np.isnan(self.value[rows])]
        return counted(self.reason, missing)


def counted(column: Column, rows: Ints) -> dict[str, int]:
    """How many of `rows` have each name of a column; names that none has are left out."""
    import numpy as np

    counts = np.bincount(column.codes[rows], minlength=len(column.levels)).tolist()
    return {str(name): count for name, count in zip(column.levels, counts, strict=True) if count}


def combined(*columns: tuple[Ints, int]) -> Ints:
    """One code for several: from (codes, how many there are) of each, the first one weighing most."""
    import numpy as np

    keys = np.zeros(len(columns[0][0]), dtype=np.int64)
    for codes, count in columns:
        keys = keys * count + codes
    return keys


def score_table(rows: Iterable[Mapping[str, Any]]) -> ScoreTable:
    """The table of the rows of one run, which have the columns TABLE_COLUMNS. Raises UsageError where one is missing.

    Rows are read once and not kept.
    """
    import numpy as np

    reader = _Reader()
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        reader.read(chunk)
    numbers: dict[str, Any] = {name: np.concatenate(reader.numbers[name] or [np.empty(0)]) for name in NUMBERS}
    codes = {name: np.concatenate(reader.codes[name] or [np.empty(0, dtype=np.int32)]) for name in NAMES}
    ranks = {**_RANKS, "item": _item_rank(codes["item"], reader.levels["item"], numbers["position"])}
    columns: dict[str, Any] = {
        name: _column(codes[name], list(reader.levels[name]), ranks.get(name, _by_name)) for name in NAMES
    }
    reason = _reason(columns["status"], columns["state"])
    return ScoreTable(**columns, **numbers, reason=reason)


class _Reader:
    """Takes rows in, chunk by chunk."""

    def __init__(self) -> None:
        self.levels: dict[str, dict[str | None, int]] = {name: {} for name in NAMES}
        self.codes: dict[str, list[Ints]] = {name: [] for name in NAMES}
        self.numbers: dict[str, list[Floats]] = {name: [] for name in NUMBERS}

    def read(self, chunk: Sequence[Mapping[str, Any]]) -> None:
        import numpy as np

        try:
            found = dict(zip(TABLE_COLUMNS, zip(*map(itemgetter(*TABLE_COLUMNS), chunk), strict=True), strict=True))
        except KeyError as error:
            raise UsageError(
                f"The rows have no column {error}, which the statistics need.",
                hint="Read them with the columns TABLE_COLUMNS, or all of them.",
            ) from None
        for name in NAMES:
            levels = self.levels[name]
            for level in dict.fromkeys(found[name]):
                levels.setdefault(level, len(levels))
            self.codes[name].append(np.fromiter(map(levels.__getitem__, found[name]), np.int32, len(chunk)))
        for name in NUMBERS:
            self.numbers[name].append(np.array(found[name], dtype=np.float64))  # None becomes NaN


_Rank = Callable[[str], tuple[Any, ...]]


def _by_name(name: str) -> tuple[Any, ...]:
    return (name,)


_RANKS: dict[str, _Rank] = {
    "manipulation": lambda name: (name != CONTROL_ID, name),
    "phase": lambda name: (list(Phase).index(Phase(name)),),
}


def _item_rank(codes: Ints, levels: Mapping[str | None, int], positions: Floats) -> _Rank:
    """Items in the order in which they are asked; those that are shuffled by name."""
    import numpy as np

    first = np.full(len(levels), np.inf)
    np.fmin.at(first, codes, positions)
    return lambda name: (float(first[levels[name]]), name)


def _column(codes: Ints, levels: Sequence[str | None], rank: _Rank) -> Column:
    import numpy as np

    order = sorted(range(len(levels)), key=lambda code: _with_none(levels[code], rank))
    new = np.empty(len(levels), dtype=np.int32)
    new[order] = np.arange(len(levels))
    return Column(new[codes], tuple(levels[code] for code in order))


def _with_none(level: str | None, rank: _Rank) -> tuple[Any, ...]:
    return (0,) if level is None else (1, *rank(level))


def _reason(status: Column, state: Column) -> Column:
    import numpy as np

    has_status = status.codes != status.code(None)
    codes = np.where(has_status, status.codes, state.codes + len(status.levels))
    names: list[str | None] = [*status.levels, *state.levels]
    levels = list(dict.fromkeys(names))
    where = np.array([levels.index(name) for name in names], dtype=np.int64)
    return _column(where[codes], levels, _by_name)
