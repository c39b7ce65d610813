"""Trials of a run as lines of a table. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from motivtui.store.browse_queries import SortKey, TrialLine
from motivtui.tui.runs.run_lines import short_model
from motivtui.tui.widgets.window_table import Cell, Column, Row, Styled
from motivtui.tui.words import MISSING, milliseconds, score, short_count

LETTERS = {
    "complete": ("✓", "good"),
    "partial": ("✂", "bad"),
    "error": ("✗", "bad"),
    "cancelled": ("⊘", "warn"),
    "unknown": ("?", "warn"),
    "skipped": ("–", "dim"),
    "planned": ("·", "dim"),
}
"""State → letter and look."""

SORTED_BY = {
    "ordinal": SortKey.ORDINAL,
    "task": SortKey.TASK,
    "model": SortKey.MODEL,
    "manipulation": SortKey.MANIPULATION,
    "value": SortKey.VALUE,
    "latency": SortKey.LATENCY,
    "tokens": SortKey.TOKENS,
}
"""Column → what trials can be put in order by."""

_GOOD = ("ok", "repaired")


def trial_columns(models: int, instruments: int, item: str | None) -> tuple[Column, ...]:
    """The columns for a run with so many models and instruments: what is the same in every line gives way first."""
    return (
        Column("ordinal", "#", 7, right=True),
        Column("state", "", 1),
        Column("model", "Model", 10, flex=2, at=72 if models > 1 else 100),
        Column("task", "Task", 14, flex=3),
        Column("manipulation", "Condition", 12, flex=1),
        Column("instrument", "Instrument", 10, flex=1, at=64 if instruments > 1 else 84),
        Column("repeat", "Rep", 3, right=True, at=96),
        Column("value", item or "Score", 7, right=True),
        Column("status", "Status", 9, at=58),
        Column("latency", "Time", 7, right=True, at=108),
        Column("tokens", "Tokens", 6, right=True, at=116),
        Column("attempts", "Tries", 5, right=True, at=124),
    )


def trial_row(line: TrialLine) -> Row:
    """A line for a table with these columns."""
    return Row(
        line.ordinal,
        (
            str(line.ordinal),
            Styled(*LETTERS.get(line.state, ("?", "warn"))),
            short_model(line.judge or line.model),
            line.task if line.other_task is None else f"{line.task} or {line.other_task}",
            condition(line.manipulation, line.wording),
            line.instrument,
            str(line.repeat),
            Styled(score(line.value), "bold") if line.value is not None else Styled(MISSING, "dim"),
            status(line),
            milliseconds(line.latency_ms),
            short_count(line.output_tokens),
            str(line.attempts),
        ),
    )


def trial_values(line: TrialLine) -> dict[str, Any]:
    """The same to be copied as JSON."""
    return asdict(line)


def condition(manipulation: str, wording: int) -> str:
    """`money`, `money 2`: the first wording goes without its number."""
    return manipulation if wording <= 1 else f"{manipulation} {wording}"


def status(line: TrialLine) -> Cell:
    """That of the score; without one, what became of the trial."""
    if line.status is not None and line.error_kind is None:
        return Styled(line.status, "dim" if line.status == "ok" else "good" if line.status in _GOOD else "warn")
    if line.error_kind is not None:
        return Styled(line.error_kind, "bad")
    return Styled(line.state, "dim")
