"""The writing thread: groups, all or nothing, and futures that always end, only after the commit."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from motivtui.errors import DatabaseError
from motivtui.store.writer import GROUP_LIMIT, Insert, Writer
from tests.store.samples import rows

_SCHEMA = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent(id), text TEXT) STRICT;
"""
PATIENCE_S = 20  # only reached when something hangs


class Traced:
    """A writer on a database of its own, with every statement that SQLite carried out."""

    def __init__(self, path: Path, busy_timeout_ms: int = 5000) -> None:
        self.path = path
        self.statements: list[str] = []
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}")
        self.connection.executescript(_SCHEMA)
        self.connection.set_trace_callback(self.statements.append)
        self.writer = Writer(self.connection)

    def parent(self, *ids: int, text: str | None = "x") -> Future[None]:
        return self.writer.insert(_parent(*ids, text=text))

    def child(self, *parents: int) -> Future[None]:
        return self.writer.insert(Insert("INSERT INTO child (parent) VALUES", 1, tuple((one,) for one in parents)))

    def count(self, start: str) -> int:
        return sum(statement.startswith(start) for statement in self.statements)

    def ids(self) -> list[int]:
        return [one for (one,) in rows(self.path, "SELECT id FROM parent ORDER BY id")]

    @contextmanager
    def gate(self) -> Iterator[None]:
        """What is handed in inside waits together, and so becomes one group (up to the limit)."""
        is_held, may_go = threading.Event(), threading.Event()

        def hold(_connection: sqlite3.Connection) -> None:
            is_held.set()
            may_go.wait(PATIENCE_S)

        held = self.writer.call(hold)
        assert is_held.wait(PATIENCE_S)
        try:
            yield
        finally:
            may_go.set()
        held.result(PATIENCE_S)


def _parent(*ids: int, text: str | None = "x") -> Insert:
    return Insert("INSERT INTO parent (id, text) VALUES", 2, tuple((one, text) for one in ids))


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[Traced]:
    one = Traced(tmp_path / "traced.db")
    yield one
    one.writer.close()


def test_many_rows_share_few_commits(traced: Traced) -> None:
    futures = [traced.parent(number) for number in range(1000)]
    for future in futures:
        future.result(PATIENCE_S)
    assert traced.ids() == list(range(1000))
    assert traced.count("COMMIT") < 200


def test_a_group_is_one_commit_and_one_statement_and_has_a_limit(traced: Traced) -> None:
    with traced.gate():
        futures = [traced.parent(number) for number in range(3 * GROUP_LIMIT)]
        traced.statements.clear()
    for future in futures:
        future.result(PATIENCE_S)
    assert traced.count("COMMIT") == 4  # the gate's own and three groups
    assert traced.count("INSERT") == 3


def test_one_more_row_than_a_statement_takes(traced: Traced) -> None:
    traced.parent(*range(40_000)).result(PATIENCE_S)
    assert rows(traced.path, "SELECT count(*) FROM parent") == [(40_000,)]


def test_a_bad_row_costs_only_its_own_request(traced: Traced) -> None:
    with traced.gate():
        before, bad, after = traced.parent(1), traced.parent(2, 3, 1), traced.parent(4, 5)
        broken = traced.writer.call(lambda connection: connection.execute("SELECT * FROM nowhere"))
        answer = traced.writer.call(lambda connection: connection.execute("SELECT count(*) FROM parent").fetchone()[0])
    assert before.result(PATIENCE_S) is None
    assert after.result(PATIENCE_S) is None
    with pytest.raises(DatabaseError, match="UNIQUE"):
        bad.result(PATIENCE_S)
    with pytest.raises(DatabaseError, match="nowhere"):
        broken.result(PATIENCE_S)
    assert answer.result(PATIENCE_S) == 3
    assert traced.ids() == [1, 4, 5]  # nothing of the bad one: all or nothing


def test_the_rows_of_one_request_go_together_over_tables(traced: Traced) -> None:
    ask = traced.writer.insert(_parent(1), Insert("INSERT INTO child (parent) VALUES", 1, ((1,), (2,))))
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        ask.result(PATIENCE_S)
    assert traced.ids() == []
    traced.writer.insert(Insert("INSERT INTO child (parent) VALUES", 1, ((1,),)), _parent(1)).result(PATIENCE_S)
    assert rows(traced.path, "SELECT parent FROM child") == [(1,)]


def test_foreign_keys_hold_whatever_the_order_in_a_group(traced: Traced) -> None:
    with traced.gate():
        first = traced.child(1)
        orphan = traced.child(9)
        second = traced.child(1)
        parent = traced.parent(1)
    # Singly, in order: the orphan makes the group fail as a whole, and then the first child comes before its parent.
    assert parent.result(PATIENCE_S) is None
    for one in (first, orphan, second):
        with pytest.raises(DatabaseError, match="FOREIGN KEY"):
            one.result(PATIENCE_S)
    with traced.gate():
        futures = [traced.child(2), traced.parent(2), traced.child(2), traced.child(1)]
    for one in futures:
        one.result(PATIENCE_S)
    assert rows(traced.path, "SELECT parent FROM child ORDER BY 1") == [(1,), (2,), (2,)]


