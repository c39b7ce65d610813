"""The one door to litellm: an OpenAI-like call with our limits, our proof of completeness and none of its side effects.

What litellm does that must not reach a result: it takes a cut stream for a finished one and invents its usage; its
timeout is no deadline; it retries; it prints; it loads `.env` and fetches prices. Each is met below.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.failure import call_error
from motivtui.models.litellm_door.loading import load_litellm
from motivtui.models.litellm_door.transport import Seen, watch_answer
from motivtui.models.token_probabilities import entries_of, token_choices
from motivtui.settings import Limits, Secret
from motivtui.study.parameters import Decoding
from motivtui.study.response import CallError, ErrorKind, Outcome, Response, Usage

_OWN_NAMES = {"decoding", "temperature", "top_p", "max_tokens", "stop", "top_logprobs"}
_TERMINAL = {"stop", "length", "content_filter", "tool_calls", "function_call", "eos", "end_turn"}


class LitellmClient:
    """A participant reached through litellm. Load litellm before making one."""

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        """Take what to call and how long it may take."""
        self._litellm = load_litellm()
        self._endpoint = endpoint
        self._limits = limits
        self._spare_the_price_search()

    @property
    def endpoint(self) -> Endpoint:
        """Who it is."""
        return self._endpoint

    async def aclose(self) -> None:
        """Nothing of its own: connections are shared (`close_litellm`)."""

    async def complete(self, call: Call, transcript: Transcript) -> Response:
        """Ask once. See `ModelClient`."""
        arguments = self._arguments(call)
        effective = self._effective(call, arguments)
        deadline = _Deadline(self._limits, is_streamed=call.is_streamed)
        seen = watch_answer()
        try:
            async with deadline:
                if call.is_streamed:
                    return await self._streamed(arguments, transcript, deadline, effective)
                return await self._whole(arguments, transcript, effective, seen)
        except TimeoutError:
            return _failed(transcript, deadline.error(), effective)
        except Exception as error:  # noqa: BLE001 (the boundary at which any failure of a call becomes a recorded outcome)
            secrets: Iterable[Secret] = [self._endpoint.api_key] if self._endpoint.api_key else []
            failure = call_error(error, secrets, seen.status, seen.retry_after, has_text=transcript.size > 0)
            return _failed(transcript, failure, effective)

    async def _streamed(
        self, arguments: dict[str, Any], transcript: Transcript, deadline: _Deadline, effective: dict[str, Any]
    ) -> Response:
        stream = await self._litellm.acompletion(**arguments, stream=True, stream_options={"include_usage": True})
        reply = _Reply(effective)
        try:
            async for chunk in stream:
                deadline.piece_arrived()
                reply.take(chunk, transcript)
                if transcript.is_oversize:
                    break
        finally:
            await stream.aclose()
        # After the loop, litellm's own chunks say "stop" whatever happened; only this attribute is the server's word.
        reply.finish_reason = stream.received_finish_reason
        if not any(getattr(chunk, "usage", None) for chunk in stream.chunks):
            reply.usage = Usage()  # what litellm gives then is its own guess
        # litellm drops the text of a piece whose probabilities it cannot read, without a word.
        reply.has_lost_text = "top_logprobs" in arguments and transcript.size == 0
        return self._ended(reply, transcript)

    async def _whole(
        self, arguments: dict[str, Any], transcript: Transcript, effective: dict[str, Any], seen: Seen
    ) -> Response:
        answer = await self._litellm.acompletion(**arguments)
        reply = _Reply(effective)
        reply.take(answer, transcript)
        choice = answer.choices[0] if answer.choices else None
        # litellm turns a word that it does not know, or a missing one, into "stop".
        litellms_word = choice.finish_reason if choice else None
        reply.finish_reason = litellms_word if seen.has_usage is None else seen.finish_reason
        if seen.has_usage is False:
            reply.usage = Usage()
        transcript.first_token = None  # nothing was seen before the end
        return self._ended(reply, transcript)

    def _ended(self, reply: _Reply, transcript: Transcript) -> Response:
        """Complete only when its end was seen: a finish reason from the server, an answer, not oversize."""
        error = None
        if transcript.is_oversize:
            error = CallError(ErrorKind.OVERSIZE, "the reply is longer than any answer needs; it was cut off")
        elif not reply.had_choices:
            error = CallError(ErrorKind.EMPTY, "the endpoint answered without any choice")
        elif reply.has_lost_text:
            error = CallError(ErrorKind.EMPTY, "no text came with the probabilities that were asked for")
        elif reply.finish_reason is None:
            error = CallError(ErrorKind.CUT, "the reply ended without a finish reason: it may have been cut")
        elif reply.finish_reason not in _TERMINAL:
            error = CallError(ErrorKind.CUT, f"unknown finish reason {str(reply.finish_reason)[:40]!r}")
        outcome = (Outcome.PARTIAL if transcript.size else Outcome.ERROR) if error else Outcome.COMPLETE
        return Response(
            outcome=outcome,
            text=transcript.text,
            reasoning=transcript.reasoning,
            finish_reason=reply.finish_reason,
            usage=reply.usage if outcome is Outcome.COMPLETE else Usage(),
            time_to_first_token_ms=transcript.time_to_first_token_ms(),
            latency_ms=transcript.elapsed_ms(),
            cost_usd=self._cost(reply.usage) if outcome is Outcome.COMPLETE else None,
            effective=reply.effective,
            model_reported=reply.model,
            fingerprint=reply.fingerprint,
            error=error,
            token_choices=token_choices(reply.tokens, transcript.text),
        )

    def _arguments(self, call: Call) -> dict[str, Any]:
        endpoint, parameters = self._endpoint, call.parameters
        arguments: dict[str, Any] = {
            "model": endpoint.wire_model,
            "messages": [{"role": role, "content": text} for role, text in call.messages],
            "max_retries": 0,
            "timeout": self._limits.total_s + 5,  # only a net below our own deadline
            "seed": call.seed,
        }
        if endpoint.api_base:
            arguments["api_base"] = endpoint.api_base
        if endpoint.api_key:
            arguments["api_key"] = endpoint.api_key.reveal()
        for name in ("temperature", "top_p", "max_tokens", "stop"):
            if name in parameters:
                arguments[name] = parameters[name]
        if "top_logprobs" in parameters and self._gives_probabilities():
            arguments["logprobs"], arguments["top_logprobs"] = True, parameters["top_logprobs"]
        if parameters["decoding"] == Decoding.SCHEMA and call.schema is not None:
            schema = {"name": "reply", "strict": True, "schema": dict(call.schema)}
            arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
        extra = {name: value for name, value in parameters.items() if name not in _OWN_NAMES}
        if extra:
            arguments["extra_body"] = extra
        if endpoint.kind is Kind.LITELLM:
            arguments["drop_params"] = True
        return arguments

    def _effective(self, call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
        """What really leaves: providers that do not know a parameter never get it."""
        sent = {
            name: arguments[name]
            for name in ("temperature", "top_p", "max_tokens", "stop", "seed", "logprobs", "top_logprobs")
            if name in arguments
        }
        decoding = str(call.parameters["decoding"])
        if self._endpoint.kind is Kind.LITELLM:
            known = self._known_parameters()
            known |= {"max_tokens"} if "max_completion_tokens" in known else set()
            sent = {name: value for name, value in sent.items() if name in known}
            if decoding == Decoding.SCHEMA and "response_format" not in known:
                decoding = str(Decoding.FREE)
        return {"decoding": decoding, **sent, **arguments.get("extra_body", {})}

    def _known_parameters(self) -> set[str]:
        """OpenAI's parameters that one of litellm's providers takes, by litellm's own lists."""
        return set(self._litellm.get_supported_openai_params(model=self._endpoint.wire_model) or ())

    def _gives_probabilities(self) -> bool:
        """Whether to ask for them: an endpoint of the user's own may give them, of the others litellm knows."""
        return self._endpoint.kind is not Kind.LITELLM or {"logprobs", "top_logprobs"} <= self._known_parameters()

    def _cost(self, usage: Usage) -> float | None:
        """Dollars by the endpoint's own price or by litellm's bundled list; None: nobody knows."""
        endpoint, tokens_in, tokens_out = self._endpoint, usage.input_tokens, usage.output_tokens
        if endpoint.kind is Kind.LOCAL:
            return 0.0
        if endpoint.price is None or tokens_in is None or tokens_out is None:
            return None
        if endpoint.kind is Kind.CUSTOM:
            return tokens_in * endpoint.price[0] + tokens_out * endpoint.price[1]
        cost = self._litellm.cost_per_token(
            model=endpoint.wire_model, prompt_tokens=tokens_in, completion_tokens=tokens_out
        )
        return float(sum(cost))

    def _spare_the_price_search(self) -> None:
        """Tell litellm that an endpoint of the user's own has no price.

        It looks for one at every call, in vain and by way of exceptions: a twelfth of the call's CPU time. What a call
        costs is decided in `_cost`, which never asks for such a model.
        """
        wire_model = self._endpoint.wire_model
        if self._endpoint.kind is Kind.LITELLM or wire_model in self._litellm.model_cost:
            return
        free = {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0}
        self._litellm.register_model({wire_model: free})


