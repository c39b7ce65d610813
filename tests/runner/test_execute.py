"""Runs carried out for real: what the server was asked, what the database holds, what was told."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from motivtui.errors import BusyError
from motivtui.runner import (
    Cause,
    Controls,
    Event,
    LaneStopped,
    ResponseStored,
    RetryPlanned,
    RunEnded,
    RunStarted,
    ScoresStored,
    Stop,
    TextArrived,
    TrialStarted,
    execute,
)
from motivtui.runner.lease import hold
from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.study.response import Outcome, Response
from tests.runner.conftest import Bench


def rows_of(bench: Bench, run: str) -> list[dict[str, Any]]:
    reader = open_reader(bench.store.path)
    try:
        return list(queries.trial_rows(reader, run))
    finally:
        reader.close()


def count(bench: Bench, sql: str) -> int:
    reader = open_reader(bench.store.path)
    try:
        return int(reader.execute(sql).fetchone()[0])
    finally:
        reader.close()


async def test_every_trial_is_asked_once_stored_and_scored(bench: Bench) -> None:
    run = bench.create(["scores:1:100"])
    events = await bench.carry_out(run, ["scores:1:100"])
    rows = rows_of(bench, run)
    assert len(rows) == len(bench.server.requests) == 8
    assert all(row["status"] == "ok" and row["state"] == "complete" and row["attempts"] == 1 for row in rows)
    assert events[0] == RunStarted(run, 8, 8)
    assert events[-1] == RunEnded(run, "finished", {"complete": 8})
    told = [type(event) for event in events]
    assert [told.count(kind) for kind in (TrialStarted, ResponseStored, ScoresStored)] == [8, 8, 8]


async def test_what_is_sent_is_the_planned_prompt_with_its_own_seed(bench: Bench) -> None:
    run = bench.create(["ok"])
    reader = open_reader(bench.store.path)
    planned = {(one.trial.messages[0].text, one.trial.seed) for one in queries.open_trials(reader, run)}
    reader.close()
    await bench.carry_out(run, ["ok"])
    sent = set()
    for request in bench.server.requests:
        assert request.body is not None
        sent.add((request.body["messages"][0]["content"], request.body["seed"]))
    assert sent == planned


async def test_an_event_is_told_only_after_its_row_is_there(bench: Bench) -> None:
    run = bench.create(["ok"], tasks=2)
    reader = open_reader(bench.store.path)

    def look(event: Event, _: Stop) -> None:
        if isinstance(event, ScoresStored):
            query = "SELECT count(*) FROM score JOIN trial ON trial.id = score.trial WHERE ordinal = ?"
            assert reader.execute(query, (event.trial.ordinal,)).fetchone()[0] == 1

    await bench.carry_out(run, ["ok"], on_event=look)
    reader.close()


@pytest.mark.parametrize("fault", ["status:500", "status:503", "cut:rst", "hang"])
async def test_retries_are_exact(bench: Bench, fault: str) -> None:
    run = bench.create([fault], tasks=1)
    events = await bench.carry_out(run, [fault], bench.options(retries=1 if fault == "hang" else 3))
    tries = 2 if fault == "hang" else 4
    assert len(bench.server.requests) == 2 * tries
    rows = rows_of(bench, run)
    assert [row["attempts"] for row in rows] == [tries, tries]
    assert all(row["value"] is None and row["status"] in ("error", "truncated") for row in rows)
    assert sum(isinstance(event, RetryPlanned) for event in events) == 2 * (tries - 1)
    assert count(bench, "SELECT count(*) FROM response WHERE NOT is_final") == 2 * (tries - 1)


@pytest.mark.parametrize("fault", ["status:400", "status:404", "context"])
async def test_what_would_only_fail_again_is_not_tried_again(bench: Bench, fault: str) -> None:
    run = bench.create([fault], tasks=1)
    await bench.carry_out(run, [fault])
    assert len(bench.server.requests) == 2
    assert {row["state"] for row in rows_of(bench, run)} == {"error"}


async def test_a_passing_fault_passes(bench: Bench) -> None:
    run = bench.create(["flaky:2:500"], tasks=1)
    await bench.carry_out(run, ["flaky:2:500"])
    assert [(row["attempts"], row["status"]) for row in rows_of(bench, run)] == [(3, "ok"), (3, "ok")]


async def test_a_refused_key_stops_its_lane_only_and_loses_no_trial(bench: Bench) -> None:
    models = ["status:401@closed", "ok@open"]
    run = bench.create(models, tasks=10)
    events = await bench.carry_out(run, models, bench.options(concurrency=2))
    stopped = [event for event in events if isinstance(event, LaneStopped)]
    assert [event.lane for event in stopped] == ["closed"]
    assert stopped[0].cause is Cause.AUTHENTICATION
    refused = [request for request in bench.server.requests if request.model == "status:401"]
    assert len(refused) <= 2, "no more than were under way at once"
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.reason == "stopped"
    assert end.states["complete"] == 20
    reader = open_reader(bench.store.path)
    assert len(queries.open_trials(reader, run)) == 20, "all of the closed lane can still be done"
    reader.close()


async def test_a_dead_server_leaves_a_row_for_every_trial_and_no_score(bench: Bench) -> None:
    run = bench.create(["ok"], tasks=5)
    port = bench.server.port
    await bench.server.__aexit__(None, None, None)
    assert port
    events = await bench.carry_out(run, ["ok"], bench.options(retries=1))
    rows = rows_of(bench, run)
    assert len(rows) == 10
    assert {(row["state"], row["error_kind"], row["status"]) for row in rows} == {("error", "connection", "error")}
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.states == {"error": 10}


async def test_draining_finishes_what_runs_and_begins_nothing(bench: Bench) -> None:
    run = bench.create(["ok:latency=0.05"], tasks=10)

    def stop_early(event: Event, stop: Stop) -> None:
        if isinstance(event, ScoresStored):
            stop.drain()

    events = await bench.carry_out(run, ["ok:latency=0.05"], bench.options(concurrency=3), stop_early)
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.reason == "interrupted"
    assert set(end.states) == {"complete", "planned"}, "nothing was broken off"
    asked = len(bench.server.requests)
    assert end.states["complete"] == asked < 20
    await bench.carry_out(run, ["ok:latency=0.05"])
    assert len(bench.server.requests) == 20, "and nothing was asked twice"


async def test_cancelling_keeps_the_text_and_the_trial_is_done_again(bench: Bench) -> None:
    model = "text:A%20long%20reply%20with%2085%20in%20it:chunks=10:gap=0.1"
    run = bench.create([model], tasks=1)

    def cancel(event: Event, stop: Stop) -> None:
        if isinstance(event, TextArrived) and event.text:
            stop.cancel()

    await bench.carry_out(run, [model], bench.options(is_watched=True), cancel)
    reader = open_reader(bench.store.path)
    broken = reader.execute("SELECT outcome, text, is_final FROM response").fetchall()
    reader.close()
    assert len(broken) == 2
    assert all(row["outcome"] == "cancelled" and not row["is_final"] for row in broken)
    assert any(row["text"] for row in broken)
    assert count(bench, "SELECT count(*) FROM score") == 0, "a broken reply is never scored"
    await bench.carry_out(run, [model])
    assert {row["state"] for row in rows_of(bench, run)} == {"complete"}


async def test_what_was_written_ahead_but_never_sent_is_not_unknown(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.create(["ok"], tasks=2)
    stop, add_attempt = Stop(), bench.store.add_attempt

    def cancelled_meanwhile(*arguments: Any, **options: Any) -> Any:
        asyncio.get_running_loop().call_soon(stop.cancel)
        return add_attempt(*arguments, **options)

    monkeypatch.setattr(bench.store, "add_attempt", cancelled_meanwhile)
    await bench.carry_out(run, ["ok"], bench.options(concurrency=1), stop=stop)
    assert count(bench, "SELECT count(*) FROM attempt") == 1
    assert count(bench, "SELECT count(*) FROM trial_state WHERE state = 'unknown'") == 0
    assert count(bench, "SELECT count(*) FROM response WHERE outcome = 'cancelled'") == 1 - len(bench.server.requests)


async def test_a_drain_that_takes_too_long_becomes_a_cancel(bench: Bench) -> None:
    run = bench.create(["hang"], tasks=1)

    def drain(event: Event, stop: Stop) -> None:
        if isinstance(event, TrialStarted):
            stop.drain()

    async with asyncio.timeout(10):
        await bench.carry_out(run, ["hang"], on_event=drain, stop=Stop(drain_s=0.1))
    assert count(bench, "SELECT count(*) FROM response WHERE outcome = 'cancelled'") == 2


async def test_no_longer_listening_ends_the_run(bench: Bench) -> None:
    run = bench.create(["ok:latency=0.02"], tasks=20)
    with pytest.raises(RuntimeError, match="the screen broke"):
        await bench.carry_out(run, ["ok:latency=0.02"], on_event=break_at_the_third_score())
    reader = open_reader(bench.store.path)
    assert queries.open_session(reader, run) is None, "the session has an end on record"
    reader.close()
    await bench.carry_out(run, ["ok:latency=0.02"])
    assert {row["state"] for row in rows_of(bench, run)} == {"complete"}


def break_at_the_third_score() -> Any:
    scores = 0

    def break_off(event: Event, _: Stop) -> None:
        nonlocal scores
        scores += isinstance(event, ScoresStored)
        if scores == 3:
            raise RuntimeError("the screen broke")

    return break_off


async def test_an_attempt_without_a_response_is_unknown_and_done_again(bench: Bench) -> None:
    run = bench.create(["ok"], tasks=1)
    session = bench.store.start_session(run)
    reader = open_reader(bench.store.path)
    first = queries.open_trials(reader, run)[0]
    bench.store.add_attempt(first.id, 1, session, "nowhere", is_streamed=False).result()
    assert queries.state_counts(reader, run) == {"unknown": 1, "planned": 1}
    reader.close()
    await bench.carry_out(run, ["ok"])
    assert sorted(row["attempts"] for row in rows_of(bench, run)) == [1, 2]


async def test_a_response_that_was_not_scored_is_scored_without_asking_again(bench: Bench) -> None:
    run = bench.create(["ok"], tasks=1)
    session = bench.store.start_session(run)
    reader = open_reader(bench.store.path)
    first = queries.open_trials(reader, run)[0]
    reader.close()
    bench.store.add_attempt(first.id, 1, session, "nowhere", is_streamed=False).result()
    reply = Response(Outcome.COMPLETE, '{"motivation": 41}', finish_reason="stop")
    bench.store.add_response(first.id, 1, reply, is_final=True).result()
    await bench.carry_out(run, ["ok"])
    assert len(bench.server.requests) == 1
    assert 41 in [row["value"] for row in rows_of(bench, run)]


async def test_a_run_that_is_at_work_is_busy(bench: Bench) -> None:
    run = bench.create(["ok"])
    with hold(run, bench.store.path, bench.locks), pytest.raises(BusyError):
        await bench.carry_out(run, ["ok"])
    await bench.carry_out(run, ["ok"])


async def test_concurrency_is_kept_and_used(bench: Bench) -> None:
    run = bench.create(["ok:latency=0.05"], tasks=15)
    await bench.carry_out(run, ["ok:latency=0.05"], bench.options(concurrency=5))
    moments = sorted(
        moment for request in bench.server.requests for moment in ((request.at, 1), (request.ended_at or 0, -1))
    )
    under_way = most = 0
    for _, step in moments:
        under_way += step
        most = max(most, under_way)
    assert most == 5


async def test_a_slow_listener_slows_the_run_and_loses_no_text(bench: Bench) -> None:
    model = "text:one%20two%20three%20four%20five%20six:chunks=6"
    run = bench.create([model], tasks=6)
    texts: dict[int, str] = {}
    async for event in execute_slowly(bench, run, model):
        if isinstance(event, TextArrived):
            assert event.start == len(texts.get(event.trial.ordinal, ""))
            texts[event.trial.ordinal] = texts.get(event.trial.ordinal, "") + event.text
    replies = {row["ordinal"]: row["reply"] for row in rows_of(bench, run)}
    assert len(replies) == 12
    assert texts == replies, "to the last word"


async def execute_slowly(bench: Bench, run: str, model: str) -> Any:
    conditions, controls = bench.options().conditions, Controls(3, watches_all=True)
    async for event in execute(bench.store, run, bench.clients([model]), conditions, controls, bench.locks):
        await asyncio.sleep(0.005)
        yield event


async def test_a_broken_database_ends_the_run_by_exception(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import Future

    from motivtui.errors import DatabaseError

    def refuse(*_: object, **__: object) -> Future[None]:
        future: Future[None] = Future()
        future.set_exception(DatabaseError("the disk is full"))
        return future

    run = bench.create(["ok"])
    monkeypatch.setattr(bench.store, "add_scores", refuse)
    with pytest.raises(DatabaseError):
        await bench.carry_out(run, ["ok"])
    monkeypatch.undo()
    await bench.carry_out(run, ["ok"])
    broken_off = count(bench, "SELECT count(*) FROM response WHERE outcome = 'cancelled'")
    assert 8 <= len(bench.server.requests) <= 8 + broken_off, "replies that were paid for are scored, not asked again"


def test_sqlite_reads_the_views_without_us(tmp_path: Any) -> None:
    from motivtui.store.store import Store

    Store(tmp_path / "x.db").close()
    connection = sqlite3.connect(tmp_path / "x.db")
    assert connection.execute("SELECT count(*) FROM trial_scores").fetchone() == (0,)
    connection.close()
