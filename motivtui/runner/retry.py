"""When a failed call is tried again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass

from motivtui.study.response import CallError

MAX_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class RetryRule:
    """`retries` further attempts; waits grow from `base_s` by doubling, with full jitter, and never pass a minute."""

    retries: int = 3
    base_s: float = 1.0

    def wait_s(self, attempts_made: int, error: CallError, random_source: random.Random) -> float | None:
        """Seconds until the next attempt; None: there is none. A server's Retry-After is a lower bound (clamped)."""
        if attempts_made > self.retries or not error.is_retryable:
            return None
        longest = min(MAX_WAIT_S, self.base_s * 2.0 ** (attempts_made - 1))
        wished = min(MAX_WAIT_S, error.retry_after_s or 0.0)
        return min(MAX_WAIT_S, wished + longest * random_source.uniform(0.5, 1.0))
