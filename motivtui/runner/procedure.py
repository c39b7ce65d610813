"""Carrying trials out: lanes side by side, chains in their order, every step on record, stopping before harm.

One loop decides what may begin now (`_begin_what_may_begin`) and waits for the next change; every attempt is a task of
its own. Failing calls are outcomes; only a broken database raises.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Mapping, Sequence

from motivtui.errors import DiskFullError
from motivtui.extraction import EXTRACTOR_VERSION
from motivtui.models.client import ModelClient
from motivtui.runner.agenda import Agenda, Work
from motivtui.runner.attempt import Caller
from motivtui.runner.brakes import LOOK_AGAIN_S, Brakes
from motivtui.runner.conditions import Conditions
from motivtui.runner.controls import Controls
from motivtui.runner.events import (
    Event,
    ResponseStored,
    RetryPlanned,
    ScoresStored,
    TextArrived,
    TrialsRequeued,
    TrialsSkipped,
)
from motivtui.runner.lane import Lane
from motivtui.runner.outcome import billed_usd, is_usable, skip_reason
from motivtui.runner.request import Request, Requests
from motivtui.runner.scoring import read_scores
from motivtui.runner.telling import Telling
from motivtui.runner.watching import Watching
from motivtui.store import queries
from motivtui.store.connection import Reader
from motivtui.store.queries import OpenTrial
from motivtui.store.store import Store
from motivtui.study.instrument import Instrument
from motivtui.study.response import FATAL_FOR_ENDPOINT, CallError, ErrorKind, Response


class Procedure:
    """Carries out the open trials of one run in one session."""

    def __init__(
        self,
        store: Store,
        reader: Reader,
        run: str,
        session: int,
        clients: Mapping[str, ModelClient],
        instruments: Mapping[str, Instrument],
        conditions: Conditions,
        controls: Controls,
    ) -> None:
        """Take everything that a trial needs. `reader` is used in the event loop only."""
        self._store, self._reader, self._run = store, reader, run
        self._clients, self._instruments = clients, instruments
        self._conditions, self._controls, self._stop = conditions, controls, controls.stop
        self._telling = Telling(2 * controls.concurrency)
        self._tell = self._telling.tell
        self._changed = asyncio.Event()
        self._random = random.Random()  # noqa: S311 (only spreads retries in time)
        self._agenda = Agenda(lambda one: clients[one.trial.respondent].endpoint.lane)
        self._lanes: dict[str, Lane] = {}
        self._brakes = Brakes(conditions, queries.spent_usd(reader, run), store.path, self._tell, self._changed.set)
        self._watching = Watching(controls)
        self._requests = Requests(reader, instruments, conditions, controls)
        self._caller = Caller(store, session, clients, instruments, self._brakes.safekeeping, self._watching)

    @property
    def has_stopped_itself(self) -> bool:
        """Whether the whole run or one of its lanes gave up."""
        return self._brakes.halted is not None or any(lane.stopped for lane in self._lanes.values())

    async def carry_out(self, trials: Sequence[OpenTrial]) -> AsyncGenerator[Event, None]:
        """Do the trials and tell about it. Stopping to listen stops the run."""
        self._agenda.add(trials)
        self._controls.listen(self._changed.set)
        work = asyncio.create_task(self._work())
        try:
            async for event in self._telling.heard():
                if isinstance(event, ResponseStored):
                    self._watching.forget(event.trial, event.attempt)
                yield self._watching.filled(event) if isinstance(event, TextArrived) else event
            await work
        finally:
            self._telling.leave()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _work(self) -> None:
        """Until nothing is left that may ever be done: begin what may begin, wait for a change."""
        watchdog = asyncio.create_task(self._break_off_when_told())
        try:
            while True:
                self._changed.clear()
                looked = time.monotonic()
                await self._heed_wishes()
                await self._begin_what_may_begin()
                if self._is_over():
                    break
                await self._wait(looked)
            await self._end_of_tasks()
        finally:
            watchdog.cancel()
            self._break_off()
            await asyncio.gather(watchdog, *self._tasks(), return_exceptions=True)
            await self._telling.end()

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [task for lane in self._lanes.values() for task in lane.work]

    async def _heed_wishes(self) -> None:
        """What the user wants changed."""
        for lane in self._open_lanes():
            lane.set_concurrency(self._controls.concurrency)
        if self._controls.take_requeue():
            await self._requeue()

    async def _requeue(self) -> None:
        """Open the failed trials again and take them in."""
        count = await asyncio.to_thread(self._store.requeue_failed, self._run)
        opened = queries.open_trials(self._reader, self._run)
        # Who had nothing left to do when the work began is not here now: those trials stay open.
        self._agenda.add(one for one in opened if one.trial.respondent in self._clients)
        await self._tell(TrialsRequeued(count))

    def _open_lanes(self) -> list[Lane]:
        """The lanes that have not stopped, made when their first trial appears."""
        for name in self._agenda.lanes:
            if name not in self._lanes:
                limits = [one.endpoint.max_concurrency for one in self._clients.values() if one.endpoint.lane == name]
                most = min((limit for limit in limits if limit is not None), default=None)
                self._lanes[name] = Lane.open(name, most, self._controls.concurrency, self._random, time.monotonic)
        return [lane for lane in self._lanes.values() if lane.stopped is None]

    async def _begin_what_may_begin(self) -> None:
        if self._stop.is_draining or self._controls.is_paused or not await self._brakes.allow_calls():
            return
        for lane in self._open_lanes():
            while lane.may_begin() and not self._stop.is_draining:
                work = self._agenda.take(lane.name, time.monotonic())
                if work is None:
                    break
                if not await self._begin(lane, work):
                    break

    async def _begin(self, lane: Lane, work: Work) -> bool:
        """Begin an attempt, if the budget allows it; False: no other may begin in this lane for now."""
        request = self._requests.of(work)
        if not await self._brakes.reserve(request.worst_usd or 0.0, is_idle=not self._tasks()):
            self._agenda.put_back(work)
            return False
        ticket = lane.gate.begin()
        task = asyncio.create_task(self._attempt(lane, request, ticket))
        lane.work.add(task)
        task.add_done_callback(lambda done: self._attempt_is_over(lane, done))
        return True

    def _attempt_is_over(self, lane: Lane, task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is None:
            lane.work.discard(task)
        self._changed.set()  # a task that failed stays: `_is_over` sees it, `_end_of_tasks` raises

    async def _attempt(self, lane: Lane, request: Request, ticket: int) -> None:
        """One attempt from its record to what follows from its end."""
        work = request.work
        try:
            response = await self._caller.call(request, self._tell, self._telling.announce)
        except asyncio.CancelledError:
            lane.gate.cancel(ticket)
            self._brakes.budget.settle(request.worst_usd or 0.0, None)
            raise
        except DiskFullError:
            lane.gate.cancel(ticket)
            self._brakes.budget.release(request.worst_usd or 0.0)
            self._agenda.put_back(work)
            return
        lane.gate.end(ticket, response.error)
        self._brakes.budget.settle(request.worst_usd or 0.0, billed_usd(response))
        await self._conclude(lane, request, response)

    async def _conclude(self, lane: Lane, request: Request, response: Response) -> None:
        """What follows from the end of an attempt: a result, another attempt, or the end of the lane."""
        work, error = request.work, response.error
        is_limited = error is not None and error.kind is ErrorKind.RATE_LIMIT
        is_fatal = error is not None and error.kind in FATAL_FOR_ENDPOINT
        wait_s = None
        if error is not None and not is_limited:
            wait_s = self._conditions.retry.wait_s(work.failures + 1, error, self._random)
        # What failed for its endpoint's sake stays open: it can be done once that is mended.
        is_final = not is_fatal and not is_limited and wait_s is None
        try:
            await self._caller.store(work, response, is_final=is_final)
        except DiskFullError:
            await self._brakes.lost("the last replies")
            return
        # At once: a trial that is taken up again from now on must not be taken for one that is under way.
        skipped = self._agenda.finish(work, may_continue=is_usable(response)) if is_final else []
        await self._tell_of_the_end(request, response, is_final=is_final)
        if is_final:
            await self._finish(lane, request, response, skipped)
            return
        work.attempts_made += 1
        if error is None:
            raise AssertionError("only a failed attempt is not final")
        if is_fatal:
            lane.note_fatal(error)
            self._agenda.put_back(work)
            await self._tell_of_a_stop(lane)
            return
        if is_limited:
            lane.check_patience(time.monotonic(), self._conditions.rate_limit_patience_s)
            await self._tell_of_a_stop(lane)
        await self._try_again(lane, work, error, wait_s)

    async def _tell_of_the_end(self, request: Request, response: Response, *, is_final: bool) -> None:
        """The call has ended and is on record; first what was not told of its text yet."""
        trial = request.work.open.trial
        rest = self._watching.rest(trial)
        if rest is not None:
            await self._tell(rest)
        await self._tell(ResponseStored(trial, request.work.attempt, response, is_final))

    async def _try_again(self, lane: Lane, work: Work, error: CallError, wait_s: float | None) -> None:
        """Plan another attempt. A rate limit is the lane's affair: it uses up no retry, and the gate says when."""
        now = time.monotonic()
        work.failures += 0 if wait_s is None else 1
        due = now if wait_s is None else now + wait_s
        opens_at = lane.gate.opens_at()
        self._agenda.put_back(work, due)
        await self._tell(RetryPlanned(work.open.trial, max(due, opens_at or due) - now, error))

    async def _finish(self, lane: Lane, request: Request, response: Response, skipped: Sequence[Work]) -> None:
        """A trial has its result: score it, tell what is skipped with it, see whether the lane is still well.

        The response is on disk already: whatever fails here can be done again later.
        """
        work = request.work
        instrument = self._instruments[work.open.trial.instrument]
        scores, expected = read_scores(response, instrument, request.prompt) if instrument.items else ((), ())
        one, attempt = work.open, work.attempt
        if scores:
            try:
                await self._brakes.safekeeping.commit(
                    lambda: self._store.add_scores(one.id, attempt, scores, EXTRACTOR_VERSION, expected)
                )
            except DiskFullError:
                await self._brakes.lost("the last scores")
                return
        await self._tell(ScoresStored(one.trial, scores, response))
        if skipped:
            trials = tuple(other.open.trial for other in skipped)
            await self._tell(TrialsSkipped(trials, skip_reason(response)))
        lane.note_final(response, self._agenda.left_in(lane.name))
        await self._tell_of_a_stop(lane)

    async def _tell_of_a_stop(self, lane: Lane) -> None:
        stopped = lane.take_stop()
        if stopped is not None:
            await self._tell(stopped)

    def _is_over(self) -> bool:
        """Whether nothing is under way, and nothing may ever begin any more."""
        tasks = self._tasks()
        if any(task.done() and not task.cancelled() and task.exception() for task in tasks):
            return True
        if tasks:
            return False
        if self._stop.is_draining or self._brakes.halted:
            return True
        return not any(self._agenda.within_reach(lane.name) for lane in self._open_lanes())

    async def _wait(self, looked: float) -> None:
        """Until something changes, or a moment comes at which something may be done that might not be at `looked`."""
        now = time.monotonic()
        moments = [now + LOOK_AGAIN_S] if self._brakes.is_holding else []
        for lane in self._open_lanes():
            if self._agenda.within_reach(lane.name):
                later = (self._agenda.next_due(lane.name), lane.gate.opens_at())
                moments += [moment for moment in later if moment is not None and moment > looked]
        try:
            async with asyncio.timeout(min(moments) - now if moments else None):
                await self._changed.wait()
        except TimeoutError:
            pass

    async def _end_of_tasks(self) -> None:
        """Wait for what is under way; raise what a task raised."""
        for task in self._tasks():
            try:
                await task
            except asyncio.CancelledError:
                if not self._stop.is_cancelling:
                    raise

    async def _break_off_when_told(self) -> None:
        await self._stop.wait_for_cancel()
        self._break_off()

    def _break_off(self) -> None:
        tasks = self._tasks()
        if tasks:
            self._brakes.safekeeping.give_up()
        for task in tasks:
            task.cancel()
