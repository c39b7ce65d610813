"""What a plan will take before it is carried out: calls, tokens, time, money; low, expected and in the worst case.

What earlier calls in the database took is used where there are any, and said. What nobody knows stays unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from motivtui.conduct.planning import Plan
from motivtui.models.endpoint import Endpoint
from motivtui.store.history_queries import CallHistory
from motivtui.study.instrument import Instrument
from motivtui.study.trial import Trial

CHARS_A_TOKEN = 4
"""A rule of thumb for English; the estimate says "about"."""
SHORTEST_ANSWER_TOKENS = 1
EXPECTED_SHARE = 0.5
"""Of the budget, where nothing is known of earlier replies."""

History = Mapping[tuple[str, str], CallHistory]


class Range(NamedTuple):
    """Low, expected, worst. The worst is with every retry used up."""

    low: float
    expected: float
    worst: float

    def __add__(self, other: object) -> Range:
        """Sum, each part by itself."""
        if not isinstance(other, Range):
            return NotImplemented
        return Range(self.low + other.low, self.expected + other.expected, self.worst + other.worst)


@dataclass(frozen=True, slots=True)
class Estimate:
    """`cost_usd` is of the priced models only (see `unpriced`); `seconds` None: not all models were ever timed.

    `from_calls`: how many earlier calls it rests on.
    """

    calls: int
    input_tokens: Range
    output_tokens: Range
    cost_usd: Range
    seconds: float | None
    unpriced: tuple[str, ...]
    from_calls: int

    @property
    def is_free(self) -> bool:
        """Whether it is certain that nothing has to be paid."""
        return not self.unpriced and self.cost_usd.worst == 0


_NOTHING = Range(0.0, 0.0, 0.0)


def estimate(plan: Plan, history: History, *, concurrency: int, retries: int) -> Estimate:
    """Add the trials up."""
    instruments = {one.id: one for one in plan.study.instruments}
    answers = {trial.key: _output(trial, instruments, history) for trial in plan.trials}
    into = out = cost = _NOTHING
    seconds: dict[str, float | None] = defaultdict(float)
    for trial in plan.trials:
        endpoint = plan.endpoints[trial.respondent]
        reply = answers[trial.key]
        prompt = _input(trial, answers)
        tries = Range(1, 1, 1 + retries)
        into += _times(prompt, tries)
        out += _times(reply, tries)
        if endpoint.price is not None:
            cost += _times(_cost(prompt, reply, endpoint.price), tries)
        _add_time(seconds, trial, endpoint, history, concurrency)
    used = {(trial.respondent, trial.instrument) for trial in plan.trials}
    known = [time for time in seconds.values() if time is not None]
    return Estimate(
        calls=len(plan.trials),
        input_tokens=into,
        output_tokens=out,
        cost_usd=cost,
        seconds=max(known) if known and len(known) == len(seconds) else None,
        unpriced=tuple(sorted(model for model, endpoint in plan.endpoints.items() if endpoint.price is None)),
        from_calls=sum(history[cell].n for cell in used if cell in history),
    )


def _output(trial: Trial, instruments: Mapping[str, Instrument], history: History) -> Range:
    """Tokens of the reply."""
    most = int(trial.parameters["max_tokens"])
    instrument = instruments[trial.instrument]
    shortest = sum(len(item.name) for item in instrument.items) // CHARS_A_TOKEN or SHORTEST_ANSWER_TOKENS
    seen = history.get((trial.respondent, trial.instrument))
    expected = most * EXPECTED_SHARE if seen is None or seen.output_tokens is None else seen.output_tokens
    return Range(min(shortest, expected), min(expected, most), most)


def _input(trial: Trial, answers: Mapping[str, Range]) -> Range:
    """Tokens of the prompt; what goes on from an execution holds its answer."""
    own = sum(len(message.text) for message in trial.messages) / CHARS_A_TOKEN
    answer = answers[trial.continues] if trial.continues else _NOTHING
    return Range(own, own, own) + answer


def _cost(prompt: Range, reply: Range, price: tuple[float, float]) -> Range:
    return Range(*(into * price[0] + out * price[1] for into, out in zip(prompt, reply, strict=True)))


def _times(one: Range, other: Range) -> Range:
    return Range(*(left * right for left, right in zip(one, other, strict=True)))


def _add_time(
    seconds: dict[str, float | None], trial: Trial, endpoint: Endpoint, history: History, concurrency: int
) -> None:
    """Expected time by lane: lanes work side by side, calls of one lane as many at once as it takes."""
    seen = history.get((trial.respondent, trial.instrument))
    so_far = seconds[endpoint.lane]
    if so_far is None or seen is None or seen.latency_ms is None:
        seconds[endpoint.lane] = None
        return
    at_once = min(concurrency, endpoint.max_concurrency or concurrency)
    seconds[endpoint.lane] = so_far + seen.latency_ms / 1000 / at_once
