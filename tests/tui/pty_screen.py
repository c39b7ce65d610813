"""A program on a real pseudo-terminal: what it wrote byte for byte, what the screen shows, what it left changed.

Owns the terminal's side only. Nothing is timed: a wait ends when its event is there, and fails after `PATIENCE_S`.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import pyte

PATIENCE_S = 60.0

MOUSE_AND_MORE = (1000, 1002, 1003, 1004, 1006, 1015, 1016, 1049, 2004, 2026, 2048)
"""Modes that are off in a shell."""

_ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62c"}
_LONGEST_QUESTION = 7
_SHOWN = re.compile(r"\x1b\[(?:[0-9;]*[A-HJKm]|\?[0-9]+[hl])|\x1b[78]")
"""What pyte understands; the rest of what a program says is not drawn anyway."""

_SGR = {"0", "1", "2", "3", "4", "7", "9", "22", "23", "24", "27", "29", "39", "49"}


class Token(NamedTuple):
    """A piece of output: `kind` is text, line, control, csi, esc, cut or string (OSC, DCS, APC, PM, SOS).

    A `line` is an end of line after which the output says at once where it goes on: Textual's way.
    """

    kind: str
    text: str


_TOKEN = re.compile(
    r"(?P<line>\r\n(?=(?:\r\n)*\x1b\[\d+;\d+H))"
    r"|(?P<csi>(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e])"
    r"|(?P<string>(?:\x1b[\]P_^X]|[\x9d\x90\x9f\x9e\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c))"
    r"|(?P<esc>\x1b[\x20-\x2f]*[\x30-\x5a\x5c\x60-\x7e])"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|(?P<cut>\x1b)"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)


def tokens(text: str) -> Iterator[Token]:
    """Everything a terminal would find in the output, nothing left out; `cut` is an ESC that begins nothing whole."""
    for found in _TOKEN.finditer(text):
        yield Token(str(found.lastgroup), found[0])


def control_bytes(raw: bytes, allowed: Sequence[str] = (), size: tuple[int, int] = (120, 40)) -> list[str]:
    """Whatever in the output neither is plain text nor comes from Textual; `allowed` are further regular expressions.

    Cursor positions have to lie inside `size` (columns, rows), and colours to be true colours: as Textual's do.
    """
    found = []
    for token in tokens(raw.decode("utf-8", "surrogateescape")):
        if token.kind == "text":
            found += [char for char in token.text if _acts(char)]
        elif not _is_textuals(token, size) and not any(re.fullmatch(one, token.text) for one in allowed):
            found.append(token.text)
    return found


def _acts(char: str) -> bool:
    """Whether a character of text moves, hides or turns round what stands beside it, or is no character at all."""
    return char > "~" and (unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or char in "\u034f\u3164\uffa0")


def _is_textuals(token: Token, size: tuple[int, int]) -> bool:
    if token.kind == "line":
        return True
    if token.kind == "string":
        return re.fullmatch(r"\x1b\]22;[a-z-]*\x07", token.text) is not None
    if token.kind != "csi" or not token.text.startswith("\x1b["):
        return False
    parameters, final = token.text[2:-1], token.text[-1]
    if final == "m":
        return _is_plain_colour(parameters)
    if final == "H":
        row, _, column = parameters.partition(";")
        return row.isdigit() and column.isdigit() and int(row) <= size[1] + 1 and int(column) <= size[0] + 1
    if final in "hl" and parameters.startswith("?"):
        return parameters[1:] in {"7", "25", *map(str, MOUSE_AND_MORE)}
    return re.fullmatch(r"\x1b\[(?:\?(?:2026|2048)\$p|>\d+u|<u)", token.text) is not None


def _is_plain_colour(parameters: str) -> bool:
    rest = re.sub(r"(?:38|48);2;\d{1,3};\d{1,3};\d{1,3}", "0", parameters)
    return all(one in _SGR for one in rest.split(";"))


def left_changed(raw: bytes) -> list[str]:
    """What the output left otherwise than it was: modes, the cursor, the kitty keyboard, colours."""
    modes: dict[str, bool] = {}
    keyboards, colour = 0, "0"
    for token in tokens(raw.decode("utf-8", "surrogateescape")):
        if token.kind != "csi":
            continue
        parameters, final = token.text[2:-1], token.text[-1]
        if final in "hl" and parameters.startswith("?"):
            modes[parameters[1:]] = final == "h"
        elif final == "u" and parameters[:1] in {">", "<"}:
            # A pop too many is harmless: the alternate screen has its own stack of keyboards.
            keyboards = max(0, keyboards + {">": 1, "<": -1}[parameters[0]])
        elif final == "m":
            colour = parameters or "0"
    changed = [f"mode {mode} on" for mode, is_on in modes.items() if is_on and mode not in {"7", "25"}]
    changed += [f"mode {mode} off" for mode in ("7", "25") if not modes.get(mode, True)]
    changed += ["keyboard"] if keyboards else []
    return changed + (["colour"] if colour != "0" else [])


def _is_of_the_tests(variable: str) -> bool:
    """Textual's own settings, and the size of another terminal: a program would believe it rather than its own."""
    return variable.startswith("TEXTUAL") or variable in {"COLUMNS", "LINES"}


