"""Copies of the database: whole, consistent, readable by their owner only, never over another file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from motivtui.errors import DatabaseError

_HINT = "Choose a folder that can be written and has room."


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the whole database, as of now, into `target`, readable by its owner only. Raises DatabaseError.

    `connection` must not be writing. A copy that cannot be finished is removed.
    """
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise DatabaseError(f"{target}: already there", hint="Name another file, or move that one away.") from None
    except (OSError, ValueError) as error:
        raise DatabaseError(f"{target}: {getattr(error, 'strerror', None) or error}", hint=_HINT) from None
    try:
        copy = sqlite3.connect(target)
        try:
            connection.backup(copy)
        finally:
            copy.close()
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, (sqlite3.Error, OSError)) and not isinstance(error, sqlite3.ProgrammingError):
            raise DatabaseError(f"{target}: {error}", hint=_HINT) from None
        raise


def free_name(wanted: Path) -> Path:
    """The path, or the first of `<name>-2`, `<name>-3` … that nothing has yet."""
    candidate, number = wanted, 1
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.name}-{number}")
    return candidate
