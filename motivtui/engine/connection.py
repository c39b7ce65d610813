"""The engine's process as the console has it: started, its lines sent and received, its death noticed.

Events that nobody hears yet are kept up to a limit; then the engine is not read, and tells less. Must not know what a
command is for.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from motivtui.engine import answers, commands
from motivtui.engine import events as told
from motivtui.errors import MotivError
from motivtui.wire.child import import_path, last_words
from motivtui.wire.lines import Lines
from motivtui.wire.problems import Problem, error_of

MAX_EVENTS = 4096
"""Events that wait to be heard."""

_MAX_LINE_BYTES = 64 * 1024 * 1024
_ENDS_WITHIN_S = 10.0
_TELLS_WITHIN_S = 2.0
_READ_BYTES = 256 * 1024
_PROGRAM = (sys.executable, "-P", "-m", "motivtui.engine")

AnyAnswer = TypeVar("AnyAnswer", bound=answers.Answer)


class EngineLostError(MotivError):
    """The engine's process is gone. Runs that it carried out go on with `resume`."""

    title = "Engine"


class _Head(msgspec.Struct):
    """What kind of line it is: an answer (the number may be null) or an event."""

    answer: int | msgspec.UnsetType | None = msgspec.UNSET
    error: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    kind: type[answers.Answer]
    answer: asyncio.Future[Any]


_head = msgspec.json.Decoder(_Head)
_event = msgspec.json.Decoder(told.AnyEvent)
_left_alone: set[subprocess.Popen[bytes]] = set()
"""Engines that still had a run to carry out when they were let go."""


