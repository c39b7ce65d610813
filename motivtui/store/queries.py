"""Reading: runs, the trials that are still to do, and the flat rows that screens and exports show.

Every function takes a read-only connection (`open_reader`) and returns plain values.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motivtui.errors import UsageError
from motivtui.store.text import original
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.prompt import Message, Part, Segment
from motivtui.study.response import CallError, ErrorKind, Outcome, Response
from motivtui.study.score import Evidence, Score, ScoreStatus
from motivtui.study.trial import Trial

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class OpenTrial:
    """A trial without a final result. `id` is its row, `next_attempt` the number of the attempt to come."""

    id: int
    trial: Trial
    next_attempt: int


@dataclass(frozen=True, slots=True)
class UnscoredResponse:
    """A final response that a version of the extraction has not read yet."""

    trial: int
    attempt: int
    instrument: str
    prompt: str
    response: Response


def find_run(connection: sqlite3.Connection, name: str) -> str:
    """The id of the run that `name` means: `latest`, an id, or the beginning of exactly one. Raises UsageError."""
    if name == LATEST:
        row = connection.execute("SELECT id FROM run ORDER BY created_at DESC, rowid DESC LIMIT 1").fetchone()
        if row is None:
            raise UsageError("there is no run yet", hint='`motiv probe "Write a haiku" -c none,money` makes one.')
        return str(row[0])
    rows = connection.execute(
        "SELECT id FROM run WHERE substr(id, 1, ?) = ? ORDER BY created_at", (len(name), name)
    ).fetchall()
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


def run_record(connection: sqlite3.Connection, run: str) -> dict[str, Any]:
    """The run's own row, its study and versions parsed."""
    row = dict(connection.execute("SELECT * FROM run WHERE id = ?", (run,)).fetchone())
    return row | {"study": json.loads(row["study"]), "versions": json.loads(row["versions"])}


def open_session(connection: sqlite3.Connection, run: str) -> dict[str, Any] | None:
    """The newest session of the run that has no end, if any: at work, or killed."""
    row = connection.execute(
        "SELECT session.* FROM session LEFT JOIN session_end ON session_end.session = session.id "
        "WHERE run = ? AND session_end.session IS NULL ORDER BY session.id DESC LIMIT 1",
        (run,),
    ).fetchone()
    return dict(row) if row else None


def open_trials(connection: sqlite3.Connection, run: str) -> list[OpenTrial]:
    """The trials of a run without a final result, in the order of the plan."""
    prompts: dict[int, tuple[Message, ...]] = {}
    rows = connection.execute(
        "SELECT trial.*, (SELECT coalesce(max(number), 0) FROM attempt WHERE attempt.trial = trial.id) AS attempts "
        "FROM trial WHERE run = ? AND NOT EXISTS "
        "(SELECT 1 FROM response WHERE response.trial = trial.id AND response.is_final) ORDER BY ordinal",
        (run,),
    )
    result = []
    for row in rows.fetchall():
        if row["prompt"] not in prompts:
            prompts[row["prompt"]] = prompt_messages(connection, row["prompt"])
        result.append(OpenTrial(row["id"], _trial(row, prompts[row["prompt"]]), row["attempts"] + 1))
    return result


def prompt_messages(connection: sqlite3.Connection, prompt: int) -> tuple[Message, ...]:
    """The exact messages of a stored prompt, with the origin of each part."""
    text = connection.execute("SELECT messages FROM prompt WHERE id = ?", (prompt,)).fetchone()[0]
    return tuple(
        Message(message["role"], tuple(Segment(Part(part), words) for part, words in message["parts"]))
        for message in json.loads(text)
    )


def instruments_of(connection: sqlite3.Connection, run: str) -> dict[str, Instrument]:
    """The instruments of a run, as they were when it was planned."""
    items: dict[str, list[Item]] = {}
    for row in connection.execute("SELECT * FROM item WHERE run = ? ORDER BY instrument, position", (run,)):
        item = Item(row["id"], row["label"], row["minimum"], row["maximum"], bool(row["is_reversed"]))
        items.setdefault(row["instrument"], []).append(item)
    rows = connection.execute("SELECT * FROM instrument WHERE run = ?", (run,)).fetchall()
    return {
        row["id"]: Instrument(
            id=row["id"],
            title=row["title"],
            phase=Phase(row["phase"]),
            template=row["template"],
            items=tuple(items[row["id"]]),
            max_tokens=row["max_tokens"],
            reason_max_chars=row["reason_max_chars"],
        )
        for row in rows
    }


def unscored_responses(connection: sqlite3.Connection, run: str, extractor_version: int) -> list[UnscoredResponse]:
    """Final responses without scores of this version: a crash came between the two, or the extraction is newer."""
    rows = connection.execute(
        "SELECT response.*, trial.instrument, trial.prompt FROM response JOIN trial ON trial.id = response.trial "
        "WHERE trial.run = ? AND response.is_final AND NOT EXISTS (SELECT 1 FROM score WHERE "
        "score.trial = response.trial AND score.attempt = response.attempt AND score.extractor_version = ?)",
        (run, extractor_version),
    ).fetchall()
    return [
        UnscoredResponse(
            row["trial"],
            row["attempt"],
            row["instrument"],
            "\n\n".join(message.text for message in prompt_messages(connection, row["prompt"])),
            _response(row),
        )
        for row in rows
    ]


