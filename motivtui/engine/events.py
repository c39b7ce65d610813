"""What the engine tells: one JSON object a line, `{"event": "scores", "run": "kx3f", "ordinal": 12, …}`.

For the eyes only: what a run did stands in the database, and `missed` says that some of it was not told. Trials go by
their place in the plan (`ordinal`), details of them are read there. None: not known, or there is none.
"""

from __future__ import annotations

from msgspec import Struct

from motivtui.engine.commands import wire_name
from motivtui.wire.problems import Problem


class EngineEvent(Struct, frozen=True, kw_only=True, tag_field="event", tag=wire_name):
    """Anything that is told."""


class Ready(EngineEvent, frozen=True, kw_only=True):
    """The first line. `db` and `log`: its database, and where it writes what nobody should have to read."""

    protocol: int
    version: str
    pid: int
    db: str
    log: str


class Unable(EngineEvent, frozen=True, kw_only=True):
    """The first and last line of an engine that cannot work, with these settings for example."""

    error: Problem


class Fetching(EngineEvent, frozen=True, kw_only=True):
    """Weights of a local model are being fetched: `done` of `total` bytes."""

    model: str
    done: int
    total: int | None


class Warmed(EngineEvent, frozen=True, kw_only=True):
    """These models are open, or, with an error, cannot be opened."""

    models: tuple[str, ...]
    error: Problem | None = None


class RunEvent(EngineEvent, frozen=True, kw_only=True):
    """Something about one run."""

    run: str


class RunStarted(RunEvent, frozen=True, kw_only=True):
    """`open` of `total` trials are to be done now."""

    total: int
    open: int


class TrialStarted(RunEvent, frozen=True, kw_only=True):
    """Attempt `attempt` is on record and leaves now. `respondent` is called: the model, or who judges it."""

    ordinal: int
    attempt: int
    model: str
    respondent: str
    task: str
    other_task: str | None
    manipulation: str
    wording: int
    instrument: str
    repeat: int


class Text(RunEvent, frozen=True, kw_only=True):
    """More of a watched reply, from its character `start` on. A `start` before what was told: forget the rest."""

    ordinal: int
    start: int
    text: str


class Failure(Struct, frozen=True, kw_only=True):
    """Why a call failed (`study.response.CallError`)."""

    kind: str
    message: str
    status_code: int | None = None


class Response(RunEvent, frozen=True, kw_only=True):
    """A call ended, well or not, and is on record. Of a watched trial: the end of its text, from `start` on.

    Times in milliseconds, cost in dollars.
    """

    ordinal: int
    attempt: int
    is_final: bool
    outcome: str
    finish_reason: str | None
    characters: int
    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    time_to_first_token_ms: float | None
    latency_ms: float | None
    cost_usd: float | None
    error: Failure | None
    start: int | None = None
    text: str | None = None


class ItemScore(Struct, frozen=True, kw_only=True):
    """One item's score; its evidence is the reply's characters `start` to `end` (end excluded)."""

    item: str
    value: float | None
    status: str
    start: int | None
    end: int | None
    note: str


class Scores(RunEvent, frozen=True, kw_only=True):
    """What was read out of a final response; an execution has no scores."""

    ordinal: int
    scores: tuple[ItemScore, ...]


class Skipped(RunEvent, frozen=True, kw_only=True):
    """These trials go on from an execution that brought no answer."""

    ordinals: tuple[int, ...]
    reason: str


class Retry(RunEvent, frozen=True, kw_only=True):
    """The trial is tried again in `delay_s` seconds."""

    ordinal: int
    delay_s: float
    error: Failure


class Requeued(RunEvent, frozen=True, kw_only=True):
    """So many failed trials are open again, and with them what goes on from them."""

    count: int


class LaneStopped(RunEvent, frozen=True, kw_only=True):
    """No more calls go to this provider or endpoint."""

    lane: str
    cause: str
    message: str


class Held(RunEvent, frozen=True, kw_only=True):
    """No call begins for now; an empty message: it goes on."""

    message: str


class Halted(RunEvent, frozen=True, kw_only=True):
    """No more calls begin at all."""

    cause: str
    message: str


class Progress(RunEvent, frozen=True, kw_only=True):
    """Where a run stands: of `total` trials so many are complete, failed, skipped, running, open (all others).

    Tokens are of this session, costs in dollars of the whole run; `unpriced`: responses whose cost nobody knows.
    `calls_per_s` is of the last seconds; `eta_s` None: nothing to go by.
    """

    total: int
    complete: int
    failed: int
    skipped: int
    running: int
    open: int
    retries: int
    calls_per_s: float
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    unpriced: int
    eta_s: float | None
    concurrency: int
    is_paused: bool


class Missed(RunEvent, frozen=True, kw_only=True):
    """Nobody read for a while: so many events were not told. The database has what they were about."""

    count: int


class RunEnded(RunEvent, frozen=True, kw_only=True):
    """The run's last event. `reason`: finished, stopped (by itself) or interrupted (by the user); trials by state.

    `progress`: where it stands, by the same count as before.
    """

    reason: str
    states: dict[str, int]
    progress: Progress


class RunFailed(RunEvent, frozen=True, kw_only=True):
    """The run's last event, in place of `run_ended`: it could not go on. What was done is kept."""

    error: Problem


AnyEvent = (
    Ready
    | Unable
    | Fetching
    | Warmed
    | RunStarted
    | TrialStarted
    | Text
    | Response
    | Scores
    | Skipped
    | Retry
    | Requeued
    | LaneStopped
    | Held
    | Halted
    | Progress
    | Missed
    | RunEnded
    | RunFailed
)
"""Every event, to be decoded by its name."""
