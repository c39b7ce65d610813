"""The entry point and the one owner of exit codes."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

from motivtui.errors import InterruptedRunError, MotivError


def main() -> NoReturn:
    """Run `motiv`. Never shows a traceback for something that a user can mend."""
    # Until a run listens to Ctrl-C itself, it is an error like any other: cleaned up after, one line, exit 130.
    signal.signal(signal.SIGINT, _interrupted)
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run `motiv` with the arguments (the process's own by default). Returns the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if not words:  # the console: Typer and its commands would only hold it up
            from motivtui.cli.console import open_console

            return open_console(None)
        from motivtui.cli.app import app

        app(args=words, prog_name="motiv")
    except MotivError as error:
        return show(error)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def show(error: MotivError) -> int:
    """Print an error: what, then the way out. Returns its exit code."""
    from motivtui.visible_text import visible

    sys.stderr.write(f"{error.title}: {visible(error.message)}\n")
    if error.hint:
        sys.stderr.write(f"  {visible(error.hint)}\n")
    return error.exit_code


def _interrupted(_number: int, _frame: FrameType | None) -> NoReturn:
    raise InterruptedRunError("stopped by Ctrl-C")