class Connection:
    """One engine's process."""

    _writer: asyncio.WriteTransport
    _reading: asyncio.Task[None]

    def __init__(self, process: subprocess.Popen[bytes], last_words: IO[bytes]) -> None:
        """Use `open`."""
        self._process, self._last_words = process, last_words
        self._asked: dict[int, _Asked] = {}
        self._events: deque[told.AnyEvent] = deque()
        self._missed: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._has_room = asyncio.Event()
        self._is_lost = self._is_end_expected = False

    @classmethod
    async def open(cls, db: Path | None, environment: Mapping[str, str] | None) -> Connection:
        """Start the process. Raises EngineLostError."""
        last_words = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the connection)
        try:
            connection = cls(_spawned(db, environment, last_words), last_words)
        except BaseException:
            last_words.close()
            raise
        await connection._connect()
        return connection

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_lost(self) -> bool:
        """Whether it is gone."""
        return self._is_lost

    async def ready(self, within_s: float) -> told.Ready:
        """Wait for its first words. Raises MotivError, its own or EngineLostError; then nothing is left of it."""
        try:
            async with asyncio.timeout(within_s):
                async for event in self.events():
                    if isinstance(event, told.Ready) and event.protocol == commands.PROTOCOL:
                        return event
                    if isinstance(event, told.Unable):
                        raise error_of(event.error)
                    raise EngineLostError("the engine speaks another protocol", hint="Install motivtui anew.")
            raise self._lost()
        except BaseException as error:
            self._process.kill()
            await self.close()
            if isinstance(error, TimeoutError):
                hint = "Is the machine busy? Try again."
                raise EngineLostError(f"the engine is not ready within {within_s:g} s", hint=hint) from None
            raise

    async def ask(self, command: commands.Command, kind: type[AnyAnswer]) -> AnyAnswer:
        """Send a command and wait for its answer. Raises the MotivError that it is answered with, EngineLostError."""
        if self._is_lost or self._writer.is_closing():
            raise self._lost()
        answer: asyncio.Future[AnyAnswer] = asyncio.get_running_loop().create_future()
        self._asked[command.id] = _Asked(kind, answer)
        self._has_room.set()  # the answer may stand behind events that nobody hears
        self._writer.write(commands.encoded(command))
        try:
            return await answer
        finally:
            self._asked.pop(command.id, None)

    async def events(self) -> AsyncIterator[told.AnyEvent]:
        """See `EngineClient.events`."""
        while True:
            self._changed.clear()
            event = self._next_event()
            if event is not None:
                yield event
            elif not self._is_lost:
                await self._changed.wait()
            elif self._is_end_expected:
                return
            else:
                raise self._lost()

    def expect_end(self) -> None:
        """The process was told to end: when it does, it is not lost."""
        self._is_end_expected = True

    async def close(self, *, is_waiting: bool = True) -> None:
        """Let go of the process: it ends, or carries its runs out to their end first. May be done more than once.

        `is_waiting`: it has nothing to do, so wait for its end.
        """
        self._is_end_expected = True
        self._writer.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        if is_waiting:
            await asyncio.to_thread(_end_of, self._process, _ENDS_WITHIN_S)
        if self._process.poll() is None:
            _left_alone.add(self._process)
        self._last_words.close()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the engine was started without pipes")
        self._writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, self._process.stdin)
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), self._process.stdout)
        self._reading = asyncio.create_task(self._read(reader, transport))

    async def _read(self, reader: asyncio.StreamReader, transport: asyncio.ReadTransport) -> None:
        try:
            try:
                await self._read_lines(reader)
            except (msgspec.MsgspecError, OSError):
                self._process.terminate()  # what it says makes no sense any more; its runs are on record
            await asyncio.to_thread(_end_of, self._process, _TELLS_WITHIN_S)  # how it ended
        finally:
            transport.close()
            self._is_lost = True
            for asked in self._asked.values():
                if not asked.answer.done():
                    asked.answer.set_exception(self._lost())
            self._changed.set()

    async def _read_lines(self, reader: asyncio.StreamReader) -> None:
        lines = Lines(_MAX_LINE_BYTES)
        while data := await reader.read(_READ_BYTES):
            for line in lines.feed(data):
                if line is not None:
                    await self._take(line)

    async def _take(self, line: bytes) -> None:
        head = _head.decode(line)
        if head.answer is not msgspec.UNSET:
            self._answered(head, line)
            return
        event = _event.decode(line)
        # While an answer is waited for it must be read on: it stands behind the events.
        while len(self._events) >= MAX_EVENTS and not self._asked:
            self._has_room.clear()
            await self._has_room.wait()
        self._events.append(event)
        self._changed.set()

    def _answered(self, head: _Head, line: bytes) -> None:
        asked = self._asked.get(head.answer) if isinstance(head.answer, int) else None
        if asked is None or asked.answer.done():
            return  # nobody waits for it any more
        if head.error is not None:
            asked.answer.set_exception(error_of(head.error))
        else:
            asked.answer.set_result(msgspec.json.decode(line, type=asked.kind))

    def _next_event(self) -> told.AnyEvent | None:
        event = self._events.popleft() if self._events else None
        if len(self._events) < MAX_EVENTS:
            self._has_room.set()
        return event

    def _lost(self) -> EngineLostError:
        code = self._process.poll()
        end = "gave no sign" if code is None else f"ended by signal {-code}" if code < 0 else f"ended with code {code}"
        words = "" if self._last_words.closed else last_words(self._last_words)
        return EngineLostError(
            f"the engine {end}. {words}".strip(), hint="What was done is kept; start it again and resume the run."
        )


def _spawned(db: Path | None, environment: Mapping[str, str] | None, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    """The process, in a session of its own: Ctrl-C and a terminal that is closed are not for it."""
    env = dict(os.environ if environment is None else environment) | {"PYTHONPATH": import_path()}
    try:
        return subprocess.Popen(
            [*_PROGRAM, *(["--db", str(db)] if db else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=env,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineLostError(
            f"the engine could not be started: {error.strerror or error}", hint="Is there memory left? Try again."
        ) from None


def _end_of(process: subprocess.Popen[bytes], within_s: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(within_s)
