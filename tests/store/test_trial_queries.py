"""What became of each trial, and the flat rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.queries import OpenTrial
from motivtui.store.store import Store
from motivtui.study.response import ErrorKind, Outcome, Response
from motivtui.study.score import Evidence, Score, ScoreStatus
from tests.store.samples import complete, failed, planned, rows, scores, still_open


@pytest.fixture
def reader(store: Store, db: Path) -> Iterator[sqlite3.Connection]:
    assert store.path == db
    connection = open_reader(db)
    yield connection
    connection.close()


class Played:
    """A run in which trials met every fate; `trials` names them by it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run = planned(store)
        self.session = store.start_session(self.run)
        self.left = iter(still_open(store.path, self.run))
        self.trials: dict[str, OpenTrial] = {}

    def trial(self, name: str, *ends: Response | None, final: bool = False) -> OpenTrial:
        """One attempt for each end (None: nothing came back); the last one is final or not."""
        one = self.trials[name] = next(self.left)
        for number, end in enumerate(ends, start=1):
            self.store.add_attempt(one.id, number, self.session, f"http://{number}", is_streamed=False).result()
            if end is not None:
                is_final = final and number == len(ends)
                self.store.add_response(one.id, number, end, is_final=is_final).result()
        return one


CANCELLED = failed(ErrorKind.UNKNOWN, Outcome.CANCELLED)


@pytest.fixture
def played(store: Store) -> Played:
    played = Played(store)
    played.trial("planned")
    played.trial("unknown", None)
    played.trial("unknown after an error", failed(), None)
    played.trial("done after unknown", None, complete(), final=True)
    played.trial("complete", complete(), final=True)
    played.trial("retried", failed(), failed(), complete(), final=True)
    played.trial("error", failed(), failed(), final=True)
    played.trial("partial", Response(Outcome.PARTIAL, "half"), final=True)
    played.trial("cancelled", CANCELLED)
    played.trial("cancelled, then again", CANCELLED, None)
    played.trial("waits for its endpoint", failed(ErrorKind.AUTHENTICATION))
    return played


_STATES = {
    "planned": ("planned", 0, None),
    "unknown": ("unknown", 1, None),
    "unknown after an error": ("unknown", 2, None),
    "done after unknown": ("complete", 2, 2),
    "complete": ("complete", 1, 1),
    "retried": ("complete", 3, 3),
    "error": ("error", 2, 2),
    "partial": ("partial", 1, 1),
    "cancelled": ("cancelled", 1, None),
    "cancelled, then again": ("unknown", 2, None),
    "waits for its endpoint": ("error", 1, None),
}


def test_states(played: Played, reader: sqlite3.Connection, db: Path) -> None:
    found = {trial: rest for trial, *rest in rows(db, "SELECT trial, state, attempts, final_attempt FROM trial_state")}
    assert {name: tuple(found[one.id]) for name, one in played.trials.items()} == _STATES
    assert queries.state_counts(reader, played.run) == {
        "planned": 14, "unknown": 3, "complete": 3, "error": 2, "partial": 1, "cancelled": 1,
    }  # fmt: skip


def test_what_has_no_final_result_is_open(played: Played, reader: sqlite3.Connection) -> None:
    left = {one.trial.ordinal: one.next_attempt for one in queries.open_trials(reader, played.run)}
    for name, (_state, attempts, final) in _STATES.items():
        ordinal = played.trials[name].trial.ordinal
        assert left.get(ordinal) == (None if final else attempts + 1), name
    assert list(left) == sorted(left)


def test_every_trial_has_a_row_for_each_item_whatever_became_of_it(played: Played, reader: sqlite3.Connection) -> None:
    played.store.add_scores(played.trials["complete"].id, 1, scores(), 1).result()
    found = list(queries.trial_rows(reader, played.run))
    assert [row["ordinal"] for row in found] == [number for number in range(1, 25) for _ in range(2)]
    assert {(row["ordinal"], row["item"]) for row in found} == {
        (number, item) for number in range(1, 25) for item in ("motivation", "fear")
    }
    by_ordinal = {row["ordinal"]: row for row in found if row["item"] == "motivation"}
    for name, (state, attempts, final) in _STATES.items():
        row = by_ordinal[played.trials[name].trial.ordinal]
        assert (row["state"], row["attempts"]) == (state, attempts), name
        assert (row["reply"] is None) == (final is None), name
        assert (row["value"], row["status"]) == ((80.0, "ok") if name == "complete" else (None, None)), name
    errored = by_ordinal[played.trials["error"].trial.ordinal]
    assert (errored["error_kind"], errored["error_message"], errored["cost_usd"]) == ("server", "server it was", None)


