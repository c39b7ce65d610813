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
from motivtui.store.words import asked_for, has_words
from motivtui.study.response import UNBILLED

LATEST = "latest"

_SEARCHED = """
SELECT id, name, kind,
  (SELECT group_concat(tag, char(10)) FROM run_tag WHERE run_tag.run = run.id),
  (SELECT group_concat(value, char(10)) FROM json_each(run.study, '$.models')),
  (SELECT group_concat(value, char(10)) FROM json_each(run.study, '$.judges')),
  (SELECT group_concat(id || char(10) || title, char(10)) FROM instrument WHERE instrument.run = run.id),
  (SELECT group_concat(DISTINCT manipulation.id) FROM manipulation WHERE manipulation.run = run.id),
  (SELECT group_concat(task.id || char(10) || family || char(10) || categories, char(10))
    FROM task WHERE task.run = run.id)
FROM run ORDER BY created_at DESC, rowid DESC
"""


def find_run(connection: sqlite3.Connection, name: str) -> str:
    """The id of the run that `name` means: `latest`, an id, or the beginning of exactly one. Raises UsageError.

    `latest` is the newest that is not archived, as long as there is one.
    """
    if name == LATEST:
        row = connection.execute(
            "SELECT id FROM run ORDER BY archived_at IS NOT NULL, created_at DESC, rowid DESC LIMIT 1"
        ).fetchone()
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


def run_summaries(
    connection: sqlite3.Connection, run: str | None = None, *, archived: bool | None = None
) -> list[dict[str, Any]]:
    """The line of each run (or of one), newest first: the columns of the view `run_summary`, `tags` as a list.

    `archived`: only those that are (True) or are not (False).
    """
    clauses, values = [], list[str]()
    if run:
        clauses.append("run = ?")
        values.append(run)
    if archived is not None:
        clauses.append(f"archived_at IS {'NOT ' if archived else ''}NULL")
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    rows = connection.execute(f"SELECT * FROM run_summary {where} ORDER BY created_at DESC", values).fetchall()  # noqa: S608 (bound)
    return [dict(row) | {"tags": row["tags"].split(",") if row["tags"] else []} for row in rows]


def run_tags(connection: sqlite3.Connection, run: str) -> list[str]:
    """The tags of a run, sorted."""
    rows = connection.execute("SELECT tag FROM run_tag WHERE run = ? ORDER BY tag", (run,)).fetchall()
    return [str(row[0]) for row in rows]


def search_runs(connection: sqlite3.Connection, words: str) -> list[str]:
    """The ids of the runs in which every word occurs, newest first, archived ones too; no words: all runs.

    Looked through are id, name, kind, tags, and the ids of models, judges, instruments, manipulations and tasks with
    their families and categories; upper and lower case are the same.
    """
    asked = asked_for(words)
    rows = connection.execute(_SEARCHED).fetchall()
    return [str(row["id"]) for row in rows if has_words(" ".join(str(part) for part in row if part), asked)]


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
