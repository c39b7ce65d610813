"""What only the real process can show: its pipes, its signals, who outlives whom."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motivtui.engine import events as told
from motivtui.models.local.built_in import BUILT_IN
from tests.engine.conftest import Lab, is_alive, request, until
from tests.faults.process import FaultProcess

ENGINE = [sys.executable, "-P", "-m", "motivtui.engine"]
CONSOLE = """
import asyncio, sys
from motivtui.conduct.request import StudyRequest
from motivtui.engine.client import EngineClient
from motivtui.engine.events import Response

async def main():
    engine = await EngineClient.start()
    request = StudyRequest.from_record({"models": [sys.argv[1]], "tasks": {"limit": 10}, "repeats": 1,
                                        "manipulations": ["none", "money"], "limits": {"concurrency": 4}})
    started = await engine.start_run(request, may_pay=True, watch="all")
    if sys.argv[2] == "running":
        print(engine.pid, flush=True)
    async for event in engine.events():
        if sys.argv[2] == "paused" and isinstance(event, Response):
            await engine.pause(started.run)
            print(engine.pid, flush=True)

asyncio.run(main())
"""


def start(lab: Lab, program: list[str], **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        program,
        env=lab.environment | more,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


async def talk(
    lab: Lab, data: bytes, program: list[str] = ENGINE, **more: str
) -> tuple[int, list[dict[str, Any]], bytes]:
    """Everything that an engine says to these bytes and to their end, as lines, and what it prints on stderr."""
    process = start(lab, program, **more)
    out, err = await asyncio.to_thread(process.communicate, data, 60)
    return process.returncode, [json.loads(line) for line in out.splitlines()], err


def line(number: int, command: str, **more: Any) -> bytes:
    return json.dumps({"id": number, "command": command} | more).encode() + b"\n"


async def test_hostile_lines_are_answered_and_end_nothing(lab: Lab) -> None:
    hostile = [
        b"",
        b"   ",
        b"nonsense",
        b"\xff\x00\xfe",
        b"[" * 100_000,
        b'{"id": 3, "command": "fly"}',
        b'{"id": 4, "command": "pause", "run": 7}',
        b'{"id": 5, "command": "plan", "request": {"models": "one"}}',
        b'{"id": 6, "command": "rename", "run": "latest", "name": "' + b"x" * 1_000_000 + b'"}',
        b"\x1b]0;owned\x07",
        b'{"id": 7, "command": "state", "extra": 1}',
    ]
    code, lines, _ = await talk(lab, b"\n".join(hostile) + b"\n" + line(8, "state"))
    assert code == 0
    assert lines[0]["event"] == "ready"
    assert lines[0]["protocol"] == 2
    answered = {one["answer"]: one for one in lines[1:]}
    assert len(lines) == 1 + 9 + 1
    assert answered[8]["runs"] == []
    for number in (None, 3, 4, 5, 7):
        assert set(answered[number]["error"]) == {"kind", "title", "message", "hint", "exit_code"}
    assert "megabyte" in json.dumps([one for one in lines if one["answer" if "answer" in one else "event"] is None])


@settings(max_examples=8, deadline=None)
@given(st.lists(st.binary(max_size=60).filter(lambda one: b"\n" not in one and one.strip()), max_size=30))
def test_any_bytes_at_all(noise: list[bytes]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOTIV_")}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "MOTIV_CACHE": "/proc/nowhere"}
    data = b"\n".join([*noise, line(1, "state")])
    done = subprocess.run(ENGINE, input=data, env=environment, capture_output=True, check=True, timeout=60)
    lines = [json.loads(one) for one in done.stdout.splitlines()]
    assert len(lines) == 1 + len(noise) + 1
    assert lines[-1] in ({"answer": 1, "runs": []}, *lines)
    assert {"answer": 1, "runs": []} in lines


async def test_without_a_run_it_ends_with_its_console(lab: Lab) -> None:
    code, lines, err = await talk(lab, b"")
    assert (code, len(lines), err) == (0, 1, b"")


async def test_a_run_is_carried_out_although_stdin_has_ended(lab: Lab) -> None:
    record = request().as_record()
    code, lines, err = await talk(lab, line(1, "start", request=record))
    assert (code, err) == (0, b"")
    assert lines[-1]["event"] == "run_ended"
    assert len(lab.finals()) == 4


async def test_unusable_settings(lab: Lab) -> None:
    lab.write_config("nonsense = 1\n")
    code, lines, _ = await talk(lab, b"")
    assert code == 2
    assert [one["event"] for one in lines] == ["unable"]
    assert lines[0]["error"]["kind"] == "ConfigError"


async def test_whatever_is_printed_stays_out_of_the_protocol(lab: Lab) -> None:
    """A library that prints, by Python or by the descriptor, reaches the log alone."""
    (lab.folder / "site").mkdir()
    canary = "sk-canary-4711"
    noisy = "import os, sys, threading\n"
    noisy += "def shout():\n    os.write(1, b'by descriptor " + canary.encode().decode() + "\\n')\n"
    noisy += "    print('by print', flush=True)\n    print('on stderr', file=sys.stderr, flush=True)\n"
    noisy += "import motivtui.engine.desk as desk\nold = desk.Desk._state\n"
    noisy += "async def state(self, command):\n    shout()\n    return await old(self, command)\n"
    noisy += "desk.Desk._state = state\nfrom motivtui.engine.process import main\nmain()\n"
    program = lab.folder / "site" / "noisy.py"
    _write(program, noisy)
    code, lines, err = await talk(lab, line(1, "state"), [sys.executable, str(program)], SOME_API_KEY=canary)
    assert (code, err) == (0, b"")
    assert [one.get("event") for one in lines] == ["ready", None]
    text = _read(lab.log)
    assert "by descriptor ***" in text
    assert "by print" in text
    assert "on stderr" in text
    assert canary not in text


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _put_away(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()


def _put_down(pid: int) -> None:
    """An engine that a failed test has left behind."""
    if is_alive(pid) and b"motivtui.engine" in Path(f"/proc/{pid}/cmdline").read_bytes():
        os.kill(pid, signal.SIGKILL)


async def console(lab: Lab, model: str, how: str) -> tuple[subprocess.Popen[bytes], int]:
    """A console of its own process with a run under way, and its engine's process id."""
    process = start(lab, [sys.executable, "-c", CONSOLE, model, how])
    lab.stack.callback(_put_away, process)
    assert process.stdout is not None
    pid = int(await asyncio.to_thread(process.stdout.readline))
    lab.stack.callback(_put_down, pid)
    return process, pid


