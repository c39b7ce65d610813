"""What a lane makes of what it is told: its end, once, with its reason."""

from __future__ import annotations

import asyncio
import random

import pytest

from motivtui.runner.breaker import WINDOW
from motivtui.runner.events import Cause
from motivtui.runner.lane import Lane
from motivtui.study.response import CallError, ErrorKind, Outcome, Response

GOOD = Response(Outcome.COMPLETE, "x")


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lane_of(concurrency: int = 4, most: int | None = None, clock: Clock | None = None) -> Lane:
    return Lane.open("lane", most, concurrency, random.Random(1), clock or Clock())


def bad(kind: ErrorKind = ErrorKind.SERVER) -> Response:
    return Response(Outcome.ERROR, error=CallError(kind, f"it was {kind}"))


def cause_of(lane: Lane) -> Cause | None:
    return lane.stopped.cause if lane.stopped else None


def test_too_many_failures_stop_it_and_it_is_told_once() -> None:
    lane = lane_of()
    for number in range(WINDOW):
        lane.note_final(GOOD if number % 4 else bad(), left=WINDOW)
    stopped = lane.take_stop()
    assert stopped is not None
    assert stopped.cause is Cause.ERRORS
    assert "13 of the last 50" in stopped.message
    assert lane.take_stop() is None
    assert not lane.may_begin()


def test_a_filtered_prompt_is_no_failure_of_the_endpoint() -> None:
    lane = lane_of()
    for _ in range(2 * WINDOW):
        lane.note_final(bad(ErrorKind.CONTENT_FILTER), left=WINDOW)
    assert lane.stopped is None


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (ErrorKind.AUTHENTICATION, Cause.AUTHENTICATION),
        (ErrorKind.QUOTA, Cause.QUOTA),
        (ErrorKind.NOT_FOUND, None),
        (ErrorKind.SERVER, None),
    ],
)
def test_only_what_refuses_us_for_good_is_fatal(kind: ErrorKind, cause: Cause | None) -> None:
    lane = lane_of()
    lane.note_fatal(CallError(kind, "no"))
    assert cause_of(lane) is cause


def test_the_first_reason_stands() -> None:
    lane = lane_of()
    lane.note_fatal(CallError(ErrorKind.QUOTA, "spent"))
    lane.note_fatal(CallError(ErrorKind.AUTHENTICATION, "who?"))
    assert cause_of(lane) is Cause.QUOTA


def test_patience_with_a_rate_limit_ends() -> None:
    clock = Clock()
    lane = lane_of(clock=clock)
    lane.gate.end(lane.gate.begin(), CallError(ErrorKind.RATE_LIMIT, "slow down"))
    lane.check_patience(600.0, 600.0)
    assert lane.stopped is None
    lane.check_patience(600.1, 600.0)
    assert cause_of(lane) is Cause.RATE_LIMIT


def test_an_endpoints_own_limit_is_never_passed() -> None:
    lane = lane_of(concurrency=8, most=2)
    assert lane.gate.most == 2
    lane.set_concurrency(1)
    assert lane.gate.most == 1
    lane.set_concurrency(50)
    assert lane.gate.most == 2


async def test_rows_on_their_way_to_the_disk_hold_up_as_many_calls_again() -> None:
    lane = lane_of(concurrency=2)
    blocked = asyncio.Event()

    async def wait() -> None:
        await blocked.wait()

    for count in range(4):
        assert lane.may_begin(), count
        lane.work.add(asyncio.create_task(wait()))  # its call has ended, its row has not
    assert not lane.may_begin()
    blocked.set()
    await asyncio.gather(*lane.work)
