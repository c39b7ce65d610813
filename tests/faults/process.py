"""The fault server as a child process, for tests that start programs of their own and for benchmarks.

`with FaultProcess(tmp_path) as server:` then `server.api_base`, and `server.requests()` from its log file. The child
ends with the context, and also when the parent is killed (its stdin ends then). Its waits block: on an event loop that
has other work to do, they are not for use.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.request_log import Received, read_log

_SERVER = Path(__file__).with_name("server.py")
_START_SECONDS = 30
_STOP_SECONDS = 10
_POLL_SECONDS = 0.02


class FaultProcess:
    """A server process; `folder` gets its log and what it says on stderr. Entered again it keeps port and log."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.port = port
        self.api_base = ""
        self.log = folder / "fault-server.jsonl"
        self._stderr = folder / "fault-server.stderr"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The child's process id."""
        assert self._child is not None, "the server was not started"
        return self._child.pid

    def requests(self) -> list[Received]:
        """Everything that was received so far."""
        return read_log(self.log)

    def calls(self) -> list[Received]:
        """The requests for a completion: what a provider would have billed."""
        return [request for request in self.requests() if request.is_call]

    def complaints(self) -> str:
        """What the server wrote on stderr: nothing, unless it has a fault that nobody ordered."""
        return self._stderr.read_text(encoding="utf-8", errors="replace") if self._stderr.exists() else ""

    def until(self, condition: Callable[[list[Received]], bool], timeout: float = 30) -> list[Received]:
        """The requests as soon as they satisfy the condition. TimeoutError when they do not."""
        deadline = time.monotonic() + timeout
        while not condition(requests := self.requests()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(requests)} requests after {timeout} s: {requests[-3:]}")
            time.sleep(_POLL_SECONDS)
        return requests

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def __enter__(self) -> Self:
        command = [sys.executable, str(_SERVER), "--port", str(self.port), "--log", str(self.log)]
        with self._stderr.open("ab") as stderr:
            # A session of its own: Ctrl-C and signals to the test's process group do not reach it.
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
            )
        try:
            self.api_base = self._address(self._child)
        except BaseException:
            self._stop()
            raise
        self.port = int(self.api_base.rsplit(":", 1)[1].removesuffix("/v1"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def _address(self, child: subprocess.Popen[bytes]) -> str:
        """Wait for the child's first line. RuntimeError with its own words when there is none."""
        assert child.stdout is not None
        ready, _, _ = select.select([child.stdout], [], [], _START_SECONDS)
        line = child.stdout.readline() if ready else b""
        if not line:
            raise RuntimeError(f"the fault server did not start: {self.complaints()[-2000:]}")
        address = json.loads(line)["address"]
        assert isinstance(address, str)
        return address

    def _stop(self) -> None:
        child = self._child
        if child is None:
            return
        self._child = None
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.close()
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
