"""A disk that is full for a while or for good, by what the store says. The real one is in tests/promises."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

import pytest

from motivtui.errors import DiskFullError
from motivtui.runner import Cause, Event, Held, ResponseStored, RunEnded, RunHalted, Stop, TrialStarted
from tests.runner.conftest import Bench


class FullDisk:
    """Refuses what one method of the store writes, as long as `is_full`."""

    def __init__(self, bench: Bench, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = True
        self.refusals = 0
        self._write = getattr(bench.store, method)
        monkeypatch.setattr(bench.store, method, self.write)

    def write(self, *arguments: Any, **options: Any) -> Future[None]:
        if not self.is_full:
            done: Future[None] = self._write(*arguments, **options)
            return done
        self.refusals += 1
        refused: Future[None] = Future()
        refused.set_exception(DiskFullError("full"))
        return refused

    def empty(self) -> None:
        self.is_full = False


def of(events: list[Event], kind: type[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


async def test_attempts_that_cannot_be_recorded_are_not_sent_and_not_tried_all_the_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.create(["ok"], tasks=8)
    disk = FullDisk(bench, "add_attempt", monkeypatch)

    def make_room(event: Event, _: Stop) -> None:
        if isinstance(event, Held) and event.message:
            assert not bench.server.requests
            asyncio.get_running_loop().call_later(1.5, disk.empty)

    events = await bench.carry_out(run, ["ok"], bench.options(4), make_room)
    assert disk.refusals <= 3 * 8, "a few at a time, a second apart"
    assert [bool(event.message) for event in of(events, Held)] == [True, False]
    assert [event.attempt for event in of(events, TrialStarted)] == [1] * 16
    assert isinstance(events[-1], RunEnded)
    assert events[-1].states == {"complete": 16}


async def test_patience_with_attempts_that_cannot_be_recorded_ends(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.create(["ok"], tasks=8)
    disk = FullDisk(bench, "add_attempt", monkeypatch)
    async with asyncio.timeout(10):
        events = await bench.carry_out(run, ["ok"], bench.options(4, disk_patience_s=0.7))
    assert [event.cause for event in of(events, RunHalted)] == [Cause.DISK]
    assert not bench.server.requests
    disk.empty()
    events = await bench.carry_out(run, ["ok"])
    assert isinstance(events[-1], RunEnded)
    assert events[-1].states == {"complete": 16}


async def test_replies_are_held_and_no_call_begins_meanwhile(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bench.create(["ok"], tasks=8)
    disk = FullDisk(bench, "add_response", monkeypatch)
    asked: list[int] = []

    def make_room(event: Event, _: Stop) -> None:
        if isinstance(event, Held) and event.message:
            asyncio.get_running_loop().call_later(0.3, lambda: asked.append(len(bench.server.requests)))
            asyncio.get_running_loop().call_later(1.5, lambda: asked.append(len(bench.server.requests)))
            asyncio.get_running_loop().call_later(1.5, disk.empty)

    events = await bench.carry_out(run, ["ok"], bench.options(2), make_room)
    assert asked[0] == asked[1] <= 4, "only those that were under way"
    assert len(bench.server.requests) == 16, "nothing was paid twice"
    assert isinstance(events[-1], RunEnded)
    assert events[-1].states == {"complete": 16}


@pytest.mark.parametrize("method", ["add_response", "add_scores"])
async def test_what_cannot_be_kept_for_too_long_halts_the_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    run = bench.create(["ok"], tasks=8)
    disk = FullDisk(bench, method, monkeypatch)
    async with asyncio.timeout(15):
        events = await bench.carry_out(run, ["ok"], bench.options(2, disk_patience_s=0.5))
    assert [event.cause for event in of(events, RunHalted)] == [Cause.DISK]
    assert isinstance(events[-1], RunEnded)
    assert events[-1].reason == "stopped"
    before = len(bench.server.requests)
    assert before <= 6
    disk.empty()
    await bench.carry_out(run, ["ok"])
    assert bench.all("SELECT state, count(*) FROM trial_state GROUP BY 1") == [("complete", 16)]
    assert bench.all("SELECT count(DISTINCT trial) FROM score") == [(16,)]
    again = len(bench.server.requests) - 16
    assert again == (before if method == "add_response" else 0), "a reply that is on record is not asked for again"


async def test_a_cancel_while_the_disk_is_full_ends_the_run_without_an_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.create(["ok"], tasks=8)
    FullDisk(bench, "add_response", monkeypatch)

    def cancel(event: Event, stop: Stop) -> None:
        if isinstance(event, Held):
            stop.cancel()

    async with asyncio.timeout(10):
        events = await bench.carry_out(run, ["ok"], bench.options(2), cancel)
    assert isinstance(events[-1], RunEnded)
    assert not of(events, ResponseStored)
