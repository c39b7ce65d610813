"""What a plan will take before it is carried out: calls, tokens, time, money; low, expected and in the worst case.

What earlier calls in the database took is used where there are any, and said. What nobody knows stays unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
SCORE_CHARS = 5
"""What stands around one score in the shortest reply: quotes, colon, digit, comma or bracket."""
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

    def times(self, factor: float) -> Range:
        """Each part multiplied."""
        return Range(self.low * factor, self.expected * factor, self.worst * factor)


@dataclass(frozen=True, slots=True)
class Estimate:
    """`calls` are the plan's trials, `attempts` the requests that they may take with retries.

    `cost_usd` is of the priced models only (see `unpriced`); `duration_s` None: not all models were ever timed.
    `from_calls`: how many earlier calls it rests on.
    """

    calls: int
    attempts: Range
    input_tokens: Range
    output_tokens: Range
    cost_usd: Range
    duration_s: Range | None
    unpriced: tuple[str, ...]
    from_calls: int

    @property
    def seconds(self) -> float | None:
        """The expected duration; None: unknown."""
        return None if self.duration_s is None else self.duration_s.expected

    @property
    def is_free(self) -> bool:
        """Whether it is certain that nothing has to be paid."""
        return not self.unpriced and self.cost_usd.worst == 0


_NOTHING = Range(0.0, 0.0, 0.0)


class _Asked(NamedTuple):
    """Who is asked what, with which budget in tokens."""

    respondent: str
    instrument: str
    budget: int


class _Kind(NamedTuple):
    """Trials that take the same but for the length of their prompts; `after`: the execution that they wait for."""

    asked: _Asked
    after: _Asked | None


def estimate(plan: Plan, history: History, *, concurrency: int, retries: int) -> Estimate:
    """Add the trials up, kind by kind."""
    instruments = {one.id: one for one in plan.study.instruments}
    counts, chars = _kinds(plan.trials)
    replies = {kind.asked: _reply(kind.asked, instruments, history) for kind in counts}
    into = out = cost = _NOTHING
    for kind, count in counts.items():
        answer = replies[kind.after] if kind.after else _NOTHING
        own = chars[kind] / CHARS_A_TOKEN
        prompts = _retried(Range(own, own, own) + answer.times(count), retries)
        written = _retried(replies[kind.asked].times(count), retries)
        into += prompts
        out += written
        price = plan.endpoints[kind.asked.respondent].price
        if price is not None:
            cost += prompts.times(price[0]) + written.times(price[1])
    return Estimate(
        calls=len(plan.trials),
        attempts=_retried(Range(*[len(plan.trials)] * 3), retries),
        input_tokens=into,
        output_tokens=out,
        cost_usd=cost,
        duration_s=_duration(counts, replies, history, plan.endpoints, concurrency, retries),
        unpriced=tuple(sorted(model for model, endpoint in plan.endpoints.items() if endpoint.price is None)),
        from_calls=sum(history[cell].n for cell in {kind.asked[:2] for kind in counts} if cell in history),
    )


def _kinds(trials: Iterable[Trial]) -> tuple[dict[_Kind, int], dict[_Kind, int]]:
    """How many trials of each kind there are, and the characters of all their prompts together."""
    counts: dict[_Kind, int] = defaultdict(int)
    chars: dict[_Kind, int] = defaultdict(int)
    asked: dict[str, _Asked] = {}
    for trial in trials:  # an execution stands before what continues it
        this = _Asked(trial.respondent, trial.instrument, int(trial.parameters["max_tokens"]))
        asked[trial.key] = this
        kind = _Kind(this, asked[trial.continues] if trial.continues else None)
        counts[kind] += 1
        chars[kind] += sum(len(segment.text) for message in trial.messages for segment in message.segments)
    return counts, chars


def _reply(asked: _Asked, instruments: Mapping[str, Instrument], history: History) -> Range:
    """Tokens of one reply: the shortest that is valid, or of the shortest tenth seen; the mean; the whole budget."""
    items = instruments[asked.instrument].items
    shortest: float = sum(len(item.name) + SCORE_CHARS for item in items) // CHARS_A_TOKEN or SHORTEST_ANSWER_TOKENS
    expected = asked.budget * EXPECTED_SHARE
    seen = history.get(asked[:2])
    if seen is not None and seen.output_tokens is not None:
        expected = min(seen.output_tokens, asked.budget)
        shortest = shortest if seen.low_output_tokens is None else seen.low_output_tokens
    return Range(min(shortest, expected), expected, asked.budget)


def _retried(one: Range, retries: int) -> Range:
    return one._replace(worst=one.worst * (1 + retries))


def _duration(
    counts: Mapping[_Kind, int],
    replies: Mapping[_Asked, Range],
    history: History,
    endpoints: Mapping[str, Endpoint],
    concurrency: int,
    retries: int,
) -> Range | None:
    """Seconds of the slowest lane: lanes work side by side, each makes as many calls at once as it takes.

    No lane is faster than its longest chain. None: a model was never asked one of the instruments.
    """
    times = {asked: _seconds(reply, history.get(asked[:2]), retries) for asked, reply in replies.items()}
    work: dict[str, Range] = defaultdict(lambda: _NOTHING)
    longest = _NOTHING
    for kind, count in counts.items():
        time = times[kind.asked]
        before = times[kind.after] if kind.after else _NOTHING
        if time is None or before is None:
            return None
        endpoint = endpoints[kind.asked.respondent]
        at_once = min(concurrency, endpoint.max_concurrency or concurrency)
        work[endpoint.lane] += time.times(count / at_once)
        longest = _slower(longest, before + time)
    for lane in work.values():
        longest = _slower(longest, lane)
    return longest


def _seconds(reply: Range, seen: CallHistory | None, retries: int) -> Range | None:
    """Of one call, as long as its reply is at the speed that was seen; None: never timed."""
    if seen is None or seen.latency_ms is None:
        return None
    mean = seen.latency_ms / 1000
    if not seen.output_tokens or not reply.expected:
        return _retried(Range(mean, mean, mean), retries)
    a_token = mean / seen.output_tokens
    return _retried(reply.times(a_token), retries)


def _slower(one: Range, other: Range) -> Range:
    return Range(*map(max, one, other))
