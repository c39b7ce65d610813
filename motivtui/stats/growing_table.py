"""A table of scores that grows while its run goes on: rows that were read again take the place of the old ones.

What was planned does not change, so only the columns that tell what came of a trial are touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from motivtui.stats.table import Column, ScoreTable

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Ints

OUTCOMES = ("chosen_task", "finish_reason", "state", "status", "reason")
"""The columns of names that the end of a trial fills; all of them are in the order of their names."""
OUTCOME_NUMBERS = ("value", "output_tokens")


def renewed(table: ScoreTable, newer: ScoreTable) -> ScoreTable | None:
    """The table with the rows of `newer` in place of those of the same trials; both by ordinal, then position.

    None: they are not the same rows of the same plan, so that the whole table has to be read again.
    """
    import numpy as np

    places = np.isin(table.ordinal, newer.ordinal)
    if int(places.sum()) != len(newer) or not _same_plan(table, newer, places):
        return None
    changes: dict[str, object] = {
        name: _column(getattr(table, name), getattr(newer, name), places) for name in OUTCOMES
    }
    for name in OUTCOME_NUMBERS:
        values = getattr(table, name).copy()
        values[places] = getattr(newer, name)
        changes[name] = values
    return replace(table, **changes)  # type: ignore[arg-type] # every name is one of its columns


def open_counts(table: ScoreTable) -> tuple[int, int]:
    """How many trials there are, and how many of them have ended: none of these waits for a call."""
    import numpy as np

    ordinals, first = np.unique(table.ordinal, return_index=True)
    waiting = [table.state.code(state) for state in ("planned", "unknown")]
    return len(ordinals), int((~np.isin(table.state.codes[first], waiting)).sum())


def unread_trials(table: ScoreTable) -> tuple[int, ...]:
    """The ordinals of complete trials whose scores are not on record yet: they come a moment after the reply."""
    import numpy as np

    is_unread = (
        (table.state.codes == table.state.code("complete"))
        & (table.item.codes != table.item.code(None))
        & (table.status.codes == table.status.code(None))
    )
    return tuple(int(one) for one in np.unique(table.ordinal[is_unread]))


def _same_plan(table: ScoreTable, newer: ScoreTable, places: Bools) -> bool:
    if not bool((table.ordinal[places] == newer.ordinal).all()):
        return False
    codes = _translated(newer.item, {name: code for code, name in enumerate(table.item.levels)})
    return codes is not None and bool((table.item.codes[places] == codes).all())


def _translated(column: Column, codes: dict[str | None, int]) -> Ints | None:
    """The column's codes by another list of levels; None: a level is not in it."""
    import numpy as np

    if any(name not in codes for name in column.levels):
        return None
    return np.array([codes[name] for name in column.levels], dtype=np.int64)[column.codes]


def _column(old: Column, new: Column, places: Bools) -> Column:
    import numpy as np

    names = {*old.levels, *new.levels}
    levels = (*([None] if None in names else []), *sorted(name for name in names if name is not None))
    codes = {name: code for code, name in enumerate(levels)}
    merged = np.array([codes[name] for name in old.levels], dtype=np.int64)[old.codes]
    if len(new.codes):
        merged[places] = np.array([codes[name] for name in new.levels], dtype=np.int64)[new.codes]
    return Column(merged, levels)
