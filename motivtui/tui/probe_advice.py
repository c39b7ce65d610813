"""What to do about a call that failed, by the kind of its error. Pure."""

from __future__ import annotations

_AGAIN = "R tries it again."
_ADVICE = {
    "authentication": "The endpoint refuses the key: put a valid one into the environment and open the console again.",
    "quota": "The account has nothing left: top it up, or pick another model (m).",
    "not_found": "The endpoint knows no such model: pick another one (m).",
    "bad_request": "The endpoint refuses the request: a shorter task or another model (m) may do.",
    "context_overflow": "The prompt is longer than the model takes: shorten the task.",
    "content_filter": f"The provider held the reply back. Say the task in other words. {_AGAIN}",
    "rate_limit": f"The endpoint is asked too much: wait a little. {_AGAIN}",
    "connection": f"Nobody answers there: is the server running, is the network up? {_AGAIN}",
    "first_byte_timeout": f"It took too long to begin. {_AGAIN}",
    "idle_timeout": f"It fell silent in the middle. {_AGAIN}",
    "total_timeout": f"It took too long. {_AGAIN}",
    "cut": f"The reply was cut off on its way; what came is kept, and not scored. {_AGAIN}",
    "oversize": "The reply was longer than anything that is kept.",
    "empty": f"The model said nothing. {_AGAIN}",
}


def advice(error_kind: str | None) -> str:
    """One or two sentences."""
    return _ADVICE.get(error_kind or "", f"{_AGAIN} The Runs room (2) has every attempt.")
