"""Carrying trials out: lanes side by side, a fixed number of calls at once in each, every step on record.

A lane is a provider or endpoint. Each of its workers takes the next trial, writes the attempt, makes the call, commits
the response, extracts, commits the scores. Failing calls are outcomes; only a broken database raises.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from motivtui.extraction import EXTRACTOR_VERSION, extract_scores
from motivtui.models.client import Call, ModelClient, Transcript
from motivtui.runner.events import (
    Event,
    LaneStopped,
    ResponseStored,
    RetryPlanned,
    ScoresStored,
    TextArrived,
    TrialStarted,
)
from motivtui.runner.retry import RetryRule
from motivtui.runner.stop import Stop
from motivtui.store.queries import OpenTrial
from motivtui.store.store import Store
from motivtui.study.instrument import Instrument
from motivtui.study.response import FATAL_FOR_ENDPOINT, Response


@dataclass(frozen=True, slots=True)
class Conditions:
    """How trials are carried out: `concurrency` calls at once a lane, streamed when somebody watches."""

    concurrency: int
    retry: RetryRule = field(default_factory=RetryRule)
    is_watched: bool = False


class Procedure:
    """Carries out the open trials of one run in one session."""

    def __init__(
        self,
        store: Store,
        session: int,
        clients: Mapping[str, ModelClient],
        instruments: Mapping[str, Instrument],
        conditions: Conditions,
        stop: Stop,
    ) -> None:
        """Take everything that a trial needs."""
        self._store = store
        self._session = session
        self._clients = clients
        self._instruments = instruments
        self._conditions = conditions
        self._stop = stop
        self._events: asyncio.Queue[Event | None] = asyncio.Queue(2 * conditions.concurrency)
        self._unread: dict[int, list[str]] = {}
        self._random = random.Random()  # noqa: S311 (only spreads retries in time)
        self.stopped_lanes: list[LaneStopped] = []

    async def carry_out(self, trials: Sequence[OpenTrial]) -> AsyncGenerator[Event, None]:
        """Do the trials and tell about it. Stopping to listen stops the run."""
        work = asyncio.create_task(self._all_lanes(trials))
        try:
            while (event := await self._events.get()) is not None:
                yield self._with_text(event)
            await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _all_lanes(self, trials: Sequence[OpenTrial]) -> None:
        lanes: dict[str, list[OpenTrial]] = {}
        for one in trials:
            lanes.setdefault(self._clients[one.trial.model].endpoint.lane, []).append(one)
        workers = [worker for lane, its_trials in lanes.items() for worker in self._workers(lane, its_trials)]
        watchdog = asyncio.create_task(self._break_off_when_told(workers))
        try:
            for ended in asyncio.as_completed(workers):
                try:
                    await ended
                except asyncio.CancelledError:
                    if not self._stop.is_cancelling:
                        raise
        finally:
            watchdog.cancel()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(watchdog, *workers, return_exceptions=True)
            await self._events.put(None)

    def _workers(self, lane: str, trials: list[OpenTrial]) -> list[asyncio.Task[None]]:
        """As many workers as calls may be under way at once, all drawing from one list."""
        limits = [self._clients[one.trial.model].endpoint.max_concurrency for one in trials]
        most = min([self._conditions.concurrency, len(trials), *(limit for limit in limits if limit)])
        source = iter(trials)
        open_lane = _Lane(lane)
        return [asyncio.create_task(self._worker(open_lane, source)) for _ in range(most)]

    async def _break_off_when_told(self, workers: list[asyncio.Task[None]]) -> None:
        await self._stop.wait_for_cancel()
        for worker in workers:
            worker.cancel()

    async def _worker(self, lane: _Lane, source: Iterator[OpenTrial]) -> None:
        while not self._stop.is_draining and not lane.is_stopped:
            one = next(source, None)
            if one is None:
                return
            await self._trial(lane, one)

    async def _trial(self, lane: _Lane, one: OpenTrial) -> None:
        """All attempts of one trial, until its result is final, its lane stops or the user stops."""
        attempts_made = 0
        while True:
            attempt = one.next_attempt + attempts_made
            response = await self._attempt(one, attempt)
            attempts_made += 1
            error = response.error
            is_fatal = error is not None and error.kind in FATAL_FOR_ENDPOINT
            wait_s = self._conditions.retry.wait_s(attempts_made, error, self._random) if error else None
            # A trial that failed for its endpoint's sake stays open: it can still be done once that is mended.
            is_final = not is_fatal and wait_s is None
            await _committed(self._store.add_response(one.id, attempt, response, is_final=is_final))
            await self._tell(ResponseStored(one.trial, attempt, response, is_final))
            if is_final:
                await self._score(one, attempt, response)
                return
            if error is not None and is_fatal:
                await self._stop_lane(lane, LaneStopped(lane.name, error))
                return
            if error is not None and wait_s is not None:
                await self._tell(RetryPlanned(one.trial, wait_s, error))
                await self._stop.pause(wait_s)
            if self._stop.is_draining or lane.is_stopped:
                return

    async def _attempt(self, one: OpenTrial, attempt: int) -> Response:
        """One call, on record before its first byte leaves and, when it is broken off, afterwards too."""
        trial, client = one.trial, self._clients[one.trial.model]
        is_streamed = self._conditions.is_watched
        call = Call(
            messages=tuple((message.role, message.text) for message in trial.messages),
            parameters=trial.parameters,
            seed=trial.seed,
            schema=self._instruments[trial.instrument].reply_schema(),
            is_streamed=is_streamed,
        )
        transcript = Transcript(on_text=(lambda text: self._text_arrived(one, text)) if is_streamed else None)
        written = self._store.add_attempt(
            one.id, attempt, self._session, client.endpoint.address, is_streamed=is_streamed
        )
        try:
            await _committed(written)
            await self._tell(TrialStarted(trial, attempt))
            transcript.begin()
            return await client.complete(call, transcript)
        except asyncio.CancelledError:
            # The attempt is written whether we wait for it or not: it must not look as if it might have been billed.
            broken_off = self._store.add_response(one.id, attempt, transcript.cancelled(), is_final=False)
            await asyncio.shield(_committed(broken_off))
            raise

    async def _score(self, one: OpenTrial, attempt: int, response: Response) -> None:
        """Extract and commit. The response is on disk already: whatever fails here can be done again later."""
        prompt = "\n\n".join(message.text for message in one.trial.messages)
        scores = extract_scores(response, self._instruments[one.trial.instrument].items, prompt)
        await _committed(self._store.add_scores(one.id, attempt, scores, EXTRACTOR_VERSION))
        await self._tell(ScoresStored(one.trial, scores, response))

    async def _stop_lane(self, lane: _Lane, event: LaneStopped) -> None:
        if not lane.is_stopped:
            lane.is_stopped = True
            self.stopped_lanes.append(event)
            await self._tell(event)

    async def _tell(self, event: Event) -> None:
        """Hand an event over; waits when the listener is behind."""
        await self._events.put(event)

    def _text_arrived(self, one: OpenTrial, text: str) -> None:
        """Keep the piece, and tell of it unless the listener has not taken the last one yet."""
        waiting = self._unread.setdefault(one.trial.ordinal, [])
        waiting.append(text)
        if len(waiting) == 1 and not self._events.full():
            self._events.put_nowait(TextArrived(one.trial, ""))

    def _with_text(self, event: Event) -> Event:
        """A text event with everything that arrived until now."""
        if isinstance(event, TextArrived):
            return TextArrived(event.trial, "".join(self._unread.pop(event.trial.ordinal, [])))
        return event


@dataclass(slots=True)
class _Lane:
    """A provider or endpoint during a run."""

    name: str
    is_stopped: bool = False


async def _committed(future: Future[Any]) -> Any:
    """Wait until the database has it."""
    return await asyncio.wrap_future(future)