def trial_rows(
    connection: sqlite3.Connection, run: str | None, filters: Mapping[str, Sequence[str | int]] | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of the view `trial_scores`, replies as the model sent them; `filters`: column → wanted values.

    Columns come from the program, values from anybody: values are bound.
    """
    clauses, values = [], list[str | int]()
    if run:
        clauses.append("run = ?")
        values.append(run)
    for column, wanted in (filters or {}).items():
        clauses.append(f"{column} IN ({', '.join('?' * len(wanted))})")
        values.extend(wanted)
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    cursor = connection.execute(
        f"SELECT * FROM trial_scores {where} ORDER BY run, ordinal",  # noqa: S608 (bound values, our own columns)
        values,
    )
    names = [column[0] for column in cursor.description]
    for row in cursor:
        record = dict(zip(names, row, strict=True))
        is_escaped = bool(record.pop("is_escaped"))
        if record["reply"] is not None:
            for column in ("reply", "reasoning"):
                record[column] = original(record[column], is_escaped=is_escaped)
            # SQLite counts escaped signs and stops at NUL: cut the evidence out of the true text.
            if record["evidence_start"] is not None:
                record["evidence"] = record["reply"][record["evidence_start"] : record["evidence_end"]]
        yield record


@dataclass(frozen=True, slots=True)
class TrialDetail:
    """Everything about one trial: its flat rows (one an item), its messages and all its attempts."""

    rows: list[dict[str, Any]]
    messages: tuple[Message, ...]
    attempts: list[dict[str, Any]]

    def spoken(self) -> list[tuple[str, str]]:
        """The messages as (role, text)."""
        return [(message.role, message.text) for message in self.messages]

    def scores(self) -> list[Score]:
        """The scores of the final response."""
        return [
            Score(
                row["item"],
                row["value"],
                ScoreStatus(row["status"]),
                Evidence(row["evidence_start"], row["evidence_end"]) if row["evidence_start"] is not None else None,
                row["note"],
            )
            for row in self.rows
            if row["status"] is not None
        ]


def trial_detail(connection: sqlite3.Connection, run: str, ordinal: int) -> TrialDetail | None:
    """One trial by its place in the plan; None: the run has no such trial."""
    trial = connection.execute("SELECT id, prompt FROM trial WHERE run = ? AND ordinal = ?", (run, ordinal)).fetchone()
    if trial is None:
        return None
    rows = list(trial_rows(connection, run, {"ordinal": [ordinal]}))
    return TrialDetail(rows, prompt_messages(connection, trial["prompt"]), attempts_of(connection, trial["id"]))


def state_counts(connection: sqlite3.Connection, run: str) -> dict[str, int]:
    """How many trials of a run are in each state."""
    rows = connection.execute("SELECT state, count(*) FROM trial_state WHERE run = ? GROUP BY state", (run,))
    return {row[0]: row[1] for row in rows}


def attempts_of(connection: sqlite3.Connection, trial: int) -> list[dict[str, Any]]:
    """Every attempt of a trial with what came of it."""
    return _dicts(
        connection.execute(
            "SELECT attempt.number, attempt.sent_at, attempt.endpoint, "
            "coalesce(response.outcome, 'unknown') AS outcome, response.status_code, "
            "response.error_kind, response.error_message, response.latency_ms FROM attempt "
            "LEFT JOIN response ON response.trial = attempt.trial AND response.attempt = attempt.number "
            "WHERE attempt.trial = ? ORDER BY attempt.number",
            (trial,),
        )
    )


def _dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    return [dict(row) for row in cursor.fetchall()]


def _trial(row: sqlite3.Row, messages: tuple[Message, ...]) -> Trial:
    return Trial(
        ordinal=row["ordinal"],
        key=row["trial_key"],
        model=row["model"],
        task=row["task"],
        manipulation=row["manipulation"],
        wording=row["wording"],
        instrument=row["instrument"],
        repeat=row["repeat"],
        seed=row["seed"],
        messages=messages,
        parameters=json.loads(row["parameters"]),
    )


def _response(row: sqlite3.Row) -> Response:
    """The parts of a response that extraction reads."""
    is_escaped = bool(row["is_escaped"])
    kind = row["error_kind"]
    return Response(
        outcome=Outcome(row["outcome"]),
        text=original(row["text"], is_escaped=is_escaped),
        reasoning=original(row["reasoning"], is_escaped=is_escaped),
        finish_reason=row["finish_reason"],
        error=CallError(ErrorKind(kind), row["error_message"], row["status_code"]) if kind else None,
    )
