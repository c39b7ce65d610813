"""Files and folders that only their owner can read, each whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from motivtui.errors import ModelError


def make_private_folder(folder: Path) -> None:
    """Make a folder and its missing parents with mode 0700; folders that are there stay as they are."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def new_private_file(path: Path) -> Iterator[BinaryIO]:
    """A file of mode 0600 to write into; it takes the place of `path` at the end, unless there was an exception."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            # The name must not survive a power cut with other content than was checked.
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Write a small file, atomically."""
    with new_private_file(path) as file:
        file.write(content)


@contextmanager
def disk_problems_told(folder: Path, hint: str = "") -> Iterator[None]:
    """Turns an OSError inside into a ModelError that names the place: full disk, no permission, a file in the way."""
    way_out = hint or f"Models are kept in {folder}; the environment variables MOTIV_CACHE and MOTIV_DATA move them."
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        raise ModelError(f"{place}: {error.strerror or error}", hint=way_out) from None
