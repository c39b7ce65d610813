"""The rate gate against a model of it, and against servers whose time is simulated."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from motivtui.runner.gate import FIRST_S, JITTER, LONGEST_S, RateGate
from motivtui.study.response import CallError, ErrorKind


@dataclass
class Clock:
    """Time that moves when told."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def limited(after: float | None = None) -> CallError:
    return CallError(ErrorKind.RATE_LIMIT, "slow down", 429, after)


def failed(after: float | None = None) -> CallError:
    return CallError(ErrorKind.SERVER, "down", 503, after)


def gate_of(most: int) -> tuple[RateGate, Clock]:
    clock = Clock()
    return RateGate(most, random.Random(7), clock), clock


def wave(gate: RateGate) -> list[int]:
    """As many calls as may begin now."""
    tickets = []
    while gate.may_begin():
        tickets.append(gate.begin())
    return tickets


def pass_window(gate: RateGate, clock: Clock) -> None:
    opens_at = gate.opens_at()
    assert opens_at is not None
    assert opens_at > clock.now
    clock.now = opens_at


def recover(gate: RateGate, clock: Clock) -> None:
    """Let the window pass and the probe be answered."""
    pass_window(gate, clock)
    assert gate.may_begin()
    gate.end(gate.begin(), None)


def test_at_most_the_limit_is_under_way() -> None:
    gate, _ = gate_of(3)
    tickets = wave(gate)
    assert (len(tickets), gate.in_flight, gate.opens_at()) == (3, 3, None)
    gate.end(tickets[0], None)
    assert gate.in_flight == 2
    assert gate.may_begin()


def test_a_wave_of_rate_limits_halves_once() -> None:
    gate, clock = gate_of(32)
    for ticket in wave(gate):
        gate.end(ticket, limited())
    assert gate.limit == 16
    recover(gate, clock)
    assert (gate.limit, len(wave(gate)), gate.opens_at()) == (16, 16, None)


def test_the_window_is_the_longer_of_the_servers_wish_and_our_own() -> None:
    gate, clock = gate_of(4)
    gate.end(gate.begin(), limited(20))
    assert gate.opens_at() == clock.now + 20
    clock.now += 19.999
    assert not gate.may_begin()
    clock.now += 0.001
    assert gate.may_begin()


@pytest.mark.parametrize("wish", [None, 0.0, -5.0, float("nan"), 0.001])
def test_without_a_usable_wish_our_own_backoff_doubles_from_a_second_to_a_minute(wish: float | None) -> None:
    gate, clock = gate_of(1)
    windows = []
    for _ in range(9):
        gate.end(gate.begin(), limited(wish))
        windows.append((gate.opens_at() or 0.0) - clock.now)
        pass_window(gate, clock)
    for number, window in enumerate(windows):
        least = min(LONGEST_S, FIRST_S * 2**number)
        assert least <= window <= least * (1 + JITTER)
    assert len({window / min(LONGEST_S, 2**number) for number, window in enumerate(windows)}) > 1


def test_an_answer_starts_the_backoff_over() -> None:
    gate, clock = gate_of(1)
    for _ in range(4):
        gate.end(gate.begin(), limited())
        pass_window(gate, clock)
    gate.end(gate.begin(), None)
    gate.end(gate.begin(), limited())
    assert (gate.opens_at() or 0.0) - clock.now <= FIRST_S * (1 + JITTER)


def test_a_servers_wish_is_never_longer_than_a_minute() -> None:
    gate, clock = gate_of(1)
    gate.end(gate.begin(), limited(1e9))
    assert gate.opens_at() == clock.now + LONGEST_S


def test_any_error_that_names_a_wait_closes_and_others_do_not() -> None:
    gate, _ = gate_of(8)
    gate.end(gate.begin(), failed())
    assert (gate.limit, gate.may_begin(), gate.limited_since) == (8, True, None)
    gate.end(gate.begin(), failed(3))
    assert (gate.limit, gate.may_begin()) == (4, False)


def test_stragglers_prolong_the_closing_and_halve_nothing() -> None:
    gate, clock = gate_of(8)
    first, second, third = wave(gate)[:3]
    gate.end(first, limited(2))
    clock.now += 1
    gate.end(second, limited(30))
    assert gate.opens_at() == clock.now + 30
    gate.end(third, limited(1))
    assert gate.opens_at() == clock.now + 30
    assert gate.limit == 4


def test_a_stragglers_wish_counts_when_the_window_is_over_too() -> None:
    gate, clock = gate_of(4)
    early = wave(gate)
    for ticket in early[:3]:
        gate.end(ticket, limited(2))
    clock.now += 5
    assert gate.may_begin()
    gate.end(early[3], limited(7))
    assert not gate.may_begin()
    assert gate.opens_at() == clock.now + 7


