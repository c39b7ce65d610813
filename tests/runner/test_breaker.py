"""When too many trials have failed to go on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.runner.breaker import SHARE, WINDOW, Breaker


def breaker_of(errors: int, answers: int, window: int = WINDOW, share: float = SHARE) -> Breaker:
    breaker = Breaker(window, share)
    for number in range(errors + answers):
        breaker.note(is_error=number < errors)
    return breaker


def test_more_than_a_fifth_of_the_last_fifty_trips() -> None:
    assert not breaker_of(10, 40).is_tripped(left=1000)
    assert breaker_of(11, 39).is_tripped(left=1000)


def test_nothing_trips_before_the_window_is_full() -> None:
    assert not breaker_of(49, 0).is_tripped(left=1000)
    assert breaker_of(50, 0).is_tripped(left=1000)


def test_the_last_windows_worth_is_always_carried_out() -> None:
    breaker = breaker_of(50, 0)
    assert [breaker.is_tripped(left) for left in (51, 50, 49, 1, 0)] == [True, True, False, False, False]


def test_a_small_run_of_a_dead_endpoint_is_carried_out_to_its_end() -> None:
    breaker, trials = Breaker(), 2 * WINDOW - 1
    for done in range(1, trials + 1):
        breaker.note(is_error=True)
        assert not breaker.is_tripped(left=trials - done)


def test_old_failures_are_forgotten() -> None:
    breaker = breaker_of(50, 40)
    assert (breaker.errors, breaker.seen) == (10, 50)
    assert not breaker.is_tripped(left=1000)
    breaker.note(is_error=True)
    assert breaker.errors == 10, "one came in, one went out"


def test_what_was_seen_is_there_for_messages() -> None:
    breaker = breaker_of(3, 4)
    assert (breaker.errors, breaker.seen) == (3, 7)


@pytest.mark.parametrize("percent", range(100))
def test_exactly_the_share_never_trips(percent: int) -> None:
    assert not breaker_of(percent, 100 - percent, 100, percent / 100).is_tripped(left=1000)
    assert breaker_of(percent + 1, 99 - percent, 100, percent / 100).is_tripped(left=1000)


@given(results=st.lists(st.booleans(), max_size=60), window=st.integers(1, 20), left=st.integers(0, 40))
def test_only_the_last_results_and_what_is_left_count(results: list[bool], window: int, left: int) -> None:
    breaker = Breaker(window, 0.5)
    for is_error in results:
        breaker.note(is_error=is_error)
    last = results[-window:]
    assert (breaker.seen, breaker.errors) == (len(last), sum(last))
    assert breaker.is_tripped(left) == (len(last) == window and 2 * sum(last) > window and left >= window)
