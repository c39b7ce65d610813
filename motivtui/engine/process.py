"""The engine's process: its pipes, its signals, its end.

It ends when the console is gone (stdin ends, or nobody can read stdout) and no run is under way; a run goes on to its
end first. SIGTERM and SIGHUP break off what runs, everything on record. SIGINT is the console's affair.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import NoReturn

from motivtui import __version__
from motivtui.engine.commands import PROTOCOL
from motivtui.engine.desk import Desk
from motivtui.engine.events import Ready, Unable
from motivtui.engine.log import Catch, Log
from motivtui.engine.outlet import Outlet
from motivtui.engine.redaction import Redactor
from motivtui.engine.teller import Teller
from motivtui.errors import MotivError
from motivtui.settings import Settings, read_settings
from motivtui.wire.encoding import line_of
from motivtui.wire.lines import Lines
from motivtui.wire.problems import problem_of

LOG_NAME = "engine.log"
BREAK_OFF_WITHIN_S = 15.0
"""After a signal; then it ends whatever still works. Everything that was acknowledged is on disk by then."""

EXIT_WITHIN_S = 10.0
"""After the last run, for closing models and database."""

NICENESS = 10
"""Where calls take all of the machine, a key that is pressed in the console comes first."""

_FLUSH_WITHIN_S = 2.0
_READ_BYTES = 64 * 1024


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Serve until the console is gone and nothing runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser = argparse.ArgumentParser(prog="python -m motivtui.engine", description="The console's engine.")
    parser.add_argument("--db", help="the database")
    options = parser.parse_args(arguments)
    with suppress(OSError):
        os.nice(NICENESS)
    commands_from, events_to = _taken_over()
    outlet = Outlet(events_to)
    try:
        settings = read_settings({"db": options.db})
    except MotivError as error:
        outlet.put(line_of(Unable(error=problem_of(error))))
        outlet.close(_FLUSH_WITHIN_S)
        sys.exit(error.exit_code)
    redactor = Redactor(os.environ, settings)
    log = Log(settings.cache_folder / LOG_NAME, redactor)
    catch = Catch(log)
    try:
        code = asyncio.run(_Engine(settings, outlet, redactor, log).serve(commands_from))
    except Exception:  # noqa: BLE001 (nobody else would hear of it)
        log.note(traceback.format_exc())
        code = MotivError.exit_code
    catch.close(_FLUSH_WITHIN_S)
    sys.exit(code)


def _taken_over() -> tuple[int, int]:
    """Descriptors of our own for commands and events, out of reach of whatever else reads or prints."""
    commands_from, events_to = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return commands_from, events_to


class _Engine:
    """One life of the process."""

    def __init__(self, settings: Settings, outlet: Outlet, redactor: Redactor, log: Log) -> None:
        self._settings, self._outlet, self._redactor, self._log = settings, outlet, redactor, log
        self._signal: int | None = None
        self._is_signalled = asyncio.Event()
        self._is_left = asyncio.Event()
        self._has_room = asyncio.Event()

    async def serve(self, commands_from: int) -> int:
        """From the first line to the last. Returns the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._signalled, number)
        teller = Teller(self._outlet, time.monotonic)
        self._outlet.listen(lambda: _call(loop, lambda: self._outlet_changed(teller)))
        desk = Desk(self._settings, teller, self._redactor, self._log.note)
        teller.announce(self._ready())
        pump = asyncio.create_task(teller.pump())
        reading = asyncio.create_task(self._read(commands_from, desk))
        await self._until_left(desk)
        await self._until_done(desk, reading)
        _end_at_last(EXIT_WITHIN_S, self._code)
        reading.cancel()
        pump.cancel()
        await desk.close()
        await asyncio.to_thread(self._outlet.close, _FLUSH_WITHIN_S)
        return self._code

    @property
    def _code(self) -> int:
        return 128 + self._signal if self._signal else 0

    def _ready(self) -> Ready:
        return Ready(
            protocol=PROTOCOL,
            version=__version__,
            pid=os.getpid(),
            db=str(self._settings.db),
            log=str(self._log.path),
        )

    def _signalled(self, number: int) -> None:
        self._signal = self._signal or number
        self._is_signalled.set()

    def _outlet_changed(self, teller: Teller) -> None:
        if self._outlet.is_gone:
            self._is_left.set()
        self._has_room.set()
        teller.wake()

    async def _until_left(self, desk: Desk) -> None:
        """Until the console is gone, or says so, or a signal comes."""
        waits = [asyncio.create_task(one.wait()) for one in (self._is_left, desk.quits, self._is_signalled)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        desk.leave()

    async def _until_done(self, desk: Desk, reading: asyncio.Task[None]) -> None:
        """Until nothing is under way; from a signal on everything is broken off."""
        done = asyncio.create_task(desk.done())
        signalled = asyncio.create_task(self._is_signalled.wait())
        await asyncio.wait((done, signalled), return_when=asyncio.FIRST_COMPLETED)
        if self._signal is not None:
            _end_at_last(BREAK_OFF_WITHIN_S, self._code)
            reading.cancel()
            desk.cancel()
        await done
        signalled.cancel()

    async def _read(self, commands_from: int, desk: Desk) -> None:
        """Hand every line to the desk, not faster than the answers are read."""
        reader = _Reader(commands_from, asyncio.get_running_loop())
        threading.Thread(target=reader.run, name="motivtui-commands", daemon=True).start()
        lines = Lines()
        while piece := await reader.piece():
            for line in lines.feed(piece):
                await self._room()
                await desk.take(line)
        for line in lines.end():
            await desk.take(line)
        self._is_left.set()

    async def _room(self) -> None:
        while not self._outlet.has_room:
            self._has_room.clear()
            if not self._outlet.has_room:
                await self._has_room.wait()


class _Reader:
    """Reads in a thread, which does with any kind of stdin and lets nobody wait for its end."""

    def __init__(self, descriptor: int, loop: asyncio.AbstractEventLoop) -> None:
        self._descriptor, self._loop = descriptor, loop
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()
        self._may_read = threading.Semaphore(1)

    async def piece(self) -> bytes:
        """The next bytes; empty: the end."""
        data = await self._pieces.get()
        self._may_read.release()
        return data

    def run(self) -> None:
        """The thread: one piece at a time."""
        data = b"more"
        while data:
            self._may_read.acquire()
            try:
                data = os.read(self._descriptor, _READ_BYTES)
            except OSError:
                data = b""
            _call(self._loop, partial(self._pieces.put_nowait, data))


def _call(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> None:
    """Have it done in the loop, from another thread."""
    with suppress(RuntimeError):  # the loop is closed: the process ends
        loop.call_soon_threadsafe(work)


def _end_at_last(within_s: float, code: int) -> None:
    """Should something hang, the process ends all the same."""
    timer = threading.Timer(within_s, os._exit, (code,))
    timer.daemon = True
    timer.start()