def test_a_stragglers_answer_does_not_open() -> None:
    gate, clock = gate_of(4)
    early = wave(gate)
    gate.end(early[0], limited(5))
    gate.end(early[1], None)
    assert not gate.may_begin()
    clock.now += 5
    gate.end(early[2], None)
    assert gate.may_begin()
    gate.begin()
    assert not gate.may_begin(), "only a probe opens, and it is under way"


def test_one_probe_at_a_time_and_its_answer_opens() -> None:
    gate, clock = gate_of(8)
    for ticket in wave(gate):
        gate.end(ticket, limited(2))
    pass_window(gate, clock)
    (probe,) = wave(gate)
    assert gate.opens_at() is None, "it is the probe's end that is waited for"
    gate.end(probe, None)
    assert len(wave(gate)) == 4


def test_a_refused_probe_closes_for_longer_and_leaves_the_limit() -> None:
    gate, clock = gate_of(8)
    gate.end(gate.begin(), limited())
    pass_window(gate, clock)
    gate.end(gate.begin(), limited())
    assert gate.limit == 4
    assert (gate.opens_at() or 0.0) - clock.now >= 2 * FIRST_S


def test_a_probe_that_fails_or_is_broken_off_is_followed_by_another() -> None:
    gate, clock = gate_of(8)
    gate.end(gate.begin(), limited())
    pass_window(gate, clock)
    for _ in range(3):
        (probe,) = wave(gate)
        gate.end(probe, failed())
        (probe,) = wave(gate)
        gate.cancel(probe)
    (probe,) = wave(gate)
    gate.end(probe, None)
    assert len(wave(gate)) == 4


def test_a_probe_too_stays_below_the_limit() -> None:
    gate, clock = gate_of(4)
    early = wave(gate)
    gate.end(early[0], limited(2))
    clock.now += 10
    assert (gate.in_flight, gate.limit) == (3, 2)
    assert not gate.may_begin()
    assert gate.opens_at() is None
    gate.end(early[1], None)
    gate.end(early[2], None)
    assert len(wave(gate)) == 1


def test_the_limit_grows_by_one_after_as_many_answers_as_it_allows() -> None:
    gate, clock = gate_of(8)
    gate.end(gate.begin(), limited())
    recover(gate, clock)
    grown = []
    for _ in range(4 + 5 + 6 + 7 + 20):
        gate.end(gate.begin(), None)
        grown.append(gate.limit)
    assert [grown.count(limit) for limit in (4, 5, 6, 7)] == [3, 5, 6, 7]
    assert grown[-1] == 8


def test_answers_from_before_a_closing_do_not_make_the_limit_grow() -> None:
    gate, clock = gate_of(16)
    for _ in range(2):
        gate.end(gate.begin(), limited())
        recover(gate, clock)
        for _ in range(3):
            gate.end(gate.begin(), None)
    assert gate.limit == 4, "halved twice, and three answers to each"


def test_whoever_was_late_still_learns_of_the_moment() -> None:
    gate, clock = gate_of(4)
    gate.end(gate.begin(), limited(2))
    moment = clock.now + 2
    clock.now += 10
    assert gate.opens_at() == moment
    gate.end(gate.begin(), None)
    assert gate.opens_at() is None


def test_a_closing_that_was_prolonged_outlasts_the_probes_answer() -> None:
    gate, clock = gate_of(8)
    early = wave(gate)
    for ticket in early[:7]:
        gate.end(ticket, limited(2))
    clock.now += 3
    probe = gate.begin()
    gate.end(early[7], limited(20))
    gate.end(probe, None)
    assert not gate.may_begin()
    pass_window(gate, clock)
    assert len(wave(gate)) == 4


def test_the_limit_never_falls_below_one() -> None:
    gate, clock = gate_of(3)
    for _ in range(4):
        gate.end(gate.begin(), limited())
        recover(gate, clock)
    assert gate.limit == 1


def test_the_users_limit_acts_at_once() -> None:
    gate, _ = gate_of(4)
    tickets = wave(gate)
    gate.set_most(2)
    assert (gate.limit, gate.in_flight, gate.may_begin()) == (2, 4, False)
    for ticket in tickets[:3]:
        gate.end(ticket, None)
    assert gate.may_begin()
    gate.set_most(16)
    assert (gate.limit, gate.most) == (16, 16)
    gate.set_most(0)
    assert (gate.limit, gate.most) == (1, 1)


