"""Calls a second against a local server that answers after 100 ms, at several numbers of calls at once.

Whole and streamed (25 chunks), four ways in one run, each in a process of its own, taking turns: the bare `openai`
client, bare litellm, the runner, whose every attempt, response and score is on disk, and the runner with its calls in
two processes of their own. CPU is that of all processes but the server's.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.process import FaultProcess

CONCURRENCIES = (1, 8, 32, 64)
ROUNDS = 2
WHOLE, STREAMED = "score:85:latency=0.1", "score:85:latency=0.1:chunks=25"
WAYS = ("openai", "litellm", "motiv", "motiv+2")
PROMPT = "How motivated are you to do this task? Reply with a number from 1 to 100. " * 8
ARGUMENTS = {"messages": [{"role": "user", "content": PROMPT}], "max_tokens": 120, "seed": 1}

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement: who calls, how many at once, streamed or not."""

    way: str
    api_base: str
    concurrency: int
    is_streamed: bool

    @property
    def model(self) -> str:
        """The fault server's name for such answers."""
        return STREAMED if self.is_streamed else WHOLE

    @property
    def calls(self) -> int:
        """Enough for a few seconds."""
        return min(800, 50 * self.concurrency)

    @property
    def warm_up(self) -> int:
        """Calls that are not counted."""
        return 2 * self.concurrency


def main() -> None:
    """Run every way in turn, several rounds, and print medians."""
    with tempfile.TemporaryDirectory() as folder, FaultProcess(Path(folder)) as server:
        for is_streamed in (False, True):
            for concurrency in CONCURRENCIES:
                cases = [Case(way, server.api_base, concurrency, is_streamed) for way in WAYS]
                _print(cases, [[_in_own_process(case) for case in cases] for _ in range(ROUNDS)])


def _print(cases: list[Case], rounds: list[list[tuple[float, float]]]) -> None:
    first = cases[0]
    form = "streamed" if first.is_streamed else "whole"
    print(f"throughput: {form} calls, {first.concurrency} at once, {first.calls} calls, median of {ROUNDS} rounds")
    rates = [statistics.median(figures[place][0] for figures in rounds) for place in range(len(cases))]
    costs = [statistics.median(figures[place][1] for figures in rounds) for place in range(len(cases))]
    base = rates[WAYS.index("litellm")]
    for case, rate, cpu in zip(cases, rates, costs, strict=True):
        print(f"  {case.way:8} {rate:7.1f} calls/s  {cpu:6.2f} ms CPU a call  {rate / base:6.1%} of bare litellm")


def _in_own_process(case: Case) -> tuple[float, float]:
    words = [case.way, case.api_base, str(case.concurrency), str(int(case.is_streamed))]
    command = [sys.executable, "-m", "bench.throughput", *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    rate, cpu = json.loads(done.stdout.splitlines()[-1])
    return rate, cpu


def _measure(case: Case) -> tuple[float, float]:
    if case.way == "openai":
        return asyncio.run(_openai(case))
    if case.way == "litellm":
        return asyncio.run(_litellm(case))
    return asyncio.run(_motiv(case, 2 if case.way.endswith("+2") else 0))


async def _openai(case: Case) -> tuple[float, float]:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=case.api_base, api_key="none", max_retries=0)

    async def call() -> object:
        answer = await client.chat.completions.create(model=case.model, stream=case.is_streamed, **ARGUMENTS)  # type: ignore[call-overload]
        return [chunk async for chunk in answer] if case.is_streamed else answer

    return await _loop(case, call)


async def _litellm(case: Case) -> tuple[float, float]:
    from motivtui.models.litellm_door.loading import load_litellm

    litellm = load_litellm()
    arguments = ARGUMENTS | {"api_base": case.api_base, "api_key": "none", "max_retries": 0}

    async def call() -> object:
        answer = await litellm.acompletion(model=f"openai/{case.model}", stream=case.is_streamed, **arguments)
        return [chunk async for chunk in answer] if case.is_streamed else answer

    try:
        return await _loop(case, call)
    finally:
        await litellm.close_litellm_async_clients()


async def _loop(case: Case, call: Call) -> tuple[float, float]:
    """The plainest way to keep so many calls in the air: workers that draw from one counter."""

    async def many(count: int) -> None:
        left = iter(range(count))

        async def worker() -> None:
            for _ in left:
                await call()

        await asyncio.gather(*(worker() for _ in range(case.concurrency)))

    await many(case.warm_up)
    began, cpu = time.perf_counter(), time.process_time()
    await many(case.calls)
    return case.calls / (time.perf_counter() - began), (time.process_time() - cpu) / case.calls * 1000


async def _motiv(case: Case, processes: int) -> tuple[float, float]:
    from bench.motiv_run import open_bench_run

    children_before = _cpu_of_children()
    began = cpu = rate = own = 0.0
    async with open_bench_run(
        case.api_base,
        case.model,
        PROMPT,
        case.warm_up + case.calls,
        case.concurrency,
        is_streamed=case.is_streamed,
        processes=processes,
    ) as scores:
        seen = 0
        async for _ in scores:
            seen += 1
            if seen == case.warm_up:
                began, cpu = time.perf_counter(), time.process_time()
        rate = case.calls / (time.perf_counter() - began)
        own = (time.process_time() - cpu) / case.calls * 1000
    # Children are counted when they have ended, with all they did: their start is paid for by every call.
    return rate, own + (_cpu_of_children() - children_before) / (case.warm_up + case.calls) * 1000


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_measure(Case(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "1"))))
    else:
        main()
