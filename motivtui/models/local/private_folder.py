"""Folders that only their owner can read, and what is said when the disk has a problem."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motivtui.errors import ModelError


def make_private_folder(folder: Path) -> None:
    """Make a folder and its missing parents with mode 0700; folders that are there stay as they are."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def disk_problems_told(folder: Path, hint: str = "") -> Iterator[None]:
    """Turns an OSError inside into a ModelError that names the place: full disk, no permission, a file in the way."""
    way_out = hint or f"Models are kept in {folder}; the environment variables MOTIV_CACHE and MOTIV_DATA move them."
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        raise ModelError(f"{place}: {error.strerror or error}", hint=way_out) from None
