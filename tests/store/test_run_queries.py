"""Finding runs, and the line of each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from motivtui.errors import UsageError
from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.store import Store
from tests.store.samples import change, complete, failed, planned, rows, small_study, still_open


@pytest.fixture
def reader(store: Store, db: Path) -> Iterator[sqlite3.Connection]:
    assert store.path == db
    connection = open_reader(db)
    yield connection
    connection.close()


def _named(store: Store, *ids: str) -> None:
    """Runs with these ids, without content."""
    for one in ids:
        run = planned(store, replace(small_study(tasks=0), name=one, manipulations=(), instruments=()))
        change(store.path, "UPDATE run SET id = ? WHERE id = ?", (one, run))


def test_a_run_goes_by_latest_its_id_or_its_beginning(store: Store, reader: sqlite3.Connection) -> None:
    with pytest.raises(UsageError, match="no run yet"):
        queries.find_run(reader, "latest")
    _named(store, "abc234", "abd234", "abc", "k", "latest2")
    assert queries.find_run(reader, "latest") == "latest2"
    assert queries.find_run(reader, "abd234") == "abd234"
    assert queries.find_run(reader, "abd") == "abd234"
    assert queries.find_run(reader, "abc") == "abc"  # an id, although it begins another
    assert queries.find_run(reader, "abc2") == "abc234"
    with pytest.raises(UsageError, match=r"several runs: abc234, abd234, abc") as caught:
        queries.find_run(reader, "ab")
    assert "motiv runs" in caught.value.hint


@pytest.mark.parametrize(
    "name",
    ["", "zzz", "ABC", "abc2345", "%", "_bc234", "abc%", "*", "a[b]c", "abc\0", "\udcff", "' OR 1=1 --", " abc", "l"],
)
def test_what_is_no_run_is_a_usage_error(store: Store, reader: sqlite3.Connection, name: str) -> None:
    _named(store, "abc234")
    with pytest.raises(UsageError, match="no run of this database"):
        queries.find_run(reader, name)


def test_injection_does_nothing(store: Store, reader: sqlite3.Connection, db: Path) -> None:
    run = planned(store)
    evil = 'x"]; DROP TABLE run;--'
    with pytest.raises(UsageError):
        queries.find_run(reader, evil)
    assert list(queries.trial_rows(reader, run, {"model": [evil, "' OR ''='"], "status": ["ok"]})) == []
    assert list(queries.trial_rows(reader, evil)) == []
    assert list(queries.trial_rows(reader, run, {"model": ["\udcff"]})) == []
    assert rows(db, "SELECT id FROM run") == [(run,)]


def test_the_line_of_a_run(store: Store, reader: sqlite3.Connection, db: Path) -> None:
    run = planned(store, kind="probe")
    session = store.start_session(run)
    (summary,) = queries.run_summaries(reader)
    assert summary | {"created_at": ""} == {
        "run": run, "name": "small", "kind": "probe", "created_at": "", "trials": 24, "finished": 0, "complete": 0,
        "failed": 0, "models": "m1,m2", "known_cost_usd": None, "unpriced_responses": 0,
        "lock_hash": None, "lock_followed": None, "tags": [], "archived_at": None,
    }  # fmt: skip
    first, second, third, *_ = still_open(db, run)
    for one, attempts in ((first, 2), (second, 1), (third, 1)):
        for number in range(1, attempts + 1):
            store.add_attempt(one.id, number, session, "e", is_streamed=False).result()
    store.add_response(first.id, 1, failed(), is_final=False).result()  # nobody knows what it cost
    (summary,) = queries.run_summaries(reader, run)
    assert (summary["known_cost_usd"], summary["unpriced_responses"], summary["finished"]) == (None, 1, 0)
    store.add_response(first.id, 2, complete(cost_usd=0.25), is_final=True).result()
    store.add_response(second.id, 1, failed(), is_final=True).result()
    store.add_response(third.id, 1, complete(cost_usd=0.0), is_final=True).result()
    (summary,) = queries.run_summaries(reader, run)
    assert (summary["trials"], summary["finished"], summary["complete"], summary["failed"]) == (24, 3, 2, 1)
    assert (summary["known_cost_usd"], summary["unpriced_responses"]) == (0.25, 2)


def test_the_lines_of_runs_do_not_mix_and_the_newest_is_first(
    store: Store, reader: sqlite3.Connection, db: Path
) -> None:
    runs = [planned(store, small_study(tasks=number, name=f"r{number}")) for number in (1, 2, 3)]
    session = store.start_session(runs[1])
    for one in still_open(db, runs[1]):
        store.add_attempt(one.id, 1, session, "e", is_streamed=False).result()
        store.add_response(one.id, 1, complete(), is_final=True).result()
    found = queries.run_summaries(reader)
    assert [(one["run"], one["trials"], one["complete"]) for one in found] == [
        (runs[2], 36, 0),
        (runs[1], 24, 24),
        (runs[0], 12, 0),
    ]
    assert found[1]["known_cost_usd"] == pytest.approx(24 * 0.25)
    assert found[0]["known_cost_usd"] is None


def test_the_record_of_a_run_that_is_not_there(reader: sqlite3.Connection) -> None:
    with pytest.raises(UsageError, match="no run"):
        queries.run_record(reader, "nobody")
