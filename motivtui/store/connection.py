"""Opening the database: for writing (created and migrated as needed) and for reading only.

Every way in which a file can be unusable becomes a DatabaseError here, and the file stays as it was.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from motivtui.errors import DatabaseError
from motivtui.store.schema import MIGRATION_SET, MIGRATIONS

BUSY_TIMEOUT_MS = 30_000
_HEADER = b"SQLite format 3\x00"
_FULL = 2


def open_writer(path: Path) -> sqlite3.Connection:
    """The connection that writes: WAL, synchronous=FULL (both read back), foreign keys on, schema up to date.

    A missing database is created, readable by its owner only. A database with an older schema is copied to
    `<name>.before-<migration>` first. Raises DatabaseError.
    """
    try:
        _check_file(path)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = _connect(path, "rw")
    except OSError as error:
        raise DatabaseError(f"{path}: {error.strerror}", hint="Choose another file with --db FILE.") from None
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises DatabaseError: no such file, not ours, damaged, older or newer."""
    _check_file(path)
    if not path.exists():
        raise DatabaseError(f"{path}: no such database", hint="A run or a probe creates it; --db FILE names another.")
    connection = _connect(path, "ro")
    try:
        applied = _applied(connection, path)
    except BaseException:
        connection.close()
        raise
    if not applied:
        connection.close()
        raise DatabaseError(f"{path}: not a motivtui database", hint="--db FILE names another.")
    if _missing(applied):
        connection.close()
        raise DatabaseError(
            f"{path}: made by an older motivtui", hint="`motiv db migrate` brings it up to date (a copy is kept)."
        )
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise DatabaseError(f"{path}: {error}", hint="Choose another file with --db FILE.") from None
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return connection


def _check_file(path: Path) -> None:
    """Refuse what is there and is not SQLite, before SQLite itself touches it."""
    if not path.exists():
        return
    if path.is_dir():
        raise DatabaseError(f"{path}: a folder, not a database", hint="Name a file with --db FILE.")
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except OSError as error:
        raise DatabaseError(f"{path}: {error.strerror}", hint="Choose another file with --db FILE.") from None
    if head and head != _HEADER:
        raise DatabaseError(f"{path}: not a SQLite database", hint="Choose another file with --db FILE.")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    try:
        applied = _applied(connection, path)
        if not applied and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise DatabaseError(f"{path}: a database, but not one of motivtui's", hint="Choose another with --db FILE.")
        _set_pragmas(connection, path)
        if _missing(applied):
            _migrate(connection, path, backup=bool(applied))
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{path}: {error}", hint="`motiv db check` says more.") from None


def _set_pragmas(connection: sqlite3.Connection, path: Path) -> None:
    """WAL and FULL are what the promise of never losing a paid reply stands on, so they are read back."""
    journal = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    if str(journal).lower() != "wal" or synchronous != _FULL:
        raise DatabaseError(
            f"{path}: this file system cannot keep a write-ahead log (journal {journal}, synchronous {synchronous})",
            hint="Put the database on a local disk with --db FILE.",
        )


def _applied(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Names of the migrations that the file has seen; refuses a file that has seen one unknown to this program."""
    try:
        table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
        if table is None:
            return []
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", (MIGRATION_SET,)
        ).fetchall()
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{path}: {error}", hint="`motiv db check` says more.") from None
    applied = [str(row[0]) for row in rows]
    unknown = set(applied) - {name for name, _ in MIGRATIONS}
    if unknown:
        raise DatabaseError(
            f"{path}: made by a newer motivtui (it knows {', '.join(sorted(unknown))})",
            hint="Update motivtui, or choose another database with --db FILE.",
        )
    return applied


def _missing(applied: list[str]) -> list[str]:
    return [name for name, _ in MIGRATIONS if name not in applied]


def _migrate(connection: sqlite3.Connection, path: Path, *, backup: bool) -> None:
    """Apply what is missing, all of it or nothing, under the write lock: two processes may open a file at once."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations(MIGRATION_SET)
    for name, sql in MIGRATIONS:
        migrations(name=name)(_step(sql))
    if backup:
        back_up(connection, path.with_name(f"{path.name}.before-{MIGRATIONS[-1][0]}"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(Database(connection))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _step(sql: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 (the library's own protocol)
    def run(db) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        # Not executescript: it would commit the transaction that makes the migrations all or nothing.
        for statement in _statements(sql):
            db.conn.execute(statement)

    return run


def _statements(sql: str) -> list[str]:
    """The single statements of a script, split where SQLite itself says that one is complete."""
    statements, current = [], ""
    for line in sql.splitlines(keepends=True):
        current += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the whole database, as of now, into `target`, readable by its owner only. Raises DatabaseError."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        copy = sqlite3.connect(target)
        try:
            connection.backup(copy)
        finally:
            copy.close()
    except FileExistsError:
        raise DatabaseError(f"{target}: already there", hint="Name another file, or move that one away.") from None
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(f"{target}: {error}", hint="Choose a folder that can be written.") from None


def integrity_problems(path: Path) -> list[str]:
    """What SQLite's own checks find wrong with the file; empty: nothing. Raises DatabaseError when unreadable."""
    connection = open_reader(path)
    try:
        rows = connection.execute("PRAGMA integrity_check").fetchall()
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{path}: {error}", hint="Restore a copy (`motiv db backup` makes them).") from None
    finally:
        connection.close()
    problems = [str(row[0]) for row in rows if row[0] != "ok"]
    return problems + [f"{row[0]} row {row[1]} points to a missing {row[2]}" for row in broken]
