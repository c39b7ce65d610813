"""Answers that arrive whole: the good one, and those whose HTTP is right while their content is odd.

Each kind says the same thing twice: as one JSON body and as a list of server-sent events. Must not touch a connection.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from typing import Any

from tests.faults.exchange import DONE, Exchange, event
from tests.faults.replies import reply_text
from tests.faults.spec import BadSpec, Spec
from tests.faults.tokens import KINDS, token_entries

FINGERPRINT = "fp_fault_server"
_MAX_MODEL_CHARS = 200  # a reply ordered by `text:` is in the model's name: do not repeat it in every event
_LINE = "All work and no play. "
_ERROR = {"error": {"message": "The server failed while answering.", "type": "server_error", "code": 500}}
_FIRST_DIGIT = re.compile(r"(?<=: )-?[0-9]")


class Answer:
    """The good answer: the reply in a few pieces, a finish reason, [DONE]. Odd ones override what is odd in them."""

    finish: str | None = "stop"

    def __init__(self, exchange: Exchange) -> None:
        self.spec: Spec = exchange.spec
        self.wants_usage = exchange.wants_usage
        self.prompt_chars = len(str(exchange.body.get("messages", "")))
        digest = hashlib.sha256(f"{exchange.received.number} {exchange.received.at}".encode()).hexdigest()
        self.head = {
            "id": f"chatcmpl-{digest[:24]}",
            "created": int(time.time()),
            "model": exchange.model[:_MAX_MODEL_CHARS],
            "system_fingerprint": FINGERPRINT,
        }
        self.text = self.said(exchange)

    def said(self, exchange: Exchange) -> str:
        """The reply's text."""
        return reply_text(exchange.spec, exchange.body)

    def message(self) -> dict[str, Any]:
        """The message of the JSON body."""
        return {"role": "assistant", "content": self.text}

    def choices(self) -> list[dict[str, Any]]:
        """The choices of the JSON body."""
        return [{"index": 0, "message": self.message(), "logprobs": None, "finish_reason": self.finish}]

    def usage(self) -> dict[str, Any] | None:
        """Tokens, at four characters each; None: the server does not tell."""
        prompt, completion = self.prompt_chars // 4 + 1, len(self.text) // 4 + 1
        return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}

    def body(self) -> dict[str, Any]:
        """The answer in one piece."""
        body = {**self.head, "object": "chat.completion", "choices": self.choices()}
        usage = self.usage()
        return body if usage is None else {**body, "usage": usage}

    def events(self) -> list[bytes]:
        """The answer as a stream."""
        return [*self.opening(), *self.contents(), *self.ending()]

    def opening(self) -> list[bytes]:
        """The event that only names the role."""
        return [self.chunk({"role": "assistant", "content": ""})]

    def contents(self) -> list[bytes]:
        """The events that carry text."""
        return [self.chunk({"content": piece}) for piece in pieces(self.text, self.spec.chunks)]

    def ending(self) -> list[bytes]:
        """The finish reason, the usage if it was asked for, and the terminal event."""
        return [self.chunk({}, self.finish), *self.usage_events(), DONE]

    def usage_events(self) -> list[bytes]:
        """The event without choices that carries the usage."""
        usage = self.usage()
        if usage is None or not self.wants_usage:
            return []
        return [event({**self.head, "object": "chat.completion.chunk", "choices": [], "usage": usage})]

    def chunk(self, delta: dict[str, Any], finish: str | None = None, index: int = 0) -> bytes:
        """One event with one choice."""
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event({**self.head, "object": "chat.completion.chunk", "choices": [choice]})


