"""Attempts, responses and scores: what the tables refuse and what they keep."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError
from motivtui.store import queries
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.store import Store
from motivtui.study.response import Outcome, Response, Usage
from motivtui.study.score import Score, ScoreStatus
from tests.store.conftest import FullDisk
from tests.store.samples import complete, failed, planned, rows, scores, still_open


@pytest.fixture
def trial(store: Store, db: Path) -> int:
    """A trial whose attempts 1, 2 and 3 have been sent."""
    run = planned(store)
    session = store.start_session(run)
    one = still_open(db, run)[0].id
    for number in (1, 2, 3):
        store.add_attempt(one, number, session, "http://x", is_streamed=False).result()
    return one


def test_a_trial_has_one_final_response(store: Store, db: Path, trial: int) -> None:
    store.add_response(trial, 1, failed(), is_final=False).result()
    store.add_response(trial, 2, complete("first"), is_final=True).result()
    with pytest.raises(DatabaseError, match="UNIQUE"):
        store.add_response(trial, 3, complete("second"), is_final=True).result()
    store.add_response(trial, 3, complete("late"), is_final=False).result()
    assert rows(db, "SELECT attempt, is_final, text FROM response ORDER BY attempt") == [
        (1, 0, ""),
        (2, 1, "first"),
        (3, 0, "late"),
    ]


def test_an_attempt_has_one_response_and_a_response_an_attempt(store: Store, trial: int) -> None:
    store.add_response(trial, 1, failed(), is_final=False).result()
    with pytest.raises(DatabaseError, match="UNIQUE"):
        store.add_response(trial, 1, failed(), is_final=False).result()
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        store.add_response(trial, 4, failed(), is_final=False).result()
    with pytest.raises(DatabaseError, match="UNIQUE"):
        store.add_attempt(trial, 1, 1, "http://x", is_streamed=False).result()
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        store.add_attempt(trial, 4, 99, "http://x", is_streamed=False).result()
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        store.add_scores(trial, 2, scores(), 1).result()


@pytest.mark.parametrize("status", list(ScoreStatus))
def test_only_a_found_score_has_a_value(store: Store, db: Path, trial: int, status: ScoreStatus) -> None:
    store.add_response(trial, 1, complete(), is_final=True).result()
    has_value = status in {ScoreStatus.OK, ScoreStatus.REPAIRED}
    wrong, right = (None, 50.0) if has_value else (0.0, None)
    with pytest.raises(DatabaseError, match="CHECK"):
        store.add_scores(trial, 1, [Score("motivation", wrong, status)], 1).result()
    store.add_scores(trial, 1, [Score("motivation", right, status)], 1).result()
    assert rows(db, "SELECT value, status FROM score") == [(right, str(status))]


def test_scores_of_one_reading_are_stored_together_or_not_at_all(store: Store, db: Path, trial: int) -> None:
    store.add_response(trial, 1, complete(), is_final=True).result()
    with pytest.raises(DatabaseError, match="CHECK"):
        store.add_scores(trial, 1, [scores()[0], Score("fear", None, ScoreStatus.OK)], 1).result()
    assert rows(db, "SELECT * FROM score") == []
    store.add_scores(trial, 1, [], 1).result()
    store.add_scores(trial, 1, scores(), 1).result()
    with pytest.raises(DatabaseError, match="UNIQUE"):
        store.add_scores(trial, 1, scores(), 1).result()
    assert rows(db, "SELECT count(*) FROM score") == [(2,)]


def test_what_is_not_known_is_null(store: Store, db: Path, trial: int) -> None:
    store.add_response(trial, 1, Response(Outcome.COMPLETE, "x"), is_final=True).result()
    columns = (
        "finish_reason, input_tokens, output_tokens, reasoning_tokens, time_to_first_token_ms, latency_ms, cost_usd, "
        "model_reported, fingerprint, error_kind, error_message, status_code"
    )
    assert rows(db, f"SELECT {columns} FROM response") == [(None,) * 12]  # noqa: S608


def test_every_part_of_a_response_has_its_column(store: Store, db: Path, trial: int) -> None:
    whole = Response(
        Outcome.PARTIAL, "t", "r", "length", Usage(1, 2, 3), 4.5, 5.5, 0.5, {"top_k": 40, "a": "ä"}, "m-1", "fp"
    )
    store.add_response(trial, 1, whole, is_final=True).result()
    assert rows(
        db,
        "SELECT outcome, text, reasoning, finish_reason, input_tokens, output_tokens, reasoning_tokens, "
        "time_to_first_token_ms, latency_ms, cost_usd, effective, model_reported, fingerprint FROM response",
    ) == [
        ("partial", "t", "r", "length", 1, 2, 3, 4.5, 5.5, 0.5, '{"a":"\\u00e4","top_k":40}', "m-1", "fp"),
    ]


def test_sessions_that_did_not_end_are_seen(store: Store, db: Path) -> None:
    run = planned(store)
    reader = open_reader(db)
    try:
        assert queries.open_session(reader, run) is None
        killed, ended = store.start_session(run), store.start_session(run)
        store.end_session(ended, "finished")
        found = queries.open_session(reader, run)
    finally:
        reader.close()
    assert found is not None
    assert (found["id"], found["pid"], found["run"]) == (killed, os.getpid(), run)
    with pytest.raises(DatabaseError, match="UNIQUE"):
        store.end_session(ended, "again")


def test_renaming_changes_the_name_only(store: Store, db: Path) -> None:
    run, other = planned(store), planned(store)
    before = rows(db, "SELECT id, created_at, study, study_hash FROM run ORDER BY id")
    store.rename_run(run, "pilot'); DROP TABLE run;--")
    assert dict(rows(db, "SELECT id, name FROM run")) == {run: "pilot'); DROP TABLE run;--", other: "small"}
    assert rows(db, "SELECT id, created_at, study, study_hash FROM run ORDER BY id") == before


def test_a_closed_store_refuses_and_does_not_wait(store: Store, trial: int) -> None:
    store.close()
    with pytest.raises(DatabaseError, match="closed"):
        store.add_response(trial, 1, complete(), is_final=True).result(5)
    with pytest.raises(DatabaseError, match="closed"):
        store.start_session("abc")
    store.close()


def test_a_full_disk_costs_only_what_does_not_fit(store: Store, db: Path, trial: int, full_disk: FullDisk) -> None:
    with full_disk((db.parent / "results.db-wal").stat().st_size + 50_000):
        with pytest.raises(DatabaseError, match="refused a write"):
            store.add_response(trial, 1, complete("x" * 500_000), is_final=True).result()
        with pytest.raises(DatabaseError, match="refused a write"):
            store.add_response(trial, 1, complete("y" * 500_000), is_final=True).result()
    store.add_response(trial, 1, complete("z" * 500_000), is_final=True).result()
    assert rows(db, "SELECT substr(text, 1, 1), length(text) FROM response") == [("z", 500_000)]
    assert integrity_problems(db) == []