def test_what_was_learnt_survives_the_users_changes() -> None:
    gate, clock = gate_of(8)
    gate.end(gate.begin(), limited())
    recover(gate, clock)
    limits = []
    for most in (64, 4, 64, 2, 64):
        gate.set_most(most)
        limits.append(gate.limit)
    assert limits == [4, 4, 4, 2, 4]


def test_answers_below_what_was_learnt_do_not_make_it_forgotten() -> None:
    gate, clock = gate_of(16)
    gate.end(gate.begin(), limited())
    recover(gate, clock)
    gate.set_most(2)
    for _ in range(100):
        gate.end(gate.begin(), None)
    gate.set_most(16)
    assert gate.limit == 8


def test_a_limit_of_one_that_was_refused_is_learnt_too() -> None:
    gate, _ = gate_of(1)
    gate.end(gate.begin(), limited())
    gate.set_most(8)
    assert gate.limit == 1


def test_what_was_learnt_is_forgotten_once_the_users_limit_was_borne() -> None:
    gate, clock = gate_of(4)
    gate.end(gate.begin(), limited())
    recover(gate, clock)
    for _ in range(2 + 3 + 4):
        gate.end(gate.begin(), None)
    gate.set_most(32)
    assert gate.limit == 32


def test_limited_since_lasts_until_an_answer() -> None:
    gate, clock = gate_of(8)
    early = wave(gate)
    began = clock.now
    gate.end(early[0], limited())
    clock.now += 3
    gate.end(early[1], limited())
    assert gate.limited_since == began
    clock.now += 1
    gate.end(early[2], None)
    assert gate.limited_since == clock.now, "from its answer on there was none"
    for ticket in early[3:]:
        gate.cancel(ticket)
    probe = gate.begin()
    clock.now += 1
    gate.end(probe, failed())
    assert gate.limited_since == clock.now - 1
    gate.end(gate.begin(), None)
    assert gate.limited_since is None


@dataclass
class UnderWay:
    """A call as the model sees it: from before the closing, or after, and whether it is a probe."""

    ticket: int
    closings: int
    is_probe: bool


