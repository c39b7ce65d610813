"""What the model says: a JSON reply with a score for each item that a request asks for, the same for the same messages.

The wanted items come from the request's JSON Schema if it carries one, else from pictures such as
`"motivation": <whole number from 1 to 100>` in the last user message, else it is "motivation". Under a schema every
value keeps its range, as a server with constrained decoding would; without one a score that was ordered is given as it
is, in range or not. Must not know how an answer travels.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.faults.spec import BadSpec, Spec

SENTENCE = "The task asks for something I can do with care."
_PICTURE = re.compile(r'"([^"\\\n]{1,200})": ?<whole number(?: from (-?\d{1,9}) to (-?\d{1,9}))?')
_DEFAULT_RANGE = (1, 100)


@dataclass(frozen=True, slots=True)
class Wish:
    """A score that is ordered: between `low` and `high`; `is_literal`: to be given even if out of the item's range."""

    low: int
    high: int
    is_literal: bool = False


def reply_text(spec: Spec, body: Mapping[str, Any]) -> str:
    """The text of the answer to this request. BadSpec for a score that is none."""
    if "text" in spec.options:
        return spec.options["text"]
    if spec.fault == "text":
        return ":".join(spec.arguments)
    return json.dumps(_scores(_wish(spec), body), ensure_ascii=False)


def _wish(spec: Spec) -> Wish | None:
    """What the order says about the scores; None: anything in range."""
    value = spec.options.get("score") or (spec.argument(0, "85") if spec.fault in ("score", "length") else None)
    if value is not None:
        try:
            return Wish(int(value), int(value), is_literal=True)
        except ValueError:
            raise BadSpec(f"a score is a whole number, not {value[:80]!r}; other replies: text:REPLY") from None
    if spec.fault == "scores":
        low, high = spec.whole(0, 1), spec.whole(1, 100)
        if low > high:
            raise BadSpec(f"scores from {low} to {high}: the first must not be above the second")
        return Wish(low, high)
    return None


def _scores(wish: Wish | None, body: Mapping[str, Any]) -> dict[str, Any]:
    """The reply's object: scores first, a reason after them if one is asked for."""
    seed = json.dumps(body.get("messages"), sort_keys=True)
    schema = _schema(body)
    if schema is not None:
        properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
        return {name: _fill(name, wanted, wish, seed) for name, wanted in properties.items()}
    prompt = _last_user_text(body)
    pictures = {name: _range(low, high) for name, low, high in _PICTURE.findall(prompt)}
    scores: dict[str, Any] = {}
    for name, (low, high) in (pictures or {"motivation": _DEFAULT_RANGE}).items():
        scores[name] = _score(wish, low, high, seed + name)
    if not pictures or '"reason"' in prompt:
        scores["reason"] = SENTENCE
    return scores


def _score(wish: Wish | None, low: int, high: int, seed: str) -> int:
    if wish is None:
        return _between(low, high, seed)
    if wish.is_literal:
        return wish.low
    if wish.high < low or wish.low > high:
        return _between(wish.low, wish.high, seed)
    return _between(max(low, wish.low), min(high, wish.high), seed)


def _fill(name: str, wanted: Mapping[str, Any], wish: Wish | None, seed: str) -> Any:
    """A value that the schema of one property allows."""
    choices = wanted.get("enum")
    if choices:
        return choices[_between(0, len(choices) - 1, seed + name)]
    kind = wanted.get("type")
    if kind in ("integer", "number"):
        low = int(wanted.get("minimum", min(_DEFAULT_RANGE[0], wanted.get("maximum", 1))))
        high = int(wanted.get("maximum", max(_DEFAULT_RANGE[1], low)))
        return min(max(_score(wish, low, high, seed + name), low), high)
    if kind == "string":
        return SENTENCE[: wanted.get("maxLength", len(SENTENCE))]
    return True if kind == "boolean" else None


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The wanted reply's JSON Schema, in OpenAI's place or llama.cpp's."""
    wanted = body.get("response_format")
    if not isinstance(wanted, dict):
        return None
    inner = wanted.get("json_schema")
    schema = inner.get("schema") if isinstance(inner, dict) else wanted.get("schema")
    return schema if isinstance(schema, dict) and isinstance(schema.get("properties"), dict) else None


def _last_user_text(body: Mapping[str, Any]) -> str:
    messages = body.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, list):
                return "".join(part.get("text", "") for part in content if isinstance(part, dict))
            return content if isinstance(content, str) else ""
    return ""


def _range(low: str, high: str) -> tuple[int, int]:
    return (int(low), int(high)) if low and int(low) <= int(high) else _DEFAULT_RANGE


def _between(low: int, high: int, seed: str) -> int:
    """A whole number from low to high that the seed decides."""
    digest = hashlib.sha256(seed.encode(errors="surrogatepass")).digest()
    return low + int.from_bytes(digest[:8], "big") % (high - low + 1)
