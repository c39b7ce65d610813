"""The HTTP client beneath litellm's OpenAI-like calls: follows no redirect, and notes what the server itself said.

A redirect would carry prompt and key to a host nobody chose. And litellm makes things up: a missing finish reason
becomes "stop", missing usage becomes 0, a broken reply becomes status 500. So the answer is looked at before litellm
does, and only what was really there counts.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Seen:
    """What the server said to one call.

    `status` and `retry_after` None: no answer, or none that passed here (a provider that litellm reaches by another
    client). `has_usage` None: not known here (a stream, or another provider's form); otherwise `finish_reason` is the
    server's own word, None when it gave none.
    """

    status: int | None = None
    retry_after: str | None = None
    has_usage: bool | None = None
    finish_reason: str | None = None


_seen: ContextVar[Seen | None] = ContextVar("seen", default=None)


def watch_answer() -> Seen:
    """Let the transport note, for the call that this task makes next, what the server says."""
    seen = Seen()
    _seen.set(seen)
    return seen


def open_transport() -> Any:
    """An httpx.AsyncClient over litellm's aiohttp transport (httpx's own takes twice the time a call)."""
    import httpx
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

    return httpx.AsyncClient(
        transport=AsyncHTTPHandler.create_async_transport(),
        follow_redirects=False,
        event_hooks={"response": [_look_at]},
    )


async def _look_at(response: Any) -> None:
    seen = _seen.get()
    if seen is None:
        return
    seen.status = response.status_code
    seen.retry_after = response.headers.get("retry-after")
    if response.status_code != 200 or "json" not in response.headers.get("content-type", ""):
        return
    body = await response.aread()
    try:
        answer = json.loads(body)
        seen.has_usage = isinstance(answer.get("usage"), dict)
        reason = answer["choices"][0].get("finish_reason") if answer["choices"] else None
        seen.finish_reason = reason if isinstance(reason, str) and reason else None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        seen.has_usage, seen.finish_reason = False, None
