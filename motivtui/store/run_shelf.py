"""What the user does with whole runs on record: tag them, put them away, remove them.

Everything else in the database is only ever inserted. Removing a run is the one way in which rows go, and it is an
explicit act of the user. Each function works in the writer's transaction; it must not ask whether a run is at work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from motivtui.errors import UsageError
from motivtui.store.clock import now

_OF_TRIALS = ("token_score", "token_choice", "score", "response", "attempt", "requeue")
_OF_RUN = ("item", "instrument", "manipulation", "task", "run_tag")
"""Children before what they point to."""


def change_tags(connection: sqlite3.Connection, run: str, add: Sequence[str], remove: Sequence[str]) -> None:
    """Take tags away from a run, then give it others; what it has, or has not, already is passed over."""
    _check_there(connection, run)
    connection.executemany("DELETE FROM run_tag WHERE run = ? AND tag = ?", [(run, tag) for tag in remove])
    connection.executemany("INSERT OR IGNORE INTO run_tag (run, tag) VALUES (?, ?)", [(run, tag) for tag in add])


def set_tags(connection: sqlite3.Connection, run: str, tags: Sequence[str]) -> None:
    """Give a run these tags and no others."""
    connection.execute("DELETE FROM run_tag WHERE run = ?", (run,))
    change_tags(connection, run, tags, ())


def set_archived(connection: sqlite3.Connection, run: str, *, is_archived: bool) -> None:
    """Put a run away, or back among the others; one that is put away already keeps its time."""
    _check_there(connection, run)
    connection.execute(
        "UPDATE run SET archived_at = CASE WHEN ? THEN coalesce(archived_at, ?) END WHERE id = ?",
        (int(is_archived), now(), run),
    )


def remove_run(connection: sqlite3.Connection, run: str) -> int:
    """Remove a run with everything of it, prompts that no other run shares among them. Returns its number of trials.

    The file keeps its size: later rows take the room.
    """
    _check_there(connection, run)
    # A prompt may be shared: those that this run leaves alone are known only once its trials are gone.
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS left_alone (prompt INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM left_alone")
    connection.execute("INSERT INTO left_alone SELECT DISTINCT prompt FROM trial WHERE run = ?", (run,))
    for table in _OF_TRIALS:
        connection.execute(f"DELETE FROM {table} WHERE trial IN (SELECT id FROM trial WHERE run = ?)", (run,))  # noqa: S608 (our own table names)
    connection.execute("DELETE FROM session_end WHERE session IN (SELECT id FROM session WHERE run = ?)", (run,))
    connection.execute("DELETE FROM session WHERE run = ?", (run,))
    count = connection.execute("DELETE FROM trial WHERE run = ?", (run,)).rowcount
    for table in _OF_RUN:
        connection.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608 (as above)
    connection.execute("DELETE FROM run WHERE id = ?", (run,))
    connection.execute(
        "DELETE FROM prompt WHERE id IN (SELECT prompt FROM left_alone) "
        "AND NOT EXISTS (SELECT 1 FROM trial WHERE trial.prompt = prompt.id)"
    )
    connection.execute("DELETE FROM left_alone")
    return count


def _check_there(connection: sqlite3.Connection, run: str) -> None:
    if connection.execute("SELECT 1 FROM run WHERE id = ?", (run,)).fetchone() is None:
        raise UsageError(f"{run!r} is no run of this database", hint="`motiv runs` lists them.")