class GateMachine(RuleBasedStateMachine):
    """Any order of calls, ends, waits and changes. The model knows windows only by what the server asked for."""

    @initialize(most=st.integers(1, 12), seed=st.integers(0, 99))
    def open(self, most: int, seed: int) -> None:
        self.clock = Clock()
        self.gate = RateGate(most, random.Random(seed), self.clock)
        self.most = most
        self.calls: list[UnderWay] = []
        self.closings = 0
        self.is_shut = False
        self.not_before = 0.0
        self.since: float | None = None
        self.backoff = FIRST_S

    @rule(count=st.integers(1, 12))
    def begin(self, count: int) -> None:
        for _ in range(count):
            if not self.gate.may_begin():
                return
            assert self.clock.now >= self.not_before, "inside a closed window"
            probes = [call for call in self.calls if call.is_probe]
            assert not (self.is_shut and probes), "a second probe"
            self.calls.append(UnderWay(self.gate.begin(), self.closings, self.is_shut))
            assert len(self.calls) <= self.gate.limit

    @precondition(lambda self: self.calls)
    @rule(which=st.integers(0, 11))
    def answer(self, which: int) -> None:
        before = self.gate.limit
        call = self._take(which)
        self.gate.end(call.ticket, None)
        is_news = call.is_probe or (call.closings == self.closings and not self.is_shut)
        if is_news:
            self.is_shut, self.since, self.backoff = False, None, FIRST_S
        elif self.since is not None:
            self.since = self.clock.now
        assert self.gate.limit - before in ((0, 1) if is_news else (0,))

    @precondition(lambda self: self.calls)
    @rule(
        which=st.integers(0, 11),
        after=st.none() | st.sampled_from([0.0, 0.5, 2.0, 30.0, 60.0, 1e6]),
        is_429=st.booleans(),
    )
    def fail(self, which: int, after: float | None, is_429: bool) -> None:
        before = self.gate.limit
        call = self._take(which)
        self.gate.end(call.ticket, limited(after) if is_429 else failed(after))
        is_refusal = is_429 or after is not None
        is_news = call.is_probe or (call.closings == self.closings and not self.is_shut)
        wish = min(LONGEST_S, after or 0.0)
        if is_refusal and is_news:
            self._shut(max(wish, self.backoff))
            self.backoff = min(LONGEST_S, 2 * self.backoff)
        elif is_refusal and wish:
            self._shut(wish)
        is_halved = is_refusal and is_news and not call.is_probe
        assert self.gate.limit == (max(1, before // 2) if is_halved else before)

    @precondition(lambda self: self.calls)
    @rule(which=st.integers(0, 11))
    def cancel(self, which: int) -> None:
        before = (self.gate.limit, self.gate.limited_since)
        self.gate.cancel(self._take(which).ticket)
        assert before == (self.gate.limit, self.gate.limited_since)

    @rule(seconds=st.sampled_from([0.1, 1.0, 2.0, 5.0, 80.0]))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def wait_until_told(self) -> None:
        self.clock.now = max(self.clock.now, self.gate.opens_at() or 0.0)

    @rule(most=st.integers(1, 12))
    def change(self, most: int) -> None:
        before, has_learnt = self.gate.limit, self.gate.limit < self.most
        self.gate.set_most(most)
        self.most = most
        assert self.gate.limit <= before or not has_learnt or most < before, "raised what was learnt"

    @invariant()
    def counts(self) -> None:
        if hasattr(self, "gate"):
            assert self.gate.in_flight == len(self.calls)
            assert 1 <= self.gate.limit <= self.gate.most == self.most
            assert self.gate.limited_since == self.since

    @invariant()
    def never_stuck(self) -> None:
        """With nothing under way, the moment that the gate names is one at which a call may begin, and a near one."""
        if hasattr(self, "gate") and not self.calls:
            opens_at, now = self.gate.opens_at(), self.clock.now
            assert opens_at is None or opens_at <= now + LONGEST_S * (1 + JITTER)
            self.clock.now = max(now, opens_at or now)
            assert self.gate.may_begin()
            self.clock.now = now

    def _take(self, which: int) -> UnderWay:
        return self.calls.pop(which % len(self.calls))

    def _shut(self, seconds: float) -> None:
        if not self.is_shut:
            self.is_shut = True
            self.closings += 1
            self.since = self.clock.now if self.since is None else self.since
        self.not_before = max(self.not_before, self.clock.now + seconds)


TestGateMachine = GateMachine.TestCase
TestGateMachine.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)


@dataclass
class Simulation:
    """Calls against a server that judges each one as it arrives: (seconds, calls there) → its error or None."""

    gate: RateGate
    clock: Clock
    judge: Callable[[float, int], CallError | None]
    random: random.Random
    begun: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    answered: int = 0

    def carry_out(self, trials: int) -> None:
        """Until so many calls were answered; refused ones are made again."""
        under_way: list[tuple[float, int, int, CallError | None]] = []
        while self.answered < trials:
            while self.answered + len(under_way) < trials and self.gate.may_begin():
                error = self.judge(self.clock.now, len(under_way) + 1)
                latency = self.random.uniform(0.02, 0.2) if error else self.random.uniform(0.3, 3)
                ticket = self.gate.begin()
                self.begun.append(self.clock.now)
                heapq.heappush(under_way, (self.clock.now + latency, len(self.begun), ticket, error))
            opens_at = self.gate.opens_at()
            moments = [under_way[0][0]] if under_way else []
            moments += [opens_at] if opens_at is not None and opens_at > self.clock.now else []
            self.clock.now = min(moments)  # raises when nothing would ever happen again
            while under_way and under_way[0][0] <= self.clock.now:
                _, _, ticket, error = heapq.heappop(under_way)
                self.gate.end(ticket, error)
                self.answered += error is None
                if error:
                    self.refused.append(self.clock.now)


@pytest.mark.parametrize("seed", range(20))
def test_a_storm_of_429_is_met_with_one_probe_a_window(seed: int) -> None:
    clock, dice = Clock(0.0), random.Random(seed)
    gate = RateGate(32, dice, clock)
    storm = Simulation(gate, clock, lambda now, _: limited(2) if now < 60 else None, dice)
    storm.carry_out(500)
    first_wave, later = storm.begun[:32], [moment for moment in storm.begun[32:] if moment < 60]
    assert set(first_wave) == {0.0}
    assert later
    for refused, begun in zip(storm.refused[31:], later, strict=False):
        assert begun >= refused + 2, "a call began inside the window that the server asked for"
    assert len(storm.refused) == 32 + len(later)
    assert storm.answered == 500


@pytest.mark.parametrize("bears", [1, 3, 8, 31])
def test_a_server_that_bears_fewer_calls_is_rarely_asked_for_more(bears: int) -> None:
    clock, dice = Clock(0.0), random.Random(bears)
    gate = RateGate(32, dice, clock)
    server = Simulation(gate, clock, lambda _, here: limited() if here > bears else None, dice)
    server.carry_out(2000)
    least_s = 2000 * 1.65 / bears
    assert clock.now < 2 * least_s, "it hardly uses what the server bears"
    # From one halving to the next: a probe, then as many answers as each limit on the way up allows calls.
    answers_a_wave = 1 + sum(range((bears + 1) // 2, bears + 1))
    assert len(server.refused) < 32 + 2 * 2000 / answers_a_wave
