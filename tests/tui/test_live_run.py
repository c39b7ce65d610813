"""A run as it goes on, told in every order that an engine can tell it in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from motivtui.engine import events as told
from motivtui.tui.live_run import KEPT_NOTICES, KEPT_TRIALS, LiveState
from motivtui.wire.problems import Problem
from tests.tui.telling import (
    RUN,
    Clock,
    ended,
    failure,
    live_run,
    progress,
    response,
    retry,
    scores,
    started,
    text,
)

ORDINALS = st.integers(1, 5)
PIECES = st.text(max_size=6)


class ToldRun(RuleBasedStateMachine):
    """An engine that begins, retries, fails, requeues and loses events, beside a model of what must be shown."""

    @initialize()
    def begin(self) -> None:
        self.clock = Clock()
        self.live = live_run(self.clock)
        self.texts: dict[int, str] = {}
        self.states: dict[int, LiveState] = {}
        self.order: list[int] = []
        self.finals = 0
        self.is_over = False

    def _take(self, event: told.RunEvent) -> None:
        before = self.live.version
        self.live.take(event)
        assert (self.live.version > before) is not isinstance(event, told.Text)

    @rule(ordinal=ORDINALS, attempt=st.integers(1, 3))
    @precondition(lambda self: not self.is_over)
    def trial_starts(self, ordinal: int, attempt: int) -> None:
        self._take(started(ordinal, attempt))
        self.texts[ordinal], self.states[ordinal] = "", LiveState.RUNNING
        self.order = [one for one in self.order if one != ordinal] + [ordinal]

    @rule(ordinal=ORDINALS, back=st.integers(0, 4), piece=PIECES)
    def text_grows(self, ordinal: int, back: int, piece: str) -> None:
        """From the end on, or from before it: what was told behind that is forgotten."""
        start = max(0, len(self.texts.get(ordinal, "")) - back)
        self._take(text(ordinal, start, piece))
        if ordinal in self.texts:
            self.texts[ordinal] = self.texts[ordinal][:start] + piece

    @rule(ordinal=ORDINALS, is_final=st.booleans(), is_good=st.booleans(), rest=st.none() | PIECES)
    @precondition(lambda self: not self.is_over)
    def call_ends(self, ordinal: int, *, is_final: bool, is_good: bool, rest: str | None) -> None:
        start = None if rest is None else len(self.texts.get(ordinal, ""))
        self._take(response(ordinal, is_final=is_final, is_good=is_good, start=start, text=rest))
        self.finals += is_final
        if ordinal in self.texts:
            self.texts[ordinal] += rest or ""
            if is_final:
                self.states[ordinal] = LiveState.COMPLETE if is_good else LiveState.FAILED

    @rule(ordinal=ORDINALS)
    def trial_is_scored(self, ordinal: int) -> None:
        self._take(scores(ordinal))

    @rule(ordinal=ORDINALS)
    @precondition(lambda self: not self.is_over)
    def is_tried_again(self, ordinal: int) -> None:
        if self.states.get(ordinal) is LiveState.RUNNING:
            self._take(retry(ordinal))
            self.states[ordinal] = LiveState.WAITING

    @rule(ordinal=ORDINALS)
    def retry_of_an_unknown_trial(self, ordinal: int) -> None:
        self._take(retry(ordinal + 1000))

    @rule(count=st.integers(1, 5000))
    def events_are_missed(self, count: int) -> None:
        """Whatever was under way then, nobody knows how it goes on."""
        self._take(told.Missed(run=RUN, count=count))
        self._break_off()

    @rule(paused=st.booleans(), running=st.integers(0, 30))
    def progress_is_told(self, paused: bool, running: int) -> None:
        if not self.is_over:
            self._take(progress(is_paused=paused, running=running))

    @rule()
    def other_news(self) -> None:
        self._take(told.Requeued(run=RUN, count=3))
        self._take(told.Skipped(run=RUN, ordinals=(1, 900), reason="no answer"))
        self._take(told.LaneStopped(run=RUN, lane="faults", cause="dead", message="refused"))

    @rule(seconds=st.floats(0, 5))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    @precondition(lambda self: not self.is_over)
    def run_ends(self) -> None:
        self._take(ended())
        self.is_over = True
        self._break_off()

    def _break_off(self) -> None:
        for ordinal in [one for one, state in self.states.items() if not _is_end(state)]:
            del self.states[ordinal], self.texts[ordinal]
            self.order.remove(ordinal)

    @invariant()
    def shows_what_was_told(self) -> None:
        live = self.live
        assert {one: trial.text for one, trial in live.trials.items()} == self.texts
        assert {one: trial.state for one, trial in live.trials.items()} == self.states
        assert live.is_over == self.is_over
        assert live.results == self.finals
        for trial in live.trials.values():
            assert (trial.ended_at is not None) == _is_end(trial.state)

    @invariant()
    def order_is_newest_first(self) -> None:
        running = [one for one in self.order if self.states[one] is LiveState.RUNNING]
        others = [one for one in self.order if self.states[one] is not LiveState.RUNNING]
        assert [one.ordinal for one in self.live.newest_first()] == running[::-1] + others[::-1]
        assert [one.ordinal for one in self.live.running()] == running

    @invariant()
    def few_notices(self) -> None:
        assert len(self.live.notices) <= KEPT_NOTICES


def _is_end(state: LiveState) -> bool:
    return state in (LiveState.COMPLETE, LiveState.FAILED)


ToldRun.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestToldRun = ToldRun.TestCase


def test_only_the_last_ended_trials_are_kept() -> None:
    live = live_run()
    for ordinal in range(1, 10 * KEPT_TRIALS):
        live.take(started(ordinal))
        live.take(response(ordinal))
        assert len(live.trials) <= 2 * KEPT_TRIALS + 1
    assert max(live.trials) == 10 * KEPT_TRIALS - 1
    assert len(live.trials) >= KEPT_TRIALS


def test_trials_that_run_are_never_forgotten() -> None:
    live = live_run()
    for ordinal in range(1, 11):
        live.take(started(ordinal))
    for ordinal in range(11, 5 * KEPT_TRIALS):
        live.take(started(ordinal))
        live.take(response(ordinal))
    assert [one.ordinal for one in live.running()] == list(range(1, 11))


def test_what_has_just_ended_is_kept_however_early_it_began() -> None:
    """A reply of ten minutes ends among thousands of short ones: it is what the user waited for."""
    clock = Clock()
    live = live_run(clock)
    live.take(started(1))
    for ordinal in range(2, 2 * KEPT_TRIALS + 1):
        clock.now += 1
        live.take(started(ordinal))
        live.take(response(ordinal))
    live.take(response(1))
    for ordinal in range(2 * KEPT_TRIALS + 1, 2 * KEPT_TRIALS + 5):
        live.take(started(ordinal))
    assert 1 in live.trials


def test_a_reader_that_misses_every_end_still_keeps_little() -> None:
    """The engine tells less to who is slow: trials whose end was not told must not pile up as running."""
    live = live_run()
    for ordinal in range(1, 10 * KEPT_TRIALS):
        live.take(started(ordinal))
        if ordinal % 10 == 0:
            live.take(told.Missed(run=RUN, count=10))
    assert len(live.trials) <= 2 * KEPT_TRIALS + 1
    assert len(live.running()) <= 10


@pytest.mark.parametrize(
    "event",
    [
        text(9, 0, "a"),
        text(9, 50, "a"),
        response(9),
        response(9, is_good=False),
        scores(9),
        retry(9),
        told.Skipped(run=RUN, ordinals=(9,), reason=""),
        told.Halted(run=RUN, cause="budget", message="spent"),
    ],
)
def test_unknown_trials_raise_nothing(event: told.RunEvent) -> None:
    live = live_run()
    live.take(event)
    assert not live.trials


def test_a_failed_trial_says_why_and_a_retry_begins_anew() -> None:
    live = live_run()
    live.take(started(1))
    live.take(text(1, 0, "half"))
    live.take(response(1, is_good=False, is_final=False))
    assert live.trials[1].error == failure().message
    assert live.trials[1].ended_at is None
    live.take(retry(1))
    assert live.trials[1].state is LiveState.WAITING
    assert not live.running()
    live.take(started(1, 2))
    trial = live.trials[1]
    assert (trial.attempt, trial.text, trial.error, trial.state) == (2, "", None, LiveState.RUNNING)
    live.take(response(1, 2))
    live.take(scores(1, None, status="refused"))
    assert trial.state is LiveState.COMPLETE
    assert trial.scores[0].value is None, "missing is None, not 0"


def test_text_that_starts_before_the_end_replaces_what_is_there() -> None:
    live = live_run()
    live.take(started(1))
    for start, piece in ((0, "I say 7"), (7, "3 of 100"), (6, "80"), (0, "no")):
        live.take(text(1, start, piece))
    assert live.trials[1].text == "no"
    live.take(response(1, start=2, text=", 7"))
    assert live.trials[1].text == "no, 7"


def test_a_requeued_trial_is_taken_up_again() -> None:
    live = live_run()
    live.take(started(1))
    live.take(response(1, is_good=False))
    live.take(told.Requeued(run=RUN, count=1))
    live.take(started(1, 2))
    assert [one.ordinal for one in live.running()] == [1]
    assert live.notices[-1].word == "requeued"


@pytest.mark.parametrize(
    "end", [ended, lambda: told.RunFailed(run=RUN, error=Problem(message="the disk is gone"))], ids=["ended", "failed"]
)
def test_an_end_ends_what_was_under_way(end: Callable[[], told.RunEvent]) -> None:
    live = live_run()
    live.take(started(1))
    live.take(response(1))
    live.take(started(2))
    live.take(told.Held(run=RUN, message="rate limits"))
    live.take(progress(is_paused=True))
    assert (live.is_paused, live.held, live.is_over) == (True, "rate limits", False)
    live.take(end())
    assert (live.is_paused, live.held, live.is_over) == (False, "", True)
    assert list(live.trials) == [1]


def test_progress_and_the_most_calls_at_once() -> None:
    live = live_run()
    assert live.progress is None
    assert not live.is_paused
    live.take(told.RunStarted(run=RUN, total=40, open=30))
    assert (live.is_started, live.total) == (True, 40)
    for running in (2, 7, 3):
        live.take(progress(running=running))
    assert live.most_running == 7
    live.take(told.Held(run=RUN, message="waiting"))
    live.take(told.Held(run=RUN, message=""))
    assert live.held == ""
    assert [one.word for one in live.notices] == ["held"]


def test_each_change_of_a_trial_is_seen_by_its_version() -> None:
    live = live_run()
    live.take(started(1))
    seen = [live.trials[1].version]
    for event in (text(1, 0, "a"), response(1, start=1, text="b"), scores(1)):
        live.take(event)
        seen.append(live.trials[1].version)
    assert seen == sorted(set(seen))
    assert live.trials[1].text == "ab"
