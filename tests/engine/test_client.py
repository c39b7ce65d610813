"""The console's side against real engines: every command, every answer."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from motivtui import __version__
from motivtui.engine import events as told
from motivtui.engine.client import EngineClient, EngineLostError
from motivtui.engine.process import NICENESS
from motivtui.errors import BusyError, ConfigError, MaterialError, MissingModelError, UsageError
from tests.engine.conftest import Lab, is_alive, request, until
from tests.faults.process import FaultProcess
from tests.faults.spec import text_model


async def test_a_run_from_request_to_end(lab: Lab) -> None:
    engine = await lab.engine()
    assert engine.ready.version == __version__
    assert engine.ready.pid == engine.pid
    assert os.getpriority(os.PRIO_PROCESS, engine.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
    started = await engine.start_run(request(), watch="all")
    assert started.open == 4
    ended = await lab.end_of(engine, started.run)
    assert (ended.reason, ended.states) == ("finished", {"complete": 4})
    assert {one.ordinal for one in lab.told(told.TrialStarted)} == {1, 2, 3, 4}
    scores = {one.ordinal: one.scores[0].value for one in lab.told(told.Scores)}
    stored = lab.all("SELECT ordinal, value FROM trial_scores")
    assert scores == dict(stored)
    for response in lab.told(told.Response):
        text = ""
        for piece in lab.told(told.Text):
            if piece.ordinal == response.ordinal:
                text = text[: piece.start] + piece.text
        assert response.text is not None
        [(reply,)] = lab.all("SELECT reply FROM trial_scores WHERE ordinal = ?", (response.ordinal,))
        assert text[: response.start] + response.text == reply
    assert lab.all("SELECT DISTINCT pid FROM session") == [(engine.pid,)]


async def test_a_plan_calls_nothing_and_shows_prompts(lab: Lab) -> None:
    engine = await lab.engine()
    planned = await engine.plan(request(), prompts=3)
    assert planned.product == "1 model × 2 tasks × 2 manipulations × 1 instrument × 1 repeat = 4 calls"
    assert (planned.trials, planned.calls) == (4, {"pre-self-report": 4})
    assert planned.estimate.is_free
    assert planned.estimate.seconds is None
    assert any("repeat" in note for note in planned.notes)
    assert len(planned.prompts) == 3
    parts = {part.part for prompt in planned.prompts for message in prompt.messages for part in message.parts}
    assert {"task", "instrument"} <= parts
    assert not lab.db.exists()


async def test_a_task_of_ones_own(lab: Lab) -> None:
    engine = await lab.engine()
    started = await engine.start_run(request(), kind="probe", task="Count to three")
    await lab.end_of(engine, started.run)
    assert lab.all("SELECT run_kind, task, reply IS NULL FROM trial_scores") == [("probe", "probe.1", 0)] * 2
    assert lab.all("SELECT prompt FROM task") == [("Count to three",)]


async def test_errors_come_back_as_their_own_class(lab: Lab) -> None:
    engine = await lab.engine()
    with pytest.raises(MissingModelError, match="scripted/nobody") as caught:
        await engine.plan(request("scripted/nobody"))
    assert "steady" in caught.value.hint
    with pytest.raises(UsageError, match="not under way"):
        await engine.pause("nowhere")
    with pytest.raises((UsageError, MaterialError)):
        await engine.plan(request(instruments=["no-such-instrument"]))
    with pytest.raises(UsageError, match="task is empty"):
        await engine.plan(request(), task="  ")
    assert (await engine.plan(request())).trials == 4


async def test_a_run_that_may_cost_needs_a_yes(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    with pytest.raises(UsageError, match="may cost money"):
        await engine.start_run(request("faults/ok"))
    assert faults.calls() == []
    assert not lab.db.exists()
    started = await engine.start_run(request("faults/ok"), may_pay=True)
    ended = await lab.end_of(engine, started.run)
    assert ended.states == {"complete": 4}
    assert len(faults.calls()) == 4


async def test_rename(lab: Lab) -> None:
    engine = await lab.engine()
    started = await engine.start_run(request())
    await lab.end_of(engine, started.run)
    await engine.rename("latest", "Ein Name: ü")
    assert lab.all("SELECT name FROM run") == [("Ein Name: ü",)]
    with pytest.raises(UsageError, match="empty"):
        await engine.rename("latest", " ")


async def test_tags_and_archive(lab: Lab) -> None:
    engine = await lab.engine()
    started = await engine.start_run(request())
    await lab.end_of(engine, started.run)
    await engine.set_tags("latest", [" pilot ", "für Anna", "pilot"])
    assert lab.all("SELECT tag FROM run_tag ORDER BY tag") == [("für Anna",), ("pilot",)]
    await engine.set_tags(started.run, [])
    assert lab.all("SELECT tag FROM run_tag") == []
    for tag in (" ", "a,b", "x" * 41, "a\x1b[2J"):
        with pytest.raises(UsageError, match="tag"):
            await engine.set_tags(started.run, [tag])
    await engine.archive(started.run, True)
    assert lab.all("SELECT archived_at IS NULL FROM run") == [(0,)]
    await engine.archive(started.run, False)
    assert lab.all("SELECT archived_at IS NULL FROM run") == [(1,)]
    with pytest.raises(UsageError, match="no run of this database"):
        await engine.archive("zzz", True)


async def test_a_removed_run_is_gone_and_the_others_stay(lab: Lab) -> None:
    engine = await lab.engine()
    gone = await engine.start_run(request())
    await lab.end_of(engine, gone.run)
    kept = await engine.start_run(request())
    await lab.end_of(engine, kept.run)
    for name in ("latest", gone.run[:3]):
        with pytest.raises(UsageError, match="no run"):  # nothing is removed by a guess
            await engine.remove(name)
    await engine.remove(gone.run)
    assert lab.all("SELECT id FROM run") == [(kept.run,)]
    assert lab.all("SELECT DISTINCT run FROM trial") == [(kept.run,)]
    with pytest.raises(UsageError, match="no run"):
        await engine.remove(gone.run)


async def test_a_run_under_way_is_not_removed(lab: Lab, faults: FaultProcess) -> None:
    """Neither by the engine that carries it out, which knows it before any lock is held, nor by another process."""
    lab.configure(faults.api_base)
    one, other = await lab.engine(), await lab.engine()
    mine = await one.start_run(request("faults/score:60:latency=0.1", 10), may_pay=True)
    with pytest.raises(BusyError, match="by this engine"):
        await one.remove(mine.run)
    await lab.hear(one, told.TrialStarted)
    with pytest.raises(BusyError, match="by this engine"):
        await one.remove(mine.run)
    with pytest.raises(BusyError, match=f"process {one.pid}"):
        await other.remove(mine.run)
    await other.set_tags(mine.run, ["while it runs"])
    assert (await lab.end_of(one, mine.run)).states == {"complete": 20}
    await other.remove(mine.run)
    assert lab.all("SELECT count(*) FROM trial") == [(0,)]


async def test_pause_holds_and_go_on_goes_on(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    wanted = request("faults/score:80:latency=0.2", 20, limits={"concurrency": 2})
    started = await engine.start_run(wanted, may_pay=True)
    await lab.hear(engine, told.TrialStarted, 2)
    await engine.pause(started.run)
    while (state := await engine.state())[0].progress.running:
        await lab.hear(engine, told.Progress)
    assert state[0].progress.is_paused
    made = len(faults.calls())
    assert made < 40
    await asyncio.sleep(0.5)  # longer than two calls take
    assert len(faults.calls()) == made
    await engine.go_on(started.run)
    assert (await lab.end_of(engine, started.run)).states == {"complete": 40}


async def test_concurrency_while_it_runs(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    wanted = request("faults/score:80:latency=0.3", 30, limits={"concurrency": 1})
    started = await engine.start_run(wanted, may_pay=True)
    await lab.hear(engine, told.Scores, 2)
    assert max(one.running for one in [*lab.told(told.Progress), *_progress(await engine.state())]) <= 1
    await engine.set_concurrency(started.run, 16)
    await lab.end_of(engine, started.run)
    assert max(one.running for one in lab.told(told.Progress)) > 4
    assert lab.told(told.Progress)[-1].concurrency == 16


def _progress(states: tuple[object, ...]) -> list[told.Progress]:
    return [state.progress for state in states]  # type: ignore[attr-defined]


async def test_requeue_while_it_runs(lab: Lab, faults: FaultProcess) -> None:
    """Every first request fails for good; taken up again while the others still go on, it is answered."""
    lab.configure(faults.api_base)
    engine = await lab.engine()
    wanted = request("faults/flaky:1:400:latency=0.1", 10, limits={"concurrency": 2, "retries": 0})
    started = await engine.start_run(wanted, may_pay=True)
    await lab.hear(engine, told.Response, 3)
    await engine.requeue(started.run)
    [requeued] = await lab.hear(engine, told.Requeued)
    assert requeued.count >= 3
    ended = await lab.end_of(engine, started.run)
    assert ended.states["complete"] >= requeued.count
    assert ended.states["complete"] + ended.states.get("error", 0) == 20, "none is left open"


async def test_resume_with_requeue_after_the_end(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    wanted = request("faults/flaky:1:400", 4, limits={"retries": 0})
    started = await engine.start_run(wanted, may_pay=True)
    assert (await lab.end_of(engine, started.run)).states == {"error": 8}
    again = await engine.resume(requeue=True)
    assert (again.run, again.open) == (started.run, 8)
    assert (await lab.end_of(engine, started.run)).states == {"complete": 8}
    last = lab.told(told.RunEnded)[-1].progress
    assert (last.complete, last.failed, last.open, last.running) == (8, 0, 0, 0)


@pytest.mark.parametrize("how", ["drain", "cancel"])
async def test_stop(lab: Lab, faults: FaultProcess, how: str) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    started = await engine.start_run(request("faults/score:70:latency=0.5", 10), may_pay=True)
    await lab.hear(engine, told.TrialStarted, 8)
    await engine.stop(started.run, how)  # type: ignore[arg-type]
    ended = await lab.end_of(engine, started.run)
    assert ended.reason == "interrupted"
    outcomes = {row[0] for row in lab.all("SELECT outcome FROM response")}
    assert outcomes == {"complete" if how == "drain" else "cancelled"}
    await engine.resume(started.run)
    assert (await lab.end_of(engine, started.run)).states == {"complete": 20}


async def test_a_late_watcher_gets_the_text_so_far(lab: Lab, faults: FaultProcess) -> None:
    reply = '{"motivation": 77, "reason": "' + "word after word " * 8 + '"}'
    lab.configure(faults.api_base)
    engine = await lab.engine()
    model = f"faults/{text_model(reply, chunks=30, gap=0.1)}"
    wanted = request(model, 1, limits={"stream": True, "concurrency": 2})
    started = await engine.start_run(wanted, may_pay=True)
    faults.until(lambda requests: len(requests) >= 2)
    await asyncio.sleep(1.0)  # ten pieces of it are there
    assert lab.told(told.Text) == []
    await engine.watch(started.run, [2])
    [first] = await lab.hear(engine, told.Text)
    assert (first.ordinal, first.start) == (2, 0)
    assert len(first.text) > len(reply) // 30
    assert reply.startswith(first.text)
    await engine.watch(started.run, [])
    await engine.watch(started.run, [2])
    [again] = await lab.hear(engine, told.Text)
    assert again.start == 0, "who watches again gets it from its start"
    assert again.text.startswith(first.text)
    await lab.end_of(engine, started.run)
    assert {one.ordinal for one in lab.told(told.Text)} == {2}
    [response] = [one for one in lab.told(told.Response) if one.ordinal == 2]
    [unwatched] = [one for one in lab.told(told.Response) if one.ordinal == 1]
    assert (unwatched.text, unwatched.characters) == (None, len(reply))
    so_far = ""
    for piece in lab.told(told.Text):
        so_far = so_far[: piece.start] + piece.text
    assert so_far[: response.start] + (response.text or "") == reply


async def test_lone_surrogates_do_not_break_a_line(lab: Lab, faults: FaultProcess) -> None:
    reply = '{"motivation": 66, "reason": "a\ud800b \U0001f600"}'
    lab.configure(faults.api_base)
    engine = await lab.engine()
    started = await engine.start_run(request(f"faults/{text_model(reply)}", 1), may_pay=True, watch="all")
    assert (await lab.end_of(engine, started.run)).states == {"complete": 2}
    for response in lab.told(told.Response):
        pieces = [one for one in lab.told(told.Text) if one.ordinal == response.ordinal]
        text = "".join(one.text for one in pieces) + (response.text or "")
        assert text == reply.replace("\ud800", "\ufffd"), "one for one: evidence stays where it is"


async def test_two_runs_at_once_share_what_is_open(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    slow = await engine.start_run(request("faults/score:60:latency=0.2", 8), may_pay=True)
    await lab.hear(engine, told.TrialStarted)
    quick = await engine.start_run(request())
    assert slow.run != quick.run
    assert {one.run for one in await engine.state()} >= {slow.run}
    await lab.end_of(engine, slow.run)
    assert {one.run for one in lab.told(told.RunEnded)} == {slow.run, quick.run}
    assert {one.reason for one in lab.told(told.RunEnded)} == {"finished"}
    assert await engine.state() == ()


async def test_two_engines_on_one_database(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    one, other = await lab.engine(), await lab.engine()
    mine = await one.start_run(request("faults/score:60:latency=0.1", 10), may_pay=True)
    yours = await other.start_run(request("faults/score:60:latency=0.1", 10), may_pay=True)
    await lab.hear(one, told.TrialStarted)
    with pytest.raises(BusyError, match=f"process {one.pid}"):
        await other.resume(mine.run)
    with pytest.raises(BusyError, match=f"process {one.pid}"):
        await one.resume(mine.run)
    assert (await lab.end_of(one, mine.run)).states == {"complete": 20}
    assert (await lab.end_of(other, yours.run)).states == {"complete": 20}


async def test_models_are_opened_in_the_background(lab: Lab) -> None:
    engine = await lab.engine()
    with pytest.raises(MissingModelError):
        await engine.warm(["local/nobody"])
    await engine.warm(["scripted/steady"])
    [warmed] = await lab.hear(engine, told.Warmed)
    assert (warmed.models, warmed.error) == (("scripted/steady",), None)


async def test_a_listener_that_sleeps_gets_a_count_and_the_answer(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of events for nobody: the run goes on to its end, and the answer comes through."""
    monkeypatch.setattr("motivtui.engine.connection.MAX_EVENTS", 10)
    engine = await lab.engine()
    started = await engine.start_run(request(tasks=40, repeats=20, limits={"concurrency": 64}))
    await until(lambda: lab.db.exists() and len(lab.finals()) == 1600)
    assert all(one.run == started.run for one in await engine.state())
    ended = await lab.end_of(engine, started.run)
    assert ended.states == {"complete": 1600}
    missed = sum(one.count for one in lab.told(told.Missed))
    told_of = [event for event in lab.heard if isinstance(event, told.TrialStarted | told.Response | told.Scores)]
    assert missed > 0
    assert missed + len(told_of) + len(lab.told(told.RunStarted)) == 3 * 1600 + 1


