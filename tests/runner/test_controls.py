"""What is changed while a run goes on, and a listener who is slow, late or gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from motivtui.runner import (
    Cause,
    Controls,
    Event,
    LaneStopped,
    ResponseStored,
    RunEnded,
    RunStarted,
    ScoresStored,
    Stop,
    TextArrived,
    TrialsRequeued,
    TrialStarted,
    execute,
)
from motivtui.runner.watching import Watching
from motivtui.study.trial import Trial
from tests.faults.request_log import Received
from tests.runner.conftest import NONE, Bench


@asynccontextmanager
async def running(
    bench: Bench, run: str, models: list[str], controls: Controls, **options: Any
) -> AsyncIterator[AsyncIterator[Event]]:
    """The events of a run, for a listener that takes its time."""
    conditions = bench.options(**options).conditions
    stream = execute(bench.store, run, bench.clients(models), conditions, controls, bench.locks)
    async with aclosing(stream) as events:
        yield events


def most_at_once(requests: list[Received]) -> int:
    moments = sorted(moment for one in requests for moment in ((one.at, 1), (one.ended_at or float("inf"), -1)))
    under_way = most = 0
    for _, step in moments:
        under_way += step
        most = max(most, under_way)
    return most


async def until(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_pause_begins_nothing_and_ends(bench: Bench) -> None:
    model = "ok:latency=0.02"
    run = bench.create([model], tasks=8)
    controls = Controls(2)
    seen: list[int] = []

    async def look_and_go_on() -> None:
        await bench.server.until(lambda: all(one.ended_at for one in bench.server.requests))
        seen.append(len(bench.server.requests))
        await asyncio.sleep(0.2)  # nothing happens: no event could say so
        seen.append(len(bench.server.requests))
        controls.go_on()

    looking: list[asyncio.Task[None]] = []

    def pause(event: Event, _: Stop) -> None:
        if isinstance(event, ResponseStored) and not looking:
            controls.pause()
            assert controls.is_paused
            looking.append(asyncio.create_task(look_and_go_on()))

    events = await bench.carry_out(run, [model], bench.options(2), pause, controls=controls)
    assert seen[0] == seen[1] < 16
    assert len(bench.server.requests) == 16
    assert isinstance(events[-1], RunEnded)
    assert events[-1].states == {"complete": 16}


async def test_a_paused_run_can_be_stopped(bench: Bench) -> None:
    run = bench.create(["ok"])
    controls = Controls(2)
    controls.pause()

    def stop(event: Event, button: Stop) -> None:
        if isinstance(event, RunStarted):
            asyncio.get_running_loop().call_later(0.05, button.drain)

    async with asyncio.timeout(5):
        events = await bench.carry_out(run, ["ok"], on_event=stop, controls=controls)
    assert [type(event) for event in events] == [RunStarted, RunEnded]
    assert not bench.server.requests


async def test_concurrency_changes_up_and_down_while_calls_are_under_way(bench: Bench) -> None:
    model = "ok:latency=0.05"
    run = bench.create([model], tasks=30)
    controls = Controls(2)
    finished = 0
    lowered: list[int] = []

    def change(event: Event, _: Stop) -> None:
        nonlocal finished
        finished += isinstance(event, ScoresStored)
        if isinstance(event, ScoresStored) and finished == 6:
            assert most_at_once(bench.server.requests) == 2
            controls.set_concurrency(6)
        if isinstance(event, ScoresStored) and finished == 36:
            lowered.append(len(bench.server.requests))
            controls.set_concurrency(1)

    await bench.carry_out(run, [model], bench.options(2), change, controls=controls)
    requests = bench.server.requests
    assert len(requests) == 60
    assert most_at_once(requests) == 6
    later = requests[lowered[0] + 12 :]  # twice six may have been on their way then
    assert len(later) > 5
    assert most_at_once(later) == 1


async def test_failed_trials_are_taken_up_again_while_the_run_goes_on(bench: Bench) -> None:
    """However far behind the listener is: a trial that has failed is under way for nobody any more."""
    run = bench.create(["flaky:1:400"], tasks=10)
    controls = Controls(4)
    events = []
    async with running(bench, run, ["flaky:1:400"], controls) as stream:
        async for event in stream:
            events.append(event)
            if isinstance(event, ResponseStored) and not bench.all("SELECT * FROM requeue"):
                await until(lambda: len(bench.all("SELECT * FROM response")) >= 5)
                controls.requeue_failed()
                await until(lambda: bench.all("SELECT * FROM requeue"))
    requeued = [event.count for event in events if isinstance(event, TrialsRequeued)]
    assert len(requeued) == 1
    assert requeued[0] >= 5
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.states.get("complete") == requeued[0]
    assert end.states.get("error", 0) == 20 - requeued[0]
    assert len(bench.server.requests) == 20 + requeued[0]
    again = bench.all("SELECT DISTINCT round, attempt FROM response WHERE outcome = 'complete'")
    assert again == [(2, 2)]


async def test_who_watches_late_gets_everything_so_far(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    model = "text:one%20two%20three%20four%20five%20six%20seven:chunks=14:gap=0.04"
    run = bench.create([model], tasks=1)
    controls = Controls(2)
    texts: dict[int, str] = {}
    firsts: dict[int, TextArrived] = {}
    arrived: list[str] = []
    news = Watching.news

    def noticed(watching: Watching, trial: Trial) -> TextArrived | None:
        """Every piece is noticed here; the third one finds somebody who watches."""
        if trial.ordinal == 1 and len(arrived) < 3:
            arrived.append(watching._replies[1].transcript.text)
            if len(arrived) == 3:
                controls.watch([1])
        return news(watching, trial)

    def listen(event: Event, _: Stop) -> None:
        if isinstance(event, TextArrived):
            firsts.setdefault(event.trial.ordinal, event)
            assert event.start == len(texts.get(event.trial.ordinal, ""))
            texts[event.trial.ordinal] = texts.get(event.trial.ordinal, "") + event.text

    monkeypatch.setattr(Watching, "news", noticed)
    await bench.carry_out(run, [model], bench.options(2, is_streamed=True), listen, controls=controls)
    assert texts == {1: "one two three four five six seven"}, "the other one was not asked for"
    assert len(set(arrived)) == 3, "piece by piece"
    assert firsts[1].start == 0
    assert firsts[1].text.startswith(arrived[-1]), "with what had arrived before"


async def test_a_listener_behind_by_an_attempt_still_gets_the_later_ones_text(bench: Bench) -> None:
    model = "flaky:1:cut:eof:text=one%20two%20three:chunks=5"
    run = bench.create([model], tasks=1, manipulations=(NONE,))
    controls = Controls(1, watches_all=True)
    texts = {1: "", 2: ""}
    attempt = 0
    async with running(bench, run, [model], controls, concurrency=1) as stream:
        async for event in stream:
            if isinstance(event, TrialStarted):
                attempt = event.attempt
            if isinstance(event, TextArrived):
                texts[attempt] += event.text
                await until(lambda: len(bench.all("SELECT * FROM attempt")) == 2)
    assert texts[2] == "one two three"


async def test_a_listener_who_goes_while_much_is_untold_does_not_hang_the_run(bench: Bench) -> None:
    run = bench.create(["ok"], tasks=20)
    async with asyncio.timeout(10):
        async with running(bench, run, ["ok"], Controls(2)) as stream:
            async for event in stream:
                if isinstance(event, TrialStarted):
                    await until(lambda: len(bench.all("SELECT * FROM score")) == 2)
                    await asyncio.sleep(0.1)  # more is told than may wait
                    break
    await bench.carry_out(run, ["ok"])
    assert bench.all("SELECT state, count(*) FROM trial_state GROUP BY 1") == [("complete", 40)]


async def test_a_reply_that_has_arrived_is_kept_though_the_listener_is_behind_and_all_is_broken_off(
    bench: Bench,
) -> None:
    slow, fast = "text:a%20long%20reply:chunks=10:gap=0.03@slow", "ok@fast"
    run = bench.create([slow, fast], tasks=20)
    controls = Controls(3, watches_all=True)

    def slow_ones() -> list[Received]:
        return [one for one in bench.server.requests if f"{one.model}@slow" == slow]

    async with running(bench, run, [slow, fast], controls) as stream:
        async for event in stream:
            if isinstance(event, TextArrived) and event.trial.model == slow and not controls.stop.is_cancelling:
                await until(lambda: all(one.ended_at for one in slow_ones()))
                await asyncio.sleep(0.1)  # the replies are here, what to tell of them waits for us
                controls.stop.cancel()
    assert bench.all("SELECT count(*) FROM trial_state WHERE state = 'unknown'") == [(0,)]
    complete = bench.all("SELECT count(*) FROM response WHERE outcome = 'complete'")[0][0]
    assert complete == sum(not one.client_left for one in bench.server.requests), "what was paid for is kept"


async def test_a_lane_of_errors_stops_while_another_finishes(bench: Bench) -> None:
    models = ["status:400@bad", "ok@good"]
    run = bench.create(models, tasks=60)
    events = await bench.carry_out(run, models, bench.options(concurrency=4))
    stopped = [event for event in events if isinstance(event, LaneStopped)]
    assert [(one.lane, one.cause) for one in stopped] == [("bad", Cause.ERRORS)]
    failed = sum(one.model == "status:400" for one in bench.server.requests)
    assert 50 <= failed <= 58
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.states == {"complete": 120, "error": failed, "planned": 120 - failed}
    assert end.reason == "stopped"


async def test_a_lane_that_is_done_is_not_stopped_for_what_others_have_left(bench: Bench) -> None:
    models = ["status:400@bad", "ok:latency=0.2@good"]
    run = bench.create(models, tasks=30)
    events = await bench.carry_out(run, models, bench.options(concurrency=8))
    assert not any(isinstance(event, LaneStopped) for event in events)
    assert isinstance(events[-1], RunEnded)
    assert events[-1].states == {"complete": 60, "error": 60}


async def test_patience_with_a_rate_limit_does_not_run_out_in_a_pause(bench: Bench) -> None:
    """Whoever pauses over lunch finds the lane where it was: at least one call finds out how the endpoint is now."""
    model = "flaky:1:429"
    run = bench.create([model], tasks=1)
    controls = Controls(1)

    def pause(event: Event, _: Stop) -> None:
        if isinstance(event, ResponseStored) and event.response.error and not controls.is_paused:
            controls.pause()
            asyncio.get_running_loop().call_later(1.5, controls.go_on)

    events = await bench.carry_out(run, [model], bench.options(1, rate_limit_patience_s=1.2), pause, controls=controls)
    assert not any(isinstance(event, LaneStopped) for event in events)
    assert isinstance(events[-1], RunEnded)
    assert events[-1].states == {"complete": 2}


async def test_a_lane_that_stays_rate_limited_is_given_up(bench: Bench) -> None:
    run = bench.create(["status:429"], tasks=3)
    async with asyncio.timeout(20):
        events = await bench.carry_out(run, ["status:429"], bench.options(2, rate_limit_patience_s=0.5))
    stopped = [event for event in events if isinstance(event, LaneStopped)]
    assert [one.cause for one in stopped] == [Cause.RATE_LIMIT]
    assert bench.all("SELECT count(*) FROM response WHERE is_final") == [(0,)], "all of it can still be done"