async def test_a_console_that_is_killed_costs_the_run_nothing(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    process, pid = await console(lab, "faults/score:70:latency=0.3", "running")
    assert os.getsid(pid) == pid, "what happens to the console's terminal does not reach it"
    await until(lambda: len(faults.calls()) >= 4)
    process.kill()
    await until(lambda: not is_alive(pid))
    assert lab.finals() == [(number, 1) for number in range(1, 21)]
    assert len(faults.calls()) == 20
    assert lab.ends() == ["finished"]


async def test_a_paused_run_ends_with_its_console(lab: Lab, faults: FaultProcess) -> None:
    """Nobody could ever let it go on, and to go on would be against the user's word."""
    lab.configure(faults.api_base)
    process, pid = await console(lab, "faults/score:70:latency=0.1", "paused")
    process.kill()
    await until(lambda: not is_alive(pid))
    assert len(lab.finals()) < 20
    assert lab.ends() == ["interrupted"]
    engine = await lab.engine()
    again = await engine.resume()
    assert (await lab.end_of(engine, again.run)).states == {"complete": 20}


async def test_a_console_that_does_not_read_holds_nothing_up(lab: Lab) -> None:
    """Its pipe is full after a moment; the run goes on to its end, and SIGTERM is heard."""
    process = start(lab, ENGINE)
    lab.stack.callback(_put_away, process)
    assert process.stdin is not None
    assert process.stdout is not None
    wanted = request(tasks=40, repeats=20, limits={"concurrency": 64}).as_record()
    process.stdin.write(line(1, "start", request=wanted, watch="all"))
    process.stdin.flush()
    await until(lambda: lab.ends() == ["finished"])
    assert len(lab.finals()) == 1600
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 60) == 128 + signal.SIGTERM


