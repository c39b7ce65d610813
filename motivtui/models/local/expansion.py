"""The whole distribution of a local model's score, for tokenisers that split numbers into digits.

After the beginning of a reply, `{"motivation": `, the model is asked which token it would write next, then what it
would write after each digit that a legal number may begin with: 11 passes tell all probabilities of 1 to 100. Owns the
arithmetic and the beginnings; how a pass is made is the caller's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

Alternatives = tuple[tuple[str, float], ...]
"""Tokens with their probabilities, 0 to 1."""

Ask = Callable[[str], Awaitable[Alternatives | None]]
"""The beginning of a reply → the tokens that may follow. None: it could not be asked."""

MAX_PASSES = 120
"""Of one item; a scale that takes more (above 1 to 1000) has no such score."""

_NEGLIGIBLE = 1e-6
_DIGITS = re.compile(r"[0-9]+")


async def expanded_masses(ask: Ask, schema: Mapping[str, Any], reply: str) -> tuple[dict[str, dict[int, float]], int]:
    """Item → number of its scale → probability, and how many passes it took.

    The items come in the order of the reply's JSON Schema, each after what `reply` says of those before it; the first
    item whose predecessors the reply does not give as whole numbers ends it, and so does a pass that could not be made.
    An item without a complete distribution is left out.
    """
    found: dict[str, dict[int, float]] = {}
    passes = 0

    async def counted(beginning: str) -> Alternatives | None:
        nonlocal passes
        passes += 1
        return await ask(beginning)

    for name, low, high, beginning in _beginnings(schema, reply):
        legal = frozenset(str(number) for number in range(low, high + 1))
        # Beginnings of longer legal numbers. Whether any other legal number ends there is not asked.
        open_ended = frozenset(number[:length] for number in legal for length in range(len(number)))
        if low < 0 or len(open_ended) > MAX_PASSES:
            continue
        masses = await _masses(counted, beginning, legal, open_ended)
        if masses is None:
            break
        found[name] = masses
    return found, passes


async def _masses(
    ask: Ask, beginning: str, legal: frozenset[str], open_ended: frozenset[str]
) -> dict[int, float] | None:
    """Number → its probability; None when a pass failed: half a distribution is none."""
    reached = {"": 1.0}
    masses = dict.fromkeys(map(int, legal), 0.0)
    for so_far in sorted(open_ended, key=lambda digits: (len(digits), digits)):
        here = reached.get(so_far, 0.0)
        if here < _NEGLIGIBLE:
            continue
        tokens = await ask(beginning + so_far)
        if not tokens:
            return None
        goes_on = 0.0
        for digits, has_ended, mass in _numbers(tokens, is_first=not so_far):
            goes_on += mass
            number = so_far + digits
            if number in open_ended and not has_ended:
                reached[number] = reached.get(number, 0.0) + mass * here
            elif number in legal:
                masses[int(number)] += mass * here
        if so_far in legal:
            masses[int(so_far)] += max(0.0, 1.0 - goes_on) * here
    return masses


def _numbers(tokens: Alternatives, *, is_first: bool) -> Iterator[tuple[str, bool, float]]:
    """The tokens that go on with digits: these, whether the number ends in the same token, the probability."""
    for token, mass in tokens:
        digits = _DIGITS.match(token.lstrip(" ") if is_first else token)
        if digits:
            yield digits.group(), digits.end() < len(digits.string), mass


def _beginnings(schema: Mapping[str, Any], reply: str) -> Iterator[tuple[str, int, int, str]]:
    """Each item with its scale, and the beginning of a reply up to its number."""
    beginning, position = "{", _after(r"\s*\{", reply, 0)
    for name, wanted in schema.get("properties", {}).items():
        if wanted.get("type") != "integer":
            return
        key = json.dumps(name)
        yield name, wanted["minimum"], wanted["maximum"], f"{beginning}{key}: "
        if position is None:
            return
        written = re.compile(rf"\s*{re.escape(key)}\s*:\s*([0-9]{{1,9}})\s*,").match(reply, position)
        if written is None:
            return
        beginning, position = f"{beginning}{key}: {written.group(1)}, ", written.end()


def _after(pattern: str, text: str, position: int) -> int | None:
    found = re.compile(pattern).match(text, position)
    return found.end() if found else None
