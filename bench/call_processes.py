"""What calls cost in this process and in one or two of their own: calls a second, and CPU of every process involved.

64 at once against a local server, whole and in 25 chunks. Each way runs in a process of its own, taking turns; the
server is another, and takes CPU from the same cores: on two of them it hides what a second child could do. `parent` is
what keeps the runner's event loop from its work; `all` is what the machine pays, the server apart.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

from motivtui.models.call_process import CallPool, RemoteClient
from motivtui.models.client import Call, ModelClient, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.settings import Limits, Secret
from motivtui.study.parameters import Parameters
from motivtui.study.response import Outcome
from tests.faults.process import FaultProcess

CALLS = 400
CONCURRENCY = 64
ROUNDS = 3
CHUNKS = 25
WAYS = (0, 1, 2)
"""How many child processes; 0: the calls are made in this one."""
FORMS = ("whole", "streamed", "watched")
"""`watched` is streamed with every piece of text told as it comes."""
PLAN = (("streamed", 8), *((form, CONCURRENCY) for form in FORMS))
LATENCY_S = 0.1
PROMPT = "How motivated are you to do this task? Reply with a number from 1 to 100. " * 8
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Figure:
    """One way's result: calls a second, CPU milliseconds a call, and how late a timer of the parent's loop was.

    `late_ms` is the 95th percentile.
    """

    rate: float
    parent_ms: float
    children_ms: float
    server_ms: float
    late_ms: float


def main() -> None:
    """Run every form each way in turn, and print medians."""
    for form, concurrency in PLAN:
        print(f"{form} calls, {concurrency} at once, {CALLS} calls, median of {ROUNDS} rounds", flush=True)
        for way, figure in measure(form, concurrency).items():
            total = figure.parent_ms + figure.children_ms
            print(
                f"  {way} child processes {figure.rate:6.1f} calls/s  parent {figure.parent_ms:5.2f} ms CPU a call,"
                f" all {total:5.2f} ms (server {figure.server_ms:5.2f})  loop late {figure.late_ms:6.1f} ms",
                flush=True,
            )


def measure(
    form: str, concurrency: int = CONCURRENCY, *, calls: int = CALLS, rounds: int = ROUNDS
) -> dict[int, Figure]:
    """The median figures of one form by number of child processes."""
    results: dict[int, list[Figure]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder, FaultProcess(Path(folder)) as server:
        for _ in range(rounds):
            for way in WAYS:
                words = [server.api_base, form, *map(str, (way, concurrency, calls, server.pid))]
                results[way].append(_in_own_process(words))
    return {way: _median(figures) for way, figures in results.items()}


def _median(figures: list[Figure]) -> Figure:
    rows = [astuple(figure) for figure in figures]
    return Figure(*(statistics.median(column) for column in zip(*rows, strict=True)))


def _in_own_process(words: list[str]) -> Figure:
    done = subprocess.run(
        [sys.executable, "-m", "bench.call_processes", *words], check=True, stdout=subprocess.PIPE, text=True
    )
    return Figure(**json.loads(done.stdout.splitlines()[-1]))


async def _run(api_base: str, form: str, way: int, concurrency: int, calls: int, server: int) -> Figure:
    model = f"score:85:latency={LATENCY_S}:chunks={CHUNKS}"
    endpoint = Endpoint(f"bench/{model}", Kind.CUSTOM, f"openai/{model}", "x", Parameters(), api_base, Secret("none"))
    async with _client(endpoint, way) as (client, pids):
        await _many(client, form, concurrency, 2 * concurrency)
        began, cpu, theirs, served = time.perf_counter(), time.process_time(), _cpu_of(pids), _cpu_of((server,))
        watch = asyncio.create_task(_lateness())
        await _many(client, form, concurrency, calls)
        watch.cancel()
        seconds = time.perf_counter() - began
        own = time.process_time() - cpu
        late = sorted(await watch)
        return Figure(
            calls / seconds,
            own / calls * 1000,
            (_cpu_of(pids) - theirs) / calls * 1000,
            (_cpu_of((server,)) - served) / calls * 1000,
            late[int(len(late) * 0.95)] * 1000,
        )


@asynccontextmanager
async def _client(endpoint: Endpoint, way: int) -> AsyncIterator[tuple[ModelClient, tuple[int, ...]]]:
    if way:
        async with CallPool(way) as pool:
            yield RemoteClient(endpoint, Limits(), pool), pool.pids
        return
    from motivtui.models.litellm_door.client import LitellmClient
    from motivtui.models.litellm_door.loading import close_connections, open_connections

    await open_connections()
    yield LitellmClient(endpoint, Limits()), ()
    await close_connections()


async def _many(client: ModelClient, form: str, concurrency: int, count: int) -> None:
    call = Call((("user", PROMPT),), {"decoding": "free", "max_tokens": 120}, 1, None, is_streamed=form != "whole")
    left = iter(range(count))

    async def worker() -> None:
        for _ in left:
            transcript = Transcript(on_text=(lambda _: None) if form == "watched" else None)
            response = await client.complete(call, transcript)
            if response.outcome is not Outcome.COMPLETE:
                raise RuntimeError(f"not a good answer: {response}")

    await asyncio.gather(*(worker() for _ in range(concurrency)))


async def _lateness() -> list[float]:
    """How late, in seconds, a timer of this loop was each time, until cancelled."""
    late = [0.0]
    loop = asyncio.get_running_loop()
    try:
        while True:
            due = loop.time() + 0.01
            await asyncio.sleep(0.01)
            late.append(loop.time() - due)
    except asyncio.CancelledError:
        return late


def _cpu_of(pids: tuple[int, ...]) -> float:
    """Seconds of CPU that processes have used (Linux only: what has no /proc reports 0)."""
    seconds = 0.0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            words = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            seconds += (int(words[11]) + int(words[12])) / _TICK
    return seconds


if __name__ == "__main__":
    if len(sys.argv) > 1:
        api_base, form, *numbers = sys.argv[1:]
        print(json.dumps(asdict(asyncio.run(_run(api_base, form, *map(int, numbers))))))
    else:
        main()
