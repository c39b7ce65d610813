"""Which replies have a place."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from motivtui.tui.live_run import LiveRun
from motivtui.tui.panes import LINGER_S, Panes
from tests.tui.telling import Clock, ended, live_run, response, retry, started


class ManyReplies(RuleBasedStateMachine):
    @initialize(count=st.integers(1, 5))
    def begin(self, count: int) -> None:
        self.clock, self.panes = Clock(), Panes(count)
        self.live = live_run(self.clock)
        self.ended_at: dict[int, float] = {}

    @rule(ordinal=st.integers(1, 15))
    def trial_starts(self, ordinal: int) -> None:
        if not self.live.is_over:
            self.live.take(started(ordinal))
            self.ended_at.pop(ordinal, None)

    @rule(ordinal=st.integers(1, 15), is_good=st.booleans())
    def trial_ends(self, ordinal: int, is_good: bool) -> None:
        trial = self.live.trials.get(ordinal)
        if trial is not None and trial.ended_at is None and not self.live.is_over:
            self.live.take(response(ordinal, is_good=is_good))
            self.ended_at[ordinal] = self.clock.now

    @rule(ordinal=st.integers(1, 15))
    def trial_waits(self, ordinal: int) -> None:
        trial = self.live.trials.get(ordinal)
        if trial is not None and trial.ended_at is None:
            self.live.take(retry(ordinal))

    @rule(seconds=st.floats(0, LINGER_S * 1.5))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(count=st.integers(1, 6))
    def terminal_is_resized(self, count: int) -> None:
        before = self.panes.shown
        self.panes.resize(count)
        assert len(self.panes.shown) == count
        assert self.panes.shown[: len(before)] == before[:count]

    @rule()
    def places_are_given(self) -> None:
        before = list(self.panes.shown)
        self.panes.assign(self.live)
        for was, now in zip(before, self.panes.shown, strict=True):
            if was is None or was == now or was not in self.live.trials:
                continue
            assert was in self.ended_at, "only what has ended gives up its place"
            assert self.clock.now - self.ended_at[was] >= LINGER_S
        shown = [one for one in self.panes.shown if one is not None]
        if len([one for one in self.live.running() if one.ordinal not in shown]):
            assert None not in self.panes.shown, "no place stays empty while a call has none"
        assert all(one in self.live.trials for one in shown)

    @rule()
    def watched(self) -> None:
        watched = self.panes.to_watch(self.live)
        assert len(watched) <= 2 * len(self.panes.shown)
        assert not watched.intersection(self.ended_at)
        if self.live.is_over:
            assert not watched
        else:
            running = {one.ordinal for one in self.live.running()}
            assert running.intersection(one for one in self.panes.shown if one) <= watched

    @rule()
    def run_ends(self) -> None:
        self.live.take(ended())

    @invariant()
    def no_reply_twice(self) -> None:
        shown = [one for one in self.panes.shown if one is not None]
        assert len(shown) == len(set(shown))


ManyReplies.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestManyReplies = ManyReplies.TestCase


def _running(*ordinals: int, clock: Clock | None = None) -> LiveRun:
    live = live_run(clock)
    for ordinal in ordinals:
        live.take(started(ordinal))
    return live


def test_an_ended_reply_can_be_read_before_its_place_is_given_away() -> None:
    clock = Clock()
    live, panes = _running(1, 2, clock=clock), Panes(1)
    panes.assign(live)
    assert panes.shown == [1]
    live.take(response(1))
    clock.now += LINGER_S - 0.01
    panes.assign(live)
    assert panes.shown == [1]
    clock.now += 0.02
    panes.assign(live)
    assert panes.shown == [2]


def test_an_ended_reply_stays_while_nobody_waits() -> None:
    clock = Clock()
    live, panes = _running(1, clock=clock), Panes(2)
    panes.assign(live)
    live.take(response(1))
    clock.now += 100 * LINGER_S
    panes.assign(live)
    assert panes.shown == [1, None]


def test_watched_calls_come_first() -> None:
    live, panes = _running(1), Panes(2)
    panes.assign(live)
    assert panes.to_watch(live) == {1, 2, 3}
    live.take(started(9))  # not watched: it is not streamed
    live.take(started(3))
    panes.assign(live)
    assert panes.shown == [1, 3]


def test_another_run_begins_with_empty_places() -> None:
    live, panes = _running(1, 2), Panes(2)
    panes.assign(live)
    panes.clear()
    assert panes.shown == [None, None]
