"""A process that is stopped for a moment between looking and waiting must not sleep past what it waits for."""

from __future__ import annotations

import asyncio
import time

import pytest

from motivtui.runner import RunEnded
from motivtui.runner.procedure import Procedure
from tests.runner.conftest import Bench


async def test_a_moment_that_passed_while_the_loop_was_stalled_is_not_missed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = "storm:0.5:429"
    wait, stalls = Procedure._wait, 0

    async def stalled(procedure: Procedure, looked: float) -> None:
        nonlocal stalls
        for lane in procedure._open_lanes():
            opens_at = lane.gate.opens_at()
            if opens_at is not None and opens_at > time.monotonic() and not procedure._tasks():
                stalls += 1
                time.sleep(opens_at - time.monotonic() + 0.01)  # noqa: ASYNC251 (it is the loop that stands still)
        await wait(procedure, looked)

    monkeypatch.setattr(Procedure, "_wait", stalled)
    run = bench.create([model], tasks=2)
    async with asyncio.timeout(20):
        events = await bench.carry_out(run, [model], bench.options(1))
    assert stalls > 0
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.states == {"complete": 4}
