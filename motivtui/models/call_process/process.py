"""A child that makes calls: start it, start it again when it died, end it. Owns the process.

It dies with its parent, however that one dies: the socket that is its stdin ends then.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import motivtui
from motivtui.errors import ModelError
from motivtui.models.call_process.conversation import ChildFailedError, ChildLostError, Conversation
from motivtui.models.client import Call, Transcript
from motivtui.study.response import CallError, ErrorKind, Outcome, Response

READY_WITHIN_S = 60.0
OVERDUE_S = 10.0
"""The child keeps the limits of its calls itself; so much later it is taken for stuck, and ended."""

MAX_CALLS = 1024
"""Calls at once in one child; further ones wait."""

_ENDS_WITHIN_S = 2.0
_COMMAND = (sys.executable, "-P", "-m", "motivtui.models.call_process")


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    conversation: Conversation

    @property
    def is_up(self) -> bool:
        return not self.conversation.is_lost and self.process.poll() is None


class CallProcess:
    """One child. Use it in one event loop, and `stop` it at the end (or use it as a context)."""

    def __init__(self, *, ready_within_s: float = READY_WITHIN_S, overdue_s: float = OVERDUE_S) -> None:
        """Describe the process; `start`, or the first call, makes it."""
        self._ready_within_s = ready_within_s
        self._overdue_s = overdue_s
        self._lock = asyncio.Lock()
        self._places = asyncio.Semaphore(MAX_CALLS)
        self._child: _Child | None = None
        self._in_flight = 0
        self._has_failed = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def in_flight(self) -> int:
        """Calls that were asked for and have not ended."""
        return self._in_flight

    @property
    def has_failed(self) -> bool:
        """Whether the last attempt to start the child was in vain."""
        return self._has_failed

    @property
    def is_running(self) -> bool:
        """Whether the child is up and has not died since."""
        return self._child is not None and self._child.is_up

    @property
    def pid(self) -> int | None:
        """The child's process id; None when there is none."""
        return None if self._child is None else self._child.process.pid

    async def start(self) -> None:
        """Make the child when there is none or it died, and wait until it can make calls. Raises ModelError."""
        await self._started()

    async def stop(self) -> None:
        """End the child, if there is one; calls under way end with an error."""
        async with self._lock:
            await self._end()

    async def ask(self, reached: bytes, call: Call, transcript: Transcript, within_s: float) -> Response:
        """Make one call (`Conversation.ask`); a child that cannot is a response with an error.

        `reached` is an encoded `Reached`, `within_s` its limit for the whole call. Raises FrameError, what the
        transcript's listener raised, and asyncio.CancelledError.
        """
        self._in_flight += 1
        try:
            async with self._places:
                child = await self._started()
                transcript.begin()
                return await self._asked(child, reached, call, transcript, within_s)
        except ModelError as error:
            return _failed(transcript, CallError(ErrorKind.CONNECTION, error.message))
        finally:
            self._in_flight -= 1

    async def _asked(
        self, child: _Child, reached: bytes, call: Call, transcript: Transcript, within_s: float
    ) -> Response:
        deadline = asyncio.timeout(within_s + self._overdue_s)
        try:
            async with deadline:
                return await child.conversation.ask(reached, call, transcript)
        except ChildLostError:
            await _reap(child)
            words = f"the process that makes the calls {_end_of(child.process)} in the middle of this one"
            return _failed(transcript, CallError(ErrorKind.CONNECTION, words))
        except TimeoutError:
            if not deadline.expired():
                raise  # the listener's
            child.process.kill()
            await _reap(child)
            return _failed(transcript, CallError(ErrorKind.TOTAL_TIMEOUT, "the process that makes the calls is stuck"))

    async def _started(self) -> _Child:
        if self._child is not None and self._child.is_up:
            return self._child
        async with self._lock:
            if self._child is None or not self._child.is_up:
                await self._end()
                try:
                    self._child = await self._launched()
                except ModelError:
                    self._has_failed = True
                    raise
                self._has_failed = False
            return self._child

    async def _launched(self) -> _Child:
        """A child that is ready. Raises ModelError; then, as when cancelled, none is left behind."""
        child = await _spawned()
        try:
            async with asyncio.timeout(self._ready_within_s):
                await child.conversation.ready()
        except BaseException as error:
            if not isinstance(error, ChildLostError):
                child.process.kill()
            await _reap(child)
            reason = _why(error, child, self._ready_within_s)
            if reason is None:
                raise
            raise ModelError(
                f"no process for calls to models: {reason}", hint="Is there enough free memory? Each takes 200 MB."
            ) from None
        return child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await _reap(child)


async def _spawned() -> _Child:
    """The child, in a session of its own: Ctrl-C on the terminal is not for it. Raises ModelError."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = _popen(theirs)
    except OSError as error:
        ours.close()
        raise ModelError(f"no process could be started: {error.strerror or error}") from None
    try:
        return _Child(process, await Conversation.open(ours))
    except BaseException:
        ours.close()
        process.kill()
        process.wait()
        raise


def _popen(stdin: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        _COMMAND,
        stdin=stdin.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": _import_path()},
        start_new_session=True,
    )


def _import_path() -> str:
    """Where this very program's modules come from, in the same order; -P keeps the working directory out of it."""
    root = str(Path(motivtui.__file__).parents[1])
    entries = [entry for entry in sys.path if entry]
    return os.pathsep.join(entries if root in entries else [root, *entries])


async def _reap(child: _Child) -> None:
    """Close the conversation, which ends the child; kill it should it not. May be done more than once."""
    child.conversation.close()
    if child.process.poll() is None:
        # Whoever is broken off meanwhile does not wait for it, but the child is reaped all the same.
        await asyncio.shield(asyncio.to_thread(_wait, child.process))


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _why(error: BaseException, child: _Child, ready_within_s: float) -> str | None:
    """In words why there is no child; None: because nobody wants one any more."""
    if isinstance(error, TimeoutError):
        return f"not ready within {ready_within_s:g} s"
    if isinstance(error, ChildLostError):
        return f"it {_end_of(child.process)}"
    return str(error) if isinstance(error, ChildFailedError) else None


def _end_of(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    if code is None:
        return "went away"
    return f"ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _failed(transcript: Transcript, error: CallError) -> Response:
    return Response(
        outcome=Outcome.PARTIAL if transcript.size else Outcome.ERROR,
        text=transcript.text,
        reasoning=transcript.reasoning,
        time_to_first_token_ms=transcript.time_to_first_token_ms(),
        latency_ms=transcript.elapsed_ms(),
        error=error,
    )
