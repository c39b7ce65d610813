"""Where whatever is printed in the engine goes: a log file of bounded size that only its owner can read, without keys.

Owns the process's standard output and error from `catch_output` on: what belongs to the protocol leaves elsewhere.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from motivtui.engine.redaction import Redactor

MAX_LOG_BYTES = 512 * 1024
"""Of one file; the one before it is kept too."""

_MAX_LINE_CHARS = 16 * 1024


class Log:
    """Appends lines; several engines may share the file. A log that cannot be written stops nobody."""

    def __init__(self, path: Path, redactor: Redactor, most_bytes: int = MAX_LOG_BYTES) -> None:
        """Nothing is opened yet."""
        self.path = path
        self._redactor = redactor
        self._most = most_bytes
        self._lock = threading.Lock()
        self._begun = ""

    def note(self, text: str) -> None:
        """Write lines of our own."""
        self._write(self._redactor.redacted(text).splitlines())

    def feed(self, text: str) -> None:
        """Take in printed text as it comes; whole lines are written."""
        *lines, rest = (self._begun + text).split("\n")
        if len(rest) > _MAX_LINE_CHARS:
            # Cut, but not through a key: its beginning waits for the rest.
            rest = self._redactor.redacted(rest)
            kept = min(len(rest), self._redactor.longest)
            lines.append(rest[: len(rest) - kept])
            rest = rest[len(rest) - kept :]
        self._begun = rest
        self._write([self._redactor.redacted(line) for line in lines])

    def end(self) -> None:
        """Write what was begun."""
        self.feed("\n")

    def _write(self, lines: list[str]) -> None:
        head = f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {os.getpid()} "
        text = "".join(f"{head}{line[:_MAX_LINE_CHARS]}\n" for line in lines if line.strip())
        if not text:
            return
        with self._lock, suppress(OSError):
            self._append(text.encode("utf-8", "backslashreplace"))

    def _append(self, data: bytes) -> None:
        with suppress(FileNotFoundError):
            if self.path.stat().st_size + len(data) > self._most:
                self.path.replace(self.path.with_name(self.path.name + ".1"))
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self.path, flags, 0o600)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)


class Catch:
    """Everything that is printed from now on, by whatever library, goes to the log."""

    def __init__(self, log: Log) -> None:
        """Take over descriptors 1 and 2."""
        self._log = log
        self._reading, writing = os.pipe()
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.close(writing)
        self._thread = threading.Thread(target=self._run, name="motivtui-log", daemon=True)
        self._thread.start()

    def close(self, within_s: float) -> None:
        """Let what was printed reach the log; what is printed later goes nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        self._thread.join(within_s)

    def _run(self) -> None:
        while data := os.read(self._reading, 64 * 1024):
            self._log.feed(data.decode("utf-8", "replace"))
        self._log.end()
