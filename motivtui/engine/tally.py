"""Where a run stands, counted along with its events. Pure: the clock is handed in, nothing is read or told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from motivtui.engine.events import Progress
from motivtui.runner import (
    Controls,
    Event,
    ResponseStored,
    RetryPlanned,
    RunStarted,
    TrialsRequeued,
    TrialsSkipped,
    TrialStarted,
)
from motivtui.study.response import Outcome, Response

WINDOW_S = 15.0
"""Speeds are those of so many seconds."""

_Count = TypeVar("_Count", int, float)

Clock = Callable[[], float]
"""Seconds of monotonic time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says of a run: trials by state, and what it has cost. None: nothing is known to be paid."""

    complete: int = 0
    skipped: int = 0
    cost_usd: float | None = None
    unpriced: int = 0


class Tally:
    """The counts of one run."""

    def __init__(self, run: str, controls: Controls, clock: Clock) -> None:
        """Nothing has happened yet."""
        self._run, self._controls, self._clock = run, controls, clock
        self._began = clock()
        self._total = self._complete = self._failed = self._skipped = self._retries = self._unpriced = 0
        self._running: set[int] = set()
        self._cost: float | None = None
        self._input: int | None = None
        self._output: int | None = None
        self._calls: deque[float] = deque()
        self._finals: deque[float] = deque()

    @property
    def is_moving(self) -> bool:
        """Whether calls have ended in the last seconds: their speed changes even when nothing happens."""
        self._forget_old()
        return bool(self._calls)

    def begin(self, standing: Standing) -> None:
        """Take what the run had come to before this session; after `RunStarted` was counted."""
        done = self._failed
        self._complete, self._skipped = standing.complete, standing.skipped
        self._failed = max(0, done - standing.complete - standing.skipped)
        self._cost, self._unpriced = standing.cost_usd, standing.unpriced

    def reopen(self, standing: Standing) -> None:
        """Failed trials were taken up again: what was skipped with them is open too."""
        self._skipped = standing.skipped

    def count(self, event: Event) -> bool:
        """Take an event in. Returns whether anything changed."""
        match event:
            case RunStarted(_, total, left):
                # What has a result or is skipped; `begin` tells them apart.
                self._total, self._failed, self._began = total, total - left, self._clock()
            case TrialStarted(trial):
                self._running.add(trial.ordinal)
            case ResponseStored(trial, _, response, is_final):
                self._running.discard(trial.ordinal)
                self._ended(response, is_final=is_final)
            case TrialsSkipped(trials):
                self._skipped += len(trials)
            case TrialsRequeued(count):
                self._failed = max(0, self._failed - count)
            case RetryPlanned():
                self._retries += 1
            case _:
                return False
        return True

    def progress(self) -> Progress:
        """Where the run stands now."""
        self._forget_old()
        span = min(WINDOW_S, max(self._clock() - self._began, 1.0))
        running = len(self._running)
        left = max(0, self._total - self._complete - self._failed - self._skipped)
        pace = len(self._finals) / span
        return Progress(
            run=self._run,
            total=self._total,
            complete=self._complete,
            failed=self._failed,
            skipped=self._skipped,
            running=running,
            open=max(0, left - running),
            retries=self._retries,
            calls_per_s=round(len(self._calls) / span, 3),
            input_tokens=self._input,
            output_tokens=self._output,
            cost_usd=self._cost,
            unpriced=self._unpriced,
            eta_s=round(left / pace, 1) if pace else None,
            concurrency=self._controls.concurrency,
            is_paused=self._controls.is_paused,
        )

    def _ended(self, response: Response, *, is_final: bool) -> None:
        now = self._clock()
        self._calls.append(now)
        if is_final:
            self._finals.append(now)
            if response.outcome is Outcome.COMPLETE:
                self._complete += 1
            else:
                self._failed += 1
        self._input = _sum(self._input, response.usage.input_tokens)
        self._output = _sum(self._output, response.usage.output_tokens)
        self._cost = _sum(self._cost, response.cost_usd)
        self._unpriced += response.cost_usd is None

    def _forget_old(self) -> None:
        oldest = self._clock() - WINDOW_S
        for times in (self._calls, self._finals):
            while times and times[0] < oldest:
                times.popleft()


def _sum(so_far: _Count | None, more: _Count | None) -> _Count | None:
    """None: not known of any."""
    return so_far if more is None else (so_far or 0) + more
