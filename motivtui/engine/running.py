"""One run under way: its participants opened, its events told, its end, whatever that is."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing

from motivtui.engine.company import Company
from motivtui.engine.events import RunEnded, RunFailed
from motivtui.engine.news import RunNews
from motivtui.engine.records import Prepared, Records
from motivtui.engine.teller import Teller
from motivtui.errors import MotivError
from motivtui.models.client import ModelClient
from motivtui.runner import Controls, Event, RunStarted, TrialsRequeued, execute
from motivtui.runner import RunEnded as Ended
from motivtui.wire.problems import Problem, problem_of

INTERRUPTED = "interrupted"
_FOR_EVER_S = 1e9

Note = Callable[[str], None]
"""Writes into the log."""


class Running:
    """A run under way. `carry_out` is it; the rest is for who commands it."""

    def __init__(self, prepared: Prepared, records: Records, company: Company, teller: Teller, note: Note) -> None:
        """Nothing happens yet. `note` writes what nobody expected into the log."""
        self.run = prepared.run
        self.controls = Controls(prepared.settings.concurrency)
        self.news = RunNews(prepared.run, self.controls, time.monotonic)
        self.is_open = False
        self._prepared, self._records, self._company = prepared, records, company
        self._teller, self._note = teller, note

    def touch(self) -> None:
        """A command has changed something: there is progress to tell."""
        self.news.touch()
        self._teller.look_at(self.news)

    async def carry_out(self) -> None:
        """To the end, which is told. Raises only CancelledError."""
        self._teller.add(self.news)
        last: RunEnded | RunFailed | None = None
        try:
            last = await self._carry_out()
        except MotivError as error:
            last = RunFailed(run=self.run, error=problem_of(error))
        except Exception as error:  # noqa: BLE001 (one run's fault must not end the others)
            self._note(f"run {self.run}:\n{traceback.format_exc()}")
            words = f"run {self.run} ended by an error of the program: {type(error).__name__}"
            hint = f"Nothing that was answered is lost: `motiv resume {self.run}` goes on. The log says more."
            last = RunFailed(run=self.run, error=Problem(message=words, hint=hint))
        finally:
            if last is not None:
                self._teller.end(self.news, last)

    async def _carry_out(self) -> RunEnded:
        prepared = self._prepared
        store = await asyncio.to_thread(self._records.store)
        async with AsyncExitStack() as stack:
            clients = await self._opened(stack)
            if clients is None:
                return self._ended(INTERRUPTED, await asyncio.to_thread(self._records.states, self.run))
            self.is_open = True
            locks = prepared.settings.locks_folder
            work = execute(store, self.run, clients, prepared.conditions, self.controls, locks)
            async with aclosing(work) as events:
                return await self._hear(events)

    async def _opened(self, stack: AsyncExitStack) -> Mapping[str, ModelClient] | None:
        """The clients, open for as long as the stack; None: the run was stopped before. Raises ModelError."""
        prepared = self._prepared
        invited = self._company.invited(prepared.settings, prepared.endpoints, prepared.means)
        opening = asyncio.create_task(stack.enter_async_context(invited))
        stopped = asyncio.create_task(self.controls.stop.pause(_FOR_EVER_S))
        try:
            await asyncio.wait((opening, stopped), return_when=asyncio.FIRST_COMPLETED)
            return opening.result() if opening.done() else None
        finally:
            opening.cancel()
            stopped.cancel()
            await asyncio.gather(opening, stopped, return_exceptions=True)

    async def _hear(self, events: AsyncGenerator[Event, None]) -> RunEnded:
        async for event in events:
            if isinstance(event, Ended):
                return self._ended(event.reason, event.states)
            self._teller.heard(self.news, event)
            if isinstance(event, RunStarted) and not self._prepared.is_new:
                self.news.begin(await asyncio.to_thread(self._records.standing, self.run))
            elif isinstance(event, TrialsRequeued):
                self.news.reopen(await asyncio.to_thread(self._records.standing, self.run))
        raise AssertionError("a run's last event is its end")

    def _ended(self, reason: str, states: dict[str, int]) -> RunEnded:
        return RunEnded(run=self.run, reason=reason, states=states, progress=self.news.progress())
