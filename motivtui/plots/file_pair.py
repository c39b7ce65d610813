"""Several files that belong together: all of them are written, or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from motivtui.errors import MotivError


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write each by way of a private file beside it; only when all are on disk do they take their places.

    A file that is there already is replaced. Raises MotivError: nothing is left behind then, and what was there before
    is there again.
    """
    parts: dict[Path, Path] = {}
    before: dict[Path, Path] = {}
    placed: list[Path] = []
    path = next(iter(contents))
    try:
        for path, content in contents.items():
            parts[path] = _reserved(path, ".part")
            _fill(parts[path], content)
            if path.exists():
                before[path] = _reserved(path, ".before")
                shutil.copyfile(path, before[path])
        for path, part in parts.items():
            part.replace(path)
            placed.append(path)
    except OSError as error:
        _undo(placed, before)
        raise MotivError(f"{path}: {error.strerror or error}", hint="Choose another place.") from None
    except BaseException:
        _undo(placed, before)
        raise
    finally:
        for left in (*parts.values(), *before.values()):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _reserved(path: Path, suffix: str) -> Path:
    """An empty private file beside it."""
    # Of a long name only the beginning: with what is put around it, it would be longer than a name may be.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=suffix)
    os.close(handle)
    return Path(name)


def _fill(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _undo(placed: list[Path], before: dict[Path, Path]) -> None:
    """As it was: what was put in place goes, what stood there comes back."""
    for path in placed:
        with suppress(OSError):
            if path in before:
                before[path].replace(path)
            else:
                path.unlink(missing_ok=True)
