"""How often what is told, by a clock of the test's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from motivtui.engine import events as told
from motivtui.engine.news import PROGRESS_EVERY_S, TEXT_EVERY_S, RunNews
from motivtui.engine.tally import WINDOW_S, Standing
from motivtui.runner import Controls, RunStarted, TextArrived, TrialsRequeued, TrialsSkipped, TrialStarted
from tests.engine.scene import Clock, stored, trial


def news(*watched: int) -> tuple[RunNews, Clock]:
    clock, controls = Clock(), Controls(4)
    one = RunNews("run", controls, clock)
    one.watch(watched)
    return one, clock


def texts(one: RunNews) -> list[told.Text]:
    return [event for event in one.due() if isinstance(event, told.Text)]


@given(st.lists(st.tuples(st.floats(0, 0.2), st.text(max_size=5)), max_size=60))
def test_text_is_told_twenty_times_a_second_at_most_and_whole(steps: list[tuple[float, str]]) -> None:
    one, clock = news(1)
    one.take(TrialStarted(trial(1), 1))
    reply, heard, moments = "", "", []
    for pause, piece in steps:
        clock.now += pause
        one.take(TextArrived(trial(1), piece, len(reply)))
        reply += piece
        for event in texts(one):
            assert event.start == len(heard)
            heard += event.text
            moments.append(clock.now)
    end = one.take(stored(1, reply))
    assert isinstance(end, told.Response)
    assert end.text is not None
    assert heard[: end.start] + end.text == reply
    for moment in moments:
        assert sum(moment <= other < moment + 1 for other in moments) <= 20


def test_a_thousand_pieces_in_a_second_are_twenty_events() -> None:
    one, clock = news(1)
    count = 0
    for place in range(1000):
        one.take(TextArrived(trial(1), "x", place))
        count += len(texts(one))
        clock.now += 0.001
    assert 15 <= count <= 20


def test_only_what_is_watched_is_told() -> None:
    one, clock = news(1)
    for ordinal in (1, 2):
        one.take(TextArrived(trial(ordinal), "abc", 0))
    clock.now += TEXT_EVERY_S
    assert [event.ordinal for event in texts(one)] == [1]
    assert one.take(stored(2, "abcdef")).text is None  # type: ignore[union-attr]
    end = one.take(stored(1, "abcdef"))
    assert (end.start, end.text) == (3, "def")  # type: ignore[union-attr]


def test_a_watcher_who_comes_back_gets_it_from_the_start() -> None:
    one, clock = news(1)
    one.take(TextArrived(trial(1), "abc", 0))
    assert [event.text for event in texts(one)] == ["abc"]
    one.watch([])
    clock.now += 1
    one.watch([1])
    assert [(event.start, event.text) for event in texts(one)] == [(0, "abc")]
    clock.now += 1
    one.watch([1, 2])
    assert texts(one) == [], "who goes on watching has it already"


def test_another_attempt_begins_anew() -> None:
    one, clock = news(1)
    one.take(TextArrived(trial(1), "first", 0))
    assert len(texts(one)) == 1
    one.take(stored(1, "first", is_final=False, is_error=True))
    one.take(TrialStarted(trial(1), 2))
    clock.now += TEXT_EVERY_S
    one.take(TextArrived(trial(1), "second", 0))
    assert [(event.start, event.text) for event in texts(one)] == [(0, "second")]


def test_a_response_that_differs_from_the_stream_is_told_whole() -> None:
    one, _ = news(1)
    one.take(TextArrived(trial(1), "abc", 0))
    assert len(texts(one)) == 1
    end = one.take(stored(1, "xyz"))
    assert (end.start, end.text) == (0, "xyz")  # type: ignore[union-attr]


def test_what_is_not_taken_stays_untold() -> None:
    """The one who tells stops when there is no room: nothing of the text is lost."""
    one, clock = news(1, 2)
    for ordinal in (1, 2):
        one.take(TextArrived(trial(ordinal), "abc", 0))
    first = next(one.due())
    assert isinstance(first, told.Text)
    rest = texts(one)
    assert [event.ordinal for event in rest] == [3 - first.ordinal]
    clock.now += TEXT_EVERY_S
    assert texts(one) == []


def progress(one: RunNews) -> list[told.Progress]:
    return [event for event in one.due() if isinstance(event, told.Progress)]


def test_progress_is_told_four_times_a_second_at_most() -> None:
    one, clock = news()
    one.take(RunStarted("run", 1000, 1000))
    count = 0
    for ordinal in range(1, 1001):
        one.take(stored(ordinal))
        count += len(progress(one))
        clock.now += 0.002
    assert 6 <= count <= 8, "in two seconds"


def test_progress_falls_silent_when_nothing_happens() -> None:
    one, clock = news()
    one.take(RunStarted("run", 10, 10))
    one.take(stored(1))
    seen = []
    while (moment := one.next_at()) is not None:
        clock.now = moment
        seen += progress(one)
    assert seen[0].calls_per_s > 0
    assert WINDOW_S - 1 <= len(seen) <= WINDOW_S + 2, "once a second until the speed is nothing"


def test_progress_counts() -> None:
    one, clock = news()
    one.take(RunStarted("run", 20, 12))
    one.begin(Standing(complete=4, skipped=1, cost_usd=2.0, unpriced=3))
    one.take(TrialStarted(trial(1), 1))
    one.take(TrialStarted(trial(2), 1))
    clock.now += 2
    one.take(stored(1))
    now = one.progress()
    assert (now.total, now.complete, now.failed, now.skipped, now.running, now.open) == (20, 5, 3, 1, 1, 10)
    assert (now.input_tokens, now.output_tokens, now.cost_usd, now.unpriced) == (10, 5, 2.5, 3)
    assert (now.calls_per_s, now.eta_s) == (0.5, 22.0)
    one.take(stored(2, is_error=True))
    one.take(TrialsSkipped((trial(3), trial(4)), "no answer"))
    now = one.progress()
    assert (now.complete, now.failed, now.skipped, now.running, now.open) == (5, 4, 3, 0, 8)
    assert (now.cost_usd, now.unpriced) == (2.5, 4)
    one.take(TrialsRequeued(4))
    one.reopen(Standing(skipped=0))
    now = one.progress()
    assert (now.failed, now.skipped, now.open) == (0, 0, 15)


def test_what_is_not_known_is_none() -> None:
    one, _ = news()
    one.take(RunStarted("run", 2, 2))
    one.begin(Standing())
    one.take(stored(1, is_error=True))
    now = one.progress()
    assert (now.input_tokens, now.output_tokens, now.cost_usd, now.unpriced) == (None, None, None, 1)


def test_next_at_is_when_something_is_due() -> None:
    one, clock = news(1)
    assert one.next_at() is None
    one.take(TextArrived(trial(1), "a", 0))
    assert one.next_at() == clock.now
    list(one.due())
    one.take(TextArrived(trial(1), "b", 1))
    assert one.next_at() == clock.now + TEXT_EVERY_S
    one.touch()
    assert one.next_at() == clock.now + TEXT_EVERY_S
    clock.now += PROGRESS_EVERY_S
    assert len(list(one.due())) == 2
