"""Looking through the trials of a run, however many there are: a window of the list, what to filter by, what is beside.

Every function takes a read-only connection (`open_reader`), which may be used in one thread of its own for as long as
wanted: each question sees what was committed before it. Another thread may break a question off with
`connection.interrupt()`; it ends with QueryInterruptedError, and the connection is as good as before. An interrupt
reaches only a question that is under way: who asks the next one must know by itself that the last is not wanted.

For a list that is scrolled, ask `trial_order` once and `trial_lines` for what is on the screen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from motivtui.store.browse_filters import FINAL, STATE, Sort, SortKey, TrialFilters, selection, shown_items
from motivtui.store.reading import QueryInterruptedError
from motivtui.study.manipulation import CONTROL_ID

__all__ = [
    "Facets",
    "QueryInterruptedError",
    "Sort",
    "SortKey",
    "TrialFilters",
    "TrialLine",
    "adjacent_conditions",
    "facets",
    "siblings",
    "trial_lines",
    "trial_order",
    "trials_count",
    "trials_window",
]

_ALL = TrialFilters()
_PLANNED = Sort()


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One trial at a glance. What comes of its final response is None as long as there is none.

    `state`: what became of it, `outcome` that of the final response. `item`: the one that `value` and `status` are of;
    None: the trial asks for none such. `latency_ms` in milliseconds, `cost_usd` in dollars (None: nobody knows).
    """

    ordinal: int
    model: str
    judge: str | None
    task: str
    other_task: str | None
    task_order: str | None
    manipulation: str
    wording: int
    instrument: str
    repeat: int
    state: str
    outcome: str | None
    finish_reason: str | None
    error_kind: str | None
    latency_ms: float | None
    output_tokens: int | None
    cost_usd: float | None
    item: str | None
    value: float | None
    status: str | None
    attempts: int


def trials_window(
    connection: sqlite3.Connection,
    run: str,
    filters: TrialFilters = _ALL,
    sort: Sort = _PLANNED,
    offset: int = 0,
    limit: int = 100,
) -> list[TrialLine]:
    """`limit` lines of the list, from place `offset` (0: the first)."""
    asked = selection(connection, run, filters, sort)
    found = connection.execute(
        f"SELECT trial.ordinal {asked.source} ORDER BY {asked.order} LIMIT :limit OFFSET :offset",
        asked.values | {"limit": max(0, limit), "offset": max(0, offset)},
    ).fetchall()
    return trial_lines(connection, run, [row[0] for row in found], filters.item)


def trials_count(connection: sqlite3.Connection, run: str, filters: TrialFilters = _ALL) -> int:
    """How many trials the list has."""
    asked = selection(connection, run, filters, _PLANNED)
    row = connection.execute(f"SELECT count(*) {asked.source}", asked.values).fetchone()
    return int(row[0])


def trial_order(
    connection: sqlite3.Connection, run: str, filters: TrialFilters = _ALL, sort: Sort = _PLANNED
) -> list[int]:
    """The ordinals of the whole list, in its order."""
    asked = selection(connection, run, filters, sort)
    cursor = connection.execute(f"SELECT trial.ordinal {asked.source} ORDER BY {asked.order}", asked.values)
    cursor.row_factory = None  # plain tuples are faster
    return [row[0] for row in cursor]


def trial_lines(
    connection: sqlite3.Connection, run: str, ordinals: Sequence[int], item: str | None = None
) -> list[TrialLine]:
    """The lines of these trials, in the order in which they are named; what the run has not is left out."""
    shown = shown_items(connection, run, item)
    # CROSS JOIN: SQLite shall look for the wanted trials, not for the wanted among all.
    cursor = connection.execute(
        "SELECT trial.ordinal, trial.model, trial.judge, trial.task, trial.other_task, trial.task_order, "  # noqa: S608 (ours)
        "trial.manipulation, trial.wording, trial.instrument, trial.repeat, state.state, response.outcome, "
        "response.finish_reason, response.error_kind, response.latency_ms, response.output_tokens, response.cost_usd, "
        f"{shown.item}, score.value, score.status, state.attempts FROM json_each(:wanted) AS wanted "
        f"CROSS JOIN trial ON trial.run = :run AND trial.ordinal = wanted.value {STATE} {FINAL} {shown.score} "
        "ORDER BY wanted.key",
        shown.values | {"run": run, "wanted": json.dumps(list(ordinals))},
    )
    cursor.row_factory = None
    return [TrialLine(*row) for row in cursor]


