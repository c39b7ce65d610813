"""The server as a process of its own: starting, ending, its log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.plain_client import ask
from tests.faults.process import FaultProcess

ROOT = Path(__file__).resolve().parents[2]


async def test_it_answers_and_logs(tmp_path: Path) -> None:
    with FaultProcess(tmp_path) as server:
        answer = await ask(server.api_base, "score:85", stream=True)
        assert answer.finish == "stop"
        server.until(lambda requests: requests[0].ended_at is not None)
        pid = server.pid
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 8  # it went by itself, it was not killed
    (call,) = server.calls()
    assert (call.model, call.status, call.client_left) == ("score:85", 200, False)
    assert 0 <= time.monotonic() - call.at < 60  # one clock for all processes
    assert server.complaints() == ""
    assert not _runs(pid)


async def test_a_killed_server_leaves_its_log_and_comes_back_at_the_same_port(tmp_path: Path) -> None:
    server = FaultProcess(tmp_path)
    with server:
        await ask(server.api_base, "hang", stream=True, patience=0.1)
        server.until(lambda requests: len(requests) == 1)
        server.kill()
        with pytest.raises(ConnectionRefusedError):
            await ask(server.api_base, "ok", stream=True)
    before = server.api_base
    with server:
        assert server.api_base == before
        await ask(server.api_base, "ok", stream=True)
        assert len(server.calls()) == 2


def test_one_that_cannot_start_says_why(tmp_path: Path) -> None:
    with FaultProcess(tmp_path) as first, pytest.raises(RuntimeError, match="address already in use"):
        FaultProcess(tmp_path, port=first.port).__enter__()


def test_waiting_has_an_end(tmp_path: Path) -> None:
    with FaultProcess(tmp_path) as server, pytest.raises(TimeoutError, match="0 requests"):
        server.until(bool, timeout=0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_quietly(tmp_path: Path, number: signal.Signals) -> None:
    with FaultProcess(tmp_path) as server:
        os.kill(server.pid, number)
        _until_gone(server.pid)
    assert server.complaints() == ""


def test_it_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.faults.process import FaultProcess\n"
        "with FaultProcess(Path(sys.argv[1])) as server:\n"
        "    print(server.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    _until_gone(pid)


def test_by_hand_from_any_folder_with_stdin_at_its_end(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", str(ROOT / "tests/faults/server.py")]
    run = subprocess.run(
        command, check=True, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
    )
    assert run.stdout.startswith('{"address": "http://127.0.0.1:')
    assert run.stderr == ""


def _until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while _runs(pid):
        assert time.monotonic() < deadline, "still there after 10 s"
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    """Whether the process runs; a zombie, not waited for yet, does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
