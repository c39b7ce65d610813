"""Chains: what goes on from an execution waits for it, holds its answer, and is skipped when there is none."""

from __future__ import annotations

import pytest

from motivtui.runner import Event, ResponseStored, RunEnded, Stop, TrialsSkipped
from motivtui.study.instrument import Instrument, Item, Phase
from tests.faults.request_log import Received
from tests.faults.spec import text_model
from tests.runner.conftest import Bench

ANSWER = "A poem about rain, 85 words."
JUDGE = "score:70@judge"
CHECK = Instrument("check", "Check", Phase.CHECK, "Was it real? {format}", (Item("belief", "belief"),), 60)


def texts(request: Received) -> list[str]:
    assert request.body is not None
    return [message["content"] for message in request.body["messages"]]


def is_execution(request: Received) -> bool:
    return len(texts(request)) == 1 and texts(request)[0].startswith("Task ") and "[" not in texts(request)[0]


def states(bench: Bench) -> dict[str, int]:
    rows = bench.all(
        "SELECT trial.instrument || ' ' || state, count(*) FROM trial_state "
        "JOIN trial ON trial.id = trial_state.trial GROUP BY 1"
    )
    return {str(name): int(number) for name, number in rows}


def end_of(events: list[Event]) -> RunEnded:
    assert isinstance(events[-1], RunEnded)
    return events[-1]


async def test_what_goes_on_from_an_execution_waits_for_it_and_holds_its_answer(bench: Bench) -> None:
    model = text_model(ANSWER, latency=0.05)
    run = bench.chains(model, JUDGE, tasks=3, more=(CHECK,))
    events = await bench.carry_out(run, [model, JUDGE])
    assert end_of(events).states == {"complete": 12}
    requests = bench.server.requests
    executions = {texts(one)[0]: one for one in requests if is_execution(one)}
    assert len(executions) == 3
    after = [one for one in requests if not is_execution(one)]
    assert len(after) == 9
    for one in after:
        before = next(execution for task, execution in executions.items() if texts(one)[0].startswith(task))
        assert before.ended_at is not None
        assert one.at > before.ended_at
    asked = [texts(one) for one in after if len(texts(one)) > 1]
    assert len(asked) == 6, "the question and the check"
    assert all(conversation[1] == ANSWER for conversation in asked)
    judged = [texts(one)[0] for one in after if one.model == "score:70"]
    assert len(judged) == 3
    for prompt in judged:
        _, opening, answer, closing, _ = prompt.split("\n")
        assert answer == ANSWER
        assert opening == closing != "[{nonce}]", "the fence is there, each time another"
    assert len({prompt.split("\n")[1] for prompt in judged}) == 3


async def test_thinking_aloud_is_no_part_of_the_answer(bench: Bench) -> None:
    model = text_model(f"<think>I should say 3.</think>\n{ANSWER}")
    run = bench.chains(model, JUDGE, tasks=1)
    await bench.carry_out(run, [model, JUDGE])
    sent = [text for one in bench.server.requests for text in texts(one)]
    assert any(ANSWER in text for text in sent)
    assert not any("I should say" in text for text in sent)


ENDS = [
    ("status:400", "the execution ended: bad_request"),
    ("cut:eof", "the execution ended: cut"),
    ("null_content", "the execution brought an empty answer"),
    (text_model(" \n\t"), "the execution brought an empty answer"),
    ("content_filter:stop", "the execution was stopped by a content filter"),
]


@pytest.mark.parametrize(("model", "reason"), ENDS)
async def test_an_execution_without_an_answer_ends_its_chain(bench: Bench, model: str, reason: str) -> None:
    run = bench.chains(model, JUDGE)
    events = await bench.carry_out(run, [model, JUDGE], bench.options(retries=0))
    assert all(is_execution(one) for one in bench.server.requests)
    assert len(bench.server.requests) == 2
    skipped = [event for event in events if isinstance(event, TrialsSkipped)]
    assert {event.reason for event in skipped} == {reason}
    told = [trial.ordinal for event in skipped for trial in event.trials]
    assert len(told) == len(set(told)) == 4
    assert states(bench)["post skipped"] == states(bench)["judge skipped"] == 2
    recorded = bench.all("SELECT DISTINCT skip_reason FROM trial_state WHERE state = 'skipped'")
    assert recorded == [(reason,)], "the database says the same"
    assert end_of(events).reason == "finished"
    again = await bench.carry_out(run, [model, JUDGE])
    assert len(bench.server.requests) == 2, "a skipped chain is not begun by a resume"
    assert end_of(again).states == end_of(events).states


async def test_a_requeue_opens_the_execution_and_its_chain(bench: Bench) -> None:
    model = "flaky:1:400"
    run = bench.chains(model, JUDGE)
    await bench.carry_out(run, [model, JUDGE])
    assert states(bench)["execution error"] == 2
    assert bench.store.requeue_failed(run) == 2
    events = await bench.carry_out(run, [model, JUDGE])
    # What the model is asked after the execution is another body: it fails the first time too.
    assert states(bench) == {"execution complete": 2, "judge complete": 2, "post error": 2}
    assert bench.store.requeue_failed(run) == 2
    events = await bench.carry_out(run, [model, JUDGE])
    assert end_of(events).states == {"complete": 6}
    rounds = bench.all("SELECT max(round) FROM response JOIN trial ON trial.id = response.trial GROUP BY instrument")
    assert sorted(rounds) == [(1,), (2,), (2,)]


async def test_a_chain_goes_on_in_the_middle(bench: Bench) -> None:
    model = text_model(ANSWER)
    run = bench.chains(model, JUDGE, tasks=1)

    def stop_after_the_execution(event: Event, stop: Stop) -> None:
        if isinstance(event, ResponseStored) and event.trial.instrument == "execution":
            stop.drain()

    events = await bench.carry_out(run, [model, JUDGE], bench.options(concurrency=1), stop_after_the_execution)
    assert end_of(events).reason == "interrupted"
    assert states(bench)["execution complete"] == 1
    assert end_of(events).states.get("planned", 0) >= 1
    events = await bench.carry_out(run, [model, JUDGE])
    assert end_of(events).states == {"complete": 3}
    assert sum(is_execution(one) for one in bench.server.requests) == 1, "the execution was not asked again"
    assert any(ANSWER in text for one in bench.server.requests if one.model == "score:70" for text in texts(one))


async def test_a_chain_whose_lane_has_stopped_ends_the_run_all_the_same(bench: Bench) -> None:
    """The judge's trials wait for executions that nobody may do any more."""
    run = bench.chains("status:401@closed", JUDGE)
    events = await bench.carry_out(run, ["status:401@closed", JUDGE])
    assert end_of(events).reason == "stopped"
    assert not any(isinstance(event, TrialsSkipped) for event in events), "all of it can still be done"