def test_a_row_says_where_the_trial_stands_in_the_design(played: Played, reader: sqlite3.Connection) -> None:
    for row in queries.trial_rows(reader, played.run):
        trial = next((one.trial for one in played.trials.values() if one.trial.ordinal == row["ordinal"]), None)
        if trial is None:
            continue
        assert (row["trial_key"], row["model"], row["task"], row["manipulation"], row["wording"], row["repeat"]) == (
            trial.key, trial.model, trial.task, trial.manipulation, trial.wording, trial.repeat,
        )  # fmt: skip
        assert (row["seed"], row["decoding"], row["run"]) == (trial.seed, trial.parameters["decoding"], played.run)
        scale = (row["scale_minimum"], row["scale_maximum"], row["is_reversed"])
        assert scale == ((1, 100, 0) if row["item"] == "motivation" else (0, 10, 1))


def test_the_newest_reading_wins_and_the_old_one_stays(played: Played, reader: sqlite3.Connection, db: Path) -> None:
    trial = played.trials["complete"]
    newer = [Score("motivation", 8, ScoreStatus.REPAIRED, Evidence(15, 16)), Score("fear", 2, ScoreStatus.OK)]
    for version, read in ((2, scores(20)), (10, newer), (9, scores(30))):
        played.store.add_scores(trial.id, 1, read, version).result()
    found = {row["item"]: row for row in queries.trial_rows(reader, played.run, {"ordinal": [trial.trial.ordinal]})}
    assert {item: (row["value"], row["extractor_version"]) for item, row in found.items()} == {
        "motivation": (8, 10),
        "fear": (2, 10),
    }
    assert found["motivation"]["evidence"] == "8"
    assert rows(db, "SELECT count(*) FROM score") == [(6,)]


def test_what_a_version_has_not_read_yet(played: Played, reader: sqlite3.Connection) -> None:
    trial = played.trials["complete"]
    played.store.add_scores(trial.id, 1, scores(), 1).result()
    finals = {played.trials[name].id for name, (_state, _attempts, final) in _STATES.items() if final}
    left = {one.trial: one for one in queries.unscored_responses(reader, played.run, 1)}
    assert set(left) == finals - {trial.id}
    assert {one.trial for one in queries.unscored_responses(reader, played.run, 2)} == finals
    retried = left[played.trials["retried"].id]
    assert (retried.attempt, retried.instrument, retried.response.text) == (3, "pre", complete().text)
    planned_trial = played.trials["retried"].trial
    assert (retried.messages, retried.key, retried.execution) == (planned_trial.messages, planned_trial.key, None)
    error = left[played.trials["error"].id].response.error
    assert error is not None
    assert (error.kind, error.message, error.status_code) == (ErrorKind.SERVER, "server it was", 500)


def test_filters(played: Played, reader: sqlite3.Connection) -> None:
    played.store.add_scores(played.trials["complete"].id, 1, scores(), 1).result()
    complete_rows = list(queries.trial_rows(reader, played.run, {"state": ["complete"]}))
    assert len(complete_rows) == 6
    found = list(queries.trial_rows(reader, None, {"state": ["complete", "error"], "item": ["fear"], "status": ["ok"]}))
    assert found == []
    assert len(list(queries.trial_rows(reader, None, {"status": ["ok", "out_of_range"]}))) == 2
    assert list(queries.trial_rows(reader, None, {"status": []})) == []


def test_everything_about_one_trial(played: Played, reader: sqlite3.Connection) -> None:
    one = played.trials["retried"]
    played.store.add_scores(one.id, 3, scores(), 1).result()
    detail = queries.trial_detail(reader, played.run, one.trial.ordinal)
    assert detail is not None
    assert detail.messages == one.trial.messages
    assert detail.spoken() == [(message.role, message.text) for message in one.trial.messages]
    assert {score.item: score for score in detail.scores()} == {score.item: score for score in scores()}
    assert [(each["number"], each["outcome"], each["endpoint"]) for each in detail.attempts] == [
        (1, "error", "http://1"), (2, "error", "http://2"), (3, "complete", "http://3"),
    ]  # fmt: skip
    unknown = queries.trial_detail(reader, played.run, played.trials["unknown after an error"].trial.ordinal)
    assert unknown is not None
    assert [each["outcome"] for each in unknown.attempts] == ["error", "unknown"]
    assert unknown.scores() == []
    assert queries.trial_detail(reader, played.run, 999) is None
