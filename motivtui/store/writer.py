"""The one thread that writes. Rows handed in together with others that wait are committed as one group.

A commit waits for the disk (synchronous=FULL), so while one is under way new rows gather and share the next: no timer,
no added delay when there is little to do, few commits when there is much.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from motivtui.errors import DatabaseError

GROUP_LIMIT = 64
"""Most requests in one commit: bounds how long a waiting one waits."""

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows for one table. `head` is `INSERT INTO table (columns) VALUES`, `width` the number of columns."""

    head: str
    width: int
    rows: tuple[Row, ...]


@dataclass(slots=True)
class _Request:
    inserts: tuple[Insert, ...]
    work: Callable[[sqlite3.Connection], Any] | None = None
    done: Future[Any] = field(default_factory=Future)


class Writer:
    """Owns the writing connection and its thread. Futures are resolved only after the commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take over `connection`, which nobody else may use from now on."""
        self._connection = connection
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="motivtui-writer", daemon=True)
        self._thread.start()

    def insert(self, *inserts: Insert) -> Future[None]:
        """Write rows, all of them or none; the future fails with DatabaseError."""
        request = _Request(inserts)
        self._requests.put(request)
        return request.done

    def call(self, work: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        """Run `work` in the writing transaction; its result (or exception) is the future's, after the commit."""
        request = _Request((), work)
        self._requests.put(request)
        return request.done

    def close(self) -> None:
        """Write what waits, then close the connection (which folds the log into the file)."""
        self._requests.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            first = self._requests.get()
            if first is None:
                break
            group = [first]
            while len(group) < GROUP_LIMIT:
                try:
                    following = self._requests.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    is_open = False
                    break
                group.append(following)
            self._write(group)
        self._connection.close()

    def _write(self, group: list[_Request]) -> None:
        """Commit a group; when it fails as a whole, each request alone, so that one bad row costs only itself."""
        try:
            results = self._transaction(group)
        except Exception as error:  # noqa: BLE001 (whatever it is belongs to the waiting futures)
            if len(group) > 1:
                for request in group:
                    self._write([request])
                return
            group[0].done.set_exception(_as_database_error(error))
            return
        for request, result in zip(group, results, strict=True):
            request.done.set_result(result)

    def _transaction(self, group: list[_Request]) -> list[Any]:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        # Rows of one group are written table by table, so a score may come before its response: check at the commit.
        connection.execute("PRAGMA defer_foreign_keys = ON")
        try:
            _insert_merged(connection, [insert for request in group for insert in request.inserts])
            results = [request.work(connection) if request.work else None for request in group]
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return results


def _insert_merged(connection: sqlite3.Connection, inserts: list[Insert]) -> None:
    """One multi-row statement a table instead of one a row.

    Python gives up its lock at every statement and may wait milliseconds to get it back from a busy event loop, so
    fewer statements are worth more here than anything SQLite itself could save.
    """
    rows_of: dict[str, list[Row]] = {}
    width_of: dict[str, int] = {}
    for insert in inserts:
        rows_of.setdefault(insert.head, []).extend(insert.rows)
        width_of[insert.head] = insert.width
    for head, rows in rows_of.items():
        width = width_of[head]
        most = 30_000 // width  # SQLite takes 32,766 values a statement
        one = "(" + ", ".join("?" * width) + ")"
        for start in range(0, len(rows), most):
            part = rows[start : start + most]
            connection.execute(f"{head} {', '.join([one] * len(part))}", [value for row in part for value in row])


def _as_database_error(error: BaseException) -> BaseException:
    if isinstance(error, sqlite3.Error):
        return DatabaseError(f"the database refused a write: {error}", hint="`motiv db check`; `motiv resume` goes on.")
    return error