async def test_nobody_who_could_read_is_nobody_who_could_command(lab: Lab, faults: FaultProcess) -> None:
    """Stdout is closed while stdin stays open: the run goes on to its end, then the engine ends."""
    lab.configure(faults.api_base)
    process = start(lab, ENGINE)
    lab.stack.callback(_put_away, process)
    assert process.stdin is not None
    assert process.stdout is not None
    wanted = request("faults/score:70:latency=0.1", 4).as_record()
    process.stdin.write(line(1, "start", request=wanted, may_pay=True))
    process.stdin.flush()
    await until(lambda: len(faults.calls()) >= 1)
    process.stdout.close()
    assert await asyncio.to_thread(process.wait, 60) == 0
    assert lab.ends() == ["finished"]
    assert len(lab.finals()) == 8


async def test_a_killed_engine_is_resumed_and_repeats_nothing(lab: Lab, faults: FaultProcess) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    wanted = request("faults/score:70:latency=0.1", 30, limits={"concurrency": 4})
    started = await engine.start_run(wanted, may_pay=True)
    await lab.hear(engine, told.Response, 10)
    os.kill(engine.pid, signal.SIGKILL)
    await until(lambda: not is_alive(engine.pid))
    other = await lab.engine()
    again = await other.resume()
    assert again.run == started.run
    assert (await lab.end_of(other, again.run)).states == {"complete": 60}
    assert {count for _, count in lab.finals()} == {1}
    [(unknown,)] = lab.all("SELECT (SELECT count(*) FROM attempt) - (SELECT count(*) FROM response)")
    assert unknown <= 4
    assert len(faults.calls()) <= 60 + unknown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_breaks_off_everything_on_record(lab: Lab, faults: FaultProcess, number: signal.Signals) -> None:
    lab.configure(faults.api_base)
    engine = await lab.engine()
    started = await engine.start_run(request("faults/hang", 10, limits={"concurrency": 4}), may_pay=True)
    await until(lambda: len(faults.calls()) >= 4)
    os.kill(engine.pid, signal.SIGINT)  # the console's affair
    os.kill(engine.pid, number)
    ended = await lab.end_of(engine, started.run)
    assert ended.reason == "interrupted"
    await until(lambda: engine.is_lost)
    assert engine._connection._process.wait() == 128 + number
    assert lab.all("SELECT outcome, count(*) FROM response GROUP BY outcome") == [("cancelled", 4)]


async def test_a_key_shows_nowhere(lab: Lab, faults: FaultProcess) -> None:
    canary = "sk-canary-0815"
    lab.configure(faults.api_base, 'api_key_env = "FAULTS_KEY"\n')
    record = request("faults/echo_key", 1, models=["faults/echo_key", "faults/status:500", "faults/html"])
    body = record.as_record() | {"limits": {"retries": 0}}
    code, lines, err = await talk(lab, line(1, "start", request=body, may_pay=True, watch="all"), FAULTS_KEY=canary)
    assert code == 0
    assert lines[-1]["event"] == "run_ended"
    assert {one.authorization for one in faults.calls()} == {sha256(f"Bearer {canary}".encode()).hexdigest()}
    said = json.dumps(lines) + err.decode()
    assert "***" in said
    assert canary not in said
    for file in _files(lab.folder):
        assert canary.encode() not in file.read_bytes(), file


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and "fault-server" not in file.name]


@pytest.mark.local_model
async def test_a_local_model_stays_open_between_runs_and_dies_with_the_engine(lab: Lab) -> None:
    lab.environment["MOTIV_CACHE"] = platformdirs.user_cache_dir("motivtui", appauthor=False)
    model = f"local/{BUILT_IN.name}"
    engine = await lab.engine()
    await engine.warm([model])
    [warmed] = await lab.hear(engine, told.Warmed)
    assert warmed.error is None, warmed
    [served] = _children(engine.pid)
    for _ in range(2):
        started = await engine.start_run(request(model, 1, manipulations=["none"]))
        assert (await lab.end_of(engine, started.run)).states == {"complete": 1}
        assert _children(engine.pid) == [served]
    os.kill(engine.pid, signal.SIGKILL)
    await until(lambda: not is_alive(served))


def _children(pid: int) -> list[int]:
    """The processes that one has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
