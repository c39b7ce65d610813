"""Token probabilities: exact on their way back, and never a reason to lose a reply."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.queries import OpenTrial
from motivtui.store.store import Store
from motivtui.study.response import TokenChoice
from motivtui.study.score import Score, ScoreStatus
from motivtui.study.token_score import Method, TokenScore
from tests.store.samples import complete, planned, rows, scores, still_open

HOSTILE = [
    "85",
    " 8",
    "8\ud800",
    "\udfff5",
    "\0",
    "1\0 2",
    "\\ud8005",
    '8"}]',
    "'); DROP TABLE run;--8",
    "٨",
    "8" * 5000,
]


@pytest.fixture
def reader(store: Store, db: Path) -> Iterator[sqlite3.Connection]:
    assert store.path == db
    connection = open_reader(db)
    yield connection
    connection.close()


@pytest.fixture
def sent(store: Store, db: Path) -> OpenTrial:
    """A trial whose first attempt was sent."""
    run = planned(store)
    one = still_open(db, run)[0]
    store.add_attempt(one.id, 1, store.start_session(run), "e", is_streamed=False).result()
    return one


def _run(db: Path) -> str:
    return str(rows(db, "SELECT id FROM run")[0][0])


def _row(reader: sqlite3.Connection, db: Path, one: OpenTrial) -> dict[str, Any]:
    filters: dict[str, list[str | int]] = {"ordinal": [one.trial.ordinal], "item": ["motivation"]}
    (row,) = queries.trial_rows(reader, _run(db), filters)
    return row


@pytest.mark.parametrize("text", ["plain", "with \ud800 in it"])
def test_choices_come_back_exactly(
    store: Store, reader: sqlite3.Connection, db: Path, sent: OpenTrial, text: str
) -> None:
    choices = tuple(
        TokenChoice(10 * place, token, ((token, 0.7), (HOSTILE[place - 1], 1e-300), ("x", 0.0)))
        for place, token in enumerate(HOSTILE)
    )
    store.add_response(sent.id, 1, replace(complete(text), token_choices=choices), is_final=True).result()
    (left,) = queries.unscored_responses(reader, _run(db), 1)
    assert left.response.token_choices == choices
    assert left.response.text == text


def test_no_choices_are_no_rows(store: Store, reader: sqlite3.Connection, db: Path, sent: OpenTrial) -> None:
    store.add_response(sent.id, 1, complete(), is_final=True).result()
    (left,) = queries.unscored_responses(reader, _run(db), 1)
    assert left.response.token_choices == ()
    assert rows(db, "SELECT count(*) FROM token_choice") == [(0,)]


def test_odd_choices_cost_no_reply(store: Store, reader: sqlite3.Connection, db: Path, sent: OpenTrial) -> None:
    odd = (
        TokenChoice(3, "8", (("8", math.nan), ("9", math.inf), ("7", 0.5))),
        TokenChoice(5, "8", (("8", 1.0),)),
        TokenChoice(5, "9", (("9", 1.0),)),  # the same place again
        TokenChoice(9, "1", ()),
    )
    store.add_response(sent.id, 1, replace(complete("85"), token_choices=odd), is_final=True).result()
    (left,) = queries.unscored_responses(reader, _run(db), 1)
    assert left.response.text == "85"
    assert [(one.start, one.alternatives) for one in left.response.token_choices] == [
        (3, (("7", 0.5),)), (5, (("9", 1.0),)), (9, ()),
    ]  # fmt: skip


def test_a_token_score_stands_beside_the_written_one(
    store: Store, reader: sqlite3.Connection, db: Path, sent: OpenTrial
) -> None:
    store.add_response(sent.id, 1, complete(), is_final=True).result()
    store.add_scores(sent.id, 1, scores(), 1, [TokenScore("motivation", 71.5, 9.25, 0.875, "sampled")]).result()
    row = _row(reader, db, sent)
    found = [row[f"token_{name}"] for name in ("expected", "sd", "covered_mass", "method")]
    assert (row["value"], *found) == (80.0, 71.5, 9.25, 0.875, "sampled")
    (fear,) = queries.trial_rows(reader, None, {"ordinal": [sent.trial.ordinal], "item": ["fear"]})
    assert (fear["token_expected"], fear["token_method"]) == (None, None)


def test_the_models_own_score_is_on_record_with_its_reply(
    store: Store, reader: sqlite3.Connection, db: Path, sent: OpenTrial
) -> None:
    own = TokenScore("motivation", 8.5, 18.0, 0.94, "expanded")
    store.add_response(sent.id, 1, replace(complete(), token_scores=(own,)), is_final=True).result()
    # A crash here: the reply is read again, but the model cannot be asked again.
    store.add_scores(sent.id, 1, scores(), 1).result()
    row = _row(reader, db, sent)
    assert (row["token_expected"], row["token_sd"], row["token_covered_mass"], row["token_method"]) == (
        8.5,
        18.0,
        0.94,
        "expanded",
    )


def _score(method: Method, expected: float) -> TokenScore:
    return TokenScore("motivation", expected, 1.0, 0.5, method)


@pytest.mark.parametrize(
    ("readings", "wanted"),
    [
        ({1: [_score("sampled", 10)], 2: [_score("sampled", 20)]}, (20, "sampled")),
        ({1: [_score("sampled", 10), _score("expanded", 11)]}, (11, "expanded")),
        ({1: [_score("sampled", 10)], 2: []}, (None, None)),  # it was made of a reading that is out of date
        # The expanded one is the model's own and comes with the reply: reading that again cannot make it again.
        ({1: [_score("sampled", 10), _score("expanded", 11)], 2: [_score("sampled", 20)]}, (11, "expanded")),
        ({1: [_score("expanded", 11)], 2: []}, (11, "expanded")),
        ({1: [_score("expanded", 11)], 2: [_score("expanded", 21)]}, (21, "expanded")),
    ],
)
def test_which_token_score_is_shown(
    store: Store,
    reader: sqlite3.Connection,
    db: Path,
    sent: OpenTrial,
    readings: dict[int, list[TokenScore]],
    wanted: tuple[float | None, str | None],
) -> None:
    store.add_response(sent.id, 1, complete(), is_final=True).result()
    for version, expected in readings.items():
        store.add_scores(sent.id, 1, [Score("motivation", 80, ScoreStatus.OK)], version, expected).result()
    row = _row(reader, db, sent)
    assert (row["token_expected"], row["token_method"]) == wanted
    assert row["extractor_version"] == max(readings)
