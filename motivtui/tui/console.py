"""Opening the console."""

from __future__ import annotations

from motivtui.settings import Settings


def open_console(settings: Settings) -> int:
    """Show the console until the user leaves it. Returns the exit code."""
    from motivtui.tui.app import MotivApp
    from motivtui.tui.terminal.guard import run_guarded

    return run_guarded(lambda: MotivApp(settings), settings)
