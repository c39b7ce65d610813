"""Earlier probes in the database: which there are, and one of them with its replies.

Functions take a read-only connection (for `Archive.ask`) and return plain values. Must not draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motivtui.store.connection import Reader
from motivtui.store.flat_rows import trial_rows
from motivtui.store.run_queries import run_record, run_summaries
from motivtui.store.trial_queries import trial_detail
from motivtui.study.prompt import Part
from motivtui.tui.probe_cells import Cell, Choices, Seen, cells_of, failed_trial, seen_trials

KIND = "probe"
MOST_LISTED = 500
MOST_TRIALS = 500
"""Trials of one probe that are brought back; a probe with more was made on the command line."""


@dataclass(frozen=True, slots=True)
class Line:
    """An earlier probe in a list. `created_at`: UTC, as it is stored."""

    run: str
    name: str
    created_at: str
    models: str
    trials: int
    complete: int
    failed: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier probe: its task as it was typed, what it was put to, and the replies by ordinal.

    `notes`: of the trials without a reply, what became of them.
    """

    run: str
    task: str
    choices: Choices
    cells: tuple[Cell, ...]
    seen: dict[int, Seen]
    notes: dict[int, str]


def earlier_probes(connection: Reader) -> list[Line]:
    """The probes that are not archived, newest first."""
    found = [row for row in run_summaries(connection, archived=False) if row["kind"] == KIND]
    return [
        Line(
            row["run"],
            row["name"],
            row["created_at"],
            row["models"] or "",
            row["trials"],
            row["complete"],
            row["failed"],
        )
        for row in found[:MOST_LISTED]
    ]


def earlier_probe(connection: Reader, run: str) -> Earlier:
    """One probe with its replies. Raises UsageError: there is no such run."""
    study = run_record(connection, run)["study"]
    choices = Choices(
        tuple(study["models"]), tuple(study["manipulations"]), tuple(study["instruments"]), int(study["repeats"])
    )
    rows = []
    for row in trial_rows(connection, run):
        if row["ordinal"] > MOST_TRIALS:
            break
        rows.append(row)
    seen = seen_trials(rows)
    notes: dict[int, str] = {}
    for row in rows:
        if row["ordinal"] not in seen:
            attempt = _last_attempt(connection, run, row)
            if attempt is not None and attempt["error_kind"] is not None:
                seen[row["ordinal"]] = failed_trial(row, attempt)
            else:
                notes[row["ordinal"]] = _note(row)
    return Earlier(run, _task(connection, run), choices, cells_of(rows, choices), seen, notes)


def _last_attempt(connection: Reader, run: str, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """What came last of a trial that is still open."""
    detail = trial_detail(connection, run, row["ordinal"]) if row["attempts"] else None
    return detail.attempts[-1] if detail and detail.attempts else None


def _note(row: Mapping[str, Any]) -> str:
    """What became of a trial that has no reply."""
    return f"skipped: {row['skip_reason']}" if row["skip_reason"] else "not carried out: R does what is left"


def _task(connection: Reader, run: str) -> str:
    """The task as it stands in the first trial's prompt."""
    detail = trial_detail(connection, run, 1)
    segments = [part for message in detail.messages for part in message.segments] if detail else []
    return next((one.text for one in segments if one.part is Part.TASK), "")
