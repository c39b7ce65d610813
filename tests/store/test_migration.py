"""Bringing a file up to date: all of it or nothing, a copy kept, also when two processes do it at once."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError
from motivtui.store import migration, queries
from motivtui.store.browse_queries import TrialFilters, trials_window
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.migration import statements
from motivtui.store.schema import MIGRATIONS
from motivtui.store.store import Store
from motivtui.study.instrument import ItemKind
from tests.store.conftest import Start
from tests.store.old_rows import RUN, STATES, TABLES, make_old
from tests.store.samples import complete, planned, rows, still_open

NEWEST = MIGRATIONS[-1][0]


@pytest.fixture
def old(db: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of the first released shape, with a run whose trials met every fate."""
    make_old(db, monkeypatch)
    assert [name for (name,) in rows(db, "SELECT name FROM _sqlite_migrations")] == [name for name, _ in MIGRATIONS[:2]]
    return db


def _old_content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tables that there were, in the columns that there were."""
    known = sqlite3.connect(":memory:")
    for _, sql in MIGRATIONS[:2]:
        known.executescript(sql)
    content = {}
    for table in TABLES:
        columns = ", ".join(row[1] for row in known.execute(f"PRAGMA table_info({table})"))
        content[table] = rows(path, f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3")  # noqa: S608
    known.close()
    return content


@pytest.mark.parametrize("seen", [1, 2, 3, 4])
def test_rows_survive_and_a_copy_is_kept(db: Path, monkeypatch: pytest.MonkeyPatch, seen: int) -> None:
    make_old(db, monkeypatch, seen)
    before = _old_content(db)
    assert all(before.values())
    with pytest.raises(DatabaseError, match="older motivtui") as caught:
        open_reader(db)
    assert "motiv db migrate" in caught.value.hint
    Store(db).close()
    assert _old_content(db) == before
    assert [name for (name,) in rows(db, "SELECT name FROM _sqlite_migrations")] == [name for name, _ in MIGRATIONS]
    assert integrity_problems(db) == []
    copy = db.with_name(f"results.db.before-{NEWEST}")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert _old_content(copy) == before
    assert len(rows(copy, "SELECT name FROM _sqlite_migrations")) == seen
    Store(db).close()
    assert len(list(db.parent.glob("results.db.before-*"))) == 1  # up to date: no other copy


def test_an_old_run_is_read_rightly(old: Path) -> None:
    Store(old).close()
    reader = open_reader(old)
    try:
        assert dict(rows(old, "SELECT trial - 100, state FROM trial_state")) == STATES
        flat = list(queries.trial_rows(reader, RUN))
        left = queries.open_trials(reader, RUN)
        (summary,) = queries.run_summaries(reader)
        instrument = queries.instruments_of(reader, RUN)["pre"]
        detail = queries.trial_detail(reader, RUN, 3)
        assert queries.session_options(reader, RUN) == {}
        assert queries.spent_usd(reader, RUN) == pytest.approx(0.25 * 4)
    finally:
        reader.close()
    assert [(row["ordinal"], row["item"]) for row in flat] == [
        (ordinal, item) for ordinal in STATES for item in ("motivation", "fear")
    ]
    assert {row["ordinal"]: row["value"] for row in flat if row["value"]} == {3: 81.0, 4: 70.0}
    assert {row["evidence"] for row in flat if row["value"]} == {"80"}
    new = (
        "judge",
        "other_task",
        "task_order",
        "manipulated",
        "chosen_task",
        "execution",
        "token_expected",
        "skip_reason",
    )
    assert {row[name] for row in flat for name in new} == {None}
    assert [(one.trial.ordinal, one.next_attempt, one.round, one.execution) for one in left] == [
        (1, 1, 1, None), (2, 2, 1, None), (7, 2, 1, None), (8, 2, 1, None), (9, 3, 1, None),
    ]  # fmt: skip
    assert (left[0].trial.judge, left[0].trial.choice, left[0].trial.item_order) == (None, None, ())
    assert (summary["trials"], summary["finished"], summary["complete"], summary["failed"]) == (9, 4, 2, 2)
    assert (summary["known_cost_usd"], summary["unpriced_responses"], summary["lock_hash"]) == (1.0, 5, None)
    assert (instrument.stop, instrument.is_strict, instrument.repeats) == ((), False, None)
    assert [(item.name, item.kind, item.question) for item in instrument.items] == [
        ("motivation", ItemKind.SCALE, ""), ("fear", ItemKind.SCALE, ""),
    ]  # fmt: skip
    assert detail is not None
    assert detail.spoken() == [("user", "Prompt ä")]


def test_an_old_run_goes_on_and_its_failures_can_be_taken_up_again(old: Path) -> None:
    with Store(old) as store:
        assert store.requeue_failed(RUN) == 2
        session = store.start_session(RUN)
        for one in still_open(old, RUN):
            store.add_attempt(one.id, one.next_attempt, session, "e", is_streamed=False).result()
            store.add_response(one.id, one.next_attempt, complete(), is_final=True, round_number=one.round).result()
    assert rows(old, "SELECT DISTINCT state FROM trial_state") == [("complete",)]
    assert rows(old, "SELECT count(*) FROM response WHERE round = 2") == [(2,)]
    assert integrity_problems(old) == []


@pytest.mark.parametrize("seen", [2, 4])
def test_an_old_run_is_browsed_tagged_and_removed(db: Path, monkeypatch: pytest.MonkeyPatch, seen: int) -> None:
    make_old(db, monkeypatch, seen)
    with Store(db) as store:
        newer = planned(store)
        reader = open_reader(db)
        try:
            (summary,) = queries.run_summaries(reader, RUN)
            assert (summary["tags"], summary["archived_at"]) == ([], None)
            assert {one.ordinal: one.state for one in trials_window(reader, RUN)} == STATES
            assert [one.value for one in trials_window(reader, RUN, TrialFilters(low=75.0))] == [81.0]
            store.set_tags(RUN, ["old"])
            store.archive_run(RUN)
            assert [one["run"] for one in queries.run_summaries(reader, archived=True)] == [RUN]
            assert store.remove_run(RUN) == len(STATES)
            assert [one["run"] for one in queries.run_summaries(reader)] == [newer]
        finally:
            reader.close()
    assert integrity_problems(db) == []


def test_a_copy_of_an_earlier_day_is_not_in_the_way(old: Path) -> None:
    earlier = old.with_name(f"results.db.before-{NEWEST}")
    earlier.write_text("mine")
    Store(old).close()
    assert earlier.read_text() == "mine"
    assert len(rows(old.with_name(f"{earlier.name}-2"), "SELECT id FROM trial")) == len(STATES)


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
    monkeypatch.setattr(migration, "MIGRATIONS", (*MIGRATIONS, ("9999_broken", broken)))
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
        patch.setattr(migration, "MIGRATIONS", (*MIGRATIONS, ("9999_broken", "CREATE NONSENSE;\n")))
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
