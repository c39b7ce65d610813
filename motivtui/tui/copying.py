"""Copying: to the terminal's clipboard (OSC 52), and into a private file, since no terminal says whether it obeyed.

What acts on a terminal is made visible first: text that is pasted into a shell must not run.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from textual.app import App

from motivtui.visible_text import visible

MOST_BYTES = 74_000
"""More than that no terminal is sure to take (xterm and tmux stop about there, once it is encoded)."""


def copy(app: App[object], text: str, what: str) -> Path | None:
    """Copy text and tell the user where it is; `what` names it. Returns the file; None: it could not be written."""
    harmless = visible(text)
    path = _kept_copy(harmless)
    fits = len(harmless.encode()) <= MOST_BYTES
    if fits:
        app.copy_to_clipboard(harmless)
    app.notify(*_told(fits, path), title=f"{what} copied" if fits or path else f"{what} was not copied", markup=False)
    return path


def _told(fits: bool, path: Path | None) -> tuple[str]:  # noqa: FBT001 - private
    if fits and path:
        return (f"To the clipboard, if this terminal allows it (OSC 52), and to {path}.",)
    if fits:
        return ("To the clipboard, if this terminal allows it (OSC 52). No temporary file could be written.",)
    if path:
        return (f"It is too long for a terminal's clipboard. It is in {path}.",)
    return ("It is too long for a terminal's clipboard, and no temporary file could be written.",)


def _kept_copy(text: str) -> Path | None:
    """A new file that only its owner may read, with this text."""
    try:
        handle, name = tempfile.mkstemp(prefix="motiv-copied-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError:
        return None
    return Path(name)
