"""A model served on this machine, as a participant: its engine, and the litellm client that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from motivtui.errors import LocalEngineError
from motivtui.models.client import Call, ModelClient, Transcript
from motivtui.models.endpoint import Endpoint
from motivtui.models.local.engine import LocalEngine
from motivtui.models.local.expansion import Alternatives, expanded_masses
from motivtui.settings import Limits
from motivtui.study.parameters import Decoding
from motivtui.study.response import CallError, ErrorKind, Outcome, Response
from motivtui.study.token_score import from_masses

EXPANSION_ALTERNATIVES = 100
"""Alternatives asked for at each pass: every digit, and all but a sliver of what may end a number."""


class LocalClient:
    """A model served on this machine; its engine is started again when it died."""

    def __init__(self, endpoint: Endpoint, engine: LocalEngine, limits: Limits) -> None:
        """Take the engine over: closing the client stops it."""
        self._endpoint = endpoint
        self._engine = engine
        self._limits = limits

    @property
    def endpoint(self) -> Endpoint:
        """Who it is."""
        return self._endpoint

    @property
    def engine_pid(self) -> int | None:
        """The process that serves the model; None while there is none."""
        return self._engine.pid if self._engine.is_running else None

    async def aclose(self) -> None:
        """Stop the engine."""
        await self._engine.stop()

    async def complete(self, call: Call, transcript: Transcript) -> Response:
        """Ask once. See `ModelClient`."""
        from motivtui.models.litellm_door.client import LitellmClient

        try:
            address = await self._engine.start()
        except LocalEngineError as error:
            failure = CallError(ErrorKind.CONNECTION, error.message)
            return Response(Outcome.ERROR, latency_ms=transcript.elapsed_ms(), error=failure)
        reached = replace(self._endpoint, api_base=address.api_base, api_key=address.api_key)
        client = LitellmClient(reached, self._limits)
        response = await client.complete(call, transcript)
        slots = self._endpoint.max_concurrency or 1
        if slots > 1:
            # Answers that were made side by side are not reproduced by their seed: it must stand in the row.
            response = replace(response, effective={**response.effective, "slots": slots})
        is_asked = "top_logprobs" in call.parameters and call.schema is not None
        if is_asked and response.outcome is Outcome.COMPLETE:
            with suppress(TimeoutError):  # a second measure must not hold the run up
                async with asyncio.timeout(self._limits.total_s):
                    response = await _with_expansion(client, call, response)
        return response


async def _with_expansion(client: ModelClient, call: Call, response: Response) -> Response:
    """The response with the token scores of its whole distributions, as far as the model gives them."""

    async def ask(opening: str) -> Alternatives | None:
        transcript = Transcript()
        answer = await client.complete(_pass(call, opening), transcript)
        if answer.outcome is not Outcome.COMPLETE or not answer.token_choices:
            return None
        return answer.token_choices[0].alternatives

    schema: Mapping[str, Any] = call.schema or {}
    masses, passes = await expanded_masses(ask, schema, response.text)
    found = [from_masses(item, distribution, "expanded") for item, distribution in masses.items()]
    effective = {**response.effective, "token_passes": passes}
    return replace(response, effective=effective, token_scores=tuple(one for one in found if one is not None))


def _pass(call: Call, opening: str) -> Call:
    """One token after words put into the model's mouth; its alternatives are raw probabilities, whatever is drawn."""
    parameters = {
        "decoding": str(Decoding.FREE),
        "temperature": 0.0,
        "max_tokens": 1,
        "top_logprobs": EXPANSION_ALTERNATIVES,
        "cache_prompt": True,  # passes of one trial share their prompt; the written reply is made without it
    }
    return Call((*call.messages, ("assistant", opening)), parameters, call.seed, None, is_streamed=False)
