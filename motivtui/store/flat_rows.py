"""Reading the flat table: one row an item of each trial, replies as the model sent them.

Loads nothing of the study's values, since an export and a listing need none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from motivtui.store.reading import unreadable
from motivtui.store.text import needs_escape, original


def trial_rows(
    connection: sqlite3.Connection,
    run: str | None,
    filters: Mapping[str, Sequence[str | int]] | None = None,
    columns: Sequence[str] = (),
) -> Iterator[dict[str, Any]]:
    """The rows of the view `trial_scores`, replies as the model sent them; `filters`: column → wanted values.

    `columns`: only these (none of them the reply's); all, when left out. Columns come from the program, values from
    anybody: values are bound.
    """
    clauses, values = [], list[str | int]()
    if run:
        clauses.append("run = ?")
        values.append(run)
    for column, wanted in (filters or {}).items():
        # A value that is no valid text (bytes from a shell) can be in no column.
        possible = [value for value in wanted if isinstance(value, int) or not needs_escape(value)]
        clauses.append(f"{column} IN ({', '.join('?' * len(possible))})")
        values.extend(possible)
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    cursor = connection.execute(
        f"SELECT {', '.join(columns) or '*'} FROM trial_scores {where} ORDER BY run, ordinal, position",  # noqa: S608 (bound values, our own columns)
        values,
    )
    cursor.row_factory = None  # plain tuples are faster, and there are many rows
    names = [column[0] for column in cursor.description]
    for row in cursor:
        record = dict(zip(names, row, strict=True))
        is_escaped = bool(record.pop("is_escaped", False))
        if record.get("reply") is not None:
            _restore(record, is_escaped=is_escaped)
        yield record


def _restore(record: dict[str, Any], *, is_escaped: bool) -> None:
    """Put the true text in a row with a reply, and cut the evidence out of it: SQL counts escapes, stops at NUL."""
    try:
        for column in ("reply", "reasoning"):
            record[column] = original(record[column], is_escaped=is_escaped)
        if record["evidence_start"] is not None:
            record["evidence"] = record["reply"][record["evidence_start"] : record["evidence_end"]]
    except (ValueError, TypeError, AttributeError) as error:
        raise unreadable(error) from None