class PtyScreen:
    """A context manager: starts `command` on a pseudo-terminal of its own, and ends it at the end."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        environment: Mapping[str, str] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`size` is (columns, rows); `environment` comes on top of this process's; a wait fails after `patience_s`."""
        self._patience_s = patience_s
        self.raw = bytearray()
        self.size = size
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._undrawn = bytearray()
        self._rest = ""
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.attributes_before = termios.tcgetattr(self._slave)
        self._is_open = True
        self.process = subprocess.Popen(
            command,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            # Its controlling terminal: without one, no SIGHUP would come. The child does nothing else before `exec`.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
            env={
                **{name: value for name, value in os.environ.items() if not _is_of_the_tests(name)},
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                **(environment or {}),
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """The screen's lines."""
        self._draw()
        return "\n".join(self._screen.display)

    def send(self, keys: str) -> None:
        """Type."""
        data = keys.encode("utf-8", "surrogateescape")
        while data:
            ready = select.select([self._master], [self._master], [], 0.1)
            if ready[0]:
                self._read()
            if ready[1]:
                data = data[os.write(self._master, data) :]

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.process.pid, number)

    def wait_for(self, text: str) -> None:
        """Until the screen shows the text."""
        self.wait_until(lambda: text in self.text, f"{text!r} on the screen")

    def wait_until(self, is_there: Any, what: str) -> None:
        """Until `is_there()`; the program's output is read meanwhile."""
        deadline = time.monotonic() + self._patience_s
        while not is_there():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}; the screen:\n{self.text}")
            if self.process.poll() is not None and not self.pump(0):
                if is_there():
                    return
                raise AssertionError(f"the program ended before {what}; the screen:\n{self.text}")
            self.pump(0.05)

    def wait_quiet(self, quiet_s: float = 0.3) -> None:
        """Until nothing has been drawn for so long: a person looks before pointing at something."""
        self.wait_until(lambda: not self.pump(quiet_s), f"{quiet_s} s without a change")

    def wait_end(self) -> int:
        """Until the program ends: its exit code, negative if a signal killed it. All its output is read."""
        self.wait_until(lambda: self.process.poll() is not None, "its end")
        while self.pump(0):
            pass
        return self.process.returncode

    def wait_stopped(self) -> None:
        """Until the program is stopped, as by Ctrl-Z; what it wrote before is read."""
        self.wait_until(lambda: _state(self.process.pid) == "T", "its being stopped")
        while self.pump(0):
            pass

    def left_changed(self) -> list[str]:
        """What the terminal is left with that it had not before."""
        attributes = termios.tcgetattr(self._slave)
        return left_changed(bytes(self.raw)) + (["attributes"] if attributes != self.attributes_before else [])

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size; the program is told by SIGWINCH."""
        self.size = (columns, rows)
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the terminal: the program loses it."""
        if self._is_open:
            self._is_open = False
            os.close(self._slave)
            os.close(self._master)

    def pump(self, wait_s: float) -> bool:
        """Read what is there; whether there was something."""
        if not self._is_open or not select.select([self._master], [], [], wait_s)[0]:
            if not self._is_open:
                time.sleep(wait_s)
            return False
        self._read()
        return True

    def _read(self) -> None:
        data = os.read(self._master, 65536)
        before = bytes(self.raw[-_LONGEST_QUESTION:])
        self.raw += data
        self._undrawn += data
        for question, answer in _ANSWERS.items():
            if (before + data).count(question) > before.count(question):
                os.write(self._master, answer)

    def _draw(self) -> None:
        """Let the screen show what has come; drawing is slow, so only when somebody looks."""
        text = self._rest + self._decode(bytes(self._undrawn))
        self._undrawn.clear()
        # A sequence may go on in the next piece.
        at = text.rfind("\x1b")
        is_cut = at >= 0 and next(tokens(text[at:])).kind == "cut"
        text, self._rest = (text[:at], text[at:]) if is_cut else (text, "")
        drawn = "".join(token.text for token in tokens(text) if _is_drawn(token))
        self._stream.feed(drawn)


def _is_drawn(token: Token) -> bool:
    return token.kind in {"text", "line"} or token.text in "\r\n\b" or _SHOWN.fullmatch(token.text) is not None


def _state(pid: int) -> str:
    """The letter of a process's state."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123 - a kernel's file
        return file.read().rpartition(")")[2].split()[0]


ENDING = {"INT": signal.SIGINT, "TERM": signal.SIGTERM, "HUP": signal.SIGHUP, "QUIT": signal.SIGQUIT}
"""The signals that end a console."""
