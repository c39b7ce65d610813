"""Looking through a run: every filter and order against the flat table, read and sorted the slow way."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motivtui.errors import DatabaseError
from motivtui.store import queries
from motivtui.store.browse_queries import (
    QueryInterruptedError,
    Sort,
    SortKey,
    TrialFilters,
    TrialLine,
    adjacent_conditions,
    facets,
    siblings,
    trial_lines,
    trial_order,
    trials_count,
    trials_window,
)
from motivtui.store.connection import database_exists, open_reader
from motivtui.store.store import Store
from motivtui.study.design import Study
from motivtui.study.response import ErrorKind, Response, Usage
from motivtui.study.score import Score, ScoreStatus
from tests.store.samples import chain_study, change, complete, failed, planned, small_study, still_open

REPLIES = ("Ärger \N{GRINNING FACE} STRASSE", "ärger", 'motivation "80"', "a\ud800b Ärger", "100%", "")
STATUSES = (ScoreStatus.OK, ScoreStatus.REPAIRED, ScoreStatus.MISSING, ScoreStatus.REFUSED)


def _respond(store: Store, run: str, trial: int, number: int, session: int) -> None:
    """A fate for each trial, by its number: never sent, not answered, failed, failed and open again, answered."""
    fate = number % 7
    if fate == 0:
        return
    store.add_attempt(trial, 1, session, "e", is_streamed=False).result()
    if fate == 1:
        return
    answer: Response = complete(
        REPLIES[number % len(REPLIES)],
        usage=Usage(10, None if number % 11 == 0 else number * 37 % 100),
        latency_ms=None if number % 13 == 0 else float(number * 53 % 90),
        cost_usd=None if number % 3 else 0.5,
    )
    if fate == 2:
        answer = failed(ErrorKind.SERVER)
    if fate == 3:
        store.add_response(trial, 1, failed(), is_final=False).result()
        store.add_attempt(trial, 2, session, "e", is_streamed=False).result()
    attempt = 2 if fate == 3 else 1
    store.add_response(trial, attempt, answer, is_final=True).result()
    for version in (1, 2) if number % 4 else (1,):
        store.add_scores(trial, attempt, _scores(run, number + version), version).result()


def _scores(run: str, number: int) -> Iterator[Score]:
    assert run
    for place, item in enumerate(("motivation", "fear")):
        status = STATUSES[(number + place) % len(STATUSES)]
        has_value = status in (ScoreStatus.OK, ScoreStatus.REPAIRED)
        yield Score(item, float((number * 29 + place) % 60) if has_value else None, status)


def _study() -> Study:
    """Chains and choices, with two manipulations that have a note to choose by."""
    study = chain_study(tasks=4, models=("m1", "m2"))
    none, money, futility = study.manipulations
    return replace(study, manipulations=(none, money, replace(futility, choice_note="It is in vain.")))


@pytest.fixture(scope="module")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sqlite3.Connection, str]]:
    """A reader and a run of chains and choices that met every fate; another run is in the way."""
    db = tmp_path_factory.mktemp("browse") / "results.db"
    with Store(db) as store:
        other = planned(store, small_study(tasks=1))
        run = planned(store, _study())
        for one in (other, run):
            session = store.start_session(one)
            for number, trial in enumerate(still_open(db, one)):
                _respond(store, one, trial.id, number, session)
                if number == 40:
                    store.requeue_failed(one)
        reader = open_reader(db)
        yield reader, run
        reader.close()


def _reference(reader: sqlite3.Connection, run: str, item: str | None) -> list[dict[str, Any]]:
    """One row a trial out of the flat table: that of the named item, or of the instrument's first."""
    first = {
        name: one.items[0].name if one.items else None for name, one in queries.instruments_of(reader, run).items()
    }
    found: dict[int, dict[str, Any]] = {}
    for row in queries.trial_rows(reader, run):
        if row["item"] == (item or first[row["instrument"]]):
            found[row["ordinal"]] = row
    return [found[ordinal] for ordinal in sorted(found)]


def _fits(row: dict[str, Any], wanted: TrialFilters) -> bool:
    lists = (
        (wanted.models, row["model"]),
        (wanted.manipulations, row["manipulation"]),
        (wanted.instruments, row["instrument"]),
        (wanted.states, row["state"]),
        (wanted.statuses, row["status"]),
    )
    value = row["value"]
    return (
        all(not names or name in names for names, name in lists)
        and (wanted.low is None or (value is not None and value >= wanted.low))
        and (wanted.high is None or (value is not None and value <= wanted.high))
        and (not wanted.task or wanted.task in (row["task"], row["other_task"]))
        and (
            not wanted.words
            or (row["reply"] is not None and all(w in row["reply"].casefold() for w in wanted.words.casefold().split()))
        )
    )


