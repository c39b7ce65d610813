"""Questions of which only the last matters: a newer one breaks off the older. Owns no connection."""

from __future__ import annotations

import threading
from typing import ParamSpec, TypeVar

from motivtui.store.browse_queries import QueryInterruptedError
from motivtui.store.connection import Reader
from motivtui.tui.archive import Archive, Query

P = ParamSpec("P")
T = TypeVar("T")


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

        answer = await self._archive.ask(asked)
        return answer if number == self._newest else None

    def drop(self) -> int:
        """Nobody waits for what was asked before. Returns the number of the next question."""
        with self._lock:
            self._newest += 1
            if self._under_way is not None:
                self._archive.interrupt()
            return self._newest
