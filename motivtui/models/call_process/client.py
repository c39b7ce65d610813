"""A participant whose calls are made in another process; in everything else like `litellm_door`'s client."""

from __future__ import annotations

from typing import Protocol

from motivtui.models.call_process.frames import Reached, encoded
from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint
from motivtui.models.failure import call_error
from motivtui.settings import Limits
from motivtui.study.response import Outcome, Response


class Asked(Protocol):
    """Who makes the calls: a `CallProcess` or a `CallPool`."""

    async def ask(self, reached: bytes, call: Call, transcript: Transcript, within_s: float) -> Response:
        """Make one call. See `CallProcess.ask`."""
        ...


class RemoteClient:
    """Asks one endpoint by way of other processes, which it does not own."""

    def __init__(self, endpoint: Endpoint, limits: Limits, processes: Asked) -> None:
        """Take whom to call, how long it may take, and who makes the calls. Raises FrameError."""
        self._endpoint = endpoint
        self._limits = limits
        self._processes = processes
        # With every call: a child that was started in between knows it at once, and there is no state to lose.
        self._reached = encoded(Reached(endpoint, limits))

    @property
    def endpoint(self) -> Endpoint:
        """Who it is."""
        return self._endpoint

    async def aclose(self) -> None:
        """Nothing of its own: who made the processes stops them."""

    async def complete(self, call: Call, transcript: Transcript) -> Response:
        """Ask once. See `ModelClient`."""
        try:
            return await self._processes.ask(self._reached, call, transcript, self._limits.total_s)
        except Exception as error:  # noqa: BLE001 (the boundary at which any failure of a call becomes a recorded outcome)
            keys = [self._endpoint.api_key] if self._endpoint.api_key else []
            return Response(
                outcome=Outcome.PARTIAL if transcript.size else Outcome.ERROR,
                text=transcript.text,
                reasoning=transcript.reasoning,
                time_to_first_token_ms=transcript.time_to_first_token_ms(),
                latency_ms=transcript.elapsed_ms(),
                error=call_error(error, keys, None, None, has_text=transcript.size > 0),
            )
