"""The participants that are open: each opened once, kept between runs, shared by runs that go on at the same time.

Remote models share one group (and its processes for calls), each local model is a group of its own. Owns when they are
closed; must not know what they are asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from motivtui.conduct.conducting import MANY_CALLS, MANY_STREAMS, Means, participants_of, weights_of
from motivtui.engine.events import EngineEvent, Fetching
from motivtui.errors import InterruptedRunError
from motivtui.models.client import ModelClient
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.local.weights import ensure_weights
from motivtui.models.participants import Participants
from motivtui.settings import Limits, Settings

FETCHING_EVERY_S = 0.25

Announce = Callable[[EngineEvent], None]
Endpoints = Mapping[str, Endpoint]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a group is opened with, besides its endpoints; another group has others."""

    limits: Limits
    processes: int | None
    is_many: bool


@dataclass(slots=True, eq=False)
class _Group:
    endpoints: Endpoints
    terms: _Terms
    opening: asyncio.Task[Participants]
    users: int = 0

    @property
    def is_local(self) -> bool:
        return any(one.kind is Kind.LOCAL for one in self.endpoints.values())

    def offers(self, endpoints: Endpoints, terms: _Terms) -> bool:
        """Whether it has all of these, opened in the same way."""
        has_all = all(name in self.endpoints and _is_same(self.endpoints[name], one) for name, one in endpoints.items())
        return has_all and self.terms == terms


class Company:
    """Everybody who is open. Used in one event loop; `close` it at the end."""

    def __init__(self, announce: Announce) -> None:
        """Nobody is open. `announce` is told how the fetching of weights goes."""
        self._announce = announce
        self._groups: list[_Group] = []
        self._changing = asyncio.Lock()
        self._is_closing = False

    @asynccontextmanager
    async def invited(
        self, settings: Settings, endpoints: Endpoints, means: Means
    ) -> AsyncIterator[Mapping[str, ModelClient]]:
        """The open clients of these models, for as long as they are used. Raises ModelError."""
        groups = await self._chosen(settings, endpoints, means)
        try:
            clients: dict[str, ModelClient] = {}
            for group in groups:
                # Others may wait for the same group: who leaves early does not take it away from them.
                participants = await asyncio.shield(group.opening)
                clients |= {name: one for name, one in participants.clients.items() if name in endpoints}
            yield clients
        finally:
            for group in groups:
                group.users -= 1

    async def close(self) -> None:
        """Close all, those that are being opened too."""
        self._is_closing = True
        groups, self._groups = self._groups, []
        for group in groups:
            group.opening.cancel()
        for group in groups:
            await _close(group)

    async def _chosen(self, settings: Settings, endpoints: Endpoints, means: Means) -> list[_Group]:
        async with self._changing:
            wanted = [(part, _terms(settings, part, means)) for part in _parts(endpoints)]
            found = [self._find(part, terms) for part, terms in wanted]
            missing = [part for (part, _), group in zip(wanted, found, strict=True) if group is None]
            await self._dismiss_idle(missing, [group for group in found if group is not None])
            groups = [
                group or self._opened(settings, part, terms, means)
                for (part, terms), group in zip(wanted, found, strict=True)
            ]
            for group in groups:
                group.users += 1
            return groups

    def _find(self, endpoints: Endpoints, terms: _Terms) -> _Group | None:
        return next((group for group in self._groups if group.offers(endpoints, terms)), None)

    def _opened(self, settings: Settings, endpoints: Endpoints, terms: _Terms, means: Means) -> _Group:
        opening = asyncio.create_task(self._open(settings, endpoints, means))
        group = _Group(endpoints, terms, opening)
        self._groups.append(group)

        def is_over(task: asyncio.Task[Participants]) -> None:
            if (task.cancelled() or task.exception()) and group in self._groups:
                self._groups.remove(group)  # the next one who wants it tries again

        opening.add_done_callback(is_over)
        return group

    async def _open(self, settings: Settings, endpoints: Endpoints, means: Means) -> Participants:
        local = [one for one in endpoints.values() if one.kind is Kind.LOCAL]
        for endpoint in local:
            # Beforehand and in a thread: it may take minutes, and opening itself blocks the loop for it.
            await asyncio.to_thread(
                self._fetch, settings, endpoint.model.partition("/")[2], self._on_progress(endpoint)
            )
        participants = participants_of(settings, endpoints, weights_of(settings, _here), means)
        return await participants.__aenter__()

    def _fetch(self, settings: Settings, name: str, on_progress: Callable[[int, int | None], None]) -> Path:
        return ensure_weights(settings.models_folder, settings.data_folder, name, on_progress)

    def _on_progress(self, endpoint: Endpoint) -> Callable[[int, int | None], None]:
        """For the thread that fetches: tells now and then, and ends it when the engine ends."""
        loop, next_at = asyncio.get_running_loop(), 0.0

        def told(done: int, total: int | None) -> None:
            nonlocal next_at
            if self._is_closing:
                raise InterruptedRunError("the engine ends", hint="The next one begins to fetch again.")
            now = time.monotonic()
            if now >= next_at or done == total:
                next_at = now + FETCHING_EVERY_S
                event = Fetching(model=endpoint.model, done=done, total=total)
                loop.call_soon_threadsafe(self._announce, event)

        return told

    async def _dismiss_idle(self, missing: Sequence[Endpoints], wanted: Sequence[_Group]) -> None:
        """Before a group is opened: close those of its sort that nobody uses, they take memory.

        Only while nobody works: closing one closes litellm's connections for all.
        """
        sorts = {_is_local(part) for part in missing}
        idle = [group for group in self._groups if group not in wanted and group.is_local in sorts]
        if any(group.users for group in self._groups) or not idle:
            return
        for group in idle:
            self._groups.remove(group)
            group.opening.cancel()
            await _close(group)
        if any(group.opening.done() for group in self._groups):
            from motivtui.models.litellm_door.loading import open_connections

            await open_connections()


def _parts(endpoints: Endpoints) -> list[Endpoints]:
    """Each local model by itself, all others together."""
    local: list[Endpoints] = [{name: one} for name, one in endpoints.items() if one.kind is Kind.LOCAL]
    others = {name: one for name, one in endpoints.items() if one.kind is not Kind.LOCAL}
    return [*local, *([others] if others else [])]


def _is_local(endpoints: Endpoints) -> bool:
    return any(one.kind is Kind.LOCAL for one in endpoints.values())


def _terms(settings: Settings, endpoints: Endpoints, means: Means) -> _Terms:
    limits = replace(settings.limits, retries=0, disk_floor_mb=0)  # those two are the runner's
    if not any(one.kind in (Kind.CUSTOM, Kind.LITELLM) for one in endpoints.values()):
        return _Terms(limits, 0, is_many=False)
    most = MANY_STREAMS if means.is_streamed else MANY_CALLS
    return _Terms(limits, means.processes, is_many=settings.concurrency >= most)


def _is_same(one: Endpoint, other: Endpoint) -> bool:
    keys = [endpoint.api_key.reveal() if endpoint.api_key else None for endpoint in (one, other)]
    return keys[0] == keys[1] and replace(one, api_key=None) == replace(other, api_key=None)


def _here(settings: Settings, name: str) -> Path:
    """The weights, which were fetched a moment ago."""
    return ensure_weights(settings.models_folder, settings.data_folder, name)


async def _close(group: _Group) -> None:
    with suppress(asyncio.CancelledError, Exception):  # whoever waited for it was told
        participants = await group.opening
        await participants.__aexit__(None, None, None)
