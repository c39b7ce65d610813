"""`motiv` without a command: the console."""

from __future__ import annotations

import sys
from pathlib import Path


def open_console(db: Path | None) -> int:
    """Open the console on this terminal. Returns the exit code. Raises UsageError: there is no terminal."""
    from motivtui.errors import UsageError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the console needs a terminal", hint="`motiv --help` lists the commands that do without.")
    from motivtui.settings import read_settings
    from motivtui.tui.console import open_console as shown

    return shown(read_settings({"db": db}))
