"""A reader that does not read: nothing grows but a count, and it gets what matters once it reads."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import msgspec
import pytest

from motivtui.engine import events as told
from motivtui.engine.answers import Done
from motivtui.engine.news import RunNews
from motivtui.engine.outlet import Outlet
from motivtui.engine.teller import Teller
from motivtui.runner import Controls, RunStarted, TextArrived, TrialStarted
from tests.engine.scene import Clock, stored, trial

ROOM = 20_000


@dataclass
class Pipe:
    """An outlet into a pipe, and the other end."""

    outlet: Outlet
    end: int

    def read_all(self) -> list[dict[str, object]]:
        """Everything, to the end."""
        data = b""
        while piece := os.read(self.end, 65536):
            data += piece
        return [msgspec.json.decode(line) for line in data.splitlines()]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reading, writing = os.pipe()
    yield Pipe(Outlet(writing, ROOM), reading)
    os.close(reading)


async def test_a_reader_that_is_behind(pipe: Pipe) -> None:
    clock = Clock()
    teller = Teller(pipe.outlet, clock)
    news = RunNews("run", Controls(4), clock)
    news.watch(None)
    teller.add(news)
    teller.heard(news, RunStarted("run", 5000, 5000))
    for ordinal in range(1, 5001):
        teller.heard(news, TrialStarted(trial(ordinal), 1))
        teller.heard(news, TextArrived(trial(ordinal), "a text " * 20, 0))
        teller.heard(news, stored(ordinal, "a text " * 20))
    assert not pipe.outlet.has_room
    assert teller.is_behind
    assert news.missed > 0
    teller.answer(Done(answer=5))
    ended = told.RunEnded(run="run", reason="finished", states={}, progress=news.progress())
    missed = news.missed
    teller.end(news, ended)
    closing = asyncio.create_task(asyncio.to_thread(pipe.outlet.close, 10))
    lines = await asyncio.to_thread(pipe.read_all)
    await closing
    assert {"answer": 5} in lines
    assert lines[-2] == {"event": "missed", "run": "run", "count": missed}
    assert lines[-1]["event"] == "run_ended"
    kept = [line for line in lines if line.get("event") in ("run_started", "trial_started", "response")]
    missed_in_all = sum(int(str(line["count"])) for line in lines if line.get("event") == "missed")
    assert missed_in_all > 8000
    assert len(kept) + missed_in_all == 10_001
    assert sum(len(msgspec.json.encode(line)) for line in lines) < 3 * ROOM + 2 * 65536


async def test_text_that_waited_comes_in_one_piece(pipe: Pipe) -> None:
    """While there is no room, text grows where it is kept anyway; then it leaves whole, with what was missed."""
    clock = Clock()
    teller = Teller(pipe.outlet, clock)
    news = RunNews("run", Controls(4), clock)
    news.watch([1])
    teller.add(news)
    has_room = asyncio.Event()
    loop = asyncio.get_running_loop()
    pipe.outlet.listen(partial(_set, loop, has_room))
    for _ in range(64):  # more than the pipe itself takes
        pipe.outlet.put(b"x" * 4095 + b"\n")
    pump = asyncio.create_task(teller.pump())
    teller.heard(news, TrialStarted(trial(1), 1))
    for place in range(100):
        teller.heard(news, TextArrived(trial(1), "y", place))
        await asyncio.sleep(0)
    assert news.missed == 1
    reading = asyncio.create_task(asyncio.to_thread(_lines_until, pipe.end, b'"text"'))
    await has_room.wait()
    teller.wake()
    lines = await reading
    pump.cancel()
    told_of = [msgspec.json.decode(line) for line in lines if line.startswith(b"{")]
    assert told_of[0] == {"event": "missed", "run": "run", "count": 1}
    assert told_of[1] == {"event": "text", "run": "run", "ordinal": 1, "start": 0, "text": "y" * 100}
    pipe.outlet.close(5)


def _set(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    loop.call_soon_threadsafe(event.set)


def _lines_until(end: int, sign: bytes) -> list[bytes]:
    data = b""
    while sign not in data or not data.endswith(b"\n"):
        data += os.read(end, 65536)
    return data.splitlines()


async def test_a_reader_that_is_gone_is_noticed_and_costs_nothing() -> None:
    reading, writing = os.pipe()
    outlet = Outlet(writing, ROOM)
    is_changed = asyncio.Event()
    loop = asyncio.get_running_loop()
    outlet.listen(partial(_set, loop, is_changed))
    os.close(reading)
    outlet.put(b"hello\n")
    await asyncio.wait_for(is_changed.wait(), 10)
    assert outlet.is_gone
    for _ in range(1000):
        outlet.put(b"x" * 1000)
    assert outlet.has_room
    outlet.close(5)


async def test_closing_does_not_wait_for_a_reader_that_never_reads(pipe: Pipe) -> None:
    for _ in range(40):
        pipe.outlet.put(b"x" * 4096)
    pipe.outlet.close(0.05)
    assert not pipe.outlet.is_gone
    closing = asyncio.create_task(asyncio.to_thread(_drain, pipe.end))
    await closing


def _drain(end: int) -> None:
    while os.read(end, 65536):
        pass
