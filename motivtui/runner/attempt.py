"""One attempt at a trial: on record before its first byte leaves, its end on record before anything builds on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress

from motivtui.errors import DiskFullError
from motivtui.models.client import Call, ModelClient, Transcript
from motivtui.runner.agenda import Work
from motivtui.runner.events import Event, TrialStarted
from motivtui.runner.request import Request
from motivtui.runner.safekeeping import Safekeeping
from motivtui.runner.watching import Watching
from motivtui.store.store import Store
from motivtui.study.instrument import Instrument
from motivtui.study.response import Response

Tell = Callable[[Event], Awaitable[None]]


class Caller:
    """Makes attempts for one session of a run."""

    def __init__(
        self,
        store: Store,
        session: int,
        clients: Mapping[str, ModelClient],
        instruments: Mapping[str, Instrument],
        safekeeping: Safekeeping,
        watching: Watching,
    ) -> None:
        """Take everything that a call needs."""
        self._store = store
        self._session = session
        self._clients = clients
        self._instruments = instruments
        self._safekeeping = safekeeping
        self._watching = watching

    async def call(self, request: Request, tell: Tell, announce: Callable[[Event], bool]) -> Response:
        """Write the attempt, send it, wait for its end. Broken off, it says so on record and raises CancelledError.

        Raises DiskFullError: the attempt could not be written, and nothing was sent. `announce` hands an event over
        without waiting, if there is room.
        """
        work, trial = request.work, request.work.open.trial
        client = self._clients[trial.respondent]

        def text_arrived(_: str) -> None:
            event = self._watching.news(trial)
            if event is not None and not announce(event):
                self._watching.unannounced(event)

        transcript = Transcript(on_text=text_arrived if request.is_streamed else None)
        written = self._store.add_attempt(
            work.open.id,
            work.attempt,
            self._session,
            client.endpoint.address,
            is_streamed=request.is_streamed,
            reserved_usd=request.worst_usd,
        )
        try:
            await self._safekeeping.commit_once(lambda: written)
            self._watching.begin(trial, work.attempt, transcript)
            await tell(TrialStarted(trial, work.attempt))
            transcript.begin()
            return await client.complete(self._call(request), transcript)
        except asyncio.CancelledError:
            await asyncio.shield(self._broken_off(work, written, transcript))
            raise

    async def store(self, work: Work, response: Response, *, is_final: bool) -> None:
        """Put what came back on record. Raises DatabaseError."""
        one, attempt = work.open, work.attempt
        await self._safekeeping.commit(
            lambda: self._store.add_response(one.id, attempt, response, is_final=is_final, round_number=one.round)
        )

    async def _broken_off(self, work: Work, written: Future[None], transcript: Transcript) -> None:
        """The attempt is written whether we wait for it or not: it must not look as if it might have been billed."""
        with suppress(DiskFullError):  # then there is no attempt, or it stays unknown
            await asyncio.wrap_future(written)
            await self.store(work, transcript.cancelled(), is_final=False)

    def _call(self, request: Request) -> Call:
        trial = request.work.open.trial
        return Call(
            messages=tuple((message.role, message.text) for message in request.messages),
            parameters=trial.parameters,
            seed=trial.seed,
            schema=self._instruments[trial.instrument].reply_schema(trial.item_order),
            is_streamed=request.is_streamed,
        )
