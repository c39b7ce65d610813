"""What every participant offers, whatever stands behind it: one call in, one response out.

A call that fails is a response with an error, never an exception; only cancellation passes through, and then the
transcript holds what had arrived.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from motivtui.models.endpoint import Endpoint
from motivtui.study.response import Outcome, Response

MAX_REPLY_CHARS = 256 * 1024
"""A longer reply is cut off, kept as partial and never scored as an answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `messages` are (role, text); `parameters` a trial's record; `schema` the wanted reply's JSON Schema.

    The schema is only used when the decoding mode says so; None: the reply has no form. Among the parameters may be
    `stop` (words at which the endpoint ends the reply, where it can) and `top_logprobs` (how many alternatives of each
    token to ask for, with their probabilities).
    """

    messages: tuple[tuple[str, str], ...]
    parameters: Mapping[str, Any]
    seed: int
    schema: Mapping[str, Any] | None
    is_streamed: bool


@dataclass(slots=True)
class Transcript:
    """A reply while it grows; survives a cancelled call. `on_text` is told each new piece of the answer."""

    on_text: Callable[[str], None] | None = None
    started: float = field(default_factory=time.monotonic)
    first_token: float | None = None
    size: int = 0
    _text: list[str] = field(default_factory=list)
    _reasoning: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Set the clock to zero: the request leaves now."""
        self.started = time.monotonic()

    def add(self, text: str, reasoning: str = "") -> None:
        """Take in the next piece."""
        if not text and not reasoning:
            return
        if self.first_token is None:
            self.first_token = time.monotonic()
        room = max(0, MAX_REPLY_CHARS - self.size)
        self.size += len(text) + len(reasoning)
        reasoning, text = reasoning[:room], text[: max(0, room - len(reasoning))]
        if reasoning:
            self._reasoning.append(reasoning)
        if text:
            self._text.append(text)
            if self.on_text:
                self.on_text(text)

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        """The reasoning so far, as far as the endpoint keeps it apart."""
        return "".join(self._reasoning)

    @property
    def is_oversize(self) -> bool:
        """Whether more has arrived than any answer needs."""
        return self.size > MAX_REPLY_CHARS

    def elapsed_ms(self) -> float:
        """Milliseconds since the call began."""
        return round((time.monotonic() - self.started) * 1000, 3)

    def time_to_first_token_ms(self) -> float | None:
        """Milliseconds to the first piece; None when there was none."""
        return None if self.first_token is None else round((self.first_token - self.started) * 1000, 3)

    def cancelled(self) -> Response:
        """The response of a call that was broken off by us."""
        return Response(
            outcome=Outcome.CANCELLED,
            text=self.text,
            reasoning=self.reasoning,
            time_to_first_token_ms=self.time_to_first_token_ms(),
            latency_ms=self.elapsed_ms(),
        )


class ModelClient(Protocol):
    """A participant that can be asked."""

    @property
    def endpoint(self) -> Endpoint:
        """Who it is and how it is reached."""
        ...

    async def complete(self, call: Call, transcript: Transcript) -> Response:
        """Ask once, no retry. Raises only asyncio.CancelledError."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and processes."""
        ...
