"""Carrying out a stored run from wherever it stands: the same way the first time and after any kind of end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

from motivtui.errors import DiskFullError
from motivtui.extraction import EXTRACTOR_VERSION
from motivtui.models.client import ModelClient
from motivtui.runner.conditions import Conditions
from motivtui.runner.controls import Controls
from motivtui.runner.events import Event, RunEnded, RunStarted
from motivtui.runner.lease import hold
from motivtui.runner.procedure import Procedure
from motivtui.runner.scoring import score_what_was_left
from motivtui.store import queries
from motivtui.store.connection import Reader, open_reader
from motivtui.store.store import Store
from motivtui.study.answer import answer_text
from motivtui.study.prompt import fill

FINISHED = "finished"
STOPPED = "stopped"
INTERRUPTED = "interrupted"


async def execute(
    store: Store, run: str, clients: Mapping[str, ModelClient], conditions: Conditions, controls: Controls, locks: Path
) -> AsyncGenerator[Event, None]:
    """Do what is left of `run`. The first event is RunStarted, the last RunEnded.

    `locks` is the folder of the locks of running runs. Raises BusyError (another process is at it) and DatabaseError.
    """
    reader = open_reader(store.path)
    try:
        with hold(run, store.path, locks, _in_words(queries.open_session(reader, run))):
            instruments = queries.instruments_of(reader, run)
            unscored = queries.unscored_responses(reader, run, EXTRACTOR_VERSION)
            score_what_was_left(store, unscored, instruments, lambda one: _prompt(reader, one))
            trials = queries.open_trials(reader, run)
            total = sum(queries.state_counts(reader, run).values())
            session = store.start_session(run, conditions.as_record() | {"concurrency": controls.concurrency})
            reason = INTERRUPTED
            try:
                yield RunStarted(run, total, len(trials))
                procedure = Procedure(store, reader, run, session, clients, instruments, conditions, controls)
                async with aclosing(procedure.carry_out(trials)) as events:
                    async for event in events:
                        yield event
                if not controls.stop.is_draining:
                    reason = STOPPED if procedure.has_stopped_itself else FINISHED
            finally:
                with suppress(DiskFullError):  # a session without an end on record is only a little less well known
                    store.end_session(session, reason)
            yield RunEnded(run, reason, queries.state_counts(reader, run))
    finally:
        reader.close()


def _in_words(session: Mapping[str, Any] | None) -> str:
    """Who was last seen at work on the run; empty: nobody, or its end is on record."""
    return f"process {session['pid']} on {session['host']}" if session else ""


def _prompt(reader: Reader, one: queries.UnscoredResponse) -> str:
    """The text of all messages as they were sent."""
    messages = one.messages
    if one.execution is not None:
        messages = fill(messages, answer_text(queries.final_reply(reader, one.execution) or ""), one.key)
    return "\n\n".join(message.text for message in messages)
