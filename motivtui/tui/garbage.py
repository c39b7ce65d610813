"""When the console looks through its memory for what nobody needs any more: when nobody presses anything.

A look through all of it takes tens of milliseconds; Python would begin one in the middle of drawing.
"""

from __future__ import annotations

import gc

QUIET_S, EVERY_S = 2.0, 30.0
"""So long after the last key, and so long after the last look."""
_THRESHOLDS = (2_000, 10, 1_000)
"""A look through everything is ours to begin, unless nothing is ever quiet."""


class Garbage:
    """From `begin` to `close`. Moments in seconds, monotonic."""

    def __init__(self) -> None:
        """Python does as it always does."""
        self._looked_at: float | None = None
        self._before = gc.get_threshold()

    def begin(self) -> None:
        """From now on no look through everything comes by itself."""
        self._before = gc.get_threshold()
        gc.set_threshold(*_THRESHOLDS)

    def settle(self, now: float) -> None:
        """Everything is loaded: what is there stays, and is never looked through again."""
        gc.freeze()
        self._looked_at = now

    def beat(self, now: float, pressed_at: float) -> None:
        """Look, if it is time."""
        if self._looked_at is not None and now - pressed_at >= QUIET_S and now - self._looked_at >= EVERY_S:
            self._looked_at = now
            gc.collect()

    def close(self) -> None:
        """The console ends, and maybe not the process."""
        gc.unfreeze()
        gc.set_threshold(*self._before)
