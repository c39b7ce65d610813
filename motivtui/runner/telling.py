"""The way of events from those who work to the one who listens: bounded, so that a slow listener slows the work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from motivtui.runner.events import Event


class Telling:
    """Events in their order. `most`: how many may wait to be heard."""

    def __init__(self, most: int) -> None:
        """Nothing is told yet."""
        self._events: asyncio.Queue[Event | None] = asyncio.Queue(most)
        self._is_heard = True

    async def tell(self, event: Event) -> None:
        """Hand an event over; waits when the listener is behind."""
        await self._events.put(event)

    def announce(self, event: Event) -> bool:
        """Hand an event over if there is room for it."""
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            return False
        return True

    async def end(self) -> None:
        """There will be no other event."""
        if self._is_heard:
            await self._events.put(None)

    def leave(self) -> None:
        """Nobody listens any more: whoever still tells must be broken off."""
        self._is_heard = False

    async def heard(self) -> AsyncGenerator[Event, None]:
        """Every event, to the end."""
        while (event := await self._events.get()) is not None:
            yield event
