"""Copies: whole while somebody writes, private, never over another file."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError
from motivtui.store.backup import back_up, free_name
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.store import Store
from tests.store.conftest import FullDisk
from tests.store.samples import complete, planned, rows, scores, small_study, still_open


def test_a_copy_made_while_rows_arrive_is_whole(store: Store, db: Path, tmp_path: Path) -> None:
    run = planned(store, small_study(tasks=20))
    session = store.start_session(run)
    trials = still_open(db, run)
    some_written, stop = threading.Event(), threading.Event()

    def write() -> None:
        for number, one in enumerate(trials):
            store.add_attempt(one.id, 1, session, "e", is_streamed=False)
            store.add_response(one.id, 1, complete("x" * 5000), is_final=True)
            store.add_scores(one.id, 1, scores(), 1).result()
            if number == 5:
                some_written.set()
            if stop.is_set():
                return

    writing = threading.Thread(target=write)
    writing.start()
    assert some_written.wait(20)
    sizes = []
    try:
        for number in range(5):
            copy = tmp_path / f"copy-{number}.db"
            reader = open_reader(db)
            try:
                back_up(reader, copy)
            finally:
                reader.close()
            assert copy.stat().st_mode & 0o777 == 0o600
            assert integrity_problems(copy) == []
            ((answered,),) = rows(copy, "SELECT count(*) FROM response")
            sizes.append(answered)
            assert rows(copy, "SELECT count(*) FROM trial") == [(240,)]
    finally:
        stop.set()
        writing.join(20)
    assert sizes == sorted(sizes)
    assert sizes[0] >= 5


def test_a_copy_can_be_worked_with(store: Store, db: Path, tmp_path: Path) -> None:
    run = planned(store)
    reader = open_reader(db)
    back_up(reader, tmp_path / "copy.db")
    reader.close()
    with Store(tmp_path / "copy.db") as copy:
        copy.start_session(run)
    assert rows(db, "SELECT count(*) FROM session") == [(0,)]


@pytest.mark.parametrize("content", [b"", b"precious"])
def test_nothing_is_overwritten(store: Store, db: Path, tmp_path: Path, content: bytes) -> None:
    planned(store)
    target = tmp_path / "there.db"
    target.write_bytes(content)
    reader = open_reader(db)
    try:
        with pytest.raises(DatabaseError, match="already there"):
            back_up(reader, target)
        with pytest.raises(DatabaseError, match="already there"):
            back_up(reader, db)
        with pytest.raises(DatabaseError, match="No such file"):
            back_up(reader, tmp_path / "nowhere" / "copy.db")
        with pytest.raises(DatabaseError):
            back_up(reader, tmp_path / "nul\0.db")
    finally:
        reader.close()
    assert target.read_bytes() == content


def test_a_copy_that_cannot_be_finished_is_removed(store: Store, db: Path, tmp_path: Path, full_disk: FullDisk) -> None:
    planned(store, small_study(tasks=100))
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    reader = open_reader(db)
    try:
        with full_disk(100_000), pytest.raises(DatabaseError, match=r"copy\.db"):
            back_up(reader, target)
        assert list(target.parent.iterdir()) == []
        back_up(reader, target)
    finally:
        reader.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):  # a mistake of the program stays one
        back_up(reader, tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()


def test_free_names(tmp_path: Path) -> None:
    wanted = tmp_path / "a.db.before-0002"
    assert free_name(wanted) == wanted
    wanted.touch()
    (tmp_path / "a.db.before-0002-2").touch()
    assert free_name(wanted) == tmp_path / "a.db.before-0002-3"
