"""Streams that are odd rather than broken: large, split anywhere, filtered, with words after the end."""

from __future__ import annotations

import pytest

from motivtui.models.client import MAX_REPLY_CHARS, Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.litellm_door.client import LitellmClient
from motivtui.settings import Limits, Secret
from motivtui.study.parameters import Parameters
from motivtui.study.response import ErrorKind, Outcome, Response
from tests.faults.server import FaultServer

BOTH = pytest.mark.parametrize("is_streamed", [True, False], ids=["streamed", "whole"])
LONG = Limits(first_byte_s=20, idle_s=20, total_s=60)
WIDE = "text=%7B%22motivation%22%3A%2085%2C%20%22reason%22%3A%20%22%F0%9F%98%82%20%C3%A4%20%E2%82%AC%22%7D"
SAID = '{"motivation": 85, "reason": "😂 ä €"}'


async def ask(server: FaultServer, model: str, *, is_streamed: bool, limits: Limits = LONG) -> Response:
    endpoint = Endpoint(
        f"f/{model}", Kind.CUSTOM, f"openai/{model}", "f", Parameters(), server.api_base, Secret("none"), price=(1, 1)
    )
    call = Call((("user", "How motivated are you?"),), {"decoding": "free", "max_tokens": 120}, 7, None, is_streamed)
    return await LitellmClient(endpoint, limits).complete(call, Transcript())


def kind_of(response: Response) -> ErrorKind | None:
    return response.error.kind if response.error else None


@BOTH
@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_pieces_may_end_anywhere_even_in_a_character(server: FaultServer, size: int, is_streamed: bool) -> None:
    response = await ask(server, f"split:{size}:{WIDE}", is_streamed=is_streamed)
    assert (response.outcome, response.text) == (Outcome.COMPLETE, SAID)


@BOTH
async def test_what_a_filter_stopped_is_complete_and_says_so(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "content_filter", is_streamed=is_streamed)
    assert (response.outcome, response.finish_reason) == (Outcome.COMPLETE, "content_filter")


@BOTH
async def test_a_filtered_prompt_is_an_error_that_no_retry_mends(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "content_filter:400", is_streamed=is_streamed)
    assert kind_of(response) is ErrorKind.CONTENT_FILTER
    assert response.error is not None
    assert not response.error.is_retryable


@pytest.mark.parametrize(
    ("reason", "is_streamed"),
    [("null", True), ("null", False), ("missing", True), ("missing", False), ("banana", True), ("banana", False)],
)
async def test_an_end_without_a_known_reason_is_not_believed(
    server: FaultServer, reason: str, is_streamed: bool
) -> None:
    response = await ask(server, f"finish:{reason}", is_streamed=is_streamed)
    assert response.outcome is Outcome.PARTIAL
    assert kind_of(response) is ErrorKind.CUT
    assert response.text


async def test_an_error_after_five_hundred_pieces_keeps_them(server: FaultServer) -> None:
    response = await ask(server, "error_event:500", is_streamed=True)
    assert response.outcome is Outcome.PARTIAL
    assert response.text.count("All work and no play.") > 400
    assert response.usage.output_tokens is None
    assert response.cost_usd is None


async def test_words_after_the_end_do_not_make_an_answer_another(server: FaultServer) -> None:
    """The server said stop and went on: whatever is kept of it, what came before is there unchanged."""
    response = await ask(server, f"after_finish:{WIDE}", is_streamed=True)
    assert response.text.startswith(SAID)
    assert len(server.requests) == 1


@BOTH
async def test_a_line_of_ten_megabytes_is_cut_off(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "long_line:10000000", is_streamed=is_streamed)
    assert response.outcome is Outcome.PARTIAL
    assert kind_of(response) is ErrorKind.OVERSIZE
    assert len(response.text) == MAX_REPLY_CHARS


async def test_fifty_megabytes_are_not_read_to_their_end(server: FaultServer) -> None:
    response = await ask(server, "big:50000000", is_streamed=True)
    assert kind_of(response) is ErrorKind.OVERSIZE
    assert len(response.text) == MAX_REPLY_CHARS
    await server.until(lambda: server.requests[-1].ended_at is not None)
    assert server.requests[-1].client_left, "the connection was dropped, not drained"


async def test_a_whole_reply_that_comes_a_byte_at_a_time_ends(server: FaultServer) -> None:
    response = await ask(server, "drip:0.05", is_streamed=False, limits=Limits(total_s=1))
    assert kind_of(response) is ErrorKind.TOTAL_TIMEOUT


@BOTH
async def test_a_spent_quota_is_no_passing_limit(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "quota", is_streamed=is_streamed)
    assert kind_of(response) is ErrorKind.QUOTA


@BOTH
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("1000000000", 1e9), ("-1", None), ("soon", None), ("Wed%2C%2021%20Oct%202015%2007%3A28%3A00%20GMT", None)],
)
async def test_a_retry_after_that_means_nothing_is_none(
    server: FaultServer, header: str, seconds: float | None, is_streamed: bool
) -> None:
    """A wish of thirty years is a wish: who waits clamps it."""
    response = await ask(server, f"retry_after:{header}", is_streamed=is_streamed)
    assert response.error is not None
    assert response.error.kind is ErrorKind.RATE_LIMIT
    assert response.error.retry_after_s == seconds
