"""The page as a file: whole or not at all, and never over another file by accident."""

from __future__ import annotations

from pathlib import Path

from motivtui.errors import MotivError, UsageError
from motivtui.whole_file import write_whole


def check_free(path: Path, *, force: bool) -> None:
    """Raises UsageError: there is a folder, or a file that must not be overwritten, or no folder to write into."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder", hint="Name a file in it.")
    if path.exists() and not force:
        raise UsageError(f"{path}: already there", hint="Choose another name, or overwrite it with --force.")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}: no such folder", hint="Make it, or choose another place.")


def write_page(path: Path, text: str) -> int:
    """Write it in UTF-8, readable by its owner only, as it holds prompts and replies. Returns the size in bytes.

    Raises MotivError: it cannot be written; then nothing is left behind.
    """
    content = text.encode("utf-8")
    try:
        write_whole(path, content)
    except OSError as error:
        raise MotivError(f"{path}: {error.strerror or error}", hint="Choose another place.") from None
    return len(content)
