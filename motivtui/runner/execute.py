"""Carrying out a stored run from wherever it stands: the same way the first time and after any kind of end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from motivtui.extraction import EXTRACTOR_VERSION, extract_scores
from motivtui.models.client import ModelClient
from motivtui.runner.events import Event, RunEnded, RunStarted
from motivtui.runner.lease import hold
from motivtui.runner.procedure import Conditions, Procedure
from motivtui.runner.retry import RetryRule
from motivtui.runner.stop import Stop
from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.store import Store
from motivtui.study.instrument import Instrument

FINISHED = "finished"
STOPPED = "stopped"
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to carry a run out; `locks` is the folder of the locks of running runs."""

    concurrency: int
    locks: Path
    retry: RetryRule = field(default_factory=RetryRule)
    is_watched: bool = False


async def execute(
    store: Store, run: str, clients: Mapping[str, ModelClient], options: RunOptions, stop: Stop
) -> AsyncGenerator[Event, None]:
    """Do what is left of `run`. The first event is RunStarted, the last RunEnded.

    Raises BusyError (another process is at it) and DatabaseError.
    """
    reader = open_reader(store.path)
    try:
        with hold(run, store.path, options.locks, _in_words(queries.open_session(reader, run))):
            instruments = queries.instruments_of(reader, run)
            _score_what_was_left(store, queries.unscored_responses(reader, run, EXTRACTOR_VERSION), instruments)
            trials = queries.open_trials(reader, run)
            total = sum(queries.state_counts(reader, run).values())
            session = store.start_session(run)
            reason = INTERRUPTED
            try:
                yield RunStarted(run, total, len(trials))
                conditions = Conditions(options.concurrency, options.retry, options.is_watched)
                procedure = Procedure(store, session, clients, instruments, conditions, stop)
                async with aclosing(procedure.carry_out(trials)) as events:
                    async for event in events:
                        yield event
                if not stop.is_draining:
                    reason = STOPPED if procedure.stopped_lanes else FINISHED
            finally:
                store.end_session(session, reason)
            yield RunEnded(run, reason, queries.state_counts(reader, run))
    finally:
        reader.close()


def _in_words(session: Mapping[str, Any] | None) -> str:
    """Who was last seen at work on the run; empty: nobody, or its end is on record."""
    return f"process {session['pid']} on {session['host']}" if session else ""


def _score_what_was_left(
    store: Store, left: list[queries.UnscoredResponse], instruments: Mapping[str, Instrument]
) -> None:
    """Score responses that a crash left between their commit and their scores'."""
    for one in left:
        scores = extract_scores(one.response, instruments[one.instrument].items, one.prompt)
        store.add_scores(one.trial, one.attempt, scores, EXTRACTOR_VERSION).result()
