"""What a run may still spend: put aside before a call is sent, settled when it has ended. Pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from motivtui.errors import UsageError

Price = tuple[float, float]
"""Dollars a token: of the prompt, of the reply."""

_NANO = 1_000_000_000
_TOKENS_A_MESSAGE = 16


def worst_cost_usd(messages: Iterable[str], max_tokens: int, price: Price) -> float:
    """An upper bound of what a call can cost, in dollars.

    Tokenisers that work on bytes never make more tokens than there are bytes; a message's frame is a few more.
    """
    tokens_in = sum(len(text.encode("utf-8", "surrogatepass")) + _TOKENS_A_MESSAGE for text in messages)
    return tokens_in * price[0] + max_tokens * price[1]


class Budget:
    """Spent and put aside together never pass `most_usd` (None: no limit), unless a call costs more than its worst.

    Amounts are whole nano-dollars inside, so that sums of many small ones stay exact. Costs are rounded up and the
    limit down, each from its decimal digits: a cost that is written like the limit fits into it.
    """

    def __init__(self, most_usd: float | None, spent_usd: float = 0.0) -> None:
        """`spent_usd`: what was spent before. Raises UsageError for a limit that is no amount of dollars."""
        self._most = None if most_usd is None else _limit(most_usd)
        self._spent = _cost(spent_usd)
        self._reserved = 0

    @property
    def spent_usd(self) -> float:
        """What calls that have ended cost, in the worst case where nobody knows."""
        return self._spent / _NANO

    @property
    def reserved_usd(self) -> float:
        """What is put aside for calls under way."""
        return self._reserved / _NANO

    def reserve(self, worst_usd: float) -> bool:
        """Put the most that a call can cost aside; False: there is not so much left."""
        worst = _cost(worst_usd)
        if self._most is not None and self._spent + self._reserved + worst > self._most:
            return False
        self._reserved += worst
        return True

    def settle(self, worst_usd: float, actual_usd: float | None) -> None:
        """A call has ended. None, or what cannot be a cost: nobody knows what it cost, so it counts as the worst."""
        if actual_usd is None or not math.isfinite(actual_usd) or actual_usd < 0:
            actual_usd = worst_usd
        self._reserved -= _cost(worst_usd)
        self._spent += _cost(actual_usd)

    def release(self, worst_usd: float) -> None:
        """A call was not sent after all."""
        self._reserved -= _cost(worst_usd)

    def can_ever_afford(self, worst_usd: float) -> bool:
        """Whether a call could be paid if nothing were put aside."""
        return self._most is None or self._spent + _cost(worst_usd) <= self._most


def _limit(usd: float) -> int:
    if not math.isfinite(usd) or usd < 0:
        raise UsageError(f"{usd} is no amount of dollars to stay below", hint="Say a number such as 2.50, or no limit.")
    return _nano(usd, ROUND_FLOOR)


def _cost(usd: float) -> int:
    return _nano(usd, ROUND_CEILING)


def _nano(usd: float, rounding: str) -> int:
    return int((Decimal(str(usd)) * _NANO).to_integral_value(rounding))
