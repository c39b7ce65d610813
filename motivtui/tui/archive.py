"""What stands in the database, for the screens: read-only, in a thread of its own, so that no query holds up a key.

Owns the reading connection. Must not write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from motivtui.errors import DatabaseError, OldDatabaseError
from motivtui.store.connection import Reader, database_exists, open_reader

P = ParamSpec("P")
T = TypeVar("T")

Query = Callable[Concatenate[Reader, P], T]


def bring_up_to_date(db: Path) -> bool:
    """Bring a database of an older version up to date, as starting a run would; a copy is kept beside it.

    Returns whether that was needed. Raises DatabaseError: it is no database, or cannot be written.
    """
    from motivtui.store.store import Store

    if not database_exists(db):
        return False
    try:
        open_reader(db).close()
    except OldDatabaseError:
        Store(db).close()
        return True
    return False


class Archive:
    """Asks one question after another. The connection is opened at the first one."""

    def __init__(self, db: Path) -> None:
        """Nothing is opened yet."""
        self.db = db
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._connection: Reader | None = None
        self._is_closed = False

    @property
    def exists(self) -> bool:
        """Whether there is a database yet."""
        return self.db.exists()

    async def ask(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of `query(connection, …)`. Raises MotivError, as the query does, or since all is closed."""
        if self._is_closed:
            raise DatabaseError("the console is closing")

        def asked() -> T:
            return query(self._reader(), *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._thread, asked)

    def interrupt(self) -> None:
        """Break off the query under way: nobody wants its answer any more. It raises DatabaseError."""
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        """Break off what is under way and close the database. May be done more than once."""
        if self._is_closed:
            return
        self._is_closed = True
        self.interrupt()
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _reader(self) -> Reader:
        if self._connection is None:
            self._connection = open_reader(self.db)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
