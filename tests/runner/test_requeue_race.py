"""A trial is taken up again in the moment between its failure's commit and the agenda's hearing of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from motivtui.runner import Controls, RunEnded, TrialsRequeued
from motivtui.runner.safekeeping import Safekeeping
from tests.runner.conftest import Bench


async def test_no_trial_that_was_requeued_is_left_behind(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    model = "flaky:1:400"
    controls = Controls(4)
    commit, asked = Safekeeping.commit, asyncio.Event()

    async def slowly(safekeeping: Safekeeping, write: Callable[[], Future[Any]]) -> None:
        await commit(safekeeping, write)
        if not asked.is_set():
            asked.set()
            controls.requeue_failed()
        await asyncio.sleep(0.3)  # on record, and nobody here has heard of it yet

    monkeypatch.setattr(Safekeeping, "commit", slowly)
    run = bench.create([model], tasks=2)
    events = await bench.carry_out(run, [model], controls=controls)
    (requeued,) = [event for event in events if isinstance(event, TrialsRequeued)]
    assert requeued.count >= 1
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.states.get("planned", 0) == 0, "a run that ends has nothing left to do"
    assert end.states["complete"] >= requeued.count
