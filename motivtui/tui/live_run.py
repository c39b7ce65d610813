"""A run as it goes on: what the engine told of it, kept small. Pure state: no drawing, no waiting, no clock of its own.

The database is the truth; this is for the eyes. Of the trials that have ended only the last ones are kept.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import singledispatchmethod

from motivtui.engine import events as told

KEPT_TRIALS = 500
"""Ended trials that are kept for the table; all of them are in the database."""
KEPT_NOTICES = 20


class LiveState(StrEnum):
    """Where a trial stands. The words are those of the database, and two for what only a running run knows."""

    RUNNING = "running"
    WAITING = "waiting"
    """It is tried again after a pause."""
    COMPLETE = "complete"
    FAILED = "failed"


@dataclass(slots=True)
class LiveTrial:
    """A trial that has begun. `text` grows while it is watched; the scores come with its end."""

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
    state: LiveState = LiveState.RUNNING
    text: str = ""
    scores: tuple[told.ItemScore, ...] = ()
    finish_reason: str | None = None
    outcome: str | None = None
    error: str | None = None
    latency_ms: float | None = None
    time_to_first_token_ms: float | None = None
    output_tokens: int | None = None
    ended_at: float | None = None
    version: int = 0
    """Grows with each change: who draws it knows whether there is anything new."""

    @property
    def is_running(self) -> bool:
        """Whether its call is under way."""
        return self.state is LiveState.RUNNING


@dataclass(slots=True)
class Notice:
    """Something that the user should know of the run: a lane stopped, calls held back, events missed."""

    word: str
    message: str


@dataclass(slots=True)
class LiveRun:
    """One run. `clock` in seconds, monotonic."""

    run: str
    name: str
    clock: Callable[[], float]
    total: int = 0
    is_started: bool = False
    progress: told.Progress | None = None
    trials: OrderedDict[int, LiveTrial] = field(default_factory=OrderedDict)
    notices: deque[Notice] = field(default_factory=lambda: deque(maxlen=KEPT_NOTICES))
    held: str = ""
    """Why no call begins for now; empty: they do."""
    ended: told.RunEnded | None = None
    failed: told.RunFailed | None = None
    version: int = 0
    """Grows with each change but that of a reply's text: the panes show that, nobody else."""
    last_begun: int = 0
    """The highest place in the plan that has begun: the next ones are about to."""
    most_running: int = 0
    """The most calls that were under way at once."""
    results: int = 0
    """Final results heard of: who shows statistics knows whether there is anything new."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.ended is not None or self.failed is not None

    @property
    def is_paused(self) -> bool:
        """Whether the user has paused it."""
        return self.progress is not None and self.progress.is_paused and not self.is_over

    def running(self) -> list[LiveTrial]:
        """The trials whose calls are under way, oldest first."""
        return [trial for trial in self.trials.values() if trial.is_running]

    def newest_first(self) -> list[LiveTrial]:
        """What the table shows: those that run, then the others, the last begun first."""
        last = list(reversed(self.trials.values()))
        return [one for one in last if one.is_running] + [one for one in last if not one.is_running]

    def take(self, event: told.RunEvent) -> None:
        """Take in what happened to this run."""
        if not isinstance(event, told.Text):
            self.version += 1
        self._take(event)

    @singledispatchmethod
    def _take(self, event: told.RunEvent) -> None:
        """An event that changes nothing here."""

    @_take.register
    def _(self, event: told.RunStarted) -> None:
        self.is_started, self.total = True, event.total

    @_take.register
    def _(self, event: told.TrialStarted) -> None:
        self.last_begun = max(self.last_begun, event.ordinal)
        self.trials.pop(event.ordinal, None)  # begun again: to the end of the order
        self.trials[event.ordinal] = LiveTrial(
            event.ordinal,
            event.attempt,
            event.model,
            event.respondent,
            event.task,
            event.other_task,
            event.manipulation,
            event.wording,
            event.instrument,
            event.repeat,
        )
        self._forget()

    @_take.register
    def _(self, event: told.Text) -> None:
        self._append(event.ordinal, event.start, event.text)

    @_take.register
    def _(self, event: told.Response) -> None:
        trial = self.trials.get(event.ordinal)
        if event.is_final:
            self.results += 1
        if trial is None:
            return
        if event.text is not None and event.start is not None:
            self._append(event.ordinal, event.start, event.text)
        trial.outcome, trial.finish_reason = event.outcome, event.finish_reason
        trial.latency_ms, trial.output_tokens = event.latency_ms, event.output_tokens
        trial.time_to_first_token_ms = event.time_to_first_token_ms
        trial.error = event.error.message if event.error else None
        if event.is_final:
            trial.state = LiveState.COMPLETE if event.outcome == "complete" else LiveState.FAILED
            trial.ended_at = self.clock()
        trial.version += 1

    @_take.register
    def _(self, event: told.Scores) -> None:
        trial = self.trials.get(event.ordinal)
        if trial is not None:
            trial.scores = event.scores
            trial.version += 1

    @_take.register
    def _(self, event: told.Retry) -> None:
        trial = self.trials.get(event.ordinal)
        if trial is not None:
            trial.state, trial.error = LiveState.WAITING, event.error.message
            trial.version += 1

    @_take.register
    def _(self, event: told.Requeued) -> None:
        self.notices.append(Notice("requeued", f"{event.count:,} failed trials are taken up again"))

    @_take.register
    def _(self, event: told.LaneStopped) -> None:
        self.notices.append(Notice("lane stopped", f"{event.lane}: {event.message}"))

    @_take.register
    def _(self, event: told.Held) -> None:
        self.held = event.message
        if event.message:
            self.notices.append(Notice("held", event.message))

    @_take.register
    def _(self, event: told.Halted) -> None:
        self.notices.append(Notice("stopped", event.message))

    @_take.register
    def _(self, event: told.Missed) -> None:
        self.notices.append(Notice("missed", f"{event.count:,} events were not shown here; the database has them"))
        self._break_off()  # their ends may be among them: they would stay as running for ever

    @_take.register
    def _(self, event: told.Progress) -> None:
        self.progress, self.total = event, event.total
        self.most_running = max(self.most_running, event.running)

    @_take.register
    def _(self, event: told.RunEnded) -> None:
        self.ended, self.progress, self.held = event, event.progress, ""
        self._break_off()

    @_take.register
    def _(self, event: told.RunFailed) -> None:
        self.failed, self.held = event, ""
        self.notices.append(Notice("failed", event.error.message))
        self._break_off()

    def _append(self, ordinal: int, start: int, text: str) -> None:
        trial = self.trials.get(ordinal)
        if trial is not None:
            trial.text = trial.text[:start] + text
            trial.version += 1

    def _break_off(self) -> None:
        """What had no end will not get one here."""
        for ordinal in [one.ordinal for one in self.trials.values() if one.ended_at is None]:
            del self.trials[ordinal]

    def _forget(self) -> None:
        """Drop the trials that ended first; what has just ended can still be read, however early it began."""
        if len(self.trials) <= KEPT_TRIALS * 2:
            return
        ended = sorted((one.ended_at, ordinal) for ordinal, one in self.trials.items() if one.ended_at is not None)
        for _, ordinal in ended[: max(0, len(ended) - KEPT_TRIALS)]:
            del self.trials[ordinal]
