"""Which trials of a run are looked at, and in which order: what a console asks for, and the SQL that it comes to.

Owns the words of the question; `browse_queries` asks it.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motivtui.store.text import needs_escape
from motivtui.store.words import asked_for


class SortKey(StrEnum):
    """What trials are put in order by. Ties are in the order of the plan."""

    ORDINAL = "ordinal"
    TASK = "task"
    MODEL = "model"
    MANIPULATION = "manipulation"
    VALUE = "value"
    LATENCY = "latency"
    TOKENS = "tokens"


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list. What has no value stands last, whichever way."""

    key: SortKey = SortKey.ORDINAL
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class TrialFilters:
    """Which trials of a run; every filter must fit, an empty one fits all.

    `item`: whose value and status are looked at, of the trials that ask for it; None: the first item of each trial's
    instrument. `statuses`, `low` and `high` (both included) are of that item. `task`: words that must all occur in id,
    family or prompt of the task, or of a choice's other one. `words` must all occur in the final reply.
    """

    models: tuple[str, ...] = ()
    manipulations: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    task: str = ""
    item: str | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""


STATE = "JOIN trial_state AS state ON state.trial = trial.id"
FINAL = (
    "LEFT JOIN response ON response.trial = trial.id AND response.is_final AND NOT EXISTS "
    "(SELECT 1 FROM requeue WHERE requeue.trial = response.trial AND requeue.round = response.round)"
)
"""The final response that stands."""
_SCORE = (
    "LEFT JOIN score ON score.trial = response.trial AND score.attempt = response.attempt AND score.item = {item} "
    "AND NOT EXISTS (SELECT 1 FROM score AS newer WHERE newer.trial = score.trial AND newer.attempt = score.attempt "
    "AND newer.item = score.item AND newer.extractor_version > score.extractor_version)"
)

_LISTS = {
    "models": "trial.model",
    "manipulations": "trial.manipulation",
    "instruments": "trial.instrument",
    "states": "state.state",
    "statuses": "score.status",
}
_RANGE = {"low": "score.value >= :low", "high": "score.value <= :high"}
_TASKS = (
    "(SELECT task.id FROM task WHERE task.run = :run "
    "AND holds_words(task.id || ' ' || task.family || ' ' || task.prompt, 0, :task))"
)
_KEYS = {
    SortKey.ORDINAL: "trial.ordinal",
    SortKey.TASK: "trial.task",
    SortKey.MODEL: "trial.model",
    SortKey.MANIPULATION: "trial.manipulation",
    SortKey.VALUE: "score.value",
    SortKey.LATENCY: "response.latency_ms",
    SortKey.TOKENS: "response.output_tokens",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The item of each instrument that is looked at, in SQL: its name, the join of its newest score, their values."""

    item: str
    score: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Selection:
    """The question in SQL: `FROM … WHERE …` and `ORDER BY …`, with the values that they name."""

    source: str
    order: str
    values: dict[str, Any]


def shown_items(connection: sqlite3.Connection, run: str, item: str | None) -> Shown:
    """What is looked at of each instrument of a run: this item, or with None its first."""
    rows = connection.execute(
        "SELECT instrument, id FROM item WHERE run = ? ORDER BY instrument, position DESC", (run,)
    ).fetchall()
    shown = {row["instrument"]: row["id"] for row in rows if item is None or row["id"] == item}
    values: dict[str, Any] = {}
    cases = ""
    for number, (instrument, name) in enumerate(shown.items()):
        cases += f" WHEN :instrument{number} THEN :item{number}"
        values |= {f"instrument{number}": instrument, f"item{number}": name}
    case = f"CASE trial.instrument{cases} END" if cases else "NULL"
    return Shown(case, _SCORE.format(item=case), values)


def selection(connection: sqlite3.Connection, run: str, filters: TrialFilters, sort: Sort) -> Selection:
    """The question for a run. Joins only what it needs: there may be 100,000 trials."""
    shown = shown_items(connection, run, filters.item)
    clauses, values = ["trial.run = :run"], {"run": run, **shown.values}
    for name, column in _LISTS.items():
        if wanted := getattr(filters, name):
            clauses.append(f"{column} IN (SELECT value FROM json_each(:{name}))")  # noqa: S608 (our own words)
            # A value that is no valid text (bytes from a shell) can be in no column.
            values[name] = json.dumps([value for value in wanted if not needs_escape(value)])
    if filters.item is not None:
        clauses.append(f"{shown.item} IS NOT NULL")
    for name, clause in _RANGE.items():
        if (limit := getattr(filters, name)) is not None:
            clauses.append(clause)
            values[name] = limit
    if filters.task.strip():
        clauses.append(f"(trial.task IN {_TASKS} OR trial.other_task IN {_TASKS})")
        values["task"] = asked_for(filters.task)
    if filters.words.strip():  # the dearest one last: SQLite asks in this order
        clauses.append("holds_words(response.text, response.is_escaped, :words)")
        values["words"] = asked_for(filters.words)
    return _selection(" AND ".join(clauses), sort, shown.score, values)


def _selection(where: str, sort: Sort, score: str, values: dict[str, Any]) -> Selection:
    direction = "DESC" if sort.is_descending else "ASC"
    key = _KEYS[sort.key]
    order = f"{key} {direction} NULLS LAST" if sort.key is not SortKey.ORDINAL else f"{key} {direction}"
    order += ", trial.ordinal" if sort.key is not SortKey.ORDINAL else ""
    asked = where + order
    joins = [STATE] if "state." in asked else []
    if "score." in asked or "response." in asked:
        joins.append(FINAL)
    if "score." in asked:
        joins.append(score)
    return Selection(f"FROM trial {' '.join(joins)} WHERE {where}", order, values)
