"""Stopping a lane whose calls keep failing, before everything has failed."""

from __future__ import annotations

from collections import deque

WINDOW = 50
SHARE = 0.2


class Breaker:
    """Trips when more than `share` of the last `window` results are failures.

    Only while at least another window of trials is left: stopping just before the end saves next to nothing, and a
    small study of a dead endpoint gets a row with its reason for every trial.
    """

    def __init__(self, window: int = WINDOW, share: float = SHARE) -> None:
        """Nothing has happened yet."""
        self._results: deque[bool] = deque(maxlen=window)
        self._window = window
        self._share = share

    @property
    def errors(self) -> int:
        """Failures among the last results."""
        return sum(self._results)

    @property
    def seen(self) -> int:
        """How many last results are looked at."""
        return len(self._results)

    def note(self, *, is_error: bool) -> None:
        """A trial has its result."""
        self._results.append(is_error)

    def is_tripped(self, left: int) -> bool:
        """Whether to stop, with `left` trials still to do."""
        is_full = self.seen == self._window
        # A quotient, not share × window: that may come out below a whole number that it should equal.
        return is_full and left >= self._window and self.errors / self._window > self._share