class Length(Answer):
    """`length[:NN]`: out of tokens in the middle of the first score (its first digit is told)."""

    finish = "length"

    def said(self, exchange: Exchange) -> str:
        text = super().said(exchange)
        first = _FIRST_DIGIT.search(text)
        return text[: first.end()] if first else text[: len(text) // 2]


class ContentFilter(Answer):
    """`content_filter`: stopped half-way by a filter (`content_filter:400` is the refused prompt, see errors)."""

    finish = "content_filter"

    def said(self, exchange: Exchange) -> str:
        text = super().said(exchange)
        return text[: len(text) // 2]


class Finish(Answer):
    """`finish:null|missing|REASON`: [DONE] and all, but with that finish reason, or without the key."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        reason = self.spec.argument(0, "null")
        self.finish = None if reason in ("null", "missing") else reason
        self.is_missing = reason == "missing"

    def choices(self) -> list[dict[str, Any]]:
        choices = super().choices()
        if self.is_missing:
            del choices[0]["finish_reason"]
        return choices

    def ending(self) -> list[bytes]:
        return [*([] if self.is_missing else [self.chunk({}, self.finish)]), *self.usage_events(), DONE]


class EmptyChoices(Answer):
    """`empty_choices`: an answer without any choice."""

    def choices(self) -> list[dict[str, Any]]:
        return []

    def events(self) -> list[bytes]:
        return [event({**self.head, "object": "chat.completion.chunk", "choices": []}), *self.usage_events(), DONE]


class NullContent(Answer):
    """`null_content`: a regular end, and null where the text should be."""

    def said(self, exchange: Exchange) -> str:  # noqa: ARG002 - the order's text has no place here
        return ""

    def message(self) -> dict[str, Any]:
        return {"role": "assistant", "content": None}

    def opening(self) -> list[bytes]:
        return [self.chunk({"role": "assistant", "content": None})]


class ErrorEvent(Answer):
    """`error_event[:N]`: after N pieces of text an error object, and the end. In one piece: an error with a 200."""

    def body(self) -> dict[str, Any]:
        return _ERROR

    def events(self) -> list[bytes]:
        wanted = self.spec.whole(0, 1)
        told = [self.chunk({"content": piece}) for piece in pieces(self.text, self.spec.chunks or max(wanted, 8))]
        return [
            *self.opening(),
            *told[:wanted],
            *[self.chunk({"content": _LINE})] * (wanted - len(told)),
            event(_ERROR),
        ]


class Big(Answer):
    """`big:BYTES`: that many bytes of text, 4 KiB an event; `long_line:BYTES`: all of them in one event."""

    def said(self, exchange: Exchange) -> str:
        size = exchange.spec.whole(0, 1_000_000)
        return (_LINE * (size // len(_LINE) + 1))[:size]

    def contents(self) -> list[bytes]:
        step = 4096 if self.spec.fault == "big" else max(1, len(self.text))
        return [self.chunk({"content": self.text[at : at + step]}) for at in range(0, len(self.text), step)]


class Repeat(Answer):
    """`repeat:N`: the same event N times, as a model that is caught in a loop sends it."""

    def said(self, exchange: Exchange) -> str:
        return _LINE * exchange.spec.whole(0, 200)

    def contents(self) -> list[bytes]:
        return [self.chunk({"content": _LINE})] * self.spec.whole(0, 200)


class TwoChoices(Answer):
    """`two_choices`: a second choice with another text, mixed into the first."""

    other = "Another answer altogether."

    def choices(self) -> list[dict[str, Any]]:
        second = {"role": "assistant", "content": self.other}
        return [*super().choices(), {"index": 1, "message": second, "logprobs": None, "finish_reason": "stop"}]

    def contents(self) -> list[bytes]:
        first = super().contents()
        second = [self.chunk({"content": piece}, index=1) for piece in pieces(self.other, len(first))]
        return [piece for pair in zip(first, second, strict=False) for piece in pair] + first[len(second) :]

    def ending(self) -> list[bytes]:
        return [self.chunk({}, "stop", index=1), *super().ending()]


class Usage(Answer):
    """`usage:negative|huge|missing`: token counts that cannot be, or none though they were asked for."""

    def usage(self) -> dict[str, Any] | None:
        kind = self.spec.argument(0, "missing")
        if kind == "missing":
            return None
        if kind not in ("negative", "huge"):
            raise BadSpec(f"usage is negative, huge or missing, not {kind!r}")
        count = -5 if kind == "negative" else 10**18
        return {"prompt_tokens": count, "completion_tokens": count, "total_tokens": 2 * count}


class AfterFinish(Answer):
    """`after_finish`: more text after the finish reason (in one piece: just the good answer)."""

    late = " And one more thing: 3."

    def ending(self) -> list[bytes]:
        finish, *rest = super().ending()
        return [finish, self.chunk({"content": self.late}), *rest]


class Reasoning(Answer):
    """`reasoning:TEXT`: reasoning in a field of its own, before the answer."""

    @property
    def thought(self) -> str:
        return ":".join(self.spec.arguments) or "Let me think. Perhaps 12, perhaps 50."

    def message(self) -> dict[str, Any]:
        return {**super().message(), "reasoning_content": self.thought}

    def opening(self) -> list[bytes]:
        told = [self.chunk({"reasoning_content": piece}) for piece in pieces(self.thought, self.spec.chunks)]
        return [*super().opening(), *told]


class Think(Answer):
    """`think:TEXT`: reasoning inside the text, between <think> tags."""

    def said(self, exchange: Exchange) -> str:
        thought = ":".join(exchange.spec.arguments) or "Let me think. Perhaps 12, perhaps 50."
        return f"<think>{thought}</think>\n\n{super().said(exchange)}"


class Logprobs(Answer):
    """`logprobs:KIND`: with its tokens' probabilities, if the request asks for them; see `tokens` for the kinds."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self.kind = self.spec.argument(0, "numbers")
        if self.kind not in KINDS:
            raise BadSpec(f"logprobs are {', '.join(KINDS)}, not {self.kind!r}")
        body = exchange.body
        self.top = int(body.get("top_logprobs") or 0) if body.get("logprobs") else None

    def choices(self) -> list[dict[str, Any]]:
        (choice,) = super().choices()
        return [{**choice, "logprobs": self.told(self.text)}]

    def contents(self) -> list[bytes]:
        events = []
        for entry in token_entries(self.text, "digits" if self.kind == "digits" else "numbers", 0) or []:
            choice = {"index": 0, "delta": {"content": entry["token"]}, "finish_reason": None}
            told = {**choice, "logprobs": self.told(entry["token"])}
            events.append(event({**self.head, "object": "chat.completion.chunk", "choices": [told]}))
        return events

    def told(self, text: str) -> dict[str, Any] | None:
        """The probabilities of a piece of the reply."""
        return None if self.top is None else {"content": token_entries(text, self.kind, self.top)}


ANSWERS: dict[str, Callable[[Exchange], Answer]] = {
    "ok": Answer,
    "score": Answer,
    "scores": Answer,
    "text": Answer,
    "length": Length,
    "content_filter": ContentFilter,
    "finish": Finish,
    "empty_choices": EmptyChoices,
    "null_content": NullContent,
    "error_event": ErrorEvent,
    "big": Big,
    "long_line": Big,
    "repeat": Repeat,
    "two_choices": TwoChoices,
    "usage": Usage,
    "after_finish": AfterFinish,
    "reasoning": Reasoning,
    "think": Think,
    "logprobs": Logprobs,
}
"""The kinds of answer by the fault's name."""


def pieces(text: str, count: int | None) -> list[str]:
    """The text in `count` pieces of about the same length (None: of 8 characters, but at most 64), none empty."""
    wanted = min(64, len(text) // 8 + 1) if count is None else count
    step = max(1, -(-len(text) // wanted))
    return [text[at : at + step] for at in range(0, len(text), step)]
