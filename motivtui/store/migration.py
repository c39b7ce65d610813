"""Which migrations a database has seen, and applying those that it has not: all of them or nothing."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from motivtui.errors import DatabaseError
from motivtui.store.backup import back_up, free_name
from motivtui.store.schema import MIGRATION_SET, MIGRATIONS


def applied_migrations(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Names of the migrations that the file has seen, oldest first; none: it is empty.

    Raises DatabaseError for a file that is not ours and for one that has seen a migration unknown to this program.
    """
    # One statement sees one moment: another process may be creating the tables just now.
    tables = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master").fetchall()}
    if not tables:
        return []
    applied: list[str] = []
    if "_sqlite_migrations" in tables:
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", (MIGRATION_SET,)
        ).fetchall()
        applied = [str(row[0]) for row in rows]
    if not applied:
        raise DatabaseError(f"{path}: a database, but not one of motivtui's", hint="Choose another with --db FILE.")
    unknown = set(applied) - {name for name, _ in MIGRATIONS}
    if unknown:
        raise DatabaseError(
            f"{path}: made by a newer motivtui (it knows {', '.join(sorted(unknown))})",
            hint="Update motivtui, or choose another database with --db FILE.",
        )
    return applied


def missing_migrations(applied: list[str]) -> list[str]:
    """Names of the migrations that are still to apply, oldest first."""
    return [name for name, _ in MIGRATIONS if name not in applied]


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing. A file that holds something already is copied first to `<name>.before-<migration>`.

    Everything happens under the write lock, because two processes may open a file at once. When it fails, the file is
    what it was and the copy is removed. Raises DatabaseError and sqlite3.Error.
    """
    with _unseen("pandas", "numpy"):
        from sqlite_utils import Database

    copy: Path | None = None
    connection.execute("BEGIN IMMEDIATE")
    try:
        applied = applied_migrations(connection, path)
        if missing_migrations(applied):
            copy = _keep_copy(path) if applied else None
            _migrations().apply(Database(connection, execute_plugins=False))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if copy:
            copy.unlink(missing_ok=True)
        raise


@contextmanager
def _unseen(*names: str) -> Iterator[None]:
    """Hide modules from an import that would load them for conveniences of its own: seconds, for nothing of use."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]  # None: "not to be imported"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _keep_copy(path: Path) -> Path:
    """Copy the file by a connection of its own: SQLite copies nothing out of one that holds the write lock."""
    target = free_name(path.with_name(f"{path.name}.before-{MIGRATIONS[-1][0]}"))
    source = sqlite3.connect(path)
    try:
        back_up(source, target)
    finally:
        source.close()
    return target


def _migrations() -> Any:
    """The library's own object, which has no types."""
    from sqlite_utils.migrations import Migrations

    migrations = Migrations(MIGRATION_SET)
    for name, sql in MIGRATIONS:
        migrations(name=name)(_step(sql))
    return migrations


def _step(sql: str) -> Callable[[Any], None]:
    def run(db: Any) -> None:
        # Not executescript: it would commit the transaction that makes the migrations all or nothing.
        for statement in statements(sql):
            db.conn.execute(statement)

    return run


def statements(sql: str) -> list[str]:
    """The single statements of a script, split at line ends where SQLite itself says that one is complete."""
    found, current = [], ""
    for line in sql.splitlines(keepends=True):
        current += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    # What has no end is handed on too: SQLite says what is wrong with it, dropping it would say nothing.
    return [*found, current] if current.strip() else found
