"""The child program, started by parents that are killed, or that stand in a hostile folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import motivtui
from tests.faults.process import FaultProcess
from tests.models.call_process.calls import ends

ORPHANING = """
import asyncio, json, sys
from motivtui.models.call_process import CallPool
from motivtui.models.client import Transcript
from tests.models.call_process.calls import call_of, client_of

async def main():
    pool = CallPool(1)
    start = asyncio.create_task(pool.start())
    while not pool._processes[0]._lock.locked() and not start.done():
        await asyncio.sleep(0.001)
    if sys.argv[2] == "ready":
        await start
        client = client_of(sys.argv[1], "drip:0.02", pool)
        calls = [asyncio.create_task(client.complete(call_of(is_streamed=True), Transcript())) for _ in range(5)]
    print("at it", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("moment", ["ready", "loading"])
def test_a_killed_parent_leaves_no_child(tmp_path: Path, moment: str) -> None:
    with FaultProcess(tmp_path) as server:
        parent = subprocess.Popen(
            [sys.executable, "-c", ORPHANING, server.api_base, moment], stdout=subprocess.PIPE, start_new_session=True
        )
        with parent:
            assert parent.stdout is not None
            assert parent.stdout.readline() == b"at it\n"
            if moment == "ready":
                server.until(lambda requests: sum(request.is_call for request in requests) == 5)
            (child,) = wait_for_children(parent.pid)
            os.kill(parent.pid, signal.SIGKILL)
            assert ends(child, 10)
        if moment == "ready":
            server.until(lambda requests: all(request.client_left for request in requests))


def wait_for_children(pid: int) -> list[int]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        if found:
            return found
        time.sleep(0.01)
    raise TimeoutError


def test_the_working_directory_takes_no_modules_place(tmp_path: Path) -> None:
    """And the child finds the project where its parent did."""
    (tmp_path / "msgspec.py").write_text("raise SystemExit('hostile')\n")
    code = (
        "import asyncio, sys\n"
        "from motivtui.models.call_process import CallProcess\n"
        "async def main():\n"
        "    async with CallProcess() as process:\n"
        "        print(process.is_running, 'litellm' in sys.modules)\n"
        "asyncio.run(main())\n"
    )
    root = str(Path(motivtui.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True False\n", "")
