"""Runs that are tagged, put away and removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError, UsageError
from motivtui.store import queries
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.store import Store
from motivtui.study.design import Study
from motivtui.study.response import TokenChoice
from motivtui.study.token_score import TokenScore
from tests.store.samples import chain_study, change, complete, failed, planned, rows, scores, small_study, still_open


@pytest.fixture
def reader(store: Store, db: Path) -> Iterator[sqlite3.Connection]:
    assert store.path == db
    connection = open_reader(db)
    yield connection
    connection.close()


def _carried_out(store: Store, study: Study) -> str:
    """A run with rows in every table that a run can have rows in."""
    run = planned(store, study)
    session = store.start_session(run, {"concurrency": 2})
    for number, one in enumerate(still_open(store.path, run)):
        store.add_attempt(one.id, 1, session, "e", is_streamed=False).result()
        answer = complete(token_choices=(TokenChoice(15, "8", (("8", 0.5),)),)) if number % 5 else failed()
        store.add_response(one.id, 1, answer, is_final=True).result()
        if number % 5:
            store.add_scores(one.id, 1, scores(), 1, [TokenScore("motivation", 70.0, 2.0, 0.9, "sampled")]).result()
    store.requeue_failed(run)
    store.end_session(session, "finished")
    store.set_tags(run, ["one", "two"])
    return run


def _tables(path: Path) -> list[str]:
    return [
        str(name)
        for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if str(name) not in ("_sqlite_migrations", "sqlite_sequence", "sqlite_stat1")
    ]


def _content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {table: rows(path, f"SELECT * FROM {table} ORDER BY 1, 2") for table in _tables(path)}  # noqa: S608


def test_tags_are_a_set(store: Store, reader: sqlite3.Connection) -> None:
    run, other = planned(store), planned(store)
    store.set_tags(run, ["pilot", " für  Anna ", "pilot"])
    store.change_tags(run, add=["x", "pilot"], remove=["für Anna", "never there"])
    store.change_tags(other, add=["x"])
    assert queries.run_tags(reader, run) == ["pilot", "x"]
    assert {one["run"]: one["tags"] for one in queries.run_summaries(reader)} == {run: ["pilot", "x"], other: ["x"]}
    store.set_tags(run, [])
    assert queries.run_tags(reader, run) == []
    assert queries.run_tags(reader, other) == ["x"]
    with pytest.raises(UsageError, match="is no tag"):
        store.set_tags(other, ["a,b"])
    for change_it in (store.set_tags, store.change_tags):
        with pytest.raises(UsageError, match="no run of this database"):
            change_it("nobody", ["a"])


def test_an_archived_run_keeps_its_time_and_is_the_latest_only_where_no_other_is(
    store: Store, reader: sqlite3.Connection
) -> None:
    older, newer = planned(store), planned(store)
    store.archive_run(newer)
    [(at,)] = rows(store.path, "SELECT archived_at FROM run WHERE id = ?", [newer])
    store.archive_run(newer)
    assert rows(store.path, "SELECT archived_at FROM run WHERE id = ?", [newer]) == [(at,)]
    assert [one["run"] for one in queries.run_summaries(reader, archived=True)] == [newer]
    assert [one["run"] for one in queries.run_summaries(reader, archived=False)] == [older]
    assert [one["run"] for one in queries.run_summaries(reader)] == [newer, older]
    assert queries.run_summaries(reader, older, archived=True) == []
    assert queries.find_run(reader, "latest") == older
    store.archive_run(older)
    assert queries.find_run(reader, "latest") == newer
    store.archive_run(newer, is_archived=False)
    assert [one["run"] for one in queries.run_summaries(reader, archived=False)] == [newer]
    with pytest.raises(UsageError, match="no run of this database"):
        store.archive_run("nobody")


def test_a_removed_run_leaves_nothing_and_every_other_row_as_it_was(store: Store, db: Path) -> None:
    _carried_out(store, chain_study())
    _carried_out(store, small_study())
    before = _content(db)
    assert [table for table, content in before.items() if not content] == []
    gone = _carried_out(store, chain_study(tasks=4, models=("m1", "m2")))  # shares prompts with the first
    assert all(len(content) > len(before[table]) for table, content in _content(db).items())
    assert store.remove_run(gone) > 0
    assert _content(db) == before
    assert integrity_problems(db) == []
    with pytest.raises(UsageError, match="no run of this database"):
        store.remove_run(gone)


def test_removal_that_fails_removes_nothing(store: Store, db: Path) -> None:
    run = _carried_out(store, chain_study())
    before = _content(db)
    change(db, "CREATE TRIGGER stays BEFORE DELETE ON prompt BEGIN SELECT RAISE(ABORT, 'not this one'); END")
    with pytest.raises(DatabaseError, match="not this one"):
        store.remove_run(run)
    assert _content(db) == before
    change(db, "DROP TRIGGER stays")
    store.remove_run(run)
    assert all(content == [] for content in _content(db).values())


def test_runs_are_found_by_what_stands_in_them(store: Store, reader: sqlite3.Connection) -> None:
    first = planned(store, small_study(name="Überblick"))
    second = planned(store, chain_study(models=("provider/big",)), kind="probe")
    store.set_tags(first, ["für Anna"])
    store.archive_run(first)
    found = {
        words: queries.search_runs(reader, words)
        for words in ("", "überBLICK", "anna small", "ANNA m2", "provider", "probe", "t1", "family verse", first[:4],
                      "futility", "j2 similar", "similar", "writing", "nowhere", "%", "\ud800", "' OR 1 --")
    }  # fmt: skip
    assert found == {
        "": [second, first], "überBLICK": [first], "anna small": [], "ANNA m2": [first], "provider": [second],
        "probe": [second], "t1": [second, first], "family verse": [], first[:4]: [first], "futility": [second, first],
        "j2 similar": [second], "similar": [second], "writing": [second, first], "nowhere": [], "%": [], "\ud800": [],
        "' OR 1 --": [],
    }  # fmt: skip
