"""A lane: one provider and key during a run, with what holds it back. Lanes never hold each other back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from motivtui.runner.breaker import Breaker
from motivtui.runner.events import Cause, LaneStopped
from motivtui.runner.gate import RateGate
from motivtui.study.response import FATAL_FOR_ENDPOINT, CallError, ErrorKind, Outcome, Response


@dataclass(slots=True)
class Lane:
    """`most`: the endpoint's own limit of calls at once (None: none). `work`: the tasks of its attempts."""

    name: str
    gate: RateGate
    most: int | None
    breaker: Breaker = field(default_factory=Breaker)
    work: set[asyncio.Task[None]] = field(default_factory=set)
    stopped: LaneStopped | None = None
    _is_told: bool = False

    @classmethod
    def open(
        cls, name: str, most: int | None, concurrency: int, random_source: random.Random, clock: Callable[[], float]
    ) -> Lane:
        """A lane at the beginning of a run."""
        return cls(name, RateGate(_fewer(concurrency, most), random_source, clock), most)

    def set_concurrency(self, concurrency: int) -> None:
        """The user's wish for calls at once has changed."""
        wanted = _fewer(concurrency, self.most)
        if wanted != self.gate.most:
            self.gate.set_most(wanted)

    def may_begin(self) -> bool:
        """Whether another call may begin now. Rows on their way to the disk may hold up as many calls again."""
        return self.stopped is None and len(self.work) < 2 * self.gate.most and self.gate.may_begin()

    def note_final(self, response: Response, left: int) -> None:
        """A trial of the lane has its result; too many failures among the last ones stop it, with `left` to do."""
        is_filtered = response.error is not None and response.error.kind is ErrorKind.CONTENT_FILTER
        self.breaker.note(is_error=response.outcome is not Outcome.COMPLETE and not is_filtered)
        if self.breaker.is_tripped(left):
            message = f"{self.breaker.errors} of the last {self.breaker.seen} trials failed"
            self._stop(Cause.ERRORS, f"{message}, the last one with {_words(response.error)}")

    def note_fatal(self, error: CallError) -> None:
        """The endpoint refuses us: the next call would be refused as well."""
        if error.kind in FATAL_FOR_ENDPOINT:
            cause = Cause.AUTHENTICATION if error.kind is ErrorKind.AUTHENTICATION else Cause.QUOTA
            self._stop(cause, error.message)

    def check_patience(self, now: float, patience_s: float) -> None:
        """A call was rate limited: give the lane up when that has been so for too long."""
        since = self.gate.limited_since
        if since is not None and now - since > patience_s:
            self._stop(Cause.RATE_LIMIT, f"rate limited for {patience_s / 60:.0f} min without one answer in between")

    def take_stop(self) -> LaneStopped | None:
        """The lane's end, the first time it is asked for."""
        if self.stopped is None or self._is_told:
            return None
        self._is_told = True
        return self.stopped

    def _stop(self, cause: Cause, message: str) -> None:
        if self.stopped is None:
            self.stopped = LaneStopped(self.name, cause, message)


def _fewer(concurrency: int, most: int | None) -> int:
    return concurrency if most is None else min(concurrency, most)


def _words(error: CallError | None) -> str:
    return f"{error.kind}: {error.message}" if error else "no answer"
