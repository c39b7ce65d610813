"""Which processes worked on a run."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from motivtui.store.connection import open_reader
from motivtui.store.session_queries import sessions
from motivtui.store.store import Store
from tests.store.samples import planned


def test_sessions_come_in_order_with_their_ends_and_only_of_the_run(store: Store, db: Path) -> None:
    run, other = planned(store), planned(store)
    store.end_session(store.start_session(run), "stopped")
    store.start_session(other)
    store.start_session(run)
    with closing(open_reader(db)) as reader:
        first, second = sessions(reader, run)
        assert first.reason == "stopped"
        assert first.ended_at is not None
        assert first.started_at <= first.ended_at
        assert (second.ended_at, second.reason) == (None, None)
        assert sessions(reader, "nobody") == []
