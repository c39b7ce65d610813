"""A table of scores cut down to some of its rows, with the same codes; and what occurs in a column. No statistic."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from motivtui.stats.table import Column, ScoreTable

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Ints


def names_in(column: Column, rows: Ints | None = None) -> tuple[str, ...]:
    """The names that occur (in `rows`, or anywhere), in the order of the levels; None is no name."""
    import numpy as np

    codes = np.unique(column.codes if rows is None else column.codes[rows]).tolist()
    return tuple(name for code in codes if (name := column.levels[code]) is not None)


def categories_in(table: ScoreTable) -> tuple[str, ...]:
    """Every category that any task has."""
    return tuple(sorted({one for names in names_in(table.categories) for one in names.split(";") if one}))


def of_category(table: ScoreTable, category: str) -> ScoreTable:
    """The rows of the tasks that have a category, also among others."""
    import numpy as np

    has_it = np.array([category in (name or "").split(";") for name in table.categories.levels], dtype=np.bool_)
    return _kept(table, has_it[table.categories.codes])


def scored_rows(table: ScoreTable) -> Ints:
    """The rows of which a score was wanted: all but executions."""
    import numpy as np

    return np.flatnonzero(table.item.codes != table.item.code(None))


def repeats_in(table: ScoreTable, rows: Ints) -> tuple[int, ...]:
    """The numbers of repeats that occur in `rows`."""
    import numpy as np

    return tuple(int(one) for one in np.unique(table.repeat[rows]) if not np.isnan(one))


def wordings_in(table: ScoreTable, rows: Ints) -> tuple[int, ...]:
    """The numbers of wordings that occur in `rows`."""
    import numpy as np

    return tuple(int(one) for one in np.unique(table.wording[rows]) if not np.isnan(one))


def _kept(table: ScoreTable, kept: Bools) -> ScoreTable:
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    parts: dict[str, Any] = {
        name: replace(column, codes=column.codes[kept]) if isinstance(column, Column) else column[kept]
        for name, column in columns.items()
    }
    return ScoreTable(**parts)
