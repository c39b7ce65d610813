"""Calls to the fault server, as the tests here make them."""

from __future__ import annotations

import asyncio
import os
import select
from dataclasses import replace
from typing import Any

from motivtui.models.call_process import RemoteClient
from motivtui.models.call_process.client import Asked
from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.settings import Limits, Secret
from motivtui.study.parameters import Parameters
from motivtui.study.response import Response

KEY = "sk-canary-51c7"
SCHEMA = {"type": "object", "properties": {"motivation": {"type": "integer", "minimum": 1, "maximum": 100}}}
LIMITS = Limits(first_byte_s=5, idle_s=5, total_s=20)


def endpoint_of(api_base: str, model: str, key: str = KEY) -> Endpoint:
    return Endpoint(f"faults/{model}", Kind.CUSTOM, f"openai/{model}", "faults", Parameters(), api_base, Secret(key))


def call_of(*, is_streamed: bool, said: str = "How motivated are you?", **parameters: Any) -> Call:
    return Call((("user", said),), {"decoding": "free", "max_tokens": 120} | parameters, 7, SCHEMA, is_streamed)


def client_of(api_base: str, model: str, processes: Asked, limits: Limits = LIMITS) -> RemoteClient:
    return RemoteClient(endpoint_of(api_base, model), limits, processes)


class Watched:
    """A watched transcript, and an event for its first piece."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.has_begun = asyncio.Event()
        self.transcript = Transcript(on_text=self._take)

    def _take(self, piece: str) -> None:
        self.pieces.append(piece)
        self.has_begun.set()

    async def begun(self) -> None:
        async with asyncio.timeout(10):
            await self.has_begun.wait()


def timeless(response: Response) -> Response:
    """Without what differs between two calls of the same kind."""
    return replace(response, time_to_first_token_ms=None, latency_ms=None)


def ends(process_id: int, within_s: float) -> bool:
    """Whether a process that may be running ends within that time."""
    try:
        handle = os.pidfd_open(process_id)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], within_s)[0])
    finally:
        os.close(handle)
