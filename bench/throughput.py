"""Self-reports a second against a local server that answers after 100 ms, 32 at once.

Three ways in one run, each in a process of its own, taking turns: the bare `openai` client, bare litellm, and the
runner, whose every attempt, response and score is on disk.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.faults.process import FaultProcess

CALLS = 1000
CONCURRENCY = 32
ROUNDS = 3
MODEL = "score:85:latency=0.1"
WAYS = ("openai", "litellm", "motiv")
WARM_UP = 64
PROMPT = "How motivated are you to do this task? Reply with a number from 1 to 100. " * 8

Call = Callable[[], Awaitable[object]]


def main() -> None:
    """Run every way in turn, several rounds, and print medians."""
    results: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder, FaultProcess(Path(folder)) as server:
        for _ in range(ROUNDS):
            for way in WAYS:
                results[way].append(_in_own_process(way, server.api_base))
    print(f"throughput: {CALLS:,} calls, {CONCURRENCY} at once, 100 ms latency, median of {ROUNDS} rounds")
    base = statistics.median(rate for rate, _ in results["litellm"])
    for way, pairs in results.items():
        rate = statistics.median(rate for rate, _ in pairs)
        cpu = statistics.median(cpu for _, cpu in pairs)
        print(f"  {way:8} {rate:7.1f} calls/s  {cpu:5.2f} ms CPU a call  {rate / base:6.1%} of bare litellm")


def _in_own_process(way: str, api_base: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.throughput", way, api_base]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rate, cpu = json.loads(done.stdout.splitlines()[-1])
    return rate, cpu


def _measure(way: str, api_base: str) -> tuple[float, float]:
    return asyncio.run({"openai": _openai, "litellm": _litellm, "motiv": _motiv}[way](api_base))


async def _openai(api_base: str) -> tuple[float, float]:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=api_base, api_key="none", max_retries=0)

    async def call() -> object:
        return await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": PROMPT}], max_tokens=120, seed=1
        )

    return await _loop(call)


async def _litellm(api_base: str) -> tuple[float, float]:
    from motivtui.models.litellm_door.loading import load_litellm

    litellm = load_litellm()

    async def call() -> object:
        return await litellm.acompletion(
            model=f"openai/{MODEL}",
            messages=[{"role": "user", "content": PROMPT}],
            max_tokens=120,
            seed=1,
            api_base=api_base,
            api_key="none",
            max_retries=0,
        )

    try:
        return await _loop(call)
    finally:
        await litellm.close_litellm_async_clients()


async def _loop(call: Call) -> tuple[float, float]:
    """The plainest way to keep so many calls in the air: workers that draw from one counter."""

    async def many(count: int) -> None:
        left = iter(range(count))

        async def worker() -> None:
            for _ in left:
                await call()

        await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))

    await many(WARM_UP)
    began, cpu = time.perf_counter(), time.process_time()
    await many(CALLS)
    return _result(began, cpu, CALLS)


async def _motiv(api_base: str) -> tuple[float, float]:
    from bench.motiv_run import open_bench_run

    async with open_bench_run(api_base, MODEL, PROMPT, WARM_UP + CALLS, CONCURRENCY) as scores:
        began = cpu = 0.0
        seen = 0
        async for _ in scores:
            seen += 1
            if seen == WARM_UP:
                began, cpu = time.perf_counter(), time.process_time()
        return _result(began, cpu, seen - WARM_UP)


def _result(began: float, cpu: float, count: int) -> tuple[float, float]:
    return count / (time.perf_counter() - began), (time.process_time() - cpu) / count * 1000


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1], sys.argv[2])))
