"""What a run tells while it goes on. "Stored" means committed: on disk, whatever happens next."""

from __future__ import annotations

from dataclasses import dataclass

from motivtui.study.response import CallError, Response
from motivtui.study.score import Score
from motivtui.study.trial import Trial


@dataclass(frozen=True, slots=True)
class RunStarted:
    """`open` of the run's `total` trials are to be done now; the others have their final result."""

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
    """More of a reply; only told to those who watch. Pieces are joined when the watcher is slower than the model."""

    trial: Trial
    text: str


@dataclass(frozen=True, slots=True)
class ResponseStored:
    """A call ended, well or not."""

    trial: Trial
    attempt: int
    response: Response
    is_final: bool


@dataclass(frozen=True, slots=True)
class RetryPlanned:
    """The trial is tried again after `delay_s` seconds."""

    trial: Trial
    delay_s: float
    error: CallError


@dataclass(frozen=True, slots=True)
class ScoresStored:
    """What was read out of a final response."""

    trial: Trial
    scores: tuple[Score, ...]
    response: Response


@dataclass(frozen=True, slots=True)
class LaneStopped:
    """No more calls go to this provider or endpoint: the next one would fail in the same way."""

    lane: str
    error: CallError


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The last event. `reason`: finished, stopped (a lane gave up) or interrupted (by the user)."""

    run: str
    reason: str
    states: dict[str, int]
    """How many trials are in which state."""


Event = RunStarted | TrialStarted | TextArrived | ResponseStored | RetryPlanned | ScoresStored | LaneStopped | RunEnded
