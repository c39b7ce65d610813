"""Questions of which only the last matters: a newer one breaks off the older. Owns no connection."""

from __future__ import annotations

import asyncio
import threading
from typing import ParamSpec, TypeVar

from motivtui.store.browse_queries import QueryInterruptedError
from motivtui.store.connection import Reader
from motivtui.tui.archive import Archive, Query

P = ParamSpec("P")
T = TypeVar("T")

_AGAIN_S = 0.05
"""An interrupt is lost on a question that has not got to its query yet, so it is repeated while that goes on."""


class Superseding:
    """The archive's thread answers others too: it is interrupted only while a question of ours is under way there."""

    def __init__(self, archive: Archive) -> None:
        """Nothing is asked yet."""
        self._archive = archive
        self._lock = threading.Lock()
        self._newest = 0
        self._under_way: int | None = None

    async def ask(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The answer; None: another question was asked meanwhile. Raises MotivError, as the query does."""
        number = self.drop()

        def asked(connection: Reader) -> T | None:
            with self._lock:
                if number != self._newest:
                    return None
                self._under_way = number
            try:
                return query(connection, *args, **kwargs)
            except QueryInterruptedError:
                return None
            finally:
                with self._lock:
                    self._under_way = None

        answering = asyncio.create_task(self._archive.ask(asked))
        try:
            while not (await asyncio.wait({answering}, timeout=_AGAIN_S))[0]:
                self._break_off_older()
        finally:
            answering.cancel()
        answer = answering.result()
        return answer if number == self._newest else None

    def drop(self) -> int:
        """Nobody waits for what was asked before. Returns the number of the next question."""
        with self._lock:
            self._newest += 1
        self._break_off_older()
        return self._newest

    def _break_off_older(self) -> None:
        with self._lock:
            if self._under_way is not None and self._under_way != self._newest:
                self._archive.interrupt()
