"""Runs an app so that the terminal comes back, whatever ends it: its user, a signal, a crash, the terminal's own end.

Owns the process's signals while the app runs. Decides nothing about what the app does.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

import platformdirs

from motivtui.engine.redaction import Redactor
from motivtui.errors import MotivError, UsageError
from motivtui.settings import Settings
from motivtui.tui.terminal.crash_file import crash_line, write_crash_file
from motivtui.tui.terminal.driver import GuardedDriver
from motivtui.tui.terminal.guarded_app import GuardedApp

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""They end the app; the process's exit code is 128 and the signal's number."""

WITHIN_S = 3.0
"""How long an app may take to end after a signal before it is ended."""

_FLUSHES = 100
_FLUSHED_EVERY_S = 0.01

_WAKING = signal.SIGURG
"""Interrupts a blocked write; nobody else uses it."""

_TEXTUALS = (signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH)
"""Textual handles them and never gives them back."""


def run_guarded(app_factory: Callable[[], GuardedApp[Any]], settings: Settings | None = None) -> int:
    """Run the app that `app_factory` makes; returns the process's exit code.

    That is 128 + n after signal n, 1 after a crash (two lines on stderr; the traceback is in a file), else the app's
    own. Raises `UsageError` where there is no terminal, and passes any `MotivError` on that ended the app. To be called
    from the main thread.
    """
    if not all(file is not None and file.isatty() for file in (sys.__stdin__, sys.__stderr__)):
        raise UsageError("The console needs a terminal.", hint="Redirect neither its input nor its standard error.")
    records = _Records(settings)
    guard = _Guard(records)
    with guard.on_duty():
        crash = guard.run(app_factory)
    if guard.stopped_by:
        return 128 + guard.stopped_by
    if isinstance(crash, MotivError):
        raise crash
    if crash is not None:
        records.tell(crash)
        return 1
    return guard.app_code


class _Records:
    """What is told of crashes, and where."""

    def __init__(self, settings: Settings | None) -> None:
        self._redactor = Redactor(os.environ, settings)
        folder = settings.cache_folder if settings else platformdirs.user_cache_path("motivtui")
        self._folder = folder / "crashes"
        self._has_lost_one = False

    def tell(self, crash: BaseException) -> None:
        """Two lines: what happened, and where more of it is."""
        path = write_crash_file(crash, self._folder, self._redactor)
        where = f"Details are in {path}" if path else "A file with details could not be written."
        with suppress(OSError):
            sys.stderr.write(f"motiv: the console crashed: {crash_line(crash, self._redactor)}\n{where}\n")
            sys.stderr.flush()

    def lost(self, error: BaseException | None) -> None:
        """An error that reached nobody and ended nothing: the first of them is on record, none is on the screen."""
        if error is not None and not self._has_lost_one:
            self._has_lost_one = True
            write_crash_file(error, self._folder, self._redactor)


class _Guard:
    """One run of one app."""

    def __init__(self, records: _Records) -> None:
        self.stopped_by = 0
        self.app_code = 0
        self._app: GuardedApp[Any] | None = None
        self._records = records
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_over = threading.Event()
        self._screen = _Screen()

    def run(self, app_factory: Callable[[], GuardedApp[Any]]) -> BaseException | None:
        """Run the app to its end; returns what it crashed with."""
        try:
            self._app = app_factory()
            with asyncio.Runner() as runner:
                self._loop = runner.get_loop()
                self._loop.set_exception_handler(lambda _, context: self._records.lost(context.get("exception")))
                if not self.stopped_by:
                    runner.run(self._run(self._app))
        except SystemExit as leaving:
            self.app_code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the terminal has to come back
            return error
        return self._app.crash if self._app is not None else None

    async def _run(self, app: GuardedApp[Any]) -> None:
        try:
            await app.run_async()
        finally:
            self.app_code = app.return_code or 0
            # A thread that does not end must not keep the user from the shell.
            self._end_later(self.app_code)

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Signals are ours, and the terminal comes back at the end."""
        before = {number: signal.getsignal(number) for number in (*STOPPING, *_TEXTUALS, _WAKING)}
        thread_hook = threading.excepthook
        threading.excepthook = lambda lost: self._records.lost(lost.exc_value)
        try:
            signal.signal(_WAKING, lambda *_: None)
            for number in STOPPING:
                if before[number] is not signal.SIG_IGN:
                    signal.signal(number, self._on_signal)
            yield
        finally:
            self._screen.give_back(self._app)
            self._is_over.set()
            threading.excepthook = thread_hook
            for number, handler in before.items():
                signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        """The first one asks the app to end, the second one ends it."""
        if self.stopped_by:
            self._end_now(128 + self.stopped_by)
        self.stopped_by = number
        self._end_later(128 + number)
        if self._loop is not None and self._app is not None:
            with suppress(RuntimeError):  # the loop is closed: the end is near
                self._loop.call_soon_threadsafe(self._app.exit, None, 128 + number)

    def _end_later(self, code: int) -> None:
        threading.Thread(target=self._wait_and_end, args=(code,), name="motivtui-end", daemon=True).start()

    def _wait_and_end(self, code: int) -> None:
        if not self._is_over.wait(WITHIN_S):
            self._end_now(code)

    def _end_now(self, code: int) -> NoReturn:
        """From any thread: no handler, no thread and no blocked write keeps the process."""
        self._screen.give_back(self._app, is_hurried=True)
        os._exit(code)


class _Screen:
    """The terminal as it was before the app."""

    def __init__(self) -> None:
        self._fileno = sys.stdin.fileno()
        self._attributes = termios.tcgetattr(self._fileno)

    def give_back(self, app: GuardedApp[Any] | None, *, is_hurried: bool = False) -> None:
        """Undo whatever Textual has not undone itself. In a hurry, nothing waits for what another thread holds."""
        driver = app._driver if app is not None else None  # noqa: SLF001 - Textual has no public way
        # A process in the background may write to its terminal and set it, if it does not hear SIGTTOU.
        heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        try:
            if isinstance(driver, GuardedDriver):
                driver.exit_event.set()
                undo, undo_all = driver.terminal.closed_with(is_flushed=not is_hurried)
                if undo or driver.terminal.is_writing:
                    _write_now(driver, undo.encode(), undo_all.encode())
            with suppress(termios.error):
                if termios.tcgetattr(self._fileno) != self._attributes:
                    termios.tcflush(self._fileno, termios.TCIFLUSH)
                    termios.tcsetattr(self._fileno, termios.TCSANOW, self._attributes)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, heard)
        if not is_hurried:
            _forget_if_gone(sys.stderr.fileno())


def _write_now(driver: GuardedDriver, undo: bytes, undo_all: bytes) -> None:
    """Write without waiting for a terminal that takes nothing: what it has not shown yet is thrown away.

    With it goes what Textual itself may have undone last, so that all is undone again.
    """
    fileno, data = driver.terminal.fileno(), undo
    with suppress(OSError, termios.error):
        for _ in range(_FLUSHES):
            if not driver.terminal.is_writing and select.select([], [fileno], [], 0)[1]:
                os.write(fileno, data)
                return
            data = undo_all
            # Whoever is in the middle of a write does not see by itself that there is room, and fills it again.
            termios.tcflush(fileno, termios.TCOFLUSH)
            driver.wake_writer(_WAKING)
            time.sleep(_FLUSHED_EVERY_S)


def _forget_if_gone(fileno: int) -> None:
    """Where the terminal is gone, Python would end with an error of its own because it cannot flush."""
    try:
        termios.tcgetattr(fileno)
    except termios.error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.close(nowhere)