async def test_the_death_of_the_engine_is_noticed(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    started = await engine.start_run(request("faults/hang", 4), may_pay=True)
    await lab.hear(engine, told.TrialStarted)
    waiting = asyncio.create_task(lab.end_of(engine, started.run))
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises(EngineLostError, match="signal 9"):
        await waiting
    assert engine.is_lost
    with pytest.raises(EngineLostError, match="signal 9"):
        await engine.state()


async def test_closing_leaves_a_run_that_is_under_way_alone(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    started = await engine.start_run(request("faults/score:60:latency=0.2", 10), may_pay=True)
    await lab.hear(engine, told.TrialStarted)
    await engine.close()
    assert len(lab.finals()) < 20
    assert [event async for event in engine.events() if isinstance(event, told.RunEnded)] == []
    with pytest.raises(EngineLostError):
        await engine.pause(started.run)
    await until(lambda: not is_alive(engine.pid))
    assert len(lab.finals()) == 20


async def test_unusable_settings_are_told_as_they_are(lab: Lab) -> None:
    lab.write_config("db = 7\n")
    with pytest.raises(ConfigError, match="db"):
        await EngineClient.start(environment=lab.environment)


async def test_quit_ends_the_events(lab: Lab) -> None:
    engine = await lab.engine()
    await engine.quit()
    assert [event async for event in engine.events()] == []
    assert not is_alive(engine.pid)
