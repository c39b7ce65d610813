"""One process a run: a lock that the system lets go of when its holder dies, however it dies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motivtui.errors import BusyError


@contextmanager
def hold(run: str, database: Path, locks: Path, holder: str = "") -> Iterator[None]:
    """Hold the run's lock. Raises BusyError at once when another process (`holder`, in words) holds it."""
    from filelock import FileLock, Timeout

    locks.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = hashlib.sha256(str(database.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    lock = FileLock(locks / f"{place}-{run}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise BusyError(
            f"run {run} is being carried out by {holder or 'another process'}",
            hint="Wait for it, or stop it with Ctrl-C where it runs.",
        ) from None
    try:
        yield
    finally:
        lock.release()
