"""Reading runs: which there are, how far they are, what they were planned with.

Every function takes a read-only connection (`open_reader`) and returns plain values. Raises DatabaseError when the
file is damaged.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from motivtui.errors import UsageError
from motivtui.store.reading import stored_values
from motivtui.store.text import needs_escape
from motivtui.study.response import UNBILLED

LATEST = "latest"


def find_run(connection: sqlite3.Connection, name: str) -> str:
    """The id of the run that `name` means: `latest`, an id, or the beginning of exactly one. Raises UsageError."""
    if name == LATEST:
        row = connection.execute("SELECT id FROM run ORDER BY created_at DESC, rowid DESC LIMIT 1").fetchone()
        if row is None:
            raise UsageError("there is no run yet", hint='`motiv probe "Write a haiku" -c none,money` makes one.')
        return str(row[0])
    # A name that is no valid text (bytes from a shell) cannot even be asked for.
    rows = (
        []
        if needs_escape(name)
        else connection.execute(
            "SELECT id FROM run WHERE substr(id, 1, ?) = ? ORDER BY created_at", (len(name), name)
        ).fetchall()
    )
    ids = [str(row[0]) for row in rows] if name else []
    if name in ids:
        return name
    if len(ids) != 1:
        what = f"begins several runs: {', '.join(ids)}" if ids else "is no run of this database"
        raise UsageError(f"{name!r} {what}", hint="`motiv runs` lists them; `latest` means the newest.")
    return ids[0]


def run_summaries(connection: sqlite3.Connection, run: str | None = None) -> list[dict[str, Any]]:
    """The line of each run (or of one), newest first: the columns of the view `run_summary`."""
    if run:
        return _dicts(connection.execute("SELECT * FROM run_summary WHERE run = ?", (run,)))
    return _dicts(connection.execute("SELECT * FROM run_summary ORDER BY created_at DESC"))


@stored_values()
def run_record(connection: sqlite3.Connection, run: str) -> dict[str, Any]:
    """The run's own row, its study and versions parsed. Raises UsageError: no such run."""
    row = connection.execute("SELECT * FROM run WHERE id = ?", (run,)).fetchone()
    if row is None:
        raise UsageError(f"{run!r} is no run of this database", hint="`motiv runs` lists them.")
    return dict(row) | {"study": json.loads(row["study"]), "versions": json.loads(row["versions"])}


def item_names(connection: sqlite3.Connection, run: str | None = None) -> list[str]:
    """The items that a run (or any run) asks for, each once, in the order of the instruments."""
    where, values = ("WHERE run = ?", (run,)) if run else ("", ())
    rows = connection.execute(
        f"SELECT id FROM item {where} GROUP BY id ORDER BY min(instrument), min(position), id",  # noqa: S608 (bound)
        values,
    )
    return [str(row[0]) for row in rows.fetchall()]


def open_session(connection: sqlite3.Connection, run: str) -> dict[str, Any] | None:
    """The newest session of the run that has no end, if any: at work, or killed."""
    row = connection.execute(
        "SELECT session.* FROM session LEFT JOIN session_end ON session_end.session = session.id "
        "WHERE run = ? AND session_end.session IS NULL ORDER BY session.id DESC LIMIT 1",
        (run,),
    ).fetchone()
    return dict(row) if row else None


def state_counts(connection: sqlite3.Connection, run: str) -> dict[str, int]:
    """How many trials of a run are in each state."""
    rows = connection.execute("SELECT state, count(*) FROM trial_state WHERE run = ? GROUP BY state", (run,))
    return {row[0]: row[1] for row in rows}


def spent_usd(connection: sqlite3.Connection, run: str) -> float:
    """What a run may have cost so far: known costs, and of calls that nobody knows the cost of what was put aside.

    Calls that were refused before any work was done cost nothing (`study.response.UNBILLED`).
    """
    free = ", ".join("?" * len(UNBILLED))
    row = connection.execute(
        "SELECT sum(CASE WHEN response.cost_usd IS NOT NULL THEN response.cost_usd "  # noqa: S608 (marks only)
        f"WHEN response.error_kind IN ({free}) THEN 0 ELSE attempt.reserved_usd END) "
        "FROM attempt JOIN trial ON trial.id = attempt.trial LEFT JOIN response "
        "ON response.trial = attempt.trial AND response.attempt = attempt.number WHERE trial.run = ?",
        (*sorted(UNBILLED), run),
    ).fetchone()
    return float(row[0] or 0.0)


@stored_values()
def session_options(connection: sqlite3.Connection, run: str) -> dict[str, Any]:
    """The options that the run was last carried out with; empty: none are on record."""
    row = connection.execute(
        "SELECT options FROM session WHERE run = ? AND options IS NOT NULL ORDER BY id DESC LIMIT 1", (run,)
    ).fetchone()
    return dict(json.loads(row[0])) if row else {}


def _dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    return [dict(row) for row in cursor.fetchall()]
