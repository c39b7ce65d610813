"""How many calls a lane may have under way, learnt from what its endpoint says.

More while it answers, fewer when it refuses for their number, none while it asks to wait.
Pure: the clock is given, nobody waits here and nothing is sent.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from motivtui.study.response import CallError, ErrorKind

LONGEST_S = 60.0
"""Neither a server's wish nor our own backoff is longer (before the jitter)."""

FIRST_S = 1.0
JITTER = 0.25


class RateGate:
    """Open, closed until a moment, or half-open: then one probe at a time finds out whether it may open again.

    A rate limit halves `limit` once a wave: what is answered to calls from before the closing can only prolong it.
    `limit` grows by one after as many answers as it allows calls, up to `most`. Moments are the clock's, in seconds.
    """

    def __init__(self, most: int, random_source: random.Random, clock: Callable[[], float] = time.monotonic) -> None:
        """Open, with all `most` calls allowed (at least one)."""
        self._most = max(1, most)
        self._learnt: int | None = None  # below `most` or not: what the endpoint has shown that it bears
        self._random = random_source
        self._clock = clock
        self._generation = 0
        self._in_flight = 0
        self._answers = 0
        self._backoff_s = FIRST_S
        self._closed_until: float | None = None  # stays until a call begins, so that nobody misses the moment
        self._needs_probe = False
        self._is_probing = False
        self._limited_since: float | None = None

    @property
    def most(self) -> int:
        """The user's limit."""
        return self._most

    @property
    def limit(self) -> int:
        """Calls allowed at once now, 1 to `most`."""
        return self._most if self._learnt is None else min(self._learnt, self._most)

    @property
    def in_flight(self) -> int:
        """Calls under way. More than `limit` only while calls end that began before it fell."""
        return self._in_flight

    @property
    def limited_since(self) -> float | None:
        """Since when it has been rate limited without one answer in between; None: it is not."""
        return self._limited_since

    def set_most(self, most: int) -> None:
        """The user wants another limit (at least one). What the gate has learnt stays learnt."""
        self._most = max(1, most)

    def may_begin(self) -> bool:
        """Whether another call may begin now."""
        if self._closed_until is not None and self._clock() < self._closed_until:
            return False
        return not self._is_probing and self._in_flight < self.limit

    def opens_at(self) -> float | None:
        """When it is worth asking again; a moment that has passed: now. None: when a call ends, or at once."""
        if self._closed_until is None or self._clock() < self._closed_until or self.may_begin():
            return self._closed_until
        return None

    def begin(self) -> int:
        """A call begins, which `may_begin` has allowed. Hand the ticket back to `end` or `cancel`, once."""
        self._in_flight += 1
        self._closed_until = None
        self._is_probing = self._needs_probe
        return self._generation

    def end(self, ticket: int, error: CallError | None) -> None:
        """A call has ended, None: with an answer. Failures that say nothing about rates change nothing."""
        is_probe = self._leave(ticket)
        if error is None:
            self._answered(ticket, is_probe=is_probe)
        elif error.kind is ErrorKind.RATE_LIMIT or error.retry_after_s is not None:
            self._refused(ticket, is_probe=is_probe, wished_s=min(LONGEST_S, max(0.0, error.retry_after_s or 0.0)))

    def cancel(self, ticket: int) -> None:
        """A call was broken off by us, or not sent: it says nothing about the endpoint. After a probe comes another."""
        self._leave(ticket)

    def _leave(self, ticket: int) -> bool:
        """Whether the call was the probe."""
        self._in_flight -= 1
        is_probe = self._is_probing and ticket == self._generation
        if is_probe:
            self._is_probing = False
        return is_probe

    def _answered(self, ticket: int, *, is_probe: bool) -> None:
        if ticket != self._generation:
            # It began before the gate closed: no reason to open it, but the endpoint is not dead to us either.
            self._limited_since = None if self._limited_since is None else self._clock()
            return
        self._limited_since = None
        self._backoff_s = FIRST_S
        if is_probe:
            self._needs_probe = False  # a closing that was prolonged in the meantime still lasts
        else:
            self._grow()

    def _grow(self) -> None:
        """Count an answer. A learnt limit above the user's cannot be tried: it is neither raised nor forgotten."""
        if self._learnt is None or self._learnt > self._most:
            return
        self._answers += 1
        if self._answers >= self._learnt:
            self._answers = 0
            self._learnt = None if self._learnt >= self._most else self._learnt + 1

    def _refused(self, ticket: int, *, is_probe: bool, wished_s: float) -> None:
        if ticket != self._generation:
            if wished_s > 0:
                self._close_for(wished_s)
            return
        if not is_probe:  # one call alone says nothing about how many are too many
            self._learnt = max(1, self.limit // 2)
        own_s = self._backoff_s * (1 + self._random.uniform(0, JITTER))
        self._backoff_s = min(LONGEST_S, self._backoff_s * 2)
        self._close_for(max(wished_s, own_s))

    def _close_for(self, seconds: float) -> None:
        """Close, or stay closed for longer. Every call under way is one from before the closing."""
        now = self._clock()
        self._closed_until = now + seconds if self._closed_until is None else max(self._closed_until, now + seconds)
        if self._limited_since is None:
            self._limited_since = now
        if not self._needs_probe:
            self._needs_probe = True
            self._generation += 1
        self._answers = 0
