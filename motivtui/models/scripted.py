"""Scripted participants: no model behind them, the same reply to the same call every time.

For tests, pictures and trying the instrument out. Their results carry their name, `scripted/…`, wherever they appear,
and mean nothing about any model.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint
from motivtui.study.response import Outcome, Response, Usage

_CHARS_A_TOKEN = 4


def _draw(call: Call, name: str) -> float:
    """A number from 0 to 1 that hangs only on the prompt, the seed and `name`."""
    text = f"{name}\x00{call.seed}\x00" + "\x00".join(text for _, text in call.messages)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:6]) / 2**48


def _scores(call: Call, low: float, high: float) -> dict[str, Any]:
    """A reply that fits the wanted schema, scores between the shares `low` and `high` of each scale."""
    reply: dict[str, Any] = {}
    for name, wanted in (call.schema or {})["properties"].items():
        if wanted["type"] == "integer":
            share = low + (high - low) * _draw(call, name)
            reply[name] = round(wanted["minimum"] + share * (wanted["maximum"] - wanted["minimum"]))
        else:
            reply[name] = "It is the kind of task I like to get right."
    return reply


def _work(call: Call) -> str:
    """An answer to a task: a few sentences that say nothing about it, more or fewer of them."""
    count = 2 + int(8 * _draw(call, "length"))
    return " ".join(f"This is sentence {number} of a scripted answer." for number in range(1, count + 1))


def _steady(call: Call) -> str:
    return json.dumps(_scores(call, 0.6, 0.9)) if call.schema else _work(call)


def _wordy(call: Call) -> str:
    if not call.schema:
        return _work(call)
    scores = _scores(call, 0.4, 0.95)
    spoken = ", ".join(f"{name}: {value}" for name, value in scores.items() if isinstance(value, int))
    return f"Thank you for asking. Having thought about it for a while, I would say {spoken}. That is how I feel."


def _reluctant(_: Call) -> str:
    return "I'm sorry, but as an AI I do not have motivation, so I can't give you a number."


SCRIPTS: Mapping[str, Callable[[Call], str]] = {"steady": _steady, "wordy": _wordy, "reluctant": _reluctant}
"""`steady` answers in JSON, `wordy` in prose, `reluctant` refuses. The first two do a task in a few sentences."""


class ScriptedClient:
    """Plays one script, word by word when streamed; `pause_s` between the words."""

    def __init__(self, endpoint: Endpoint, pause_s: float = 0.0) -> None:
        """Take the endpoint, whose id names the script."""
        self._endpoint = endpoint
        self._script = SCRIPTS[endpoint.model.partition("/")[2]]
        self._pause_s = pause_s

    @property
    def endpoint(self) -> Endpoint:
        """Who it is."""
        return self._endpoint

    async def aclose(self) -> None:
        """Nothing to let go of."""

    async def complete(self, call: Call, transcript: Transcript) -> Response:
        """Speak the script's reply. See `ModelClient`."""
        reply = self._script(call)
        for piece in _words(reply) if call.is_streamed else [reply]:
            await asyncio.sleep(self._pause_s)
            transcript.add(piece)
        return Response(
            outcome=Outcome.COMPLETE,
            text=transcript.text,
            finish_reason="stop",
            usage=Usage(sum(len(text) for _, text in call.messages) // _CHARS_A_TOKEN, len(reply) // _CHARS_A_TOKEN),
            time_to_first_token_ms=transcript.time_to_first_token_ms() if call.is_streamed else None,
            latency_ms=transcript.elapsed_ms(),
            cost_usd=0.0,
            effective=dict(call.parameters) | {"seed": call.seed},
            model_reported=self._endpoint.model,
        )


def _words(text: str) -> list[str]:
    """The text in pieces that join to it again."""
    words = text.split(" ")
    return [word + " " for word in words[:-1]] + words[-1:]
