"""What a command is answered with: one JSON object a line, `{"answer": 7, …}`, or `{"answer": 7, "error": {…}}`."""

from __future__ import annotations

from msgspec import Struct

from motivtui.engine.events import Progress
from motivtui.wire.problems import Problem


class Answer(Struct, frozen=True, kw_only=True):
    """`answer` is the command's id; None: it could not be read."""

    answer: int | None


class Done(Answer, frozen=True, kw_only=True):
    """It is done, or for warm, stop and requeue: begun."""


class Refused(Answer, frozen=True, kw_only=True):
    """It was not done, and why."""

    error: Problem


class Span(Struct, frozen=True, kw_only=True):
    """Low, expected, worst (every budget used up, every retry made)."""

    low: float
    expected: float
    worst: float


class Estimated(Struct, frozen=True, kw_only=True):
    """What a plan will take (`conduct.estimate`). `seconds` None: nothing to go by. `is_free`: nothing to pay for sure.

    `unpriced`: models whose price nobody knows; the cost is without them.
    """

    calls: int
    input_tokens: Span
    output_tokens: Span
    cost_usd: Span
    seconds: float | None
    unpriced: tuple[str, ...]
    from_calls: int
    is_free: bool


class PromptPart(Struct, frozen=True, kw_only=True):
    """A piece of a message and where it comes from (`study.prompt.Part`)."""

    part: str
    text: str


class PromptMessage(Struct, frozen=True, kw_only=True):
    """One message of a conversation."""

    role: str
    parts: tuple[PromptPart, ...]


class Prompt(Struct, frozen=True, kw_only=True):
    """The exact messages of a planned trial."""

    ordinal: int
    model: str
    judge: str | None
    task: str
    other_task: str | None
    manipulation: str
    wording: int
    instrument: str
    repeat: int
    messages: tuple[PromptMessage, ...]


class Cell(Struct, frozen=True, kw_only=True):
    """What is done with a task (or pair) under a manipulation by an instrument: `calls`, the first by `ordinal`."""

    task: str
    other_task: str | None
    manipulation: str
    instrument: str
    calls: int
    ordinal: int


class Lock(Struct, frozen=True, kw_only=True):
    """The lock of the study file, and in which parts the plan departs from it; empty: it keeps to it."""

    hash: str
    differences: tuple[str, ...]


class Planned(Answer, frozen=True, kw_only=True):
    """A plan in words and numbers. `calls` by instrument; `addresses`: where they go; `notes`: what to think of.

    `cells`: the plan's cells in the order of the study, as many as were asked for of `cell_count`.
    """

    name: str
    product: str
    trials: int
    calls: dict[str, int]
    estimate: Estimated
    addresses: tuple[str, ...]
    notes: tuple[str, ...]
    prompts: tuple[Prompt, ...]
    cells: tuple[Cell, ...]
    cell_count: int
    lock: Lock | None


class Started(Answer, frozen=True, kw_only=True):
    """The run is on record and begins: `open` of its trials are to be done. What comes of it is told by events."""

    run: str
    open: int


class RunState(Struct, frozen=True, kw_only=True):
    """A running run. `is_open`: its models are open and it works; before that they are being opened."""

    run: str
    is_open: bool
    is_stopping: bool
    progress: Progress


class States(Answer, frozen=True, kw_only=True):
    """The running runs."""

    runs: tuple[RunState, ...]
