"""When and after how long a failed call is tried again."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from motivtui.runner.retry import MAX_WAIT_S, RetryRule
from motivtui.study.response import RETRYABLE, CallError, ErrorKind


@given(kind=st.sampled_from(ErrorKind), attempts=st.integers(1, 10), retries=st.integers(0, 5))
def test_only_passing_faults_and_only_so_often(kind: ErrorKind, attempts: int, retries: int) -> None:
    wait = RetryRule(retries).wait_s(attempts, CallError(kind, ""), random.Random(0))
    assert (wait is not None) == (kind in RETRYABLE and attempts <= retries)


@given(attempts=st.integers(1, 5), after=st.floats(0, 1e9))
def test_the_servers_wish_is_a_lower_bound_and_a_minute_the_upper(attempts: int, after: float) -> None:
    error = CallError(ErrorKind.RATE_LIMIT, "", 429, after)
    wait = RetryRule(5).wait_s(attempts, error, random.Random(1))
    assert wait is not None
    assert min(after, MAX_WAIT_S) <= wait <= MAX_WAIT_S


def test_waits_grow() -> None:
    error = CallError(ErrorKind.SERVER, "")
    waits = [RetryRule(9).wait_s(attempts, error, random.Random(2)) or 0 for attempts in (1, 3, 5)]
    assert waits == sorted(waits)
    assert waits[2] > 4 * waits[0]
