"""Reading which processes worked on a run, and when. Takes a read-only connection (`open_reader`)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Session:
    """A time that a process worked on a run (UTC). `ended_at` and `reason` None: it is at work, or was killed."""

    started_at: str
    ended_at: str | None
    reason: str | None


def sessions(connection: sqlite3.Connection, run: str) -> list[Session]:
    """All of a run, oldest first."""
    rows = connection.execute(
        "SELECT started_at, ended_at, reason FROM session LEFT JOIN session_end ON session_end.session = session.id "
        "WHERE run = ? ORDER BY session.id",
        (run,),
    )
    return [Session(row[0], row[1], row[2]) for row in rows.fetchall()]
