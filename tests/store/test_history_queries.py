"""What earlier calls took, read from a real database."""

from __future__ import annotations

from pathlib import Path

from motivtui.store.connection import open_reader
from motivtui.store.history_queries import CallHistory, call_history
from motivtui.store.store import Store
from motivtui.study.response import Response, Usage
from tests.store.samples import complete, failed, planned, small_study, still_open


def _history(path: Path, answers: list[Response]) -> dict[tuple[str, str], CallHistory]:
    """The history after these answers to the trials of one run, in the plan's order."""
    with Store(path) as store:
        run = planned(store, small_study(tasks=5, models=("m1",)))
        session = store.start_session(run)
        for trial, answer in zip(still_open(path, run), answers, strict=False):
            store.add_attempt(trial.id, 1, session, "here", is_streamed=False).result()
            store.add_response(trial.id, 1, answer, is_final=True).result()
    reader = open_reader(path)
    try:
        return call_history(reader)
    finally:
        reader.close()


def _took(tokens: int | None, latency_ms: float | None = 10.0) -> Response:
    return complete(usage=Usage(10, tokens), latency_ms=latency_ms)


def test_there_is_no_history_without_calls(tmp_path: Path) -> None:
    assert _history(tmp_path / "r.db", []) == {}


def test_means_and_the_shortest_tenth(tmp_path: Path) -> None:
    answers = [_took(tokens, 10.0 * tokens) for tokens in (50, 20, 40, 30, 60, 70, 80, 90, 100, 10, 110)]
    assert _history(tmp_path / "r.db", answers) == {("m1", "pre"): CallHistory(11, 60.0, 600.0, 20)}


def test_a_single_call_is_its_own_shortest_tenth(tmp_path: Path) -> None:
    assert _history(tmp_path / "r.db", [_took(42)]) == {("m1", "pre"): CallHistory(1, 42.0, 10.0, 42)}


def test_only_complete_calls_count_and_unknown_numbers_stay_unknown(tmp_path: Path) -> None:
    found = _history(tmp_path / "r.db", [failed(), _took(None, None)])
    assert found == {("m1", "pre"): CallHistory(1, None, None, None)}


def test_the_tenth_of_ten_is_one(tmp_path: Path) -> None:
    found = _history(tmp_path / "r.db", [_took(tokens) for tokens in range(30, 40)])
    assert found["m1", "pre"].low_output_tokens == 30


def test_tokens_that_were_not_counted_are_left_out_of_the_tenth(tmp_path: Path) -> None:
    answers = [_took(tokens) for tokens in (None, None, None, *range(1, 21), None, None)]
    assert _history(tmp_path / "r.db", answers) == {("m1", "pre"): CallHistory(25, 10.5, 10.0, 2)}
