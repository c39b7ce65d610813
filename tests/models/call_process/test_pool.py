"""Several children: every one gets its share, and one that is lost costs only its own calls."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from motivtui.errors import ModelError
from motivtui.models.call_process import CallPool
from motivtui.models.call_process import process as process_module
from motivtui.models.client import Transcript
from motivtui.study.response import Outcome, Response
from tests.faults.server import FaultServer
from tests.models.call_process.calls import call_of, client_of, ends

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[CallPool]:
    """Two children; at the end both are gone."""
    async with CallPool(2) as running:
        pids = running.pids
        assert len(set(pids)) == 2
        yield running
        pids = running.pids
    assert running.pids == ()
    assert all(ends(pid, 5) for pid in pids)


async def ask(server: FaultServer, pool: CallPool, model: str) -> Response:
    return await client_of(server.api_base, model, pool).complete(call_of(is_streamed=False), Transcript())


async def test_calls_go_where_the_fewest_are(server: FaultServer, pool: CallPool) -> None:
    number = len(server.calls)
    hung = [asyncio.create_task(ask(server, pool, "hang")) for _ in range(10)]
    await server.until(lambda: len(server.calls) == number + 10)
    assert pool.in_flight == (5, 5)
    for task in hung[::2]:  # all of the first process
        task.cancel()
    await asyncio.gather(*hung[::2], return_exceptions=True)
    assert pool.in_flight == (0, 5)
    more = [asyncio.create_task(ask(server, pool, "hang")) for _ in range(5)]
    await server.until(lambda: len(server.calls) == number + 15)
    assert pool.in_flight == (5, 5)
    for task in hung + more:
        task.cancel()
    await asyncio.gather(*hung, *more, return_exceptions=True)
    assert pool.in_flight == (0, 0)


async def test_a_killed_child_costs_only_its_own_calls(server: FaultServer, pool: CallPool) -> None:
    number = len(server.calls)
    tasks = [asyncio.create_task(ask(server, pool, "ok:latency=0.5")) for _ in range(8)]
    await server.until(lambda: len(server.calls) == number + 8)
    os.kill(pool.pids[0], signal.SIGKILL)
    outcomes = [response.outcome for response in await asyncio.gather(*tasks)]
    assert outcomes == [Outcome.ERROR, Outcome.COMPLETE] * 4
    again = await asyncio.gather(*(ask(server, pool, "ok") for _ in range(8)))
    assert {response.outcome for response in again} == {Outcome.COMPLETE}


async def test_a_child_that_does_not_come_back_draws_no_calls(
    server: FaultServer, pool: CallPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(server, pool, "ok")
    monkeypatch.setattr(process_module, "_COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    killed = pool.pids[0]
    os.kill(killed, signal.SIGKILL)
    assert ends(killed, 5)
    responses = [await ask(server, pool, "ok") for _ in range(10)]
    assert [response.outcome for response in responses[:1]] == [Outcome.ERROR]
    assert {response.outcome for response in responses[1:]} == {Outcome.COMPLETE}


async def test_a_pool_that_cannot_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "_COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    pool = CallPool(2)
    with pytest.raises(ModelError, match="code 3"):
        await pool.start()
    assert pool.pids == ()
