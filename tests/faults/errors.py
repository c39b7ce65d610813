"""Error statuses, with the bodies that OpenAI-compatible servers send."""

from __future__ import annotations

from aiohttp import web

from tests.faults.exchange import Exchange, as_json
from tests.faults.spec import BadSpec

_BY_STATUS = {
    400: ("Invalid value for one of the parameters.", "invalid_request_error", None),
    401: ("Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    402: ("Insufficient credits.", "insufficient_quota", "insufficient_quota"),
    403: ("You are not allowed to use this model.", "invalid_request_error", "forbidden"),
    404: ("The model does not exist or you do not have access to it.", "invalid_request_error", "model_not_found"),
    408: ("Request timed out.", "timeout", "request_timeout"),
    429: ("Rate limit reached for requests.", "requests", "rate_limit_exceeded"),
    503: ("The server is overloaded or not ready yet.", "unavailable_error", None),
}
_OTHER = ("The server had an error while processing your request.", "server_error", None)


def error_body(message: str, kind: str, code: str | None) -> bytes:
    """OpenAI's error object as JSON."""
    return as_json({"error": {"message": message, "type": kind, "param": None, "code": code}})


async def status(exchange: Exchange) -> web.StreamResponse:
    """`status:CODE[:retry_after=V]`"""
    code = exchange.spec.whole(0, 500)
    if not 400 <= code <= 599:
        raise BadSpec(f"an error status is from 400 to 599, not {code}")
    return answer(exchange, code, *_BY_STATUS.get(code, _OTHER))


async def retry_after(exchange: Exchange) -> web.StreamResponse:
    """`retry_after:VALUE`: 429 with that literal Retry-After header (percent-encoded: a date holds colons)."""
    return answer(exchange, 429, *_BY_STATUS[429], retry_after=exchange.spec.argument(0, "1"))


async def quota(exchange: Exchange) -> web.StreamResponse:
    """`quota`: the 429 that no waiting mends."""
    return answer(
        exchange, 429, "You exceeded your current quota, please check your plan.", *["insufficient_quota"] * 2
    )


async def context(exchange: Exchange) -> web.StreamResponse:
    """`context`: the prompt is too long for the model."""
    message = "This model's maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens."
    return answer(exchange, 400, message, "invalid_request_error", "context_length_exceeded")


async def echo_key(exchange: Exchange) -> web.StreamResponse:
    """`echo_key`: 401 that repeats the Authorization header it got."""
    key = exchange.request.headers.get("Authorization", "none")
    return answer(
        exchange, 401, f"Incorrect API key provided: {key}. Check it.", "invalid_request_error", "invalid_api_key"
    )


def content_filter(exchange: Exchange) -> web.StreamResponse:
    """`content_filter:400`: the prompt was refused before any answer."""
    message = "The response was filtered due to the prompt triggering the content management policy."
    return answer(exchange, 400, message, "invalid_request_error", "content_filter")


def answer(
    exchange: Exchange, code: int, message: str, kind: str, name: str | None, *, retry_after: str | None = None
) -> web.StreamResponse:
    """The error; its Retry-After header is the order's, if it names one."""
    value = exchange.spec.options.get("retry_after", retry_after)
    if value is not None and not (value.isascii() and value.isprintable()):
        raise BadSpec("a header's value must be printable ASCII")
    headers = {} if value is None else {"Retry-After": value}
    return exchange.whole(error_body(message, kind, name), status=code, headers=headers)
