"""What a plan will take before it is carried out: calls, tokens, money. Worst case where it is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from motivtui.study.trial import Trial

CHARS_A_TOKEN = 4
"""A rule of thumb for English; the estimate says "about"."""

Price = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """`worst_cost_usd`: every reply as long as allowed, no retry; of the priced models only (see `unpriced`)."""

    calls: int
    input_tokens: int
    most_output_tokens: int
    worst_cost_usd: float
    unpriced: tuple[str, ...]

    @property
    def is_free(self) -> bool:
        """Whether it is certain that nothing has to be paid."""
        return not self.unpriced and self.worst_cost_usd == 0


def estimate(trials: Sequence[Trial], price_of: Callable[[str], Price | None]) -> Estimate:
    """Add the trials up; `price_of` gives a model's dollars a token (input, output), None when nobody knows."""
    prices = {model: price_of(model) for model in sorted({trial.model for trial in trials})}
    input_tokens = output_tokens = 0
    cost = 0.0
    for trial in trials:
        into = sum(len(message.text) for message in trial.messages) // CHARS_A_TOKEN
        out = int(trial.parameters["max_tokens"])
        price = prices[trial.model]
        input_tokens += into
        output_tokens += out
        if price:
            cost += into * price[0] + out * price[1]
    unpriced = tuple(model for model, price in prices.items() if price is None)
    return Estimate(len(trials), input_tokens, output_tokens, cost, unpriced)