class _Reply:
    """What chunks (or one whole answer) say besides the text."""

    def __init__(self, effective: dict[str, Any]) -> None:
        self.effective = effective
        self.finish_reason: str | None = None
        self.usage = Usage()
        self.model: str | None = None
        self.fingerprint: str | None = None
        self.had_choices = False
        self.has_lost_text = False
        self.tokens: list[Any] = []

    def take(self, chunk: Any, transcript: Transcript) -> None:
        """Read a chunk of a stream, or a whole answer: both have choices, the one with deltas."""
        self.model = getattr(chunk, "model", None) or self.model
        self.fingerprint = getattr(chunk, "system_fingerprint", None) or self.fingerprint
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.usage = _usage(usage)
        for choice in chunk.choices:
            self.had_choices = True
            if choice.index != 0:
                continue
            self.tokens += entries_of(choice)
            spoken = getattr(choice, "delta", None) or getattr(choice, "message", None)
            if spoken is not None:
                transcript.add(spoken.content or "", getattr(spoken, "reasoning_content", None) or "")


class _Deadline:
    """First byte, silence between pieces, total: whichever comes first ends the call (asyncio.timeout, moved along)."""

    def __init__(self, limits: Limits, *, is_streamed: bool) -> None:
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + limits.total_s
        # Without streaming nothing is seen before the end, so only the total limit can speak.
        first = self._loop.time() + limits.first_byte_s if is_streamed else self._end
        self._timeout = asyncio.timeout_at(min(first, self._end))
        self._has_begun = False

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, *exception: Any) -> None:
        await self._timeout.__aexit__(*exception)

    def piece_arrived(self) -> None:
        """The server spoke: silence is counted anew."""
        self._has_begun = True
        self._timeout.reschedule(min(self._loop.time() + self._limits.idle_s, self._end))

    def error(self) -> CallError:
        """Which limit it was."""
        limits = self._limits
        if self._loop.time() >= self._end:
            return CallError(ErrorKind.TOTAL_TIMEOUT, f"no end after {limits.total_s:g} s")
        if not self._has_begun:
            return CallError(ErrorKind.FIRST_BYTE_TIMEOUT, f"no sign of a reply for {limits.first_byte_s:g} s")
        return CallError(ErrorKind.IDLE_TIMEOUT, f"the reply stood still for {limits.idle_s:g} s")


def _failed(transcript: Transcript, error: CallError, effective: dict[str, Any]) -> Response:
    return Response(
        outcome=Outcome.PARTIAL if transcript.size else Outcome.ERROR,
        text=transcript.text,
        reasoning=transcript.reasoning,
        time_to_first_token_ms=transcript.time_to_first_token_ms(),
        latency_ms=transcript.elapsed_ms(),
        effective=effective,
        error=error,
    )


def _usage(usage: Any) -> Usage:
    """Tokens as the endpoint counted them; what cannot be a count is no count."""
    details = getattr(usage, "completion_tokens_details", None)
    return Usage(
        _count(getattr(usage, "prompt_tokens", None)),
        _count(getattr(usage, "completion_tokens", None)),
        _count(getattr(details, "reasoning_tokens", None)),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**31 else None
