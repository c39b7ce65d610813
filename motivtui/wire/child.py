"""What every child process of this program needs: the same modules as its parent, and its last words heard."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

import motivtui

MAX_WORDS = 2000


def import_path() -> str:
    """Where this very program's modules come from, in the same order; -P keeps the working directory out of it."""
    root = str(Path(motivtui.__file__).parents[1])
    entries = [entry for entry in sys.path if entry]
    return os.pathsep.join(entries if root in entries else [root, *entries])


def last_words(errors: IO[bytes]) -> str:
    """The end of what it wrote to its stderr, on one line."""
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - MAX_WORDS))
    words = "".join(letter if letter.isprintable() else " " for letter in errors.read().decode("utf-8", "replace"))
    return " ".join(words.split())