def _sorted(rows: list[dict[str, Any]], sort: Sort) -> list[int]:
    names = {SortKey.LATENCY: "latency_ms", SortKey.TOKENS: "output_tokens"}
    name = names.get(sort.key, str(sort.key))
    known = [row for row in rows if row[name] is not None]
    known.sort(key=lambda row: row["ordinal"])
    known.sort(key=lambda row: row[name], reverse=sort.is_descending)
    return [row["ordinal"] for row in [*known, *(row for row in rows if row[name] is None)]]


def _some(*names: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.just(()) | st.lists(st.sampled_from((*names, "nothing", "' OR 1 --", "\udcff")), max_size=3).map(tuple)


FILTERS = st.builds(
    TrialFilters,
    models=_some("m1", "m2"),
    manipulations=_some("none", "money", "futility"),
    instruments=_some("pre", "choice", "judge", "execution"),
    states=_some("planned", "unknown", "complete", "error", "skipped"),
    statuses=_some("ok", "missing", "refused"),
    task=st.sampled_from(["", "", "t1", "t3"]),
    item=st.sampled_from([None, None, "motivation", "fear", "nothing"]),
    low=st.none() | st.integers(0, 60).map(float),
    high=st.none() | st.integers(0, 60).map(float),
    words=st.sampled_from(["", "", "ÄRGER", "ärger strasse", "100%", "80", "nowhere"]),
)
SORTS = st.builds(Sort, st.sampled_from(SortKey), st.booleans())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=FILTERS, sort=SORTS, offset=st.integers(-1, 60), limit=st.integers(0, 40))
def test_any_filter_and_order_agree_with_the_flat_table(
    browsed: tuple[sqlite3.Connection, str], wanted: TrialFilters, sort: Sort, offset: int, limit: int
) -> None:
    reader, run = browsed
    if wanted.item is None:
        rows = _reference(reader, run, None)
    else:
        rows = [row for row in queries.trial_rows(reader, run) if row["item"] == wanted.item]
        rows.sort(key=lambda row: row["ordinal"])
    order = _sorted([row for row in rows if _fits(row, wanted)], sort)
    assert trial_order(reader, run, wanted, sort) == order
    assert trials_count(reader, run, wanted) == len(order)
    window = trials_window(reader, run, wanted, sort, offset, limit)
    start = max(0, offset)
    assert [one.ordinal for one in window] == order[start : start + limit]


def test_a_line_says_what_the_flat_table_says(browsed: tuple[sqlite3.Connection, str]) -> None:
    reader, run = browsed
    for item in (None, "fear"):
        for row in _reference(reader, run, item):
            [line] = trial_lines(reader, run, [row["ordinal"]], item)
            flat = row | {"outcome": row["state"] if row["received_at"] else None}
            assert line == TrialLine(**{name: flat[name] for name in TrialLine.__slots__})
    states = Counter(one.state for one in trials_window(reader, run, limit=1000))
    assert set(states) >= {"planned", "unknown", "complete", "error", "skipped"}


def test_lines_come_in_the_order_asked_for(browsed: tuple[sqlite3.Connection, str]) -> None:
    reader, run = browsed
    assert [one.ordinal for one in trial_lines(reader, run, [5, 3, 9999, 4, 3])] == [5, 3, 4, 3]
    assert trial_lines(reader, run, []) == []
    assert trial_lines(reader, "nobody", [1]) == []


def test_text_of_a_task_is_searched_in_both_tasks_of_a_choice(browsed: tuple[sqlite3.Connection, str]) -> None:
    reader, run = browsed
    by_prompt = trials_window(reader, run, TrialFilters(task="PROMPT 1 fam"), limit=1000)
    assert {one.task for one in by_prompt} == {"t0", "t1"}
    assert {one.other_task for one in by_prompt if one.task == "t0"} == {"t1"}
    assert trials_count(reader, run, TrialFilters(task="prompt nowhere")) == 0


def test_words_are_found_where_a_reply_was_stored_escaped(browsed: tuple[sqlite3.Connection, str]) -> None:
    reader, run = browsed
    for row in _reference(reader, run, None):
        if row["reply"] and "\ud800" in row["reply"]:
            assert row["ordinal"] in trial_order(reader, run, TrialFilters(words="ÄRGER"))
            assert row["ordinal"] in trial_order(reader, run, TrialFilters(words="\ud800b"))
            return
    raise AssertionError("no such reply")


