"""Questions to the database, in a thread of their own."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError, MotivError
from motivtui.store.connection import open_writer
from motivtui.tui.archive import Archive

FOR_EVER = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE begun() IS NULL) SELECT count(*) FROM n"
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    open_writer(tmp_path / "runs.db").close()
    archive = Archive(tmp_path / "runs.db")
    yield archive
    archive.close()


def _count(connection: sqlite3.Connection, more: int = 0) -> int:
    return int(connection.execute("SELECT count(*) FROM run").fetchone()[0]) + more


def _endless(connection: sqlite3.Connection, began: threading.Event) -> object:
    """Says when the query is under way: broken off before that, it would go on."""
    connection.create_function("begun", 0, began.set)
    return connection.execute(FOR_EVER).fetchone()


async def test_answers_from_a_thread_of_its_own(archive: Archive) -> None:
    assert archive.exists
    assert await archive.ask(_count) == 0
    assert await archive.ask(_count, more=3) == 3
    names = {await archive.ask(lambda _: threading.current_thread().name) for _ in range(3)}
    assert len(names) == 1
    assert threading.current_thread().name not in names


async def test_a_slow_question_holds_nobody_up(archive: Archive) -> None:
    gate, went_on = threading.Event(), []

    def slow(_: sqlite3.Connection) -> bool:
        return gate.wait(30)

    asked = asyncio.create_task(archive.ask(slow))
    for number in range(100):
        await asyncio.sleep(0)
        went_on.append(number)
    gate.set()
    assert await asked
    assert len(went_on) == 100


async def test_without_a_database_it_says_so_and_makes_none(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "none.db")
    assert not archive.exists
    with pytest.raises(DatabaseError, match="no such database"):
        await archive.ask(_count)
    assert not (tmp_path / "none.db").exists()
    open_writer(tmp_path / "none.db").close()
    assert await archive.ask(_count) == 0, "asked again when there is one"
    archive.close()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("shopping list" * 1000, encoding="utf-8")
    archive = Archive(tmp_path / "notes.db")
    with pytest.raises(DatabaseError):
        await archive.ask(_count)
    archive.close()


async def test_it_cannot_write(archive: Archive) -> None:
    with pytest.raises((MotivError, sqlite3.Error)):
        await archive.ask(lambda connection: connection.execute("DELETE FROM run"))


async def test_a_question_under_way_is_broken_off(archive: Archive) -> None:
    began = threading.Event()

    await archive.ask(_count)
    asked = asyncio.create_task(archive.ask(_endless, began))
    await asyncio.to_thread(began.wait)
    archive.interrupt()
    with pytest.raises(DatabaseError):
        await asyncio.wait_for(asked, 30)
    assert await archive.ask(_count) == 0, "the next question is answered"


async def test_closing_breaks_off_and_lets_go(archive: Archive) -> None:
    began = threading.Event()

    asked = asyncio.create_task(archive.ask(_endless, began))
    await asyncio.to_thread(began.wait)
    archive.close()
    with pytest.raises(DatabaseError):
        await asyncio.wait_for(asked, 30)


async def test_a_question_after_the_end_is_a_told_error(archive: Archive) -> None:
    """The screens that are taken down may still ask: that must not be a crash."""
    archive.close()
    with pytest.raises(MotivError):
        await archive.ask(_count)


def test_closing_what_was_never_opened(tmp_path: Path) -> None:
    Archive(tmp_path / "none.db").close()
