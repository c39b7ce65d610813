"""Getting rows onto a disk that may be full: what was paid for is held in memory until there is room again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from motivtui.errors import DiskFullError

TRY_EVERY_S = 1.0


class Safekeeping:
    """Commits rows of one run. `is_full` from the first row that the disk refuses to the next that it takes.

    `tell` is called when that changes. `patience_s`: how long to wait for room before giving up.
    """

    def __init__(self, tell: Callable[[], None], patience_s: float, try_every_s: float = TRY_EVERY_S) -> None:
        """There is room until the disk says otherwise."""
        self._tell = tell
        self._patience_s = patience_s
        self._try_every_s = try_every_s
        self._held = 0
        self._refused_at: float | None = None
        self._has_given_up = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether something waits for room, or would have to."""
        return self._held > 0 or self._refused_at is not None

    @property
    def may_try(self) -> bool:
        """Whether it is time to see if there is room, with rows whose refusal costs nothing. No: held ones do that."""
        if self._held or self._refused_at is None:
            return False
        return time.monotonic() - self._refused_at >= self._try_every_s

    @property
    def has_given_up(self) -> bool:
        """Whether room was waited for in vain."""
        return self._has_given_up.is_set()

    def give_up(self) -> None:
        """Wait for room no longer: what is held is tried once more."""
        self._has_given_up.set()
        self._tell()

    async def commit_once(self, write: Callable[[], Future[Any]]) -> None:
        """Write what may be refused. Raises DiskFullError at once, DatabaseError."""
        try:
            await asyncio.wrap_future(write())
        except DiskFullError:
            self._refused_at = time.monotonic()
            self._tell()
            raise
        self._there_is_room()

    async def commit(self, write: Callable[[], Future[Any]]) -> None:
        """Write, and again until it is on the disk. Raises DiskFullError after the patience ends, DatabaseError.

        Broken off, it waits for the end all the same: `give_up` makes that soon.
        """
        keeping = asyncio.ensure_future(self._keep_trying(write))
        try:
            await asyncio.shield(keeping)
        finally:
            await asyncio.wait((keeping,))

    async def _keep_trying(self, write: Callable[[], Future[Any]]) -> None:
        try:
            await self.commit_once(write)
            return
        except DiskFullError:
            self._held += 1
            self._tell()
        try:
            await self._try_until_there_is_room(write)
        finally:
            self._held -= 1
            self._tell()

    async def _try_until_there_is_room(self, write: Callable[[], Future[Any]]) -> None:
        give_up_at = time.monotonic() + self._patience_s
        while True:
            try:
                async with asyncio.timeout(self._try_every_s):
                    await self._has_given_up.wait()
            except TimeoutError:
                pass
            try:
                await self.commit_once(write)
                return
            except DiskFullError:
                if self.has_given_up or time.monotonic() >= give_up_at:
                    self.give_up()
                    raise

    def _there_is_room(self) -> None:
        if self._refused_at is not None:
            self._refused_at = None
            self._tell()