def test_a_future_is_done_only_after_the_commit(traced: Traced) -> None:
    seen: list[list[tuple[int]]] = []

    def look(_future: Future[None]) -> None:  # in the writer's thread, the moment that the future is done
        seen.append(rows(traced.path, "SELECT id FROM parent ORDER BY id"))

    with traced.gate():
        for number in range(3):
            traced.parent(number).add_done_callback(look)
        last = traced.writer.call(lambda _connection: None)
        last.add_done_callback(look)
    traced.writer.close()
    assert seen == [[(0,), (1,), (2,)]] * 4


def test_closing_writes_what_waits(traced: Traced) -> None:
    with traced.gate():
        futures = [traced.parent(number) for number in range(200)]
        closing = threading.Thread(target=traced.writer.close)
        closing.start()
    closing.join(PATIENCE_S)
    assert all(future.done() and future.exception() is None for future in futures)
    assert traced.ids() == list(range(200))


def test_after_closing_requests_fail_and_closing_again_is_nothing(traced: Traced) -> None:
    traced.writer.close()
    for future in (traced.parent(1), traced.writer.call(lambda _connection: 1)):
        with pytest.raises(DatabaseError, match="closed"):
            future.result(PATIENCE_S)
    traced.writer.close()
    assert traced.ids() == []


def test_requests_from_many_threads_while_it_closes_all_end(traced: Traced) -> None:
    futures: list[Future[None]] = []
    under_way = threading.Event()

    def submit(first: int) -> None:
        for number in range(first, first + 300):
            futures.append(traced.parent(number))
            if len(futures) > 150:
                under_way.set()

    threads = [threading.Thread(target=submit, args=(1000 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    assert under_way.wait(PATIENCE_S)
    traced.writer.close()
    for thread in threads:
        thread.join(PATIENCE_S)
    written = 0
    for future in futures:
        error = future.exception(PATIENCE_S)
        assert error is None or "closed" in str(error)
        written += error is None
    assert len(futures) == 1200
    assert len(traced.ids()) == written


def test_nobody_can_take_a_request_back(traced: Traced) -> None:
    with traced.gate():
        future = traced.parent(1)
        assert not future.cancel()
    future.result(PATIENCE_S)
    assert traced.ids() == [1]


async def test_a_cancelled_task_neither_loses_its_row_nor_stops_the_writer(traced: Traced) -> None:
    async def wait_for(future: Future[None]) -> None:
        await asyncio.wrap_future(future)

    with traced.gate():
        task = asyncio.create_task(wait_for(traced.parent(1)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.wrap_future(traced.parent(2))
    assert traced.ids() == [1, 2]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), MemoryError(), ValueError("odd")])
def test_whatever_work_raises_is_its_futures(traced: Traced, error: BaseException) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO parent VALUES (7, 'half')")
        raise error

    with traced.gate():
        bad, good = traced.writer.call(work), traced.parent(1)
    assert bad.exception(PATIENCE_S) is error
    good.result(PATIENCE_S)
    assert traced.ids() == [1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_leaves_nobody_waiting(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_group: list[Any]) -> None:
        raise RuntimeError("a mistake in the writer itself")

    with traced.gate():
        futures = [traced.parent(number) for number in range(2 * GROUP_LIMIT)]
        monkeypatch.setattr(traced.writer, "_write", die)
    for future in [*futures, traced.parent(999)]:
        with pytest.raises(DatabaseError, match="closed"):
            future.result(PATIENCE_S)
    traced.writer.close()


@pytest.mark.parametrize("value", [2**63, "\ud800"])
def test_what_sqlite_cannot_hold_is_a_database_error(traced: Traced, value: int | str) -> None:
    row = (value, "x") if isinstance(value, int) else (1, value)
    with pytest.raises(DatabaseError, match="cannot hold"):
        traced.writer.insert(Insert("INSERT INTO parent (id, text) VALUES", 2, (row,))).result(PATIENCE_S)


def test_a_database_that_stays_locked_is_waited_for_once(tmp_path: Path) -> None:
    traced = Traced(tmp_path / "traced.db", busy_timeout_ms=300)
    other = sqlite3.connect(traced.path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        traced.statements.clear()
        futures = [traced.parent(number) for number in range(20)]
        for future in futures:
            with pytest.raises(DatabaseError, match="locked"):
                future.result(PATIENCE_S)
        assert traced.count("BEGIN") <= 3  # not once for each of the twenty
        other.execute("ROLLBACK")
        traced.parent(99).result(PATIENCE_S)
        assert traced.ids() == [99]
    finally:
        other.close()
        traced.writer.close()