@dataclass(frozen=True, slots=True)
class Facets:
    """What a run's trials can be filtered by: each value that occurs → how many trials have it.

    `items`: how many trials ask for it. `statuses`: of the item that is looked at.
    """

    models: dict[str, int]
    manipulations: dict[str, int]
    instruments: dict[str, int]
    items: dict[str, int]
    states: dict[str, int]
    statuses: dict[str, int]


def facets(connection: sqlite3.Connection, run: str, item: str | None = None) -> Facets:
    """Every value to filter by; manipulations with the control first, items in the order of their instruments."""
    found: dict[str, dict[str, int]] = {name: {} for name in ("model", "manipulation", "instrument")}
    cells = connection.execute(
        "SELECT model, manipulation, instrument, count(*) AS n FROM trial WHERE run = ? GROUP BY 1, 2, 3", (run,)
    ).fetchall()
    for cell in cells:
        for name, counts in found.items():
            counts[cell[name]] = counts.get(cell[name], 0) + cell["n"]
    asked = connection.execute("SELECT instrument, id FROM item WHERE run = ? ORDER BY instrument, position", (run,))
    items: dict[str, int] = {}
    for row in asked.fetchall():
        items[row["id"]] = items.get(row["id"], 0) + found["instrument"].get(row["instrument"], 0)
    states: dict[str, int] = {}
    statuses: dict[str, int] = {}
    shown = shown_items(connection, run, item)
    became = connection.execute(
        f"SELECT state.state, score.status, count(*) FROM trial {STATE} {FINAL} {shown.score} "  # noqa: S608 (ours)
        "WHERE trial.run = :run GROUP BY 1, 2 ORDER BY 1, 2",
        shown.values | {"run": run},
    )
    for state, status, count in became.fetchall():
        states[state] = states.get(state, 0) + count
        if status is not None:
            statuses[status] = statuses.get(status, 0) + count
    return Facets(
        models=dict(sorted(found["model"].items())),
        manipulations=dict(sorted(found["manipulation"].items(), key=lambda one: (one[0] != CONTROL_ID, one[0]))),
        instruments=dict(sorted(found["instrument"].items())),
        items=items,
        states=states,
        statuses=statuses,
    )


def siblings(connection: sqlite3.Connection, run: str, ordinal: int) -> tuple[int, ...]:
    """The trials that differ from one in the manipulation only, by their ordinals; the control's first, then by id.

    The same are model, judge, task or pair, instrument, repeat and the execution's repeat; of a choice also the order
    on the page and, where both carry a note, the task that carries it. Several wordings stand side by side.
    """
    return tuple(one for one in _conditions(connection, run, ordinal) if one != ordinal)


def adjacent_conditions(connection: sqlite3.Connection, run: str, ordinal: int) -> tuple[int | None, int | None]:
    """The siblings before and after a trial in their order; None: there is none on that side."""
    row = _conditions(connection, run, ordinal)
    if ordinal not in row:
        return None, None
    place = row.index(ordinal)
    return row[place - 1] if place else None, row[place + 1] if place + 1 < len(row) else None


def _conditions(connection: sqlite3.Connection, run: str, ordinal: int) -> list[int]:
    """A trial among its siblings, in their order."""
    found = connection.execute(
        "SELECT other.ordinal FROM trial AS one JOIN trial AS other ON other.run = one.run AND other.task = one.task "
        "AND other.model = one.model AND other.instrument = one.instrument AND other.repeat = one.repeat "
        "AND other.judge IS one.judge AND other.other_task IS one.other_task AND other.task_order IS one.task_order "
        "AND (other.manipulated IS one.manipulated OR other.manipulated IS NULL OR one.manipulated IS NULL) "
        "AND (SELECT repeat FROM trial WHERE id = other.continues) "
        "IS (SELECT repeat FROM trial WHERE id = one.continues) "
        "WHERE one.run = ? AND one.ordinal = ? AND (other.id = one.id OR other.manipulation <> one.manipulation) "
        "ORDER BY other.manipulation <> ?, other.manipulation, other.wording, other.manipulated, other.ordinal",
        (run, ordinal, CONTROL_ID),
    )
    return [row[0] for row in found.fetchall()]
