"""A program in tmux: what most people who work over ssh see it through. The same words as `PtyScreen`'s."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

PATIENCE_S = 120.0
KEYS = {"\r": "Enter", "\x1b": "Escape", "\x11": "C-q", "\x1b[B": "Down"}


class TmuxScreen:
    """A context manager: a tmux server of its own with one window in which `command` runs."""

    def __init__(
        self, command: Sequence[str], folder: Path, *, size: tuple[int, int], environment: Mapping[str, str]
    ) -> None:
        """`folder` holds the server's socket and, at the end, the exit code."""
        self._base = ["tmux", "-f", "/dev/null", "-S", str(folder / "tmux")]
        self._code = folder / "code"
        settings = [f"{name}={value}" for name, value in environment.items()]
        own_size = ["-u", "COLUMNS", "-u", "LINES"]  # not the size of another terminal
        line = f"{shlex.join(['env', *own_size, *settings, *command])}; echo $? > {shlex.quote(str(self._code))}"
        self._tmux("new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([*self._base, "kill-server"], check=False, capture_output=True)

    @property
    def text(self) -> str:
        """The screen's lines."""
        return self._tmux("capture-pane", "-p")

    def send(self, keys: str) -> None:
        """Type."""
        if keys in KEYS:
            self._tmux("send-keys", KEYS[keys])
        else:
            self._tmux("send-keys", "-l", keys)

    def wait_for(self, text: str) -> None:
        """Until the screen shows the text."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.text:
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {text!r}; the screen:\n{self.text}")
            time.sleep(0.1)

    def wait_end(self) -> int:
        """Until the program ends: its exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while not (self._code.exists() and self._code.read_text().strip()):
            if time.monotonic() > deadline:
                raise AssertionError(f"it does not end; the screen:\n{self.text}")
            time.sleep(0.1)
        return int(self._code.read_text())

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._base, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
        )
        return done.stdout
