"""Which runs there are, and what has changed in one since someone last looked: statistics read only that again.

Takes a read-only connection (`open_reader`). Raises DatabaseError when the file is damaged.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

_CHANGED = """
WITH ended AS MATERIALIZED (
  SELECT response.trial AS id FROM response JOIN trial ON trial.id = response.trial
  WHERE response.rowid > :seen AND response.is_final AND trial.run = :run
)
SELECT trial.ordinal FROM ended JOIN trial ON trial.id = ended.id
UNION SELECT trial.ordinal FROM ended JOIN trial ON trial.continues = ended.id
ORDER BY 1
"""
"""Trials that go on from one that ended are among them: it may be that they are skipped now."""


class Marks(NamedTuple):
    """How far a run is. Where `requeues`, `sessions` or `ends` differ, more has changed than responses that came."""

    requeues: int
    sessions: int
    ends: int
    last_response: int

    @property
    def era(self) -> tuple[int, int, int]:
        """What only comes and goes with a session or a requeue."""
        return self.requeues, self.sessions, self.ends


def growth_marks(connection: sqlite3.Connection, run: str) -> Marks:
    """Take them before what they are to stand for is read: what comes meanwhile is then read twice, never missed."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM requeue JOIN trial ON trial.id = requeue.trial WHERE trial.run = :run), "
        "(SELECT count(*) FROM session WHERE run = :run), "
        "(SELECT count(*) FROM session_end JOIN session ON session.id = session_end.session WHERE run = :run), "
        "(SELECT coalesce(max(rowid), 0) FROM response)",
        {"run": run},
    ).fetchone()
    return Marks(*row)


class RunName(NamedTuple):
    """A run as a list of choices shows it."""

    id: str
    name: str
    created_at: str
    trials: int


def run_names(connection: sqlite3.Connection) -> list[RunName]:
    """The runs that are not archived, newest first."""
    rows = connection.execute(
        "SELECT id, name, created_at, (SELECT count(*) FROM trial WHERE trial.run = run.id) FROM run "
        "WHERE archived_at IS NULL ORDER BY created_at DESC, rowid DESC"
    ).fetchall()
    return [RunName(*row) for row in rows]


def data_version(connection: sqlite3.Connection) -> int:
    """Another number whenever another process has changed the database since this connection was opened."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def changed_since(connection: sqlite3.Connection, run: str, last_response: int) -> list[int]:
    """The trials, by ordinal, whose state may have changed since the response with that row id."""
    found = connection.execute(_CHANGED, {"run": run, "seen": last_response}).fetchall()
    return [int(row[0]) for row in found]
