"""Bringing a file up to date: all of it or nothing, a copy kept, also when two processes do it at once."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError
from motivtui.store import migration, queries
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.migration import statements
from motivtui.store.schema import MIGRATIONS
from motivtui.store.store import Store
from tests.store.conftest import Start
from tests.store.samples import planned, rows

NEWEST = MIGRATIONS[-1][0]


@pytest.fixture
def old(db: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of the oldest schema with a run in it."""
    with monkeypatch.context() as patch:
        patch.setattr(migration, "MIGRATIONS", MIGRATIONS[:1])
        with Store(db) as store:
            planned(store)
    assert [name for (name,) in rows(db, "SELECT name FROM _sqlite_migrations")] == [MIGRATIONS[0][0]]
    return db


def test_rows_survive_and_a_copy_is_kept(old: Path) -> None:
    before = rows(old, "SELECT * FROM trial ORDER BY id")
    with pytest.raises(DatabaseError, match="older motivtui") as caught:
        open_reader(old)
    assert "motiv db migrate" in caught.value.hint
    Store(old).close()
    assert rows(old, "SELECT * FROM trial ORDER BY id") == before
    assert [name for (name,) in rows(old, "SELECT name FROM _sqlite_migrations")] == [name for name, _ in MIGRATIONS]
    assert integrity_problems(old) == []
    reader = open_reader(old)
    assert len(list(queries.trial_rows(reader, None))) == 48
    reader.close()
    copy = old.with_name(f"results.db.before-{NEWEST}")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert rows(copy, "SELECT * FROM trial ORDER BY id") == before
    assert [name for (name,) in rows(copy, "SELECT name FROM _sqlite_migrations")] == [MIGRATIONS[0][0]]


def test_a_copy_of_an_earlier_day_is_not_in_the_way(old: Path) -> None:
    earlier = old.with_name(f"results.db.before-{NEWEST}")
    earlier.write_text("mine")
    Store(old).close()
    assert earlier.read_text() == "mine"
    assert len(rows(old.with_name(f"{earlier.name}-2"), "SELECT id FROM trial")) == 24


@pytest.mark.parametrize(
    "broken",
    [
        "CREATE TABLE extra (id INTEGER);\nCREATE TABLE run (id INTEGER);\n",  # the second statement fails
        "CREATE TABLE extra (id INTEGER);\nDELETE FROM trial;\nSELECT nothing FROM nowhere;\n",
        "CREATE TABLE extra (id INTEGER);\nCREATE TABLE no_end (id INTEGER",
    ],
)
def test_failing_half_way_leaves_the_file_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    before = old.read_bytes()
    monkeypatch.setattr(migration, "MIGRATIONS", (*MIGRATIONS, ("0003_broken", broken)))
    for _ in range(2):  # the second try meets nothing that the first has left
        with pytest.raises(DatabaseError, match=str(old)):
            Store(old)
        assert old.read_bytes() == before
        assert [file.name for file in old.parent.iterdir()] == ["results.db"]
    monkeypatch.undo()
    Store(old).close()
    assert integrity_problems(old) == []


def test_a_new_file_whose_migration_fails_stays_usable(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migration, "MIGRATIONS", (*MIGRATIONS, ("0003_broken", "CREATE NONSENSE;\n")))
        with pytest.raises(DatabaseError, match="syntax error"):
            Store(db)
    assert rows(db, "SELECT * FROM sqlite_master") == []
    with Store(db) as store:
        planned(store)


def test_no_room_for_the_copy_means_no_migration(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = old.read_bytes()

    def full(_connection: sqlite3.Connection, target: Path) -> None:
        raise DatabaseError(f"{target}: no room", hint="x")

    monkeypatch.setattr(migration, "back_up", full)
    with pytest.raises(DatabaseError, match="no room"):
        Store(old)
    assert old.read_bytes() == before


def _together(openers: list[subprocess.Popen[str]], path: Path) -> list[str]:
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write(f"{path}\n")
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.flush()
    return [opener.stdout.readline().strip() for opener in openers if opener.stdout is not None]


def test_processes_that_open_one_file_at_once_all_succeed(tmp_path: Path, start: Start) -> None:
    openers = [start("open") for _ in range(3)]
    _together(openers, tmp_path / "warm.db")
    for number in range(15):
        path = tmp_path / f"{number}.db"
        assert _together(openers, path) == ["ok"] * 3
        assert integrity_problems(path) == []
        assert len(rows(path, "SELECT name FROM _sqlite_migrations")) == len(MIGRATIONS)


def test_processes_that_migrate_one_file_at_once_make_one_copy(old: Path, start: Start) -> None:
    openers = [start("open") for _ in range(3)]
    _together(openers, old.with_name("warm.db"))
    content = old.read_bytes()
    for number in range(5):
        path = old.with_name(f"{number}.db")
        path.write_bytes(content)
        assert _together(openers, path) == ["ok"] * 3
        assert integrity_problems(path) == []
        assert len(list(old.parent.glob(f"{number}.db.before-*"))) == 1


def test_statements_are_split_where_they_end() -> None:
    table = "CREATE TABLE a (x TEXT DEFAULT ';\n');\n"
    script = table + "-- why; so\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\nSELECT 1;\nEND;\n"
    parts = statements(script)
    assert len(parts) == 2
    assert "".join(parts) == script
    assert statements("SELECT 1;\nSELECT 2") == ["SELECT 1;\n", "SELECT 2"]
    assert statements("\n") == []
