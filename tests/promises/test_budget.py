"""What a run may cost is never passed, by the log of the server that was paid."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest

from motivtui.models.litellm_door.client import LitellmClient
from motivtui.runner import Cause, Controls, Event, ResponseStored, RunEnded, RunHalted, execute
from motivtui.settings import Limits
from tests.faults.request_log import Received
from tests.promises.conftest import Bench, Size

REPLY = '{"motivation": 85, "reason": "It is good work, and I know how it is done."}'
PRICE = (2e-6, 10e-6)
LIMITS = Limits(first_byte_s=10, idle_s=10, total_s=20)
TEXT = "text={}".format(REPLY.replace(" ", "%20").replace(":", "%3A").replace('"', "%22"))
KINDS = {
    "good": f"ok:{TEXT}:latency=0.01",
    "errors": f"share:0.3:500:{TEXT}:latency=0.01",
    "cuts": f"share:0.3:cut:eof:{TEXT}:latency=0.01",
    "no usage": f"usage:missing:{TEXT}:latency=0.01",
    "refused at first": f"flaky:1:503:{TEXT}:latency=0.01",
}


def true_cost(requests: list[Received]) -> float:
    """Every call at its full price, as the server counts tokens: also a cut one, also one that ended in an error."""
    total = 0.0
    for one in requests:
        assert one.body is not None
        tokens_in = len(str(one.body["messages"])) // 4 + 1
        total += tokens_in * PRICE[0] + (len(REPLY) // 4 + 1) * PRICE[1]
    return total


async def spend(
    bench: Bench, run: str, model: str, most: float, on_event: Callable[[Event, Controls], None] = lambda *_: None
) -> list[Event]:
    """Carry the run out at concurrency 16 with that much money."""
    client = LitellmClient(replace(bench.endpoint(model), price=PRICE), LIMITS)
    conditions = bench.options(16, retries=1, max_cost_usd=most, prices={model: PRICE}).conditions
    controls = Controls(16)
    events = []
    async with aclosing(execute(bench.store, run, {model: client}, conditions, controls, bench.locks)) as stream:
        async for event in stream:
            events.append(event)
            on_event(event, controls)
    return events


async def test_the_budget_is_never_passed(bench: Bench, size: Size) -> None:
    """Each time another kind of trouble, another limit, and a stop and a resume in between."""
    times, shares = size.of(5, 20), []
    for number in range(times):
        kind = list(KINDS)[number % len(KINDS)]
        model, most = KINDS[kind], 0.012 + 0.0037 * number
        run = bench.create([model], tasks=60 + 20 * number)
        bench.server.requests.clear()
        finished = 0

        def stop_early(event: Event, controls: Controls) -> None:
            nonlocal finished
            finished += isinstance(event, ResponseStored)
            if finished == 8:
                controls.stop.cancel()  # some calls are broken off, and may have been billed

        await spend(bench, run, model, most, stop_early)
        events = await spend(bench, run, model, most)
        cost = true_cost(bench.server.requests)
        assert cost <= most, kind
        shares.append(cost / most)
        halted = [event for event in events if isinstance(event, RunHalted)]
        assert [event.cause for event in halted] == [Cause.BUDGET], kind
        end = events[-1]
        assert isinstance(end, RunEnded)
        assert end.reason == "stopped"
        assert end.states.get("planned", 0) > 0
        asked = len(bench.server.requests)
        await spend(bench, run, model, most)
        assert len(bench.server.requests) - asked <= 1, "what is left is less than a call can cost"
        assert true_cost(bench.server.requests) <= most
    print(  # noqa: T201 (the figure)
        f"\n{times} of {times} runs at concurrency 16 stayed below their limit; "
        f"they used {min(shares):.0%} to {max(shares):.0%} of it"
    )


@pytest.mark.parametrize("most", [0.0, 1e-9])
async def test_no_money_is_no_call(bench: Bench, most: float) -> None:
    run = bench.create([KINDS["good"]])
    events = await spend(bench, run, KINDS["good"], most)
    assert not bench.server.requests
    assert [type(event).__name__ for event in events] == ["RunStarted", "RunHalted", "RunEnded"]
