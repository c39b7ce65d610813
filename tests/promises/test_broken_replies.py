"""Replies that are cut, hang or drip: never taken for answers, never waited for without end."""

from __future__ import annotations

import asyncio
import os

from motivtui.runner.breaker import WINDOW
from motivtui.settings import Limits
from tests.faults.replies import SENTENCE
from tests.faults.spec import encoded
from tests.promises.conftest import Bench, Size
from tests.runner.conftest import NONE

REPLY = f'{{"motivation": 85, "reason": "{SENTENCE} {SENTENCE} {SENTENCE}"}}'
TEXT = f"text={encoded(REPLY)}"
EXACT = ("eof", "json", "utf8", "fin")
"""Cuts after which everything that was told is kept; a reset may overtake what the kernel had not handed over yet."""


def cuts(count: int) -> dict[str, str]:
    """Model → the kind of its cut; the offsets from the first character of the reply to its last.

    Every call fails, so the lanes are short: a lane with two windows of the breaker would stop.
    """
    kinds = {}
    for number in range(count):
        offset = number * len(REPLY) // count
        for kind in (*EXACT, "rst"):
            kinds[f"cut:{kind}:{offset}:{TEXT}"] = kind
        kinds[f"error_event:{number}:{TEXT}:chunks={count}"] = "error_event"
        kinds[f"html:chunks={number + 1}"] = "html"
    return {f"{model}@{place // WINDOW}": kind for place, (model, kind) in enumerate(kinds.items())}


async def test_a_cut_stream_is_never_an_answer(bench: Bench, size: Size) -> None:
    models = cuts(size.of(8, 100))
    run = bench.create(list(models), tasks=1, manipulations=(NONE,))
    options = bench.options(size.of(8, 2), retries=0, is_streamed=True)  # in each lane
    await bench.carry_out(run, list(models), options, limits=Limits(first_byte_s=10, idle_s=10, total_s=20))
    rows = bench.all(
        "SELECT trial.model, outcome, text, error_kind FROM response JOIN trial ON trial.id = response.trial"
    )
    assert len(rows) == len(models) == len(bench.server.requests) == size.of(7 * 8, 7 * 100)
    kept = whole = 0
    for model, outcome, text, error in rows:
        assert outcome == ("partial" if text else "error"), model
        assert error is not None, model
        told = REPLY[: int(model.split(":")[2])] if models[model] in (*EXACT, "rst") else REPLY
        assert told.startswith(text) or models[model] == "error_event", (model, text)
        if models[model] in EXACT:
            whole += 1
            kept += text == told
    scores = bench.all("SELECT value, status, count(*) FROM score GROUP BY 1, 2 ORDER BY 2")
    assert {value for value, _, _ in scores} == {None}, "85 was there to be read, in many of them"
    assert kept == whole, "what had arrived is kept to the last character"
    texts = sum(bool(row[2]) for row in rows)
    print(  # noqa: T201 (the figure)
        f"\n{len(rows)} cut streams of 7 kinds: 0 stored complete, {texts} with their partial text, 0 scores"
    )


def sockets() -> int:
    """How many sockets this process has open."""
    count = 0
    for entry in os.listdir("/proc/self/fd"):  # noqa: PTH208 (names only; one may vanish meanwhile)
        try:
            count += os.readlink(f"/proc/self/fd/{entry}").startswith("socket:")  # noqa: PTH115
        except OSError:
            continue
    return count


async def test_hung_and_dripping_calls_end(bench: Bench, size: Size) -> None:
    count, deadline = size.of(3, 50), size.of(1, 5)
    kinds = [f"{fault}@{fault}" for fault in ("hang", "hang_headers", "comments:0.1", "drip:0.3")]
    run = bench.create(kinds, tasks=count, manipulations=(NONE,))
    tasks_before, sockets_before = len(asyncio.all_tasks()), sockets()
    limits = Limits(first_byte_s=deadline, idle_s=deadline, total_s=deadline)
    await bench.carry_out(run, kinds, bench.options(size.of(3, 8), retries=0, is_streamed=True), limits=limits)
    rows = bench.all("SELECT latency_ms, outcome FROM response")
    assert len(rows) == 4 * count
    assert {outcome for _, outcome in rows} <= {"error", "partial"}
    longest = max(latency for latency, _ in rows) / 1000
    assert longest < deadline + 2
    requests = bench.server.requests
    await bench.server.until(lambda: all(one.ended_at for one in requests))
    assert all(one.client_left for one in requests), "nothing goes on behind our back"
    async with asyncio.timeout(5):
        while sockets() > sockets_before or len(asyncio.all_tasks()) > tasks_before:
            await asyncio.sleep(0.02)
    print(  # noqa: T201 (the figure)
        f"\n{len(rows)} hung or dripping calls, deadline {deadline} s: the longest took {longest:.2f} s; "
        "0 tasks and 0 sockets left"
    )


async def test_retries_are_exact(bench: Bench) -> None:
    faults = ["status:500", "status:503", "hang", "cut:rst"]
    run = bench.create(faults, tasks=1, manipulations=(NONE,))
    limits = Limits(first_byte_s=0.5, idle_s=0.5, total_s=0.5)
    await bench.carry_out(run, faults, bench.options(4, retries=3), limits=limits)
    asked = {fault: sum(one.model == fault for one in bench.server.requests) for fault in faults}
    assert asked == dict.fromkeys(faults, 4)
    assert bench.all("SELECT count(*), sum(is_final) FROM response") == [(16, 4)]
    print(f"\nretries = 3: {asked}")  # noqa: T201 (the figure)
