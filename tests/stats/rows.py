"""Rows of the flat table as the store gives them, for tables of any shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from motivtui.stats.table import ScoreTable, score_table

Row = dict[str, Any]
ORDINALS = count(1)


def rating(value: float | None, task: str = "t", family: str = "f", manipulation: str = "none", **changes: Any) -> Row:
    """One item of one trial of its own, on a scale from 1 to 100."""
    plain: Row = {
        "model": "m",
        "judge": None,
        "instrument": "want",
        "phase": "pre",
        "item": "want",
        "item_kind": "scale",
        "decoding": "free",
        "manipulation": manipulation,
        "manipulation_group": {"none": "control", "placebo": "placebo"}.get(manipulation, "positive-extrinsic"),
        "family": family,
        "task": task,
        "categories": "code",
        "other_task": None,
        "task_order": None,
        "manipulated": None,
        "chosen_task": None,
        "finish_reason": "stop",
        "state": "complete",
        "status": "ok" if value is not None else "missing",
        "value": value,
        "wording": 1,
        "repeat": 1,
        "execution": None,
        "execution_repeat": None,
        "ordinal": next(ORDINALS),
        "position": 1,
        "scale_minimum": 1,
        "scale_maximum": 100,
        "is_reversed": 0,
        "output_tokens": 20,
    }
    return plain | changes


def choice(value: float | None, pair: str = "a-b", manipulation: str = "money", **changes: Any) -> Row:
    """A choice between the two tasks of `pair`; `value` is the place on the page of the one that was chosen."""
    first, second = pair.split("-")
    plain = {
        "instrument": "choice",
        "phase": "choice",
        "item": "choice",
        "item_kind": "option",
        "other_task": second,
        "task_order": "given",
        "manipulated": None if manipulation == "none" else "first",
        "scale_maximum": 2,
        "status": "ok" if value is not None else "tie",
    }
    return rating(value, first, "f-" + first, manipulation, **(plain | changes))


def paired(
    control: Sequence[float], manipulated: Sequence[float], families: Iterable[int], manipulation: str = "money"
) -> list[Row]:
    """A task for each pair of scores."""
    rows = []
    for number, (one, other, family) in enumerate(zip(control, manipulated, families, strict=True)):
        rows += [
            rating(one, f"t{number}", f"f{family}"),
            rating(other, f"t{number}", f"f{family}", manipulation),
        ]
    return rows


def table(rows: Iterable[Row]) -> ScoreTable:
    """The table of rows."""
    return score_table(rows)
