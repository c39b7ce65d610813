"""What an exception of a call means, decided in one place by status code and class name.

Knows no library: litellm and openai raise under many names for one thing (a missing key is an internal error, a refused
connection a 500), so the decision rests on what the server said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from motivtui.settings import Secret
from motivtui.study.response import CallError, ErrorKind

MAX_MESSAGE_CHARS = 500
_NO_STATUS_MEANT = ("APIConnectionError", "ServiceUnavailableError", "InternalServerError")
_BY_STATUS = {
    400: ErrorKind.BAD_REQUEST,
    401: ErrorKind.AUTHENTICATION,
    402: ErrorKind.QUOTA,
    403: ErrorKind.AUTHENTICATION,
    404: ErrorKind.NOT_FOUND,
    408: ErrorKind.TOTAL_TIMEOUT,
    413: ErrorKind.CONTEXT_OVERFLOW,
    422: ErrorKind.BAD_REQUEST,
    429: ErrorKind.RATE_LIMIT,
}
_CONNECTION = re.compile(
    r"connection error|cannot connect|connection refused|connection reset|server disconnected|name or service not known"
    r"|temporary failure in name resolution",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"context.{0,12}(length|window|size)|maximum context|exceeds the available context", re.IGNORECASE
)
_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing", re.IGNORECASE)
_FILTERED = re.compile(r"content.?(filter|management|policy)|responsible ai", re.IGNORECASE)
_CUT = re.compile(
    r"incomplete|payload is not completed|not enough data|connection lost|closed connection|peer closed|chunked",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_CLASS_NAMES = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception)\s*[:-]\s*)+")


def call_error(
    error: BaseException, secrets: Iterable[Secret], status: int | None, retry_after: str | None, *, has_text: bool
) -> CallError:
    """The recorded form of an exception. Never raises.

    `status` and `retry_after` are what the server said (None: nothing was seen of it); `has_text`: part of a reply had
    arrived. The exception's own status is only a hint: libraries say 500 of a connection that was refused.
    """
    message = redacted(str(error) or type(error).__name__, secrets)
    hint = status if status is not None else _status(error)
    kind = ErrorKind.CUT if has_text or (status == 200) else _kind(type(error).__name__, hint, message)
    return CallError(kind, message, status, seconds_to_wait(retry_after))


def redacted(message: str, secrets: Iterable[Secret]) -> str:
    """One line of bounded length without any of the keys, nor the library's class names in front of it."""
    for secret in secrets:
        message = secret.redact(message)
    line = _SPACES.sub(" ", message).strip()
    return (_CLASS_NAMES.sub("", line) or line)[:MAX_MESSAGE_CHARS]


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


_BY_NAME = {
    "ContextWindowExceededError": ErrorKind.CONTEXT_OVERFLOW,
    "ContentPolicyViolationError": ErrorKind.CONTENT_FILTER,
    "AuthenticationError": ErrorKind.AUTHENTICATION,
    "PermissionDeniedError": ErrorKind.AUTHENTICATION,
    "Timeout": ErrorKind.TOTAL_TIMEOUT,
}


def _kind(name: str, status: int | None, message: str) -> ErrorKind:
    """The kind, the most telling sign first: the class, the words, the status."""
    return _BY_NAME.get(name) or _by_words(status, message) or _by_status(name, status, message)


def _by_words(status: int | None, message: str) -> ErrorKind | None:
    if "Missing credentials" in message or "api_key client option must be set" in message:
        return ErrorKind.AUTHENTICATION
    if _CONTEXT.search(message):
        return ErrorKind.CONTEXT_OVERFLOW
    if status == 400 and _FILTERED.search(message):
        return ErrorKind.CONTENT_FILTER
    if status in (402, 429) and _QUOTA.search(message):
        return ErrorKind.QUOTA
    return ErrorKind.CONNECTION if _CONNECTION.search(message) else None


def _by_status(name: str, status: int | None, message: str) -> ErrorKind:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status is not None and 300 <= status < 400:
        return ErrorKind.BAD_REQUEST
    if _CUT.search(message):
        return ErrorKind.CUT
    if (status is not None and status >= 500) or name in _NO_STATUS_MEANT:
        return ErrorKind.SERVER
    return ErrorKind.UNKNOWN


def seconds_to_wait(retry_after: str | None) -> float | None:
    """A Retry-After header in seconds, if it means something: a number ≥ 0 or a date to come."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            at = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    return seconds if 0 <= seconds < float("inf") else None