def test_facets_count_every_value(browsed: tuple[sqlite3.Connection, str]) -> None:
    reader, run = browsed
    lines = trials_window(reader, run, limit=1000)
    found = facets(reader, run)
    assert found.models == Counter(one.model for one in lines)
    assert found.manipulations == Counter(one.manipulation for one in lines)
    assert next(iter(found.manipulations)) == "none"
    assert found.instruments == Counter(one.instrument for one in lines)
    assert found.states == Counter(one.state for one in lines)
    assert found.statuses == Counter(one.status for one in lines if one.status)
    assert found.items == Counter(row["item"] for row in queries.trial_rows(reader, run) if row["item"])
    fear = [row["status"] for row in queries.trial_rows(reader, run) if row["item"] == "fear" and row["status"]]
    assert facets(reader, run, "fear").statuses == Counter(fear)
    assert facets(reader, "nobody").models == {}


def test_siblings_differ_in_the_manipulation_only(browsed: tuple[sqlite3.Connection, str]) -> None:
    reader, run = browsed
    by_ordinal = {one.ordinal: one for one in trials_window(reader, run, limit=1000)}
    flat = {row["ordinal"]: row for row in queries.trial_rows(reader, run)}
    for line in by_ordinal.values():
        found = [by_ordinal[ordinal] for ordinal in siblings(reader, run, line.ordinal)]
        for other in found:
            assert other.manipulation != line.manipulation
            for name in ("model", "judge", "task", "other_task", "task_order", "instrument", "repeat"):
                assert getattr(other, name) == getattr(line, name)
            sides = {flat[one.ordinal]["manipulated"] for one in (line, other)} - {None}
            assert len(sides) <= 1
        names = [one.manipulation for one in found]
        assert names == sorted(names, key=lambda name: (name != "none", name))
        if line.instrument == "pre":
            assert len(found) == 2
        if line.instrument == "similar":
            assert found == []
        if line.instrument == "choice":  # the control has no side: it meets both
            assert len(found) == (4 if line.manipulation == "none" else 2)


def test_the_row_through_the_conditions_goes_both_ways(browsed: tuple[sqlite3.Connection, str]) -> None:
    reader, run = browsed
    [control] = trials_window(reader, run, TrialFilters(("m1",), ("none",), ("pre",), task="t1"))
    row, at = [control.ordinal], control.ordinal
    while (following := adjacent_conditions(reader, run, at)[1]) is not None:
        assert adjacent_conditions(reader, run, following)[0] == at
        row.append(at := following)
    assert [one.manipulation for one in trial_lines(reader, run, row)] == ["none", "futility", "money"]
    assert adjacent_conditions(reader, run, control.ordinal)[0] is None
    assert adjacent_conditions(reader, run, 9999) == (None, None)
    assert siblings(reader, run, 9999) == ()


def test_a_query_can_be_broken_off_from_another_thread(browsed: tuple[sqlite3.Connection, str]) -> None:
    reader, run = browsed
    begun, broken_off = threading.Event(), threading.Event()

    def wait(*_: object) -> bool:
        begun.set()
        return broken_off.wait(60)

    connection = open_reader(Path(reader.execute("PRAGMA database_list").fetchone()["file"]))
    try:
        connection.create_function("holds_words", 3, wait)
        with ThreadPoolExecutor(1) as thread:
            asked = thread.submit(trials_count, connection, run, TrialFilters(words="x"))
            assert begun.wait(60)
            connection.interrupt()
            broken_off.set()
            with pytest.raises(QueryInterruptedError):
                asked.result(60)
            assert thread.submit(trials_count, connection, run).result(60) > 0, "it can be used on"
    finally:
        connection.close()


def test_a_reader_in_a_thread_of_its_own_sees_every_commit(db: Path) -> None:
    assert not database_exists(db)
    with pytest.raises(DatabaseError, match="no such database"):
        open_reader(db)
    with Store(db) as store, ThreadPoolExecutor(1) as thread:
        assert database_exists(db)
        connection = open_reader(db)
        assert thread.submit(queries.run_summaries, connection).result() == []
        run = planned(store)
        session = store.start_session(run)
        for number, one in enumerate(still_open(db, run)[:5], start=1):
            store.add_attempt(one.id, 1, session, "e", is_streamed=False).result()
            store.add_response(one.id, 1, complete(), is_final=True).result()
            done = TrialFilters(states=("complete",))
            assert thread.submit(trials_count, connection, run, done).result() == number
        # It holds nothing open: the log can be folded into the file behind it.
        with closing(sqlite3.connect(db)) as other:
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
        connection.close()


def test_whether_there_is_a_database(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    assert not database_exists(empty)
    text = tmp_path / "text.db"
    text.write_text("no database, but long enough to have been one: " * 20)
    foreign = tmp_path / "foreign.db"
    change(foreign, "CREATE TABLE mine (x)")
    for path in (tmp_path, text, foreign):
        with pytest.raises(DatabaseError):
            database_exists(path)
    assert empty.stat().st_size == 0
