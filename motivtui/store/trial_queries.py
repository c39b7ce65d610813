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
from motivtui.study.answer import answer_text
from motivtui.study.instrument import Instrument, Item, ItemKind, Phase
from motivtui.study.prompt import Message, Part, Segment, fill
from motivtui.study.response import CallError, ErrorKind, Outcome, Response, TokenChoice
from motivtui.study.score import Evidence, Score, ScoreStatus
from motivtui.study.trial import Choice, TaskOrder, Trial

_PARTS = {str(part): part for part in Part}
"""A call of the enumeration takes longer than the rest of a segment, and a plan has hundreds of thousands of them."""


@dataclass(frozen=True, slots=True)
class OpenTrial:
    """A trial without a final result. `id` is its row, `next_attempt` the number of the attempt to come.

    `round`: 1, and one more each time it was taken up again after a final failure. `execution`: the row of the trial
    that it goes on from; None: it stands alone.
    """

    id: int
    trial: Trial
    next_attempt: int
    round: int = 1
    execution: int | None = None


@dataclass(frozen=True, slots=True)
class UnscoredResponse:
    """A final response that a version of the extraction has not read yet.

    `messages` as planned; with the answer of `execution` (the row of a trial) in them they are what was sent.
    """

    trial: int
    attempt: int
    instrument: str
    messages: tuple[Message, ...]
    key: str
    execution: int | None
    response: Response


def open_trials(connection: sqlite3.Connection, run: str) -> list[OpenTrial]:
    """The trials of a run without a final result, in the order of the plan; none that is skipped."""
    prompts = _Prompts(connection)
    rows = connection.execute(
        "SELECT trial.*, execution.trial_key AS execution_key, state.attempts AS attempts, "
        "1 + (SELECT count(*) FROM requeue WHERE requeue.trial = trial.id) AS round "
        "FROM trial JOIN trial_state AS state ON state.trial = trial.id "
        "LEFT JOIN trial AS execution ON execution.id = trial.continues "
        "WHERE trial.run = ? AND state.final_attempt IS NULL AND state.state <> 'skipped' ORDER BY trial.ordinal",
        (run,),
    )
    result = []
    for row in rows.fetchall():
        trial = _trial(row, prompts.messages(row["prompt"]))
        result.append(OpenTrial(row["id"], trial, row["attempts"] + 1, row["round"], row["continues"]))
    return result


@stored_values()
def final_reply(connection: sqlite3.Connection, trial: int) -> str | None:
    """The text of a trial's final response as it came; None: there is none, or it was taken up again since."""
    row = connection.execute(
        "SELECT text, is_escaped FROM response WHERE trial = ? AND is_final AND NOT EXISTS "
        "(SELECT 1 FROM requeue WHERE requeue.trial = response.trial AND requeue.round = response.round)",
        (trial,),
    ).fetchone()
    return None if row is None else original(row["text"], is_escaped=bool(row["is_escaped"]))


@stored_values()
def instruments_of(connection: sqlite3.Connection, run: str) -> dict[str, Instrument]:
    """The instruments of a run, as they were when it was planned."""
    items: dict[str, list[Item]] = {}
    for row in connection.execute("SELECT * FROM item WHERE run = ? ORDER BY instrument, position", (run,)):
        item = Item(
            row["id"],
            row["label"],
            row["minimum"],
            row["maximum"],
            bool(row["is_reversed"]),
            ItemKind(row["kind"]),
            row["question"],
        )
        items.setdefault(row["instrument"], []).append(item)
    rows = connection.execute("SELECT * FROM instrument WHERE run = ?", (run,)).fetchall()
    return {
        row["id"]: Instrument(
            id=row["id"],
            title=row["title"],
            phase=Phase(row["phase"]),
            template=row["template"],
            items=tuple(items.get(row["id"], ())),
            max_tokens=row["max_tokens"],
            reason_max_chars=row["reason_max_chars"],
            stop=tuple(json.loads(row["stop"])),
            shuffles_items=bool(row["shuffles_items"]),
            is_strict=bool(row["is_strict"]),
            control_only=bool(row["control_only"]),
            repeats=row["repeats"],
        )
        for row in rows
    }


