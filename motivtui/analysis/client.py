"""The console's side: ask the analysis process for a view of a run. Must not draw.

The process is started at the first question and again when it died. One that does not answer in time is killed.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from motivtui.analysis.questions import Ask, Cancel, Look
from motivtui.analysis.views import View
from motivtui.errors import MotivError
from motivtui.stats.preset import Preset
from motivtui.wire.child import import_path, last_words
from motivtui.wire.encoding import line_of
from motivtui.wire.lines import Lines
from motivtui.wire.problems import Problem, error_of

ANSWERS_WITHIN_S = 120.0
"""A run of 300,000 trials is read in a fraction of it, on a slow machine too."""
_ENDS_WITHIN_S = 3.0
_MAX_LINE_BYTES = 64 * 1024 * 1024
_READ_BYTES = 256 * 1024
_PROGRAM = (sys.executable, "-P", "-m", "motivtui.analysis")

Result = TypeVar("Result")


class AnalysisLostError(MotivError):
    """The analysis process is gone; the next question starts it again."""

    title = "Statistics"


class _Head(msgspec.Struct):
    id: int | None = None
    error: Problem | None = None


_head = msgspec.json.Decoder(_Head)


class AnalystClient:
    """Asks about the runs of one database. Any number of questions at once; they are answered one after another."""

    def __init__(self, db: Path) -> None:
        """Nothing is started yet."""
        self._db = db
        self._numbers = itertools.count(1)
        self._child: _Child | None = None
        self._starting: asyncio.Lock | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process's id; None: there is none."""
        return self._child.pid if self._child is not None and not self._child.is_gone else None

    async def ask(
        self,
        run: str,
        view: View[Result],
        *,
        preset: Preset = Preset.ROBUST,
        within_s: float = ANSWERS_WITHIN_S,
    ) -> Look[Result]:
        """The view of a run (`latest`, an id or its beginning). Whoever is cancelled meanwhile takes the question back.

        Raises the MotivError that it was answered with; AnalysisLostError: the process died or was too slow.
        """
        child = await self._started()
        try:
            async with asyncio.timeout(within_s):
                line = await child.ask(Ask(id=next(self._numbers), run=run, view=view.name, preset=preset))
        except TimeoutError:
            child.kill()
            raise AnalysisLostError(
                f"{view.name} was not there within {within_s:g} s", hint="Is the machine busy? Look again."
            ) from None
        look: Look[Result] = msgspec.json.decode(line, type=Look[view.result])  # type: ignore[name-defined]
        return look

    async def close(self) -> None:
        """End the process. May be done more than once."""
        self._is_closed = True
        child, self._child = self._child, None
        if child is not None:
            await child.close()

    async def _started(self) -> _Child:
        if self._starting is None:
            self._starting = asyncio.Lock()
        async with self._starting:
            if self._is_closed:
                raise AnalysisLostError("the console is closing")
            if self._child is not None and self._child.is_gone:
                await self._child.close()
                self._child = None
            if self._child is None:
                self._child = await _Child.start(self._db)
            return self._child


class _Child:
    """One process, and the questions that it has not answered."""

    _writer: asyncio.WriteTransport
    _reading: asyncio.Task[None]

    def __init__(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        """Use `start`."""
        self._process, self._errors = process, errors
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self.is_gone = False

    @classmethod
    async def start(cls, db: Path) -> _Child:
        """Start it. Raises AnalysisLostError."""
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the child)
        try:
            child = cls(_spawned(db, errors), errors)
        except BaseException:
            errors.close()
            raise
        await child._connect()
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, ask: Ask) -> bytes:
        """The line that answers it."""
        if self.is_gone or self._writer.is_closing():
            raise self._lost()
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked[ask.id] = answer
        self._writer.write(line_of(ask))
        try:
            return await answer
        except asyncio.CancelledError:
            if not self._writer.is_closing():
                self._writer.write(line_of(Cancel(id=ask.id)))
            raise
        finally:
            self._asked.pop(ask.id, None)

    def kill(self) -> None:
        """End it at once."""
        self.is_gone = True
        self._process.kill()

    async def close(self) -> None:
        """End it and let go of it."""
        self.is_gone = True
        self._writer.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await asyncio.to_thread(self._end)
        self._fail_all()
        self._errors.close()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the process was started without pipes")
        self._writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, self._process.stdin)
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), self._process.stdout)
        self._reading = asyncio.create_task(self._read(reader, transport))

    async def _read(self, reader: asyncio.StreamReader, transport: asyncio.ReadTransport) -> None:
        lines = Lines(_MAX_LINE_BYTES)
        try:
            while data := await reader.read(_READ_BYTES):
                for line in lines.feed(data):
                    if line is not None:
                        self._answered(line)
        except (msgspec.MsgspecError, OSError):
            self._process.kill()  # what it says makes no sense any more
        finally:
            transport.close()
            self.is_gone = True
            self._process.poll()
            self._fail_all()

    def _answered(self, line: bytes) -> None:
        head = _head.decode(line)
        answer = self._asked.get(head.id) if head.id is not None else None
        if answer is None or answer.done():
            return  # nobody waits for it any more
        if head.error is not None:
            answer.set_exception(error_of(head.error))
        else:
            answer.set_result(line)

    def _fail_all(self) -> None:
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(self._lost())

    def _lost(self) -> AnalysisLostError:
        words = "" if self._errors.closed else last_words(self._errors)
        return AnalysisLostError(
            f"the process that computes statistics is gone. {words}".strip(), hint="Look again: it is started anew."
        )

    def _end(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDS_WITHIN_S)
            return
        self._process.kill()
        self._process.wait()


def _spawned(db: Path, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """The process, in a session of its own: Ctrl-C is not for it."""
    env: dict[str, Any] = os.environ | {
        "PYTHONPATH": import_path(),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    try:
        return subprocess.Popen(
            [*_PROGRAM, "--db", str(db)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=env,
            start_new_session=True,
        )
    except OSError as error:
        raise AnalysisLostError(
            f"statistics could not be started: {error.strerror or error}", hint="Is there memory left? Try again."
        ) from None
