"""What a long run costs: memory and CPU a call over 20,000 calls, at the beginning and at the end of one run."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.process import FaultProcess

CALLS = 20_000
CONCURRENCY = 32
MODEL = "scores:1:100"
PROMPT = "How motivated are you to do this task? Reply with a number from 1 to 100. " * 8
MARKS = (1_000, 5_000, 10_000, 15_000, 20_000)
"""After how many calls to look."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """One run in a process of its own, the server in another."""
    with tempfile.TemporaryDirectory() as folder, FaultProcess(Path(folder)) as server:
        command = [sys.executable, "-m", "bench.endurance", server.api_base]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    marks = json.loads(done.stdout.splitlines()[-1])
    print(f"endurance: {CALLS:,} calls in one run, {CONCURRENCY} at once")
    for count, memory, cpu, rate in marks:
        print(
            f"  after {count:6,} calls  {memory:6.0f} MB  {cpu:5.2f} ms CPU a call since the last mark  {rate:5.0f}/s"
        )
    print(f"  memory grew by {marks[-1][1] - marks[0][1]:.0f} MB from the first mark to the last")


async def _measure(api_base: str) -> list[tuple[int, float, float, float]]:
    from bench.motiv_run import open_bench_run

    marks: list[tuple[int, float, float, float]] = []
    async with open_bench_run(api_base, MODEL, PROMPT, CALLS, CONCURRENCY) as scores:
        seen, last, began, cpu = 0, 0, time.perf_counter(), time.process_time()
        async for _ in scores:
            seen += 1
            if seen in MARKS:
                now, used = time.perf_counter(), time.process_time()
                count = seen - last
                marks.append((seen, _resident_mb(), (used - cpu) / count * 1000, count / (now - began)))
                last, began, cpu = seen, now, used
    return marks


def _resident_mb() -> float:
    """Memory of this process in MB (2**20 bytes); Linux only."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 2**20


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asyncio.run(_measure(sys.argv[1]))))
    else:
        main()
