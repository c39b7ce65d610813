"""The rows of a new run: the study, a snapshot of the exact materials it uses, and the plan of its trials.

Snapshots, not references: a later edit of a material file never changes the meaning of an old result.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motivtui.errors import DatabaseError
from motivtui.store.clock import now
from motivtui.study.canonical import canonical_json, content_hash
from motivtui.study.design import Study
from motivtui.study.prompt import Message
from motivtui.study.trial import Trial

_ID_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_ID_SIGNS = _ID_LETTERS + "23456789"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is created. `kind` is `study` or `probe`; `versions` names the programs that made it.

    `request`: what the user asked for, in plain values (a study file's), so that the same can be asked again.
    `lock_hash` is the hash that the study was frozen under, `lock_followed` whether this run keeps to it.
    """

    study: Study
    kind: str
    versions: Mapping[str, str]
    request: Mapping[str, Any] | None = None
    lock_hash: str | None = None
    lock_followed: bool | None = None


def insert_run(connection: sqlite3.Connection, record: RunRecord, trials: Sequence[Trial]) -> str:
    """Insert a run with everything it needs to be carried out and understood later. Returns its new id."""
    study = record.study
    run = _new_id(connection)
    design = study.as_record()
    connection.execute(
        "INSERT INTO run (id, name, kind, created_at, seed, study, study_hash, materials_hash, versions, request, "
        "lock_hash, lock_followed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run,
            study.name,
            record.kind,
            now(),
            study.seed,
            json.dumps(design, ensure_ascii=False),
            content_hash(design),
            materials_hash(study),
            json.dumps(dict(record.versions)),
            None if record.request is None else json.dumps(dict(record.request)),  # a path in it may be no text
            record.lock_hash,
            None if record.lock_followed is None else int(record.lock_followed),
        ),
    )
    for table, rows in _material_rows(run, study):
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 (our own table names)
    _check_order(trials)
    prompts = _PromptIds(connection)
    connection.executemany(
        "INSERT INTO trial (run, ordinal, trial_key, model, task, manipulation, wording, instrument, repeat, seed, "
        "decoding, parameters, prompt, judge, other_task, task_order, manipulated, item_order, continues) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "(SELECT id FROM trial AS execution WHERE execution.run = ? AND execution.trial_key = ?))",
        [_trial_row(run, trial, prompts) for trial in trials],
    )
    return run


def _check_order(trials: Sequence[Trial]) -> None:
    """A trial whose execution is not on record before it would be stored as one that stands alone."""
    known: set[str] = set()
    for trial in trials:
        if trial.continues is not None and trial.continues not in known:
            raise DatabaseError(f"trial {trial.ordinal} goes on from an execution that does not stand before it")
        known.add(trial.key)


def _trial_row(run: str, trial: Trial, prompts: _PromptIds) -> tuple[Any, ...]:
    choice = trial.choice
    return (
        run,
        trial.ordinal,
        trial.key,
        trial.model,
        trial.task,
        trial.manipulation,
        trial.wording,
        trial.instrument,
        trial.repeat,
        trial.seed,
        trial.parameters["decoding"],
        canonical_json(dict(trial.parameters)),
        prompts.id_of(trial.messages),
        trial.judge,
        choice.other_task if choice else None,
        str(choice.order) if choice else None,
        choice.manipulated if choice else None,
        json.dumps(trial.item_order) if trial.item_order else None,
        run,
        trial.continues,
    )


class _PromptIds:
    """Prompts are shared by trials (repeats, models) and by runs: each is stored once, known by its hash."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ids: dict[tuple[Message, ...], int] = {}

    def id_of(self, messages: tuple[Message, ...]) -> int:
        if messages not in self._ids:
            self._ids[messages] = self._find_or_insert(messages)
        return self._ids[messages]

    def _find_or_insert(self, messages: tuple[Message, ...]) -> int:
        plain = [
            {"role": message.role, "parts": [[str(segment.part), segment.text] for segment in message.segments]}
            for message in messages
        ]
        digest = content_hash(plain)
        found = self._connection.execute("SELECT id FROM prompt WHERE hash = ?", (digest,)).fetchone()
        if found:
            return int(found[0])
        cursor = self._connection.execute(
            "INSERT INTO prompt (hash, messages) VALUES (?, ?)", (digest, json.dumps(plain, ensure_ascii=False))
        )
        if cursor.lastrowid is None:
            raise DatabaseError("the database gave no id for a new prompt")
        return cursor.lastrowid


def _material_rows(run: str, study: Study) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """The snapshot of every material that the study uses, table by table, columns in the schema's order."""
    yield (
        "task",
        [
            (run, task.id, task.family, task.category, ";".join(task.categories), task.set, task.prompt)
            for task in study.tasks
        ],
    )
    yield (
        "manipulation",
        [
            (
                run,
                one.id,
                number,
                one.title,
                str(one.group),
                str(one.placement),
                one.wording(number),
                one.choice_note,
            )
            for one in study.manipulations
            for number in range(1, one.wording_count + 1)
        ],
    )
    yield (
        "instrument",
        [
            (
                run,
                one.id,
                one.title,
                str(one.phase),
                one.template,
                one.max_tokens,
                one.reason_max_chars,
                json.dumps(one.stop),
                int(one.shuffles_items),
                int(one.is_strict),
                int(one.control_only),
                one.repeats,
            )
            for one in study.instruments
        ],
    )
    yield (
        "item",
        [
            (
                run,
                one.id,
                item.name,
                position,
                item.label,
                item.minimum,
                item.maximum,
                int(item.is_reversed),
                str(item.kind),
                item.question,
            )
            for one in study.instruments
            for position, item in enumerate(one.items, start=1)
        ],
    )


def materials_hash(study: Study) -> str:
    """One hash for the exact materials of a study: the same words give the same hash, wherever the files lie."""
    return content_hash([[table, [list(row[1:]) for row in rows]] for table, rows in _material_rows("", study)])


def _new_id(connection: sqlite3.Connection) -> str:
    """A short id that is easy to type and cannot be `latest` (there is no l in it)."""
    while True:
        run = secrets.choice(_ID_LETTERS) + "".join(secrets.choice(_ID_SIGNS) for _ in range(5))
        if connection.execute("SELECT 1 FROM run WHERE id = ?", (run,)).fetchone() is None:
            return run
