"""Opening the database: for writing (created and migrated as needed) and for reading only.

Every way in which a file can be unusable becomes a DatabaseError here, and the file stays as it was.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from motivtui.errors import DatabaseError, OldDatabaseError
from motivtui.store.backup import back_up
from motivtui.store.migration import applied_migrations, migrate, missing_migrations
from motivtui.store.reading import DAMAGE, ReadingConnection
from motivtui.store.words import register

__all__ = ["Reader", "back_up", "database_exists", "integrity_problems", "open_reader", "open_writer"]

Reader = sqlite3.Connection
"""What `open_reader` gives, for those who only hand it on."""

SQLITE_VERSION = sqlite3.sqlite_version

BUSY_TIMEOUT_MS = 30_000
_FULL = 2


def open_writer(path: Path) -> sqlite3.Connection:
    """The connection that writes: WAL, synchronous=FULL (both read back), foreign keys on, schema up to date.

    A missing database is created, readable by its owner only, and so are missing folders above it. A database with an
    older schema is copied to `<name>.before-<migration>` first. Raises DatabaseError.
    """
    try:
        if not _is_there(path):
            _make_folder(path.parent)
            _make_file(path)
        connection = _connect(path, "rw")
    except (OSError, ValueError, sqlite3.Error) as error:
        raise _unusable(path, error) from None
    try:
        applied = applied_migrations(connection, path)
        _set_pragmas(connection, path)
        if missing_migrations(applied):
            migrate(connection, path)
        _check_writable(connection)
    except DAMAGE as error:
        connection.close()
        raise DatabaseError(f"{path}: {error}", hint="`motiv db check` says more; --db FILE names another.") from None
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises DatabaseError: no such file, not ours, damaged, older or newer.

    It may stay open and be used in another thread, one at a time. Every query that is read to its end leaves nothing
    open behind it, so that the next one sees what others have committed since.
    """
    if not _is_there(path):
        raise DatabaseError(f"{path}: no such database", hint="A run or a probe creates it; --db FILE names another.")
    try:
        connection = _connect(path, "ro", ReadingConnection)
        register(connection)
    except (OSError, ValueError, sqlite3.Error) as error:
        raise _unusable(path, error) from None
    try:
        _check_schema(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def database_exists(path: Path) -> bool:
    """Whether there is a database to read. False: no file, or one in which nothing was made yet.

    Creates nothing. Raises DatabaseError for what can be no database: a folder, another program's file, a damaged one.
    """
    if not _is_there(path):
        return False
    try:
        connection = _connect(path, "ro", ReadingConnection)
    except (OSError, ValueError, sqlite3.Error) as error:
        raise _unusable(path, error) from None
    try:
        return bool(applied_migrations(connection, path))
    finally:
        connection.close()


def integrity_problems(path: Path) -> list[str]:
    """What SQLite's own checks find wrong with the file; empty: nothing. Raises DatabaseError when unreadable."""
    connection = open_reader(path)
    try:
        rows = connection.execute("PRAGMA integrity_check").fetchall()
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except DatabaseError as error:
        raise DatabaseError(f"{path}: {error.message}", hint="Restore a copy (`motiv db backup` makes them).") from None
    finally:
        connection.close()
    problems = [str(row[0]) for row in rows if row[0] != "ok"]
    return problems + [f"{row[0]} row {row[1]} points to a missing {row[2]}" for row in broken]


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a schema that the queries are not written for."""
    try:
        applied = applied_migrations(connection, path)
    except DatabaseError as error:
        # The cursor does not know the file's name.
        message = error.message if error.message.startswith(f"{path}: ") else f"{path}: {error.message}"
        raise DatabaseError(message, hint=error.hint) from None
    if not applied:
        raise DatabaseError(f"{path}: an empty file, not a motivtui database", hint="--db FILE names another.")
    if missing_migrations(applied):
        raise OldDatabaseError(
            f"{path}: made by an older motivtui", hint="`motiv db migrate` brings it up to date (a copy is kept)."
        )


def _connect(path: Path, mode: str, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    uri = f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, factory=factory)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return connection


def _is_there(path: Path) -> bool:
    """Whether the file exists; refuses what is no file.

    It must not open the file to look inside: closing it again would take away the locks that SQLite holds on it in
    this process (POSIX), and then another process may remove the log that the next commits go to. SQLite itself says
    what is no database, without changing it.
    """
    try:
        if not path.exists():
            return False
        if path.is_dir():
            raise DatabaseError(f"{path}: a folder, not a database", hint="Name a file with --db FILE.")
        if not path.is_file():  # reading a pipe would wait for ever
            raise DatabaseError(f"{path}: a device or a pipe, not a database", hint="Name a file with --db FILE.")
    except OSError as error:
        raise _unusable(path, error) from None
    return True


def _make_folder(folder: Path) -> None:
    """Make what is missing of a path, for the owner only; chmod, because the umask may take rights away from mkdir."""
    for one in reversed([folder, *folder.parents]):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)
            one.chmod(0o700)


def _make_file(path: Path) -> None:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def _check_writable(connection: sqlite3.Connection) -> None:
    """SQLite opens a file that it may not write for reading, without a word; better to know before a call is paid."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("PRAGMA user_version = 1")  # BEGIN IMMEDIATE alone is no proof; undone in any case
    finally:
        connection.execute("ROLLBACK")


def _set_pragmas(connection: sqlite3.Connection, path: Path) -> None:
    """WAL and FULL are what the promise of never losing a paid reply stands on, so they are read back."""
    journal = _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    if journal.lower() != "wal" or synchronous != _FULL:
        raise DatabaseError(
            f"{path}: this file system cannot keep a write-ahead log (journal {journal}, synchronous {synchronous})",
            hint="Put the database on a local disk with --db FILE.",
        )


def _write_ahead(connection: sqlite3.Connection) -> str:
    """Switch a file to the write-ahead log; returns the journal mode that it has then.

    Two processes that switch a new file at once would wait for each other, so SQLite refuses one without waiting.
    """
    give_up = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 (only spreads the two in time)


def _unusable(path: Path, error: Exception) -> DatabaseError:
    reason = getattr(error, "strerror", None) or error
    return DatabaseError(f"{path}: {reason}", hint="Choose another file with --db FILE.")
