"""How many calls a lane may have under way, learnt from what its endpoint says.

More while it answers, fewer when it refuses for their number, none while it asks to wait.
Pure: the clock is given, nobody waits here.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from motivtui.study.response import CallError, ErrorKind

LONGEST_S = 60.0
FIRST_S = 1.0
_JITTER = 0.25


class RateGate:
    """Open, closed until a moment, or half-open: then one probe at a time finds out whether it may open again.

    `limit` is halved once a wave of rate limits (answers to calls that had begun before the gate closed belong to the
    same wave) and grows by one after as many answers as it allows calls, up to `most`.
    """

    def __init__(self, most: int, random_source: random.Random, clock: Callable[[], float] = time.monotonic) -> None:
        """Open, with all `most` calls allowed."""
        self._most = max(1, most)
        self._limit = self._most
        self._random = random_source
        self._clock = clock
        self._wave = 0
        self._in_flight = 0
        self._answers = 0
        self._backoff_s = FIRST_S
        self._closed_until: float | None = None
        self._is_half_open = False
        self._has_probe = False
        self._limited_since: float | None = None

    @property
    def most(self) -> int:
        """The user's limit."""
        return self._most

    @property
    def limit(self) -> int:
        """Calls allowed at once now."""
        return self._limit

    @property
    def in_flight(self) -> int:
        """Calls under way."""
        return self._in_flight

    @property
    def limited_since(self) -> float | None:
        """Since when it has been rate limited without one answer in between; None: it is not."""
        return self._limited_since

    def set_most(self, most: int) -> None:
        """The user wants another limit. What the gate has learnt stays learnt."""
        most = max(1, most)
        has_learnt = self._limit < self._most
        self._limit = min(self._limit, most) if has_learnt else most
        self._most = most

    def may_begin(self) -> bool:
        """Whether another call may begin now."""
        if self._closed_until is not None:
            if self._clock() < self._closed_until:
                return False
            self._closed_until = None
            self._is_half_open = True
        if self._is_half_open:
            return not self._has_probe
        return self._in_flight < self._limit

    def opens_at(self) -> float | None:
        """When it is worth asking again; None: when a call ends, or now."""
        return self._closed_until

    def begin(self) -> int:
        """A call begins. The ticket says which wave it belongs to; negative: it is a probe."""
        self._in_flight += 1
        if self._is_half_open:
            self._has_probe = True
            return -1 - self._wave
        return self._wave

    def end(self, ticket: int, error: CallError | None) -> None:
        """A call has ended."""
        self._leave(ticket)
        if error is None:
            self._answered(ticket)
        elif error.kind is ErrorKind.RATE_LIMIT or error.retry_after_s is not None:
            self._refused(ticket, error)

    def cancel(self, ticket: int) -> None:
        """A call was broken off by us, or not sent: it says nothing about the endpoint."""
        self._leave(ticket)

    def _leave(self, ticket: int) -> None:
        self._in_flight -= 1
        if ticket == -1 - self._wave:
            self._has_probe = False

    def _answered(self, ticket: int) -> None:
        is_probe = ticket < 0
        if not is_probe and ticket != self._wave:
            return  # it began before the gate closed: no news
        if is_probe and ticket != -1 - self._wave:
            return
        self._limited_since = None
        self._backoff_s = FIRST_S
        if is_probe:
            self._is_half_open = False
            self._answers = 0
            return
        self._answers += 1
        if self._answers >= self._limit and self._limit < self._most:
            self._limit += 1
            self._answers = 0

    def _refused(self, ticket: int, error: CallError) -> None:
        now = self._clock()
        wished = min(LONGEST_S, error.retry_after_s or 0.0)
        is_new = ticket in (self._wave, -1 - self._wave)
        if is_new:
            self._wave += 1
            self._answers = 0
            self._has_probe = False
            self._is_half_open = False
            if ticket >= 0:
                self._limit = max(1, self._limit // 2)
            if self._limited_since is None:
                self._limited_since = now
            window = max(wished, self._backoff_s) * (1 + self._random.uniform(0, _JITTER))
            self._backoff_s = min(LONGEST_S, self._backoff_s * 2)
            self._closed_until = now + window
        elif self._closed_until is not None:
            self._closed_until = max(self._closed_until, now + wished)
