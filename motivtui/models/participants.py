"""Opening the participants of a run and closing them again, each once, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from motivtui.models.call_process import CallPool, RemoteClient
from motivtui.models.client import ModelClient
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.local.engine import LocalEngine
from motivtui.models.local_client import LocalClient
from motivtui.models.scripted import ScriptedClient
from motivtui.settings import Limits

WeightsOf = Callable[[str], tuple[Path, int]]
"""Name of a local model → its weights (fetched if need be) and the tokens of context it is served with."""


class Participants:
    """The clients of a run by model id. Use as an async context manager.

    `threads` is for the engine of a local model. `processes`: how many processes of their own make the calls to other
    endpoints; 0: none, they are made in this one.
    """

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        limits: Limits,
        weights: WeightsOf,
        threads: int,
        processes: int = 0,
    ) -> None:
        """Take who shall be opened; nothing happens yet."""
        self._endpoints = dict(endpoints)
        self._limits = limits
        self._weights = weights
        self._threads = threads
        self._pool = CallPool(processes) if processes else None
        self._has_connections = False
        self._clients: dict[str, ModelClient] = {}

    @property
    def clients(self) -> Mapping[str, ModelClient]:
        """The open clients."""
        return self._clients

    async def __aenter__(self) -> Participants:
        """Open all. Raises ModelError (then nothing stays open)."""
        try:
            for model, endpoint in self._endpoints.items():
                self._clients[model] = await self._open(endpoint)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all."""
        await self._close()

    async def _open(self, endpoint: Endpoint) -> ModelClient:
        if endpoint.kind is Kind.SCRIPTED:
            return ScriptedClient(endpoint)
        if endpoint.kind is not Kind.LOCAL and self._pool is not None:
            await self._pool.start()
            return RemoteClient(endpoint, self._limits, self._pool)
        engine = None
        if endpoint.kind is Kind.LOCAL:
            name = endpoint.model.partition("/")[2]
            weights, n_ctx = self._weights(name)
            slots = endpoint.max_concurrency or 1
            engine = LocalEngine(weights, name, threads=self._threads, slots=slots, n_ctx=n_ctx)
        # The engine loads its weights while litellm is imported: the two longest steps, side by side.
        started = asyncio.create_task(engine.start()) if engine else None
        try:
            from motivtui.models.litellm_door.client import LitellmClient
            from motivtui.models.litellm_door.loading import open_connections

            await open_connections()
            self._has_connections = True
            if started:
                await started
        except BaseException:
            if engine and started:
                await asyncio.gather(started, return_exceptions=True)
                await engine.stop()
            raise
        return LocalClient(endpoint, engine, self._limits) if engine else LitellmClient(endpoint, self._limits)

    async def _close(self) -> None:
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()
        if self._pool is not None:
            await self._pool.stop()
        if self._has_connections:
            self._has_connections = False
            from motivtui.models.litellm_door.loading import close_connections

            await close_connections()
