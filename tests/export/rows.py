"""Rows of the flat table for the tests of the export."""

from __future__ import annotations

from typing import Any

from motivtui.export import CODEBOOK


def row(**changes: Any) -> dict[str, Any]:
    """A complete execution; `changes` make something else of it."""
    plain: dict[str, Any] = dict.fromkeys(CODEBOOK)
    plain |= {
        "run": "r1", "run_name": "a", "run_kind": "study", "ordinal": 1, "trial_key": "k", "model": "m1", "task": "t1",
        "family": "f1", "category": "c", "categories": "c", "task_set": "motiv", "manipulation": "none",
        "manipulation_group": "control", "wording": 1, "instrument": "execution", "phase": "execute", "repeat": 1,
        "state": "complete", "attempts": 1, "output_tokens": 20, "reply": "An answer.", "reasoning": "",
    }  # fmt: skip
    return plain | changes


def scored(instrument: str, phase: str, item: str, value: float | None, **changes: Any) -> dict[str, Any]:
    """A row of an instrument with an item; without a value it was ambiguous."""
    status = "ok" if value is not None else "ambiguous"
    return row(instrument=instrument, phase=phase, item=item, value=value, status=status, reply="{}", **changes)


def judged(judge: str, *values: float | None, **changes: Any) -> list[dict[str, Any]]:
    """One judge's rows about the execution 1, a repeat for each value."""
    return [
        scored("judge", "judge", "quality", value, **({"judge": judge, "execution": 1, "repeat": repeat} | changes))
        for repeat, value in enumerate(values or (5,), start=1)
    ]
