"""How a run is asked to stop: first gently, then at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

DRAIN_S = 10.0


class Stop:
    """A run's stop button. `drain`: no new calls, running ones may finish; `cancel`: break them off.

    A drain that takes longer than `drain_s` seconds becomes a cancel.
    """

    def __init__(self, drain_s: float = DRAIN_S) -> None:
        """Not pressed yet."""
        self._drain_s = drain_s
        self._draining = asyncio.Event()
        self._cancelling = asyncio.Event()
        self._tell: Callable[[], None] = lambda: None

    def listen(self, tell: Callable[[], None]) -> None:
        """Have `tell` called when the button is pressed."""
        self._tell = tell

    @property
    def is_draining(self) -> bool:
        """Whether no new call may begin."""
        return self._draining.is_set()

    @property
    def is_cancelling(self) -> bool:
        """Whether running calls are broken off."""
        return self._cancelling.is_set()

    def drain(self) -> None:
        """Let running calls finish, begin no other."""
        self._draining.set()
        self._tell()

    def cancel(self) -> None:
        """Break running calls off."""
        self._draining.set()
        self._cancelling.set()
        self._tell()

    def press(self) -> None:
        """What Ctrl-C does: the first time drain, the second time cancel."""
        if self.is_draining:
            self.cancel()
        else:
            self.drain()

    async def pause(self, seconds: float) -> None:
        """Sleep, but no longer than until a stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._draining.wait()
        except TimeoutError:
            pass

    async def wait_for_cancel(self) -> None:
        """Return when running calls have to be broken off."""
        await self._draining.wait()
        try:
            async with asyncio.timeout(self._drain_s):
                await self._cancelling.wait()
        except TimeoutError:
            self._cancelling.set()
