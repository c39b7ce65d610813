"""Reading a file that may be damaged: what SQLite or the parsing of a stored value says becomes a DatabaseError."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from motivtui.errors import DatabaseError

DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What Python's SQLite raises on a damaged file: names and messages out of it need not even be text."""


def unreadable(error: Exception) -> DatabaseError:
    """The error for something in the database that cannot be read."""
    return DatabaseError(f"the database cannot be read: {error}", hint="`motiv db check` says more.")


class QueryInterruptedError(DatabaseError):
    """A query was broken off by `connection.interrupt()`, from another thread; the connection can be used on."""


def _failed(error: Exception) -> DatabaseError:
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
        return QueryInterruptedError("the query was broken off")
    return unreadable(error)


@contextmanager
def stored_values() -> Iterator[None]:
    """Around (or as decorator on) the parsing of what this program wrote: if it does not parse, the file is damaged."""
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable(error) from None


class ReadingCursor(sqlite3.Cursor):
    """A cursor whose errors are DatabaseErrors; a mistake of the program (ProgrammingError) stays what it is."""

    def execute(self, sql: str, parameters: Any = (), /) -> ReadingCursor:
        """Run a query."""
        try:
            super().execute(sql, parameters)
        except sqlite3.ProgrammingError:
            raise
        except DAMAGE as error:
            raise _failed(error) from None
        return self

    def __next__(self) -> Any:
        """The next row."""
        try:
            return super().__next__()
        except sqlite3.ProgrammingError:
            raise
        except DAMAGE as error:
            raise _failed(error) from None

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self, None)

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        return list(self)


class ReadingConnection(sqlite3.Connection):
    """A connection that reads by `ReadingCursor`."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a query."""
        return self.cursor(ReadingCursor).execute(sql, parameters)
