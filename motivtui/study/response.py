"""What came back from one call to a model. A failed call is a response too, with an error instead of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from motivtui.study.token_score import TokenScore


class Outcome(StrEnum):
    """How a call ended. Only `complete` is an answer: its end was seen, not assumed."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    ERROR = "error"
    CANCELLED = "cancelled"


class ErrorKind(StrEnum):
    """Why a call did not bring a complete answer."""

    AUTHENTICATION = "authentication"
    QUOTA = "quota"
    NOT_FOUND = "not_found"
    BAD_REQUEST = "bad_request"
    CONTEXT_OVERFLOW = "context_overflow"
    CONTENT_FILTER = "content_filter"
    RATE_LIMIT = "rate_limit"
    SERVER = "server"
    CONNECTION = "connection"
    FIRST_BYTE_TIMEOUT = "first_byte_timeout"
    IDLE_TIMEOUT = "idle_timeout"
    TOTAL_TIMEOUT = "total_timeout"
    CUT = "cut"
    OVERSIZE = "oversize"
    EMPTY = "empty"
    UNKNOWN = "unknown"


RETRYABLE = frozenset(
    {
        ErrorKind.RATE_LIMIT,
        ErrorKind.SERVER,
        ErrorKind.CONNECTION,
        ErrorKind.FIRST_BYTE_TIMEOUT,
        ErrorKind.IDLE_TIMEOUT,
        ErrorKind.TOTAL_TIMEOUT,
        ErrorKind.CUT,
    }
)
"""Worth another try; everything else would only fail, or be paid, again."""

UNBILLED = frozenset(
    {
        ErrorKind.AUTHENTICATION,
        ErrorKind.QUOTA,
        ErrorKind.NOT_FOUND,
        ErrorKind.BAD_REQUEST,
        ErrorKind.CONTEXT_OVERFLOW,
        ErrorKind.RATE_LIMIT,
    }
)
"""Refused before any work was done: costs nothing. Of every other failure nobody knows."""

FATAL_FOR_ENDPOINT = frozenset({ErrorKind.AUTHENTICATION, ErrorKind.QUOTA})
"""The next call to the same endpoint would fail in the same way."""


@dataclass(frozen=True, slots=True)
class CallError:
    """Why a call failed. `message` is redacted: it never holds a key. `retry_after_s` is the server's wish."""

    kind: ErrorKind
    message: str
    status_code: int | None = None
    retry_after_s: float | None = None

    @property
    def is_retryable(self) -> bool:
        """Whether the same call may be tried again."""
        return self.kind in RETRYABLE


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the endpoint counted them; None where it did not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """What the model could have written at one place of its reply, with the probability of each (0 to 1).

    `start` is the character of the reply's text at which the chosen `token` begins. Only tokens that hold a digit are
    kept: the others tell nothing about a score.
    """

    start: int
    token: str
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Response:
    """One call's end. Times are monotonic milliseconds from sending; `cost_usd` None means nobody knows the price.

    `effective` holds the parameters that were really sent; `model_reported` and `fingerprint` are the endpoint's words.
    `token_choices` are there only where they were asked for and the endpoint gives them, `token_scores` where the
    participant found the whole distribution itself.
    """

    outcome: Outcome
    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    usage: Usage = Usage()
    time_to_first_token_ms: float | None = None
    latency_ms: float | None = None
    cost_usd: float | None = None
    effective: Mapping[str, Any] = field(default_factory=dict)
    model_reported: str | None = None
    fingerprint: str | None = None
    error: CallError | None = None
    token_choices: tuple[TokenChoice, ...] = ()
    token_scores: tuple[TokenScore, ...] = ()
