"""Reading trials: those still to do, those still to score, and the flat rows that screens and exports show.

Every function takes a read-only connection (`open_reader`) and returns plain values. Raises DatabaseError when the
file is damaged.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from motivtui.store.flat_rows import trial_rows
from motivtui.store.reading import stored_values
from motivtui.store.text import original
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.prompt import Message, Part, Segment
from motivtui.study.response import CallError, ErrorKind, Outcome, Response
from motivtui.study.score import Evidence, Score, ScoreStatus
from motivtui.study.trial import Trial


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


@stored_values()
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


@stored_values()
def prompt_messages(connection: sqlite3.Connection, prompt: int) -> tuple[Message, ...]:
    """The exact messages of a stored prompt, with the origin of each part."""
    text = connection.execute("SELECT messages FROM prompt WHERE id = ?", (prompt,)).fetchone()[0]
    return tuple(
        Message(message["role"], tuple(Segment(Part(part), words) for part, words in message["parts"]))
        for message in json.loads(text)
    )


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


@dataclass(frozen=True, slots=True)
class TrialDetail:
    """Everything about one trial: its flat rows (one an item), its messages and all its attempts."""

    rows: list[dict[str, Any]]
    messages: tuple[Message, ...]
    attempts: list[dict[str, Any]]

    def spoken(self) -> list[tuple[str, str]]:
        """The messages as (role, text)."""
        return [(message.role, message.text) for message in self.messages]

    @stored_values()
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


def attempts_of(connection: sqlite3.Connection, trial: int) -> list[dict[str, Any]]:
    """Every attempt of a trial with what came of it."""
    rows = connection.execute(
        "SELECT attempt.number, attempt.sent_at, attempt.endpoint, "
        "coalesce(response.outcome, 'unknown') AS outcome, response.status_code, "
        "response.error_kind, response.error_message, response.latency_ms FROM attempt "
        "LEFT JOIN response ON response.trial = attempt.trial AND response.attempt = attempt.number "
        "WHERE attempt.trial = ? ORDER BY attempt.number",
        (trial,),
    )
    return [dict(row) for row in rows.fetchall()]


@stored_values()
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


@stored_values()
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
