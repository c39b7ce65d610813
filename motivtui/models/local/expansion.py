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

from motivtui.models.token_probabilities import Alternatives
from motivtui.study.token_score import TokenScore, token_score

NextTokens = Callable[[str], Awaitable[Alternatives]]
"""The beginning of a reply → the tokens that may follow. Empty: it could not be asked."""

MAX_PASSES = 120
"""Of one item; a scale that takes more (above 1 to 1000) has no such score."""

_NEGLIGIBLE = 1e-6
_DIGITS = re.compile(r"[0-9]+")


class Expansion:
    """The expanded scores of one trial. They and the count of `passes` hold what was done so far, also when broken off.

    The scores are those of the model's own probabilities at temperature 1, whatever the sampler and the reply's form.
    """

    def __init__(self, next_tokens: NextTokens) -> None:
        """Take what makes a pass."""
        self._next_tokens = next_tokens
        self._scores: list[TokenScore] = []
        self._passes = 0

    @property
    def scores(self) -> tuple[TokenScore, ...]:
        """One an item that could be expanded."""
        return tuple(self._scores)

    @property
    def passes(self) -> int:
        """How often the model was asked."""
        return self._passes

    async def expand(self, schema: Mapping[str, Any], reply: str) -> None:
        """Expand the items of the reply's JSON Schema, in order, each after what `reply` says of those before it.

        Ends at the first item whose predecessors the reply does not give as whole numbers in that order.
        """
        for name, low, high, beginning in _beginnings(schema, reply):
            masses = await self._masses(beginning, low, high)
            score = token_score(name, masses, "expanded")
            if score is not None:
                self._scores.append(score)

    async def _masses(self, beginning: str, low: int, high: int) -> dict[int, float]:
        """Number of the scale → its probability; empty when a pass failed: half a distribution is none."""
        legal = {str(number) for number in range(low, high + 1)}
        # A number that could go on to another legal one; the end of every other legal number is not asked for.
        open_ended = {number[:length] for number in legal for length in range(len(number))}
        if low < 0 or len(open_ended) > MAX_PASSES:
            return {}
        reached = {"": 1.0}
        masses: dict[int, float] = {}
        for so_far in sorted(open_ended, key=lambda digits: (len(digits), digits)):
            if reached.get(so_far, 0.0) < _NEGLIGIBLE:
                continue
            self._passes += 1
            tokens = await self._next_tokens(beginning + so_far)
            if not tokens:
                return {}
            goes_on = 0.0
            for digits, has_ended, mass in _numbers(tokens, is_first=not so_far):
                goes_on += mass
                number = so_far + digits
                if number in open_ended and not has_ended:
                    reached[number] = reached.get(number, 0.0) + mass * reached[so_far]
                elif number in legal:
                    masses[int(number)] = masses.get(int(number), 0.0) + mass * reached[so_far]
            if so_far in legal:
                masses[int(so_far)] = masses.get(int(so_far), 0.0) + max(0.0, 1.0 - goes_on) * reached[so_far]
        return masses


def _numbers(tokens: Alternatives, *, is_first: bool) -> Iterator[tuple[str, bool, float]]:
    """The tokens that go on with digits: the digits, whether the number ends in the same token, the probability."""
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
