"""Opening: what a new database is like, and what is refused, untouched."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError
from motivtui.store import queries
from motivtui.store.connection import integrity_problems, open_reader, open_writer
from motivtui.store.store import Store
from tests.store.samples import planned, rows, small_study


def test_a_new_database_is_durable_and_checked(db: Path) -> None:
    connection = open_writer(db)
    pragmas = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _WANTED}
    connection.close()
    assert pragmas == _WANTED
    assert integrity_problems(db) == []


_WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_a_new_database_is_its_owners_only(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "new" / "deeper" / "results.db"
    before = os.umask(umask)
    try:
        with Store(path) as store:
            planned(store)
            modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"results.db": 0o600, "results.db-wal": 0o600, "results.db-shm": 0o600}
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


def test_a_folder_that_was_there_keeps_its_rights(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    Store(folder / "results.db").close()
    assert folder.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", ["a b?mode=memory#x.db", "100%25.db", "ü 🎈.db", "-rf", os.fsdecode(b"\xff\xfe.db")])
def test_any_file_name(tmp_path: Path, name: str) -> None:
    with Store(tmp_path / name) as store:
        run = planned(store)
    reader = open_reader(tmp_path / name)
    try:
        assert queries.find_run(reader, "latest") == run
    finally:
        reader.close()
    assert (tmp_path / name).stat().st_size > 0


def test_a_reader_cannot_write(store: Store, db: Path) -> None:
    run = planned(store)
    reader = open_reader(db)
    try:
        with pytest.raises(DatabaseError, match="readonly"):
            reader.execute("DELETE FROM trial")
    finally:
        reader.close()
    assert rows(db, "SELECT count(*) FROM trial WHERE run = ?", (run,)) == [(24,)]


def test_a_file_of_no_bytes_becomes_a_database_but_cannot_be_read(db: Path) -> None:
    db.touch()
    with pytest.raises(DatabaseError, match="empty file"):
        open_reader(db)
    assert db.read_bytes() == b""
    Store(db).close()
    assert integrity_problems(db) == []


def test_opening_again_takes_no_lock_away(store: Store, db: Path) -> None:
    # If it did, the next process that opens and closes the file would remove the log under our feet.
    planned(store, small_study(name="first"))
    open_reader(db).close()
    integrity_problems(db)
    Store(db).close()
    other = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute('SELECT name FROM run').fetchall())"
    for names in ("[('first',)]", "[('first',), ('second',)]"):
        done = subprocess.run([sys.executable, "-c", other, str(db)], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == names
        planned(store, small_study(name="second"))


def test_a_missing_database_is_not_made_by_reading(db: Path) -> None:
    with pytest.raises(DatabaseError, match="no such database"):
        open_reader(db)
    with pytest.raises(DatabaseError, match="no such database"):
        integrity_problems(db)
    assert not db.exists()


def _text_file(path: Path) -> None:
    path.write_text("dear diary\n" * 50)


def _zeroes(path: Path) -> None:
    path.write_bytes(bytes(4096))


def _only_the_header(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00" + bytes(84))


def _short(path: Path) -> None:
    path.write_bytes(b"SQLite")


def _of_somebody_else(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE trial (id INTEGER)")
    connection.commit()
    connection.close()


def _of_another_user_of_sqlite_utils(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
    connection.execute("INSERT INTO _sqlite_migrations VALUES ('llm', '0001_tables', '2026')")
    connection.commit()
    connection.close()


def _with_an_odd_table_of_migrations(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE _sqlite_migrations (step TEXT)")
    connection.commit()
    connection.close()


def _newer(path: Path) -> None:
    Store(path).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO _sqlite_migrations VALUES (99, 'motivtui', '0099_future', '2030')")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_text_file, "not a database"),
        (_zeroes, "not a database"),
        (_short, "not a database"),
        (_only_the_header, "results"),
        (_of_somebody_else, "not one of motivtui's"),
        (_of_another_user_of_sqlite_utils, "not one of motivtui's"),
        (_with_an_odd_table_of_migrations, "no such column"),
        (_newer, "newer motivtui .*0099_future"),
    ],
)
def test_what_is_not_ours_is_refused_and_left_alone(db: Path, make: object, words: str) -> None:
    assert callable(make)
    make(db)
    before = db.read_bytes()
    for door in (open_writer, open_reader, integrity_problems, Store):
        with pytest.raises(DatabaseError, match=words) as caught:
            door(db)
        assert str(db) in caught.value.message
        assert caught.value.hint
        assert db.read_bytes() == before


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "text").write_text("x")
    for path, words in (
        (tmp_path, "folder"),
        (pipe, "pipe"),
        (Path("/dev/null"), "device"),
        (tmp_path / ("x" * 300), "too long"),
    ):
        for door in (open_writer, open_reader):
            with pytest.raises(DatabaseError, match=words):
                door(path)
    for path in (tmp_path / "text" / "x.db", tmp_path / "nul\0.db"):
        for door in (open_writer, open_reader):
            with pytest.raises(DatabaseError):
                door(path)


def test_a_file_that_may_not_be_written_or_read(unprivileged_folder: Path) -> None:
    path = unprivileged_folder / "results.db"
    before = path.read_bytes()
    path.chmod(0o400)
    with pytest.raises(DatabaseError, match="readonly"):
        open_writer(path)
    open_reader(path).close()
    path.chmod(0)
    for door in (open_writer, open_reader):
        with pytest.raises(DatabaseError, match=str(path)):
            door(path)
    path.chmod(0o600)
    assert path.read_bytes() == before


def test_a_folder_that_may_not_be_written(unprivileged_folder: Path) -> None:
    path = unprivileged_folder / "results.db"
    before = path.read_bytes()
    unprivileged_folder.chmod(0o555)
    with pytest.raises(DatabaseError, match="Permission denied"):
        open_writer(unprivileged_folder / "other.db")
    with pytest.raises(DatabaseError, match="Permission denied"):
        open_writer(unprivileged_folder / "folder" / "other.db")
    for door in (open_writer, open_reader):
        with pytest.raises(DatabaseError, match=str(path)):
            door(path)
    unprivileged_folder.chmod(0)
    for door in (open_writer, open_reader):
        with pytest.raises(DatabaseError, match="Permission denied"):
            door(path)
    unprivileged_folder.chmod(0o755)
    assert path.read_bytes() == before
