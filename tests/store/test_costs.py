"""What a run may have cost so far, and the options it was carried out with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.store import Store
from motivtui.study.response import UNBILLED, ErrorKind, Outcome, Response
from tests.store.samples import complete, failed, planned, rows, still_open


@pytest.fixture
def reader(store: Store, db: Path) -> Iterator[sqlite3.Connection]:
    assert store.path == db
    connection = open_reader(db)
    yield connection
    connection.close()


def _spent(store: Store, reader: sqlite3.Connection, *calls: tuple[float | None, Response | None]) -> float:
    """The cost of a run whose attempts had this put aside and ended so (None: nothing came back)."""
    run = planned(store)
    session = store.start_session(run)
    for one, (reserved, end) in zip(still_open(store.path, run), calls, strict=False):
        store.add_attempt(one.id, 1, session, "e", is_streamed=False, reserved_usd=reserved).result()
        if end is not None:
            store.add_response(one.id, 1, end, is_final=False).result()
    return queries.spent_usd(reader, run)


def test_nothing_was_spent_before_anything_was_sent(store: Store, reader: sqlite3.Connection) -> None:
    assert _spent(store, reader) == 0.0
    assert queries.spent_usd(reader, "no run") == 0.0


@pytest.mark.parametrize(
    ("reserved", "end", "wanted"),
    [
        (1.0, complete(cost_usd=0.25), 0.25),
        (1.0, complete(cost_usd=0.0), 0.0),
        (1.0, complete(cost_usd=None), 1.0),
        (None, complete(cost_usd=None), 0.0),
        (None, complete(cost_usd=0.5), 0.5),
        (1.0, None, 1.0),
        (None, None, 0.0),
        (1.0, Response(Outcome.CANCELLED), 1.0),
        (1.0, Response(Outcome.PARTIAL, "half", cost_usd=0.125), 0.125),
        *((1.0, failed(kind), 0.0 if kind in UNBILLED else 1.0) for kind in ErrorKind),
    ],
)
def test_what_one_call_may_have_cost(
    store: Store, reader: sqlite3.Connection, reserved: float | None, end: Response | None, wanted: float
) -> None:
    assert _spent(store, reader, (reserved, end)) == wanted


def test_every_attempt_counts_and_no_other_runs(store: Store, reader: sqlite3.Connection) -> None:
    assert _spent(store, reader, (9.0, None)) == 9.0
    calls = [(1.0, complete(cost_usd=0.25)), (2.0, None), (4.0, failed()), (8.0, failed(ErrorKind.RATE_LIMIT))]
    assert _spent(store, reader, *calls) == 0.25 + 2.0 + 4.0


def test_the_options_of_the_newest_session_that_has_some(store: Store, reader: sqlite3.Connection, db: Path) -> None:
    run, other = planned(store), planned(store)
    assert queries.session_options(reader, run) == {}
    store.start_session(run, {"concurrency": 8, "max_cost_usd": None, "address": "ä\udcff"})
    store.start_session(run)
    store.start_session(other, {"concurrency": 1})
    assert queries.session_options(reader, run) == {"concurrency": 8, "max_cost_usd": None, "address": "ä\udcff"}
    store.start_session(run, {"concurrency": 2})
    assert queries.session_options(reader, run) == {"concurrency": 2}
    assert rows(db, "SELECT count(*) FROM session WHERE options IS NULL") == [(1,)]
