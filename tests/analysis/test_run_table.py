"""A table that is read on as its run goes on is the table that is read anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from motivtui.analysis import run_table
from motivtui.analysis.run_table import RunTable
from motivtui.analysis.views import VIEWS
from motivtui.stats.table import Column, ScoreTable
from motivtui.store.connection import Reader, open_reader
from motivtui.store.store import Store
from motivtui.study.response import Outcome
from tests.analysis.simulated import Simulation, simulated, study
from tests.store import samples


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "runs.db"


@pytest.fixture
def growing(db: Path) -> Iterator[Simulation]:
    simulation = Simulation(db, study(families=4))
    yield simulation
    simulation.store.close()


@pytest.fixture
def reader(growing: Simulation) -> Iterator[Reader]:
    connection = open_reader(growing.db)
    yield connection
    connection.close()


def same(one: ScoreTable, other: ScoreTable) -> None:
    assert len(one) == len(other)
    for field in fields(ScoreTable):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, Column):
            assert [mine.name(row) for row in range(len(one))] == [theirs.name(row) for row in range(len(other))]
        else:
            assert str(mine.tolist()) == str(theirs.tolist()), field.name


def count_readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes `all` or `some` for each reading."""
    noted: list[str] = []
    for name, word in (("_read_all", "all"), ("_read", "some")):
        original = getattr(RunTable, name)

        def reading(self: RunTable, *args: object, original: object = original, word: str = word) -> ScoreTable:
            noted.append(word)
            return original(self, *args)  # type: ignore[operator,no-any-return]

        monkeypatch.setattr(RunTable, name, reading)
    return noted


def test_a_growing_table_is_the_one_read_anew(
    growing: Simulation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = count_readings(monkeypatch)
    table = RunTable(reader, growing.run)
    assert (table.trials, table.ended, table.version) == (len(growing.open), 0, 1)
    for count in (1, 7, 50, None):
        growing.answer(count)
        table.refresh()
        anew = RunTable(reader, growing.run)
        same(table.table, anew.table)
        assert (table.ended, table.trials) == (anew.ended, anew.trials)
        for view in VIEWS.values():
            assert view.compute(table.table) == view.compute(anew.table)
    assert table.ended == table.trials
    assert table.version == 5
    assert readings == ["all", *["some", "all"] * 4]


def test_nothing_new_is_not_read(growing: Simulation, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    growing.answer(5)
    table = RunTable(reader, growing.run)
    before = table.table
    readings = count_readings(monkeypatch)
    table.refresh()
    assert table.table is before
    growing.store.rename_run(growing.run, "another name")
    table.refresh()
    assert table.table is before
    assert (readings, table.version) == ([], 1)


def test_another_run_is_not_read(growing: Simulation, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    table = RunTable(reader, growing.run)
    readings = count_readings(monkeypatch)
    other = Simulation(growing.db, study(families=2, name="other"))
    other.answer()
    other.store.close()
    table.refresh()
    assert readings == []


def test_failed_trials_that_are_taken_up_again_are_open_again(growing: Simulation, reader: Reader) -> None:
    growing.answer()
    table = RunTable(reader, growing.run)
    requeued = growing.store.requeue_failed(growing.run)
    assert requeued > 0
    table.refresh()
    same(table.table, RunTable(reader, growing.run).table)
    assert table.ended == table.trials - requeued


def test_scores_that_come_after_their_reply_are_read(growing: Simulation, reader: Reader) -> None:
    table = RunTable(reader, growing.run)
    one = next(trial for trial in growing.open if trial.trial.instrument == "pre-self-report")
    growing.store.add_attempt(one.id, 1, growing.session, "simulated", is_streamed=False)
    growing.store.add_response(one.id, 1, samples.complete("80"), is_final=True).result()
    table.refresh()
    assert (table.ended, table.version) == (1, 2)
    _, scores = growing._reply(one)
    growing.store.add_scores(one.id, 1, scores, 1).result()
    table.refresh()
    same(table.table, RunTable(reader, growing.run).table)
    assert table.version == 3


def test_trials_that_are_skipped_count_as_ended(db: Path) -> None:
    with Store(db) as store:
        run = samples.planned(store, samples.chain_study())
        session = store.start_session(run)
        reader = open_reader(db)
        table = RunTable(reader, run)
        execution = next(one for one in samples.still_open(db, run) if one.trial.instrument == "execution")
        store.add_attempt(execution.id, 1, session, "e", is_streamed=False)
        store.add_response(execution.id, 1, samples.failed(outcome=Outcome.ERROR), is_final=True).result()
        table.refresh()
        same(table.table, RunTable(reader, run).table)
        assert table.ended > 1
        reader.close()


def test_a_session_that_ends_has_the_run_read_anew(
    growing: Simulation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing.answer(3)
    table = RunTable(reader, growing.run)
    readings = count_readings(monkeypatch)
    one = growing.open[0]
    growing.store.add_attempt(one.id, 1, growing.session, "simulated", is_streamed=False).result()
    growing.store.end_session(growing.session, "interrupted")
    table.refresh()
    assert readings == ["all"]
    same(table.table, RunTable(reader, growing.run).table)


def test_many_changes_have_the_run_read_anew(
    growing: Simulation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_table, "MOST_READ_AGAIN", 4)
    table = RunTable(reader, growing.run)
    readings = count_readings(monkeypatch)
    growing.answer(5)
    table.refresh()
    assert readings == ["all"]


def test_a_whole_run_has_ended(db: Path) -> None:
    run = simulated(db, study(families=2))
    reader = open_reader(db)
    table = RunTable(reader, run)
    assert table.ended == table.trials > 0
    reader.close()
