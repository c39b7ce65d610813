"""One row an execution: what was reported before it, what it took, what judges said of it and what was reported after.

Means are over usable scores only and stand beside their number; nothing is pooled over judges or wordings.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from motivtui.export.codebook import CODEBOOK, Column

Row = Mapping[str, Any]
_Place = tuple[Any, ...]

OF_AN_EXECUTION = (
    "run", "run_name", "run_kind", "ordinal", "trial_key", "model", "task", "family", "category", "categories",
    "task_set", "manipulation", "manipulation_group", "wording", "instrument", "repeat", "state", "attempts",
    "finish_reason", "error_kind", "error_message", "input_tokens", "output_tokens", "reasoning_tokens",
    "time_to_first_token_ms", "latency_ms", "cost_usd", "model_reported", "sent_at", "received_at",
)  # fmt: skip
"""The columns that an execution has of its own, from the flat table."""
REPLY_CHARACTERS = Column("integer", "characters", "length of the answer; of use where the endpoint counts no tokens")
_PHASES = ("pre", "post", "check", "judge")
_CELL = ("run", "model", "task", "manipulation", "wording")


def chains(rows: Iterable[Row], items: Sequence[str]) -> tuple[dict[str, Column], list[Row]]:
    """The columns and the rows of every execution, in the order of the plan; measures in the order of `items`.

    Scores from before are those of the same cell (model × task × manipulation × wording); the others are those of the
    trials that go on from this very execution.
    """
    executions: dict[_Place, dict[str, Any]] = {}
    scores: dict[_Place, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    measures: dict[str, Row] = {}
    for row in rows:
        if row["phase"] == "execute":
            place = (row["run"], row["ordinal"])
            executions[place] = {name: row[name] for name in OF_AN_EXECUTION}
            executions[place]["reply_characters"] = None if row["reply"] is None else len(row["reply"])
        elif row["phase"] in _PHASES and row["item"] is not None:
            measure = _measure(row)
            measures.setdefault(measure, {name: row[name] for name in ("phase", "instrument", "judge", "item")})
            if row["value"] is not None:
                scores[_place(row)][measure].append(row["value"])
    order = sorted(measures, key=lambda name: _rank(measures[name], items))
    for place, execution in executions.items():
        cell = tuple(execution[name] for name in _CELL)
        for measure in order:
            found = scores.get(cell if measures[measure]["phase"] == "pre" else place, {}).get(measure, [])
            execution[measure] = math.fsum(found) / len(found) if found else None
            execution[f"{measure}.n"] = len(found)
    return _columns({name: measures[name] for name in order}), list(executions.values())


def _rank(measure: Row, items: Sequence[str]) -> _Place:
    phase, judge = _PHASES.index(measure["phase"]), measure["judge"] or ""
    return (phase, measure["instrument"], judge, items.index(measure["item"]))


def _place(row: Row) -> _Place:
    """What a score is found by: the cell before the task is done, the execution after it."""
    if row["phase"] == "pre":
        return tuple(row[name] for name in _CELL)
    return (row["run"], row["execution"])


def _measure(row: Row) -> str:
    """The name of the column: instrument, item and, where there is one, the judge."""
    return ".".join(row[name] for name in ("instrument", "item", "judge") if row[name] is not None)


def _columns(measures: Mapping[str, Row]) -> dict[str, Column]:
    columns = {name: CODEBOOK[name] for name in OF_AN_EXECUTION} | {"reply_characters": REPLY_CHARACTERS}
    for name, one in measures.items():
        where = (
            "before, in the same cell (model, task, manipulation, wording)" if one["phase"] == "pre" else "afterwards"
        )
        by = f", by {one['judge']}" if one["judge"] is not None else ""
        what = f"usable scores of {one['item']} in {one['instrument']}{by}, {where}"
        columns[name] = Column("number", "scale points", f"mean of the {what}; empty: there is none")
        columns[f"{name}.n"] = Column("integer", "", f"number of the {what}")
    return columns