@stored_values()
def prompt_messages(connection: sqlite3.Connection, prompt: int) -> tuple[Message, ...]:
    """The exact messages of a stored prompt, with the origin of each part."""
    text = connection.execute("SELECT messages FROM prompt WHERE id = ?", (prompt,)).fetchone()[0]
    return tuple(
        Message(message["role"], tuple(Segment(_PARTS[part], words) for part, words in message["parts"]))
        for message in json.loads(text)
    )


def unscored_responses(connection: sqlite3.Connection, run: str, extractor_version: int) -> list[UnscoredResponse]:
    """Final responses without scores of this version: a crash came between the two, or the extraction is newer."""
    prompts = _Prompts(connection)
    rows = connection.execute(
        "SELECT response.*, trial.instrument, trial.prompt, trial.trial_key, trial.continues FROM response "
        "JOIN trial ON trial.id = response.trial WHERE trial.run = ? AND response.is_final "
        "AND EXISTS (SELECT 1 FROM item WHERE item.run = trial.run AND item.instrument = trial.instrument) "
        "AND NOT EXISTS (SELECT 1 FROM score WHERE "
        "score.trial = response.trial AND score.attempt = response.attempt AND score.extractor_version = ?)",
        (run, extractor_version),
    ).fetchall()
    return [
        UnscoredResponse(
            row["trial"],
            row["attempt"],
            row["instrument"],
            prompts.messages(row["prompt"]),
            row["trial_key"],
            row["continues"],
            _response(row, _token_choices(connection, row)),
        )
        for row in rows
    ]


class _Prompts:
    """Prompts by their row, each read once: many trials share one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[int, tuple[Message, ...]] = {}

    def messages(self, prompt: int) -> tuple[Message, ...]:
        if prompt not in self._known:
            self._known[prompt] = prompt_messages(self._connection, prompt)
        return self._known[prompt]


@stored_values()
def _token_choices(connection: sqlite3.Connection, response: sqlite3.Row) -> tuple[TokenChoice, ...]:
    is_escaped = bool(response["is_escaped"])
    rows = connection.execute(
        "SELECT start, token, alternatives FROM token_choice WHERE trial = ? AND attempt = ? ORDER BY start",
        (response["trial"], response["attempt"]),
    )
    return tuple(
        TokenChoice(
            row["start"],
            original(row["token"], is_escaped=is_escaped),
            tuple((token, mass) for token, mass in json.loads(row["alternatives"])),
        )
        for row in rows.fetchall()
    )


@dataclass(frozen=True, slots=True)
class TrialDetail:
    """Everything about one trial: its flat rows (one an item), its messages and all its attempts.

    The messages are as they are sent; until there is an execution to go on from, as they are planned.
    """

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
    trial = connection.execute(
        "SELECT id, prompt, trial_key, continues FROM trial WHERE run = ? AND ordinal = ?", (run, ordinal)
    ).fetchone()
    if trial is None:
        return None
    rows = list(trial_rows(connection, run, {"ordinal": [ordinal]}))
    messages = prompt_messages(connection, trial["prompt"])
    answer = None if trial["continues"] is None else final_reply(connection, trial["continues"])
    if answer is not None and all(row["state"] != "skipped" for row in rows):
        messages = fill(messages, answer_text(answer), trial["trial_key"])
    return TrialDetail(rows, messages, attempts_of(connection, trial["id"]))


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
        continues=row["execution_key"],
        judge=row["judge"],
        choice=_choice(row),
        item_order=tuple(json.loads(row["item_order"])) if row["item_order"] else (),
    )


def _choice(row: sqlite3.Row) -> Choice | None:
    if row["other_task"] is None:
        return None
    return Choice(row["other_task"], TaskOrder(row["task_order"]), row["manipulated"])


@stored_values()
def _response(row: sqlite3.Row, token_choices: tuple[TokenChoice, ...]) -> Response:
    """The parts of a response that extraction reads."""
    is_escaped = bool(row["is_escaped"])
    kind = row["error_kind"]
    return Response(
        outcome=Outcome(row["outcome"]),
        text=original(row["text"], is_escaped=is_escaped),
        reasoning=original(row["reasoning"], is_escaped=is_escaped),
        finish_reason=row["finish_reason"],
        error=CallError(ErrorKind(kind), row["error_message"], row["status_code"]) if kind else None,
        token_choices=token_choices,
    )
