"""The console's line to its engine: started in the background, heard by one listener, started again when it is lost.

Owns the engine client. Must not draw.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from motivtui.engine.client import EngineClient, EngineLostError
from motivtui.engine.events import AnyEvent
from motivtui.errors import MotivError

Listener = Callable[[AnyEvent], None]


class EngineLink:
    """One engine at a time; `client` waits until there is one."""

    def __init__(
        self, db: Path | None, listener: Listener, on_lost: Callable[[MotivError], None] | None = None
    ) -> None:
        """Nothing is started yet. Both are called in the event loop and must be quick. `on_lost`: the engine died."""
        self._db, self._listener, self._on_lost = db, listener, on_lost
        self._starting: asyncio.Lock | None = None
        self._client: EngineClient | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._is_closed = False
        self.lost: MotivError | None = None
        """Why the last engine is gone; None: it is there, or none was started."""

    @property
    def is_ready(self) -> bool:
        """Whether an engine takes commands now."""
        return self._client is not None and not self._client.is_lost

    @property
    def log(self) -> str | None:
        """Where the engine writes what nobody should have to read."""
        return self._client.ready.log if self._client else None

    async def client(self) -> EngineClient:
        """The engine, started if there is none. Raises MotivError: it cannot be started."""
        if self._starting is None:
            self._starting = asyncio.Lock()
        async with self._starting:
            self._check_open()
            if self._client is not None and not self._client.is_lost:
                return self._client
            await self._let_go()
            started = await EngineClient.start(self._db)
            try:
                self._check_open()  # it may have been closed meanwhile
            except EngineLostError:
                await started.close()
                raise
            self._client = started
            self.lost = None
            self._hearing = asyncio.create_task(self._hear(self._client))
            return self._client

    def _check_open(self) -> None:
        if self._is_closed:
            raise EngineLostError("the console is closing")

    async def _hear(self, client: EngineClient) -> None:
        try:
            async for event in client.events():
                self._listener(event)
        except MotivError as error:
            self.lost = error
            if self._on_lost is not None:
                self._on_lost(error)

    async def close(self) -> None:
        """Let go of the engine; runs under way go on without the console."""
        self._is_closed = True
        await self._let_go()

    async def _let_go(self) -> None:
        client, self._client = self._client, None
        if self._hearing is not None:
            if client is None or not client.is_lost:  # else it ends by itself, with what is still to be heard
                self._hearing.cancel()
            with suppress(asyncio.CancelledError):
                await self._hearing
            self._hearing = None
        if client is not None:
            await client.close()
