"""A child that dies, is stopped, stuck or orphaned: no call hangs, no process stays."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from motivtui.errors import ModelError
from motivtui.models.call_process import CallPool, CallProcess
from motivtui.models.call_process import process as process_module
from motivtui.models.client import Transcript
from motivtui.settings import Limits
from motivtui.study.response import ErrorKind, Outcome, Response
from tests.faults.server import FaultServer
from tests.models.call_process.calls import KEY, Watched, call_of, client_of, ends

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def ask(server: FaultServer, process: CallProcess | CallPool, model: str = "ok") -> Response:
    return await client_of(server.api_base, model, process).complete(call_of(is_streamed=True), Transcript())


def is_up(process: CallProcess) -> bool:
    return process.is_running  # called anew each time, also in mypy's eyes


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_killed_child_fails_its_calls_and_the_next_call_has_a_new_one(
    server: FaultServer, process: CallProcess
) -> None:
    await process.start()
    watched = Watched()
    client = client_of(server.api_base, "stall:20", process)
    partial = asyncio.create_task(client.complete(call_of(is_streamed=True), watched.transcript))
    hung = [asyncio.create_task(ask(server, process, "hang")) for _ in range(50)]
    number = len(server.calls)
    await watched.begun()
    await server.until(lambda: len(server.calls) == number + 51)
    first = process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    responses = await asyncio.gather(partial, *hung)
    assert responses[0].outcome is Outcome.PARTIAL
    assert responses[0].text == "".join(watched.pieces) != ""
    for response in responses:
        assert response.error is not None
        assert response.error.kind is ErrorKind.CONNECTION
        assert response.error.is_retryable
        assert "signal 9" in response.error.message
    assert {response.outcome for response in responses[1:]} == {Outcome.ERROR}
    assert not is_up(process)
    # Many at once share one new child.
    again = await asyncio.gather(*(ask(server, process) for _ in range(5)))
    assert {response.outcome for response in again} == {Outcome.COMPLETE}
    assert is_up(process)
    assert process.pid != first


async def test_the_key_is_in_no_place_where_others_look(server: FaultServer, process: CallProcess) -> None:
    assert (await ask(server, process)).outcome is Outcome.COMPLETE
    shown = shown_of(process.pid)
    assert "call_process" in shown
    assert KEY not in shown


async def test_ctrl_c_is_not_for_the_child(server: FaultServer, process: CallProcess) -> None:
    await process.start()
    pid = process.pid
    assert pid is not None
    assert os.getsid(pid) == pid
    os.kill(pid, signal.SIGINT)
    assert (await ask(server, process)).outcome is Outcome.COMPLETE
    assert process.pid == pid


async def test_a_stuck_child_is_ended_when_its_calls_are_overdue(server: FaultServer) -> None:
    async with CallProcess(overdue_s=0.3) as process:
        pid = process.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        client = client_of(server.api_base, "ok", process, Limits(total_s=0.3))
        response = await client.complete(call_of(is_streamed=False), Transcript())
        assert response.error is not None
        assert response.error.kind is ErrorKind.TOTAL_TIMEOUT
        assert ends(pid, 5)
        assert (await ask(server, process)).outcome is Outcome.COMPLETE


async def test_cancelling_a_call_of_a_stuck_child_takes_bounded_time(server: FaultServer, process: CallProcess) -> None:
    await process.start()
    pid = process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    task = asyncio.create_task(ask(server, process))
    await until(lambda: process.in_flight == 1)
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(asyncio.CancelledError):
            await task
    os.kill(pid, signal.SIGCONT)
    # What comes late is for nobody, and disturbs nobody.
    assert (await ask(server, process)).outcome is Outcome.COMPLETE
    assert process.pid == pid


async def test_stopping_ends_calls_and_child_at_once(server: FaultServer, process: CallProcess) -> None:
    await process.start()
    pid = process.pid
    assert pid is not None
    number = len(server.calls)
    hung = asyncio.create_task(ask(server, process, "hang"))
    await server.until(lambda: len(server.calls) > number)
    await process.stop()
    response = await hung
    assert response.error is not None
    assert response.error.kind is ErrorKind.CONNECTION
    assert ends(pid, 5)
    assert process.pid is None
    await server.until(lambda: server.calls[number].client_left)
    await process.stop()


async def test_a_cancelled_start_leaves_no_process() -> None:
    process = CallProcess()
    task = asyncio.create_task(process.start())
    before = children()
    await until(lambda: children() != before)
    (pid,) = children() - before
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ends(pid, 5)
    assert process.pid is None


def shown_of(pid: int | None) -> str:
    return "".join(Path(f"/proc/{pid}/{name}").read_text() for name in ("cmdline", "environ"))


def children() -> set[int]:
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(word) for word in own.split()}


async def test_too_slow_a_start_is_an_error_and_leaves_no_process(server: FaultServer) -> None:
    before = children()
    process = CallProcess(ready_within_s=0.05)
    with pytest.raises(ModelError, match="not ready within"):
        await process.start()
    response = await ask(server, process)
    assert response.outcome is Outcome.ERROR
    assert response.error is not None
    assert response.error.kind is ErrorKind.CONNECTION
    assert process.has_failed
    assert children() == before


async def test_a_child_that_cannot_load_litellm_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "litellm").mkdir()
    (tmp_path / "litellm" / "__init__.py").write_text("raise ImportError('a part is missing')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModelError, match="a part is missing"):
        await CallProcess().start()


@pytest.mark.parametrize(
    ("words", "said"), [(("-c", "raise SystemExit(3)"), "code 3"), (("-c", "import os;os.abort()"), "signal 6")]
)
async def test_a_child_that_ends_at_once_is_an_error(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr(process_module, "_COMMAND", (sys.executable, *words))
    with pytest.raises(ModelError, match=said):
        await CallProcess().start()


async def test_a_program_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "_COMMAND", ("/no/such/program",))
    with pytest.raises(ModelError, match="no process could be started"):
        await CallProcess().start()
