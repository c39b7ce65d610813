"""A database as an earlier version left it: made by its own migrations and its own inserts, none of today's code."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from motivtui.store import migration
from motivtui.store.connection import open_writer
from motivtui.store.schema import MIGRATIONS

RUN = "old234"
STATES = {
    1: "planned",
    2: "unknown",
    3: "complete",
    4: "complete",
    5: "error",
    6: "partial",
    7: "cancelled",
    8: "error",
    9: "unknown",
}
"""What became of each trial of the old run, by its ordinal."""
TABLES = ("run", "session", "session_end", "task", "manipulation", "instrument", "item", "prompt", "trial", "attempt",
          "response", "score")  # fmt: skip


def make_old(path: Path, monkeypatch: pytest.MonkeyPatch, migrations: int = 2) -> None:
    """A database that has seen only the first migrations, with one run whose trials met every fate."""
    with monkeypatch.context() as patch:
        patch.setattr(migration, "MIGRATIONS", MIGRATIONS[:migrations])
        connection = open_writer(path)
    try:
        connection.execute("BEGIN")
        _insert_run(connection)
        _insert_results(connection)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608


def _insert_run(connection: sqlite3.Connection) -> None:
    rows: list[tuple[str, dict[str, Any]]] = [
        ("run", {"id": RUN, "name": "Old", "kind": "study", "created_at": "2026-11-20T10:00:00.000Z", "seed": 3,
                 "study": '{"name": "Old"}', "study_hash": "s", "materials_hash": "m", "versions": "{}"}),
        ("session", {"id": 1, "run": RUN, "pid": 7, "host": "h", "started_at": "2026-11-20T10:00:01.000Z"}),
        ("session_end", {"session": 1, "reason": "stopped", "ended_at": "2026-11-20T11:00:00.000Z"}),
        ("task", {"run": RUN, "id": "t1", "family": "verse", "category": "writing", "categories": "writing;other",
                  "task_set": "motiv", "prompt": "Prompt ä"}),
        ("manipulation", {"run": RUN, "id": "none", "wording": 1, "title": "Control", "manipulation_group": "control",
                          "placement": "prefix", "text": ""}),
        ("instrument", {"run": RUN, "id": "pre", "title": "Self-report", "phase": "pre", "template": "{task}",
                        "max_tokens": 200, "reason_max_chars": 80}),
        ("item", {"run": RUN, "instrument": "pre", "id": "motivation", "position": 1, "label": "Motivation",
                  "minimum": 1, "maximum": 100, "is_reversed": 0}),
        ("item", {"run": RUN, "instrument": "pre", "id": "fear", "position": 2, "label": "Fear", "minimum": 0,
                  "maximum": 10, "is_reversed": 1}),
        ("prompt", {"id": 1, "hash": "p", "messages": json.dumps([{"role": "user", "parts": [["task", "Prompt ä"]]}])}),
    ]  # fmt: skip
    for table, row in rows:
        _insert(connection, table, row)
    for ordinal in STATES:
        _insert(connection, "trial", {
            "id": ordinal + 100, "run": RUN, "ordinal": ordinal, "trial_key": f"key{ordinal}", "model": "m1",
            "task": "t1", "manipulation": "none", "wording": 1, "instrument": "pre", "repeat": ordinal, "seed": ordinal,
            "decoding": "free", "parameters": '{"decoding":"free"}', "prompt": 1,
        })  # fmt: skip


def _insert_results(connection: sqlite3.Connection) -> None:
    """For each trial its attempts: (outcome, is it final), or None where nothing came back."""
    ends: dict[int, list[tuple[str, bool] | None]] = {
        2: [None],
        3: [("complete", True)],
        4: [("error", False), None, ("complete", True)],
        5: [("error", False), ("error", True)],
        6: [("partial", True)],
        7: [("cancelled", False)],
        8: [("error", False)],
        9: [("error", False), None],
    }
    for ordinal, attempts in ends.items():
        for number, end in enumerate(attempts, start=1):
            _insert(connection, "attempt", {"trial": ordinal + 100, "number": number, "session": 1, "endpoint": "http",
                                            "is_streamed": 0, "sent_at": "2026-11-20T10:00:02.000Z"})  # fmt: skip
            if end is not None:
                _insert(connection, "response", _response(ordinal + 100, number, *end))
    for trial, attempt, version, value in ((103, 1, 1, 80.0), (103, 1, 2, 81.0), (104, 3, 1, 70.0)):
        for item in ("motivation", "fear"):
            found = value if item == "motivation" else None
            _insert(connection, "score", {
                "trial": trial, "attempt": attempt, "item": item, "extractor_version": version, "value": found,
                "status": "ok" if found else "missing", "evidence_start": 0 if found else None,
                "evidence_end": 2 if found else None, "note": "", "extracted_at": "2026-11-20T10:00:04.000Z",
            })  # fmt: skip


def _response(trial: int, attempt: int, outcome: str, is_final: bool) -> dict[str, Any]:
    is_error = outcome == "error"
    return {
        "trial": trial, "attempt": attempt, "is_final": int(is_final), "outcome": outcome, "is_escaped": 0,
        "finish_reason": None if is_error else "stop", "cost_usd": None if is_error else 0.25, "effective": "{}",
        "error_kind": "server" if is_error else None, "error_message": "server it was" if is_error else None,
        "received_at": "2026-11-20T10:00:03.000Z", "reasoning": "", "text": "" if is_error else "80 points",
    }  # fmt: skip
