"""Getting rows onto a disk that may be full: what was paid for is held in memory until there is room again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from motivtui.errors import DiskFullError

TRY_EVERY_S = 1.0


class Safekeeping:
    """Commits rows of one run. `is_full` while any of them waits for room; `tell` is called when that changes.

    `patience_s`: how long to wait for room before giving up.
    """

    def __init__(self, tell: Callable[[], None], patience_s: float, try_every_s: float = TRY_EVERY_S) -> None:
        """There is room until the disk says otherwise."""
        self._tell = tell
        self._patience_s = patience_s
        self._try_every_s = try_every_s
        self._held = 0
        self._has_given_up = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether something waits for room."""
        return self._held > 0

    @property
    def has_given_up(self) -> bool:
        """Whether room was waited for in vain."""
        return self._has_given_up.is_set()

    def give_up(self) -> None:
        """Wait for room no longer."""
        self._has_given_up.set()
        self._tell()

    async def commit(self, write: Callable[[], Future[Any]]) -> None:
        """Write, and again until it is on the disk. Raises DiskFullError after the patience ends, DatabaseError."""
        try:
            await asyncio.wrap_future(write())
            return
        except DiskFullError:
            self._held += 1
            self._tell()
        try:
            await self._keep_trying(write)
        finally:
            self._held -= 1
            self._tell()

    async def _keep_trying(self, write: Callable[[], Future[Any]]) -> None:
        give_up_at = asyncio.get_running_loop().time() + self._patience_s
        while True:
            try:
                async with asyncio.timeout(self._try_every_s):
                    await self._has_given_up.wait()
            except TimeoutError:
                pass
            try:
                await asyncio.wrap_future(write())
                return
            except DiskFullError:
                if self.has_given_up or asyncio.get_running_loop().time() >= give_up_at:
                    self.give_up()
                    raise
