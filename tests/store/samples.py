"""Small studies and answers for the tests of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.queries import OpenTrial
from motivtui.store.run_rows import RunRecord
from motivtui.store.store import Store
from motivtui.study.design import Study
from motivtui.study.expansion import expand
from motivtui.study.instrument import Instrument, Item, ItemKind, Phase
from motivtui.study.manipulation import Group, Manipulation, Placement
from motivtui.study.parameters import Decoding, Parameters
from motivtui.study.response import CallError, ErrorKind, Outcome, Response, Usage
from motivtui.study.score import Evidence, Score, ScoreStatus
from motivtui.study.task import Pair, Task

ITEMS = (Item("motivation", "Motivation"), Item("fear", "Fear", 0, 10, is_reversed=True))
INSTRUMENT = Instrument(
    "pre", "Self-report", Phase.PRE, "Task: {task}\nReply as {format} {0.__class__}", ITEMS, 200, reason_max_chars=80
)
MANIPULATIONS = (
    Manipulation("none", "Control", Group.CONTROL),
    Manipulation("money", "Money", Group.POSITIVE_EXTRINSIC, ("You get $100.", "A hundred dollars 💰 for you.")),
    Manipulation("futility", "Futility", Group.DEMOTIVATION, ("Nobody will read it.",), Placement.SYSTEM),
)


def small_study(tasks: int = 2, repeats: int = 2, models: Sequence[str] = ("m1", "m2"), name: str = "small") -> Study:
    """tasks × 3 manipulations × repeats × models trials with two items each."""
    return Study(
        name=name,
        seed=7,
        models=tuple(models),
        tasks=tuple(
            Task(
                f"t{number}", "verse" if number else "proof", ("writing", "other"), f"Prompt {number}: 'ä' {{task}} 🎈"
            )
            for number in range(tasks)
        ),
        manipulations=MANIPULATIONS,
        instruments=(INSTRUMENT,),
        repeats=repeats,
        parameters={models[0]: Parameters(Decoding.SCHEMA, 0.7, None, 55, {"min_p": 0.05, "top_k": 40})},
    )


CRITERIA = (
    Item("quality", "Quality", 1, 7, question="How good is it?"),
    Item("effort", "Effort", 1, 7, question="How much work is in it?"),
    Item("relevance", "Relevance", 1, 7, question="Does it fit the task?"),
)
EXECUTION = Instrument("execution", "The task", Phase.EXECUTE, "{task}", (), 900, repeats=1)
JUDGE = Instrument(
    "judge", "Judged", Phase.JUDGE, "{task}\n{items}\n[{nonce}]\n{answer}\n[{nonce}]\n{format}", CRITERIA, 100,
    stop=("END",), shuffles_items=True, is_strict=True, repeats=1,
)  # fmt: skip
POST = Instrument("post", "After", Phase.POST, "And now? {format}", (ITEMS[0],), 60, repeats=1)
SIMILAR = Instrument("similar", "Similar", Phase.POST, "Again? {format}", (ITEMS[0],), 60, control_only=True, repeats=1)
CHOICE = Instrument(
    "choice", "Choice", Phase.CHOICE, "1: {first}\n2: {second}\n{format}",
    (Item("choice", "Choice", 1, 2, kind=ItemKind.OPTION),), 80, repeats=1,
)  # fmt: skip


def chain_study(
    tasks: int = 2, models: Sequence[str] = ("m1",), judges: Sequence[str] = ("j1", "j2"), repeats: int = 1
) -> Study:
    """Every phase: pre, execution with judges, post and (under the control) similar, and a choice with a note."""
    noted = (MANIPULATIONS[0], replace(MANIPULATIONS[1], choice_note="It pays."), MANIPULATIONS[2])
    made = tuple(Task(f"t{number}", f"family {number}", ("writing",), f"Prompt {number}") for number in range(tasks))
    return Study(
        name="chains",
        seed=11,
        models=tuple(models),
        tasks=made,
        manipulations=noted,
        instruments=(INSTRUMENT, EXECUTION, JUDGE, POST, SIMILAR, CHOICE),
        repeats=repeats,
        judges=tuple(judges),
        pairs=tuple(Pair(one.id, other.id, "first") for one, other in zip(made[::2], made[1::2], strict=True)),
    )


def planned(store: Store, study: Study | None = None, kind: str = "study") -> str:
    """A stored run of the study (by default the small one)."""
    study = study or small_study()
    return store.create_run(RunRecord(study, kind, {"motivtui": "0"}), expand(study))


def still_open(path: Path, run: str) -> list[OpenTrial]:
    """The open trials, by a reader of its own."""
    reader = open_reader(path)
    try:
        return queries.open_trials(reader, run)
    finally:
        reader.close()


def complete(text: str = '{"motivation": 80, "fear": 2}', **values: Any) -> Response:
    """A complete answer."""
    defaults: dict[str, Any] = {"finish_reason": "stop", "usage": Usage(10, 20), "latency_ms": 12.5, "cost_usd": 0.25}
    return Response(Outcome.COMPLETE, text, **(defaults | values))


def failed(kind: ErrorKind = ErrorKind.SERVER, outcome: Outcome = Outcome.ERROR) -> Response:
    """A call that brought no answer."""
    return Response(outcome, error=CallError(kind, f"{kind} it was", 500))


def scores(value: float = 80.0) -> list[Score]:
    """A score for each item of the instrument."""
    return [
        Score("motivation", value, ScoreStatus.OK, Evidence(15, 17)),
        Score("fear", None, ScoreStatus.OUT_OF_RANGE, Evidence(27, 28), "above 10"),
    ]


def change(path: Path, sql: str, values: Sequence[Any] = ()) -> None:
    """Change the file by a connection of its own, as no code of the product would."""
    connection = sqlite3.connect(path)
    try:
        connection.execute(sql, values)
        connection.commit()
    finally:
        connection.close()


def rows(path: Path, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What a connection of its own, without any of the product's code, finds in the file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()
