"""The line to real engines: started once, heard, lost, started again, let go."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from motivtui.engine import events as told
from motivtui.engine.client import EngineLostError
from motivtui.errors import ConfigError, MotivError
from motivtui.tui.engine_link import EngineLink
from tests.engine.conftest import is_alive, request, until
from tests.tui.home import Home, home_in


class Line:
    """A link, and what was heard over it."""

    def __init__(self, home: Home) -> None:
        self.heard: list[told.AnyEvent] = []
        self.losses: list[MotivError] = []
        self.link = EngineLink(home.db, self.heard.append, self.losses.append)
        self.pids: set[int] = set()

    async def pid(self) -> int:
        pid = (await self.link.client()).pid
        self.pids.add(pid)
        return pid


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return home_in(tmp_path, monkeypatch)


@pytest.fixture
async def line(home: Home) -> AsyncIterator[Line]:
    line = Line(home)
    yield line
    await line.link.close()


async def test_one_engine_for_everybody(line: Line) -> None:
    assert (line.link.is_ready, line.link.log) == (False, None)
    pids = await asyncio.gather(*(line.pid() for _ in range(5)))
    assert len(set(pids)) == 1
    assert line.link.is_ready
    assert line.link.log is not None


async def test_events_are_heard_in_their_order(line: Line) -> None:
    client = await line.link.client()
    started = await client.start_run(request(), watch="all")
    await until(lambda: any(isinstance(one, told.RunEnded) for one in line.heard))
    assert {one.run for one in line.heard if isinstance(one, told.RunEvent)} == {started.run}
    assert isinstance(line.heard[-1], told.RunEnded)
    assert sum(isinstance(one, told.TrialStarted) for one in line.heard) == 4


async def test_a_killed_engine_is_said_once_and_started_again(line: Line) -> None:
    first = await line.pid()
    os.kill(first, signal.SIGKILL)
    await until(lambda: bool(line.losses))
    assert not line.link.is_ready
    [lost] = line.losses
    assert isinstance(lost, EngineLostError)
    assert "signal 9" in lost.message
    assert _reason(line.link) is lost
    assert await line.pid() != first
    assert _reason(line.link) is None
    assert line.losses == [lost]


def _reason(link: EngineLink) -> MotivError | None:
    return link.lost


async def test_a_command_right_after_the_death_still_tells_of_it(line: Line) -> None:
    """Nobody has had the time yet to notice."""
    client = await line.link.client()
    os.kill(client.pid, signal.SIGKILL)
    with pytest.raises(EngineLostError):
        await client.start_run(request(tasks=50))
    await line.pid()
    assert len(line.losses) == 1


async def test_closing_ends_an_engine_with_nothing_to_do(line: Line) -> None:
    pid = await line.pid()
    await line.link.close()
    assert not is_alive(pid)
    assert line.losses == [], "it was not lost, it was let go"
    with pytest.raises(MotivError, match="closing"):
        await line.link.client()
    await line.link.close()


async def test_closing_while_it_starts_leaves_none_behind(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from motivtui.engine.client import EngineClient

    began, engines, start = asyncio.Event(), [], EngineClient.start

    async def remembered(db: Path | None) -> EngineClient:
        began.set()
        engines.append(await start(db))
        return engines[0]

    monkeypatch.setattr(EngineClient, "start", remembered)
    starting = asyncio.create_task(line.link.client())
    await began.wait()
    await line.link.close()
    with pytest.raises(MotivError, match="closing"):
        await starting
    assert not is_alive(engines[0].pid)
    assert not line.link.is_ready


async def test_an_engine_that_cannot_start_says_why_and_is_tried_again(home: Home, line: Line) -> None:
    home.config.write_text("nonsense = [", encoding="utf-8")
    with pytest.raises(ConfigError):
        await line.link.client()
    home.config.write_text("", encoding="utf-8")
    await line.pid()
    assert line.link.is_ready


async def test_a_run_outlives_the_link(home: Home, line: Line) -> None:
    client = await line.link.client()
    await client.start_run(request(tasks=20))
    await line.link.close()
    await until(lambda: home.rows("SELECT reason FROM session_end") == [("finished",)])
    assert home.rows("SELECT count(*) FROM response WHERE is_final") == [(40,)]
    await until(lambda: not is_alive(client.pid))
