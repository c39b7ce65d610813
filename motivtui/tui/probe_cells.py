"""The cells of a probe: which reply stands where, and a reply from the database as one that is seen. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motivtui.engine import events as told
from motivtui.engine.answers import Prompt
from motivtui.tui.live_run import LiveState, LiveTrial


@dataclass(frozen=True, slots=True)
class Cell:
    """A trial that is planned: what is asked of whom, under which condition."""

    ordinal: int
    model: str
    manipulation: str
    instrument: str
    repeat: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What a probe puts a task to, each in the user's order."""

    models: tuple[str, ...]
    manipulations: tuple[str, ...]
    instruments: tuple[str, ...]
    repeats: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A reply from the database: the trial as a pane shows it, and what kind of error its call ended with."""

    trial: LiveTrial
    error_kind: str | None


def planned_cells(prompts: Iterable[Prompt], choices: Choices) -> tuple[Cell, ...]:
    """The cells of a plan, in the order in which they are shown."""
    cells = [Cell(one.ordinal, one.model, one.manipulation, one.instrument, one.repeat) for one in prompts]
    return in_order(cells, choices)


def in_order(cells: Iterable[Cell], choices: Choices) -> tuple[Cell, ...]:
    """Side by side what is to be compared: the conditions of one model, instrument and repeat."""

    def place(cell: Cell) -> tuple[int, int, int, int, int]:
        return (
            cell.repeat,
            _place(choices.instruments, cell.instrument),
            _place(choices.models, cell.model),
            _place(choices.manipulations, cell.manipulation),
            cell.ordinal,
        )

    return tuple(sorted(cells, key=place))


def seen_trials(rows: Iterable[Mapping[str, Any]]) -> dict[int, Seen]:
    """The trials of flat rows (`store.flat_rows`, one an item) that have a final response, by ordinal."""
    by_ordinal: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_ordinal.setdefault(row["ordinal"], []).append(row)
    return {
        ordinal: Seen(_seen(own), own[0]["error_kind"])
        for ordinal, own in by_ordinal.items()
        if own[0]["received_at"] is not None
    }


def failed_trial(row: Mapping[str, Any], attempt: Mapping[str, Any]) -> Seen:
    """A trial that is still open, but whose last attempt failed: it is shown with the reason."""
    trial = _seen([row])
    trial.state, trial.outcome, trial.error = LiveState.FAILED, attempt["outcome"], attempt["error_message"]
    return Seen(trial, attempt["error_kind"])


def cells_of(rows: Iterable[Mapping[str, Any]], choices: Choices) -> tuple[Cell, ...]:
    """The cells of flat rows, in the order in which they are shown."""
    cells = {
        row["ordinal"]: Cell(row["ordinal"], row["model"], row["manipulation"], row["instrument"], row["repeat"])
        for row in rows
    }
    return in_order(cells.values(), choices)


def _seen(rows: Sequence[Mapping[str, Any]]) -> LiveTrial:
    """One trial; its clock has run out long ago."""
    first = rows[0]
    return LiveTrial(
        ordinal=first["ordinal"],
        attempt=first["attempts"],
        model=first["model"],
        respondent=first["judge"] or first["model"],
        task=first["task"],
        other_task=first["other_task"],
        manipulation=first["manipulation"],
        wording=first["wording"],
        instrument=first["instrument"],
        repeat=first["repeat"],
        state=LiveState.COMPLETE if first["state"] == "complete" else LiveState.FAILED,
        text=first["reply"] or "",
        scores=tuple(_score(row) for row in rows if row["status"] is not None),
        finish_reason=first["finish_reason"],
        outcome=first["state"],
        error=first["error_message"],
        latency_ms=first["latency_ms"],
        time_to_first_token_ms=first["time_to_first_token_ms"],
        output_tokens=first["output_tokens"],
        ended_at=0.0,
        version=1_000_000,  # past whatever was drawn of it while it grew
    )


def _score(row: Mapping[str, Any]) -> told.ItemScore:
    return told.ItemScore(
        item=row["item"],
        value=row["value"],
        status=row["status"],
        start=row["evidence_start"],
        end=row["evidence_end"],
        note=row["note"] or "",
    )


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)
