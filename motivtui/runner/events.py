"""What a run tells while it goes on. "Stored" means committed: on disk, whatever happens next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from motivtui.study.response import CallError, Response
from motivtui.study.score import Score
from motivtui.study.trial import Trial


class Cause(StrEnum):
    """Why a lane, or a whole run, begins no more calls."""

    AUTHENTICATION = "authentication"
    QUOTA = "quota"
    RATE_LIMIT = "rate_limit"
    ERRORS = "errors"
    BUDGET = "budget"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """`open` of the run's `total` trials are to be done now; the others have their final result or are skipped."""

    run: str
    total: int
    open: int


@dataclass(frozen=True, slots=True)
class TrialStarted:
    """Attempt `attempt` of a trial is on record and leaves now."""

    trial: Trial
    attempt: int


@dataclass(frozen=True, slots=True)
class TextArrived:
    """More of a reply, from its character `start` on; only told to those who watch.

    Pieces are joined when the watcher is slower than the model. A `start` before the end of what was told last means
    that the watcher came late and gets everything so far.
    """

    trial: Trial
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class ResponseStored:
    """A call ended, well or not."""

    trial: Trial
    attempt: int
    response: Response
    is_final: bool


@dataclass(frozen=True, slots=True)
class RetryPlanned:
    """The trial is tried again, after `delay_s` seconds or, rate limited, when its lane is open again."""

    trial: Trial
    delay_s: float
    error: CallError


@dataclass(frozen=True, slots=True)
class ScoresStored:
    """What was read out of a final response; an execution has no scores."""

    trial: Trial
    scores: tuple[Score, ...]
    response: Response


@dataclass(frozen=True, slots=True)
class TrialsSkipped:
    """The execution that these trials would go on from brought no answer (`reason`); they are not done."""

    trials: tuple[Trial, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class TrialsRequeued:
    """So many trials that had failed are open again, and with them what goes on from them."""

    count: int


@dataclass(frozen=True, slots=True)
class LaneStopped:
    """No more calls go to this provider or endpoint; its other trials stay open."""

    lane: str
    cause: Cause
    message: str


@dataclass(frozen=True, slots=True)
class Held:
    """No call begins for now; `message` says what for. An empty message: it goes on."""

    message: str


@dataclass(frozen=True, slots=True)
class RunHalted:
    """No more calls begin at all: the run stops itself before doing harm."""

    cause: Cause
    message: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The last event. `reason`: finished, stopped (it stopped itself, or a lane) or interrupted (by the user)."""

    run: str
    reason: str
    states: dict[str, int]
    """How many trials are in which state."""


Event = (
    RunStarted
    | TrialStarted
    | TextArrived
    | ResponseStored
    | RetryPlanned
    | ScoresStored
    | TrialsSkipped
    | TrialsRequeued
    | LaneStopped
    | Held
    | RunHalted
    | RunEnded
)
