"""Of several questions only the last is answered, and nobody else's is broken off."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import TypeVar

import pytest

from motivtui.store.connection import Reader
from motivtui.store.store import Store
from motivtui.tui.archive import Archive
from motivtui.tui.runs.superseding import Superseding

T = TypeVar("T")
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    Store(tmp_path / "results.db").close()
    opened = Archive(tmp_path / "results.db")
    yield opened
    opened.close()


def one(connection: Reader) -> int:
    return int(connection.execute("SELECT 1").fetchone()[0])


async def test_a_newer_question_breaks_off_the_older_one(archive: Archive) -> None:
    question, begun = Superseding(archive), threading.Event()

    def endless(connection: Reader) -> int:
        begun.set()
        return int(connection.execute(ENDLESS).fetchone()[0])

    older = asyncio.create_task(question.ask(endless))
    await asyncio.to_thread(begun.wait)
    assert await _in_time(question.ask(one)) == 1
    assert await _in_time(older) is None


async def test_a_question_that_waits_is_never_asked_when_it_is_superseded(archive: Archive) -> None:
    question, free, asked = Superseding(archive), threading.Event(), list[str]()
    others = asyncio.create_task(archive.ask(lambda _: free.wait()))

    def first(connection: Reader) -> int:
        asked.append("first")
        return one(connection)

    older = asyncio.create_task(question.ask(first))
    await asyncio.sleep(0)
    newer = asyncio.create_task(question.ask(one))
    await asyncio.sleep(0)
    free.set()
    assert await _in_time(others)
    assert await _in_time(older) is None
    assert await _in_time(newer) == 1
    assert asked == []


async def test_the_question_of_somebody_else_is_not_broken_off(archive: Archive) -> None:
    question, begun, free = Superseding(archive), threading.Event(), threading.Event()

    def slow(connection: Reader) -> int:
        begun.set()
        free.wait()
        return int(connection.execute("SELECT count(*) FROM run").fetchone()[0])

    others = asyncio.create_task(archive.ask(slow))
    await asyncio.to_thread(begun.wait)
    waiting = asyncio.create_task(question.ask(one))
    await asyncio.sleep(0)
    question.drop()
    free.set()
    assert await _in_time(others) == 0
    assert await _in_time(waiting) is None


async def _in_time(what: Awaitable[T]) -> T:
    return await asyncio.wait_for(what, 30)
