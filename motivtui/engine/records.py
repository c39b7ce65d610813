"""The engine's one database: new runs, runs to be resumed, the shelf of runs. Everything blocks: callers use a thread.

Owns the store, which is opened when it is first needed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from motivtui.conduct.conducting import Means, conditions_of
from motivtui.conduct.expected import expected_of, means_of
from motivtui.conduct.record import record_of
from motivtui.conduct.resuming import means_as_before, settings_as_before
from motivtui.engine.commands import Resume, Start
from motivtui.engine.planned import check_payment, plan_asked_for
from motivtui.engine.tally import Standing
from motivtui.errors import UsageError
from motivtui.models.catalogue import resolve
from motivtui.models.endpoint import Endpoint
from motivtui.runner import Conditions
from motivtui.runner.lease import hold
from motivtui.settings import Settings
from motivtui.store import queries
from motivtui.store.connection import Reader, open_reader
from motivtui.store.store import Store


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run on record, and what it is carried out with. `open`: trials to be done; `is_new`: nothing was ever done."""

    run: str
    open: int
    is_new: bool
    settings: Settings
    endpoints: Mapping[str, Endpoint]
    means: Means
    conditions: Conditions


class Records:
    """What stands in the database, and what is put there."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self._settings = settings
        self._store: Store | None = None
        self._opening = threading.Lock()

    def store(self) -> Store:
        """The writing side. Raises DatabaseError."""
        with self._opening:
            if self._store is None:
                self._store = Store(self._settings.db)
            return self._store

    def close(self) -> None:
        """Write what waits and close."""
        with self._opening:
            store, self._store = self._store, None
        if store is not None:
            store.close()

    def start(self, command: Start) -> Prepared:
        """Plan a study and put it on record. Raises MotivError; then nothing is on record."""
        settings, plan = plan_asked_for(self._settings, command)
        check_payment(expected_of(plan, settings), may_pay=command.may_pay)
        means = means_of(plan)
        conditions = conditions_of(settings, plan.endpoints, means)
        store = self.store()
        run = store.create_run(record_of(plan, command.kind), plan.trials)
        return Prepared(run, len(plan.trials), True, settings, plan.endpoints, means, conditions)

    def resume(self, command: Resume) -> Prepared:
        """What is left of a run. Raises MotivError, BusyError among them."""
        reader = self._reader()
        try:
            run = queries.find_run(reader, command.run)
            holder = _holder(reader, run)
            store = self.store()
            with hold(run, store.path, self._settings.locks_folder, holder):  # told now, not after models were opened
                if command.requeue:
                    store.requeue_failed(run)
            before = queries.session_options(reader, run)
            trials = queries.open_trials(reader, run)
        finally:
            reader.close()
        settings = settings_as_before(self._settings, before, command.concurrency)
        endpoints = {model: resolve(model, settings) for model in sorted({one.trial.respondent for one in trials})}
        means = means_as_before(
            before,
            max_cost_usd=command.max_cost_usd,
            allow_unpriced=command.allow_unpriced,
            is_streamed=command.stream,
        )
        return Prepared(run, len(trials), False, settings, endpoints, means, conditions_of(settings, endpoints, means))

    def rename(self, name: str, new_name: str) -> None:
        """Give a run another name. Raises UsageError."""
        if not new_name.strip():
            raise UsageError("the name is empty", hint="A name is for people: any words will do.")
        self.store().rename_run(self._found(name), new_name)

    def set_tags(self, name: str, tags: Iterable[str]) -> None:
        """Give a run these tags and no others. Raises UsageError."""
        self.store().set_tags(self._found(name), tags)

    def archive(self, name: str, *, is_archived: bool) -> None:
        """Put a run away, or back among the others. Raises UsageError."""
        self.store().archive_run(self._found(name), is_archived=is_archived)

    def remove(self, run: str) -> None:
        """Remove a run, named by its whole id, for good. Raises UsageError, and BusyError: a process is at it."""
        reader = self._reader()
        try:
            queries.run_record(reader, run)
            holder = _holder(reader, run)
        finally:
            reader.close()
        store = self.store()
        with hold(run, store.path, self._settings.locks_folder, holder):
            store.remove_run(run)

    def standing(self, run: str) -> Standing:
        """What a run has come to."""
        reader = self._reader()
        try:
            states = queries.state_counts(reader, run)
            summary = queries.run_summaries(reader, run)[0]
        finally:
            reader.close()
        return Standing(
            states.get("complete", 0),
            states.get("skipped", 0),
            summary["known_cost_usd"],
            summary["unpriced_responses"],
        )

    def states(self, run: str) -> dict[str, int]:
        """How many trials of a run are in which state."""
        reader = self._reader()
        try:
            return queries.state_counts(reader, run)
        finally:
            reader.close()

    def _found(self, name: str) -> str:
        reader = self._reader()
        try:
            return queries.find_run(reader, name)
        finally:
            reader.close()

    def _reader(self) -> Reader:
        return open_reader(self._settings.db)


def _holder(reader: Reader, run: str) -> str:
    """Who may hold the run's lock, in words."""
    session = queries.open_session(reader, run)
    return f"process {session['pid']} on {session['host']}" if session else ""
