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

from motivtui.errors import DatabaseError, DiskFullError

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
    """Owns the writing connection and its thread. Futures are resolved only after the commit.

    What was handed in is written: a future cannot be cancelled, and one that nobody waits for any more (a cancelled
    asyncio task) neither takes its rows back nor disturbs the others.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take over `connection`, which nobody else may use from now on."""
        self._connection = connection
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="motivtui-writer", daemon=True)
        self._thread.start()

    def insert(self, *inserts: Insert) -> Future[None]:
        """Write rows, all of them or none; the future fails with DatabaseError, also after `close`."""
        return self._submit(_Request(inserts))

    def call(self, work: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        """Run `work` in the writing transaction; its result (or exception) is the future's, after the commit.

        `work` may run twice: when another request of its group fails, everything is rolled back and done again singly.
        """
        return self._submit(_Request((), work))

    def close(self) -> None:
        """Write what waits, then close the connection (which folds the log into the file). A second time: nothing."""
        self._refuse_more()
        self._thread.join()

    def _submit(self, request: _Request) -> Future[Any]:
        request.done.set_running_or_notify_cancel()
        with self._closing:  # between the look and the put nothing may close
            if not self._is_closed:
                self._requests.put(request)
                return request.done
        request.done.set_exception(_closed_error())
        return request.done

    def _refuse_more(self) -> None:
        with self._closing:
            if not self._is_closed:
                self._is_closed = True
                self._requests.put(None)

    def _run(self) -> None:
        group: list[_Request] = []
        try:
            while group := self._next_group():
                self._write(group)
        finally:
            # Nobody may wait for a thread that is no more, however it ended.
            self._refuse_more()
            while left := self._next_group():
                group += left
            for request in group:
                if not request.done.done():
                    request.done.set_exception(_closed_error())
            self._connection.close()

    def _next_group(self) -> list[_Request]:
        """What waits, up to the limit, but at least one request; empty: closed and nothing is left."""
        group: list[_Request] = []
        while len(group) < GROUP_LIMIT:
            try:
                request = self._requests.get(block=not group)
            except queue.Empty:
                break
            if request is None:
                self._requests.put(None)  # still the last one: nothing is put after it
                break
            group.append(request)
        return group

    def _write(self, group: list[_Request]) -> None:
        """Commit a group; when its rows are refused, each request alone, so that one bad row costs only itself."""
        try:
            # Fails when another process holds the lock too long: alone each request would wait as long again.
            self._connection.execute("BEGIN IMMEDIATE")
        except Exception as error:  # noqa: BLE001 (whatever it is belongs to the waiting futures)
            for request in group:
                request.done.set_exception(_as_database_error(error))
            return
        try:
            results = self._transaction(group)
        except BaseException as error:  # noqa: BLE001 (as above; there is nobody else to tell in this thread)
            if len(group) == 1:
                group[0].done.set_exception(_as_database_error(error))
                return
            for request in group:
                self._write([request])
            return
        for request, result in zip(group, results, strict=True):
            request.done.set_result(result)

    def _transaction(self, group: list[_Request]) -> list[Any]:
        """Write a group in the transaction that has begun, and commit it; rolled back when anything fails."""
        connection = self._connection
        try:
            # Rows of a group are written table by table, a score maybe before its response: check at the commit.
            connection.execute("PRAGMA defer_foreign_keys = ON")
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


def _closed_error() -> DatabaseError:
    return DatabaseError("the database is closed: nothing more can be written", hint="`motiv resume` goes on.")


def _as_database_error(error: BaseException) -> BaseException:
    """What a waiting future gets: SQLite's refusals, and values that SQLite cannot hold, in words for a user."""
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
        return DiskFullError("the disk is full", hint="Make room; a run that had begun goes on with `motiv resume`.")
    if isinstance(error, (sqlite3.Error, UnicodeDecodeError)):  # the latter: the file is damaged
        return DatabaseError(
            f"the database refused a write: {error}",
            hint="`motiv db check` looks for damage; a run that had begun goes on with `motiv resume`.",
        )
    if isinstance(error, (UnicodeEncodeError, OverflowError)):
        return DatabaseError(
            f"the database cannot hold a value: {error}", hint="Look for broken characters in the text."
        )
    return error
