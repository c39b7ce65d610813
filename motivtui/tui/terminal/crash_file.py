"""A crash's record: a file that only its owner can read, with the traceback but no variables and no keys in it."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from motivtui import __version__
from motivtui.engine.redaction import Redactor
from motivtui.visible_text import visible, visible_line

KEPT_FILES = 20
"""Older ones are removed."""

_MOST_CHARS = 256 * 1024


def write_crash_file(error: BaseException, folder: Path, redactor: Redactor) -> Path | None:
    """Write `crash-<time>-<process>.txt` into `folder`; none if that cannot be done."""
    now = datetime.now(UTC)
    head = f"motivtui {__version__}, Python {platform.python_version()}, {sys.platform}, {now.isoformat()}\n\n"
    lines = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
    text = visible(redactor.redacted(head + lines))[:_MOST_CHARS]
    path = folder / f"crash-{now:%Y%m%d-%H%M%S-%f}-{os.getpid()}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return None
    with suppress(OSError):
        for old in sorted(folder.glob("crash-*.txt"))[:-KEPT_FILES]:
            old.unlink(missing_ok=True)
    return path


def crash_line(error: BaseException, redactor: Redactor) -> str:
    """What happened and where, on one harmless line without keys."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    what = redactor.redacted(f"{type(error).__name__}: {error}")
    return visible_line(f"{what[:2000].splitlines()[0]}", 160) + place
