"""A simulated run in a database, in the tables that a real one leaves, and marked so that nobody takes it for data.

The mark stands in the run's name, its tag, its versions, its session's options, the names of its models, the endpoint
of every attempt and the text of every task and reply.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from motivtui import __version__
from motivtui.errors import UsageError
from motivtui.simulation.answers import Answer, answers
from motivtui.simulation.design import study_of
from motivtui.simulation.truth import Truth
from motivtui.store.connection import open_reader
from motivtui.store.queries import OpenTrial, open_trials
from motivtui.store.run_rows import RunRecord
from motivtui.store.store import Store
from motivtui.study.design import Study
from motivtui.study.expansion import expand, trial_count

MARK = "simulated"
GENERATOR_VERSION = 1
"""Grows whenever the same truth and seed no longer give the same run."""
MOST_TRIALS = 1_000_000
"""Beyond that a plan takes more memory than a small machine has."""
_AT_ONCE = 5_000
"""Trials handed to the writer before the last of them is waited for: bounds what waits in memory."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """A run that was written: its id, and how many trials it has."""

    run: str
    trials: int


def write_run(truth: Truth, db: Path, seed: int) -> Simulated:
    """Write a run into a new database, durably. Raises UsageError: there is such a file, or no such study can be.

    Raises DatabaseError. Nothing is left behind then, nor after an interrupt.
    """
    if db.exists() or db.is_symlink():
        raise UsageError(f"{db} is there already", hint="Simulated runs go into a file of their own: name a new one.")
    study = study_of(truth, seed)
    count = trial_count(study)
    if count > MOST_TRIALS:
        raise UsageError(
            f"{count:,} trials are more than {MOST_TRIALS:,}", hint="Take fewer tasks, models, repeats or instruments."
        )
    try:
        return _written(truth, study, db, seed)
    except BaseException:  # half a simulated run is worth nothing, and would be in the way of the next try
        for suffix in ("", "-wal", "-shm", "-journal"):
            db.with_name(db.name + suffix).unlink(missing_ok=True)
        raise


def _written(truth: Truth, study: Study, db: Path, seed: int) -> Simulated:
    with Store(db) as store, _without_collection():
        versions = {"motivtui": __version__, MARK: str(GENERATOR_VERSION)}
        run = store.create_run(RunRecord(study, "study", versions), expand(study))
        store.set_tags(run, [MARK])
        session = store.start_session(run, {MARK: {"seed": seed, "truth": truth.as_record()}})
        reader = open_reader(db)
        try:
            planned = open_trials(reader, run)
        finally:
            reader.close()
        _write_all(store, session, planned, answers(truth, study, [one.trial for one in planned], seed))
        store.end_session(session, "finished")
    return Simulated(run, len(planned))


def _write_all(store: Store, session: int, planned: list[OpenTrial], found: Iterator[Answer]) -> None:
    last: Future[None] | None = None
    for number, (one, answer) in enumerate(zip(planned, found, strict=True), start=1):
        last = _write(store, session, one, answer) or last
        if last is not None and number % _AT_ONCE == 0:
            last.result()
    if last is not None:
        last.result()


@contextmanager
def _without_collection() -> Iterator[None]:
    """Python's search for cycles of garbage off: over a plan of millions of objects it takes longer than the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(store: Store, session: int, one: OpenTrial, answer: Answer) -> Future[None] | None:
    """One trial's rows; None: it was skipped and leaves none."""
    if answer.response is None:
        return None
    # The writer keeps the order: no need to wait for each.
    store.add_attempt(one.id, 1, session, MARK, is_streamed=False)
    last = store.add_response(one.id, 1, answer.response, is_final=True)
    if answer.scores:
        last = store.add_scores(one.id, 1, answer.scores, GENERATOR_VERSION)
    return last
