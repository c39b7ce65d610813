"""The last line before the terminal: what Textual itself says to it passes, and nothing else; it survives its end.

Owns the terminal's file from Textual's side. Does not decide what the program does when the terminal is gone.
"""

from __future__ import annotations

import os
import re
import select
import signal
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from motivtui.tui.terminal.modes import Modes
from motivtui.visible_text import visible

if TYPE_CHECKING:
    from textual.app import App

_MODES = "7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048"
_FOREIGN = re.compile(
    rf"\x1b(?!\[(?:[0-9;]*[mH]|\?(?:{_MODES})[hl]|\?(?:2026|2048)\$p|>[0-9]+u|<u))"
    r"|\n(?!\n*\x1b\[[0-9]+;[0-9]+H)"
    "|[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What is no text, and nothing that Textual writes into a frame. Where it ends a line, it says where it goes on."""

_OWN = re.compile(r"\a|\x1b\]22;[a-z-]*\a|\x1b\]52;c;[A-Za-z0-9+/=]*\a")
"""Whole writes: the bell, the pointer's shape, the clipboard when the user copies."""


def harmless(written: str) -> str:
    """What may reach the terminal: the same text, every foreign control in it made visible."""
    if not _FOREIGN.search(written) or _OWN.fullmatch(written):
        return written
    return _FOREIGN.sub(lambda found: visible(found[0]).replace("\n", "⏎").replace("\t", " "), written)


class TerminalFile:
    """What Textual's writer thread writes to. A terminal that is gone takes everything and keeps nothing."""

    def __init__(self, file: IO[str]) -> None:
        self.is_writing = False
        self._modes = Modes()
        self._is_closed = False
        self._file = file

    def write(self, text: str) -> None:
        """Write it, and keep the books of the terminal's modes."""
        if not self._is_closed:
            self._modes.see(text)
            self._put(lambda: self._file.write(text))

    def flush(self) -> None:
        """Let what was written reach the terminal."""
        if not self._is_closed:
            self._put(self._file.flush)

    def _put(self, put: Callable[[], object]) -> None:
        self.is_writing = True
        try:
            put()
        except OSError:
            self._is_closed = True
        finally:
            self.is_writing = False

    def closed_with(self, *, is_flushed: bool) -> tuple[str, str]:
        """From now on nothing is written. Returns what undoes what was, for whoever closes.

        First if all of it reaches the terminal, then if nobody knows what of it does.
        """
        if is_flushed:
            self.flush()
        self._is_closed = True
        return self._modes.undo(), self._modes.undo_all()

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file.isatty()


class GuardedDriver(LinuxDriver):
    """Textual's driver with every write looked at, and an end when the terminal ends."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.terminal = TerminalFile(self._file or sys.stderr)
        self._file = self.terminal  # type: ignore[assignment] # all that the writer thread needs of a file

    def write(self, data: str) -> None:
        """Textual's door to the terminal."""
        super().write(harmless(data))

    def wake_writer(self, number: int) -> None:
        """Send the thread that writes a signal, whatever it waits for."""
        writer = self._writer_thread
        if writer is not None and writer.ident is not None and writer.is_alive():
            signal.pthread_kill(writer.ident, number)

    def resume_application_mode(self) -> None:
        """After Ctrl-Z and `fg`: Textual would draw only what it thinks has changed, on a screen that is empty."""
        super().resume_application_mode()
        self._loop.call_soon_threadsafe(self._repaint)

    def _repaint(self) -> None:
        self._app.refresh(layout=True)

    def _run_input_thread(self) -> None:
        """Read keys until the end; whatever goes wrong ends the app as any crash does."""
        try:
            self.run_input_thread()
        except OSError:
            self._hang_up()
        except Exception as error:  # noqa: BLE001 - the app's own way to end is taken
            self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001 - Textual has no public way

    def _hang_up(self) -> None:
        """Nobody is there any more: as if SIGHUP had come."""
        self._app.call_later(self._app.exit, None, 129)

    def run_input_thread(self) -> None:
        """Textual's own loop would spin for ever once the terminal is gone: it reads nothing, again and again."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], 0.1)
            if ready:
                data = os.read(self.fileno, 4096)
                if not data:
                    self._hang_up()
                    return
                for event in parser.feed(decode(data)):
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)
