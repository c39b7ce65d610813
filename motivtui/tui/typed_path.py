"""From what somebody typed to the file that is meant."""

from __future__ import annotations

from pathlib import Path

from motivtui.errors import UsageError


def typed_path(text: str) -> Path:
    """The file that was meant, `~` filled in. Raises UsageError."""
    if not text.strip():
        raise UsageError("no file is named", hint="Type where the file is to be written.")
    try:
        path = Path(text.strip()).expanduser()
        is_folder = path.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{text!r} can be no file: {error}", hint="Type another path.") from None
    if is_folder:
        raise UsageError(f"{path}: a folder", hint="Add the file's name.")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}: no such folder", hint="Make it first, or choose another.")
    return path
