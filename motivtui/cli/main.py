"""The entry point and the one owner of exit codes."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from motivtui.cli.app import app
from motivtui.errors import MotivError


def main() -> NoReturn:
    """Run `motiv`. Never shows a traceback for something that a user can mend."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run `motiv` with the arguments (the process's own by default). Returns the exit code."""
    try:
        code = app(args=arguments, prog_name="motiv", standalone_mode=False)
        sys.stdout.flush()
    except MotivError as error:
        return show(error)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing more may be written, not even at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def show(error: MotivError) -> int:
    """Print an error: what, then the way out. Returns its exit code."""
    from motivtui.visible_text import visible

    print(f"{error.title}: {visible(error.message)}", file=sys.stderr)  # noqa: T201
    if error.hint:
        print(f"  {visible(error.hint)}", file=sys.stderr)  # noqa: T201
    return error.exit_code
