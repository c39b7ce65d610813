"""The same call in this process and in another gives the same response, whatever the server does."""

from __future__ import annotations

import asyncio
import time

import pytest

from motivtui.models.call_process import CallProcess, RemoteClient
from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.litellm_door.client import LitellmClient
from motivtui.settings import Limits
from motivtui.study.parameters import Parameters
from motivtui.study.response import ErrorKind, Outcome
from tests.faults.server import FaultServer
from tests.faults.spec import text_model
from tests.models.call_process.calls import KEY, LIMITS, Watched, call_of, client_of, endpoint_of, timeless

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = Limits(first_byte_s=0.3, idle_s=0.3, total_s=0.8)
BOTH = pytest.mark.parametrize("is_streamed", [True, False], ids=["streamed", "whole"])
MODELS = [
    "ok",
    "score:85:chunks=40",
    "length",
    "content_filter",
    "content_filter:400",
    "finish:null",
    "finish:strange",
    "empty_choices",
    "null_content",
    "error_event:3",
    "two_choices",
    "usage:negative",
    "usage:missing",
    "after_finish",
    "reasoning:hard thinking 99",
    "think:hm",
    "big:1000000",
    "status:400",
    "status:401",
    "status:429:retry_after=7",
    "status:500",
    "quota",
    "context",
    "echo_key",
    "redirect",
    "storm:1000:503",
    "html",
    "cut:eof:5",
    "cut:json:20",
    "cut:utf8",
    "cut:fin",
    "cut:rst",
    "split:3",
    text_model("\0 one\r\n\x1b[31m two \ud800 three \ud83d|\ude00 four \u2028 \x7f\U0001f602"),
]
SLOW_MODELS = ["hang", "hang_headers", "stall:5", "comments:0.1", "drip:0.2"]


async def both_ways(
    server: FaultServer, process: CallProcess, model: str, call: Call, limits: Limits, *, is_watched: bool
) -> None:
    """Ask here and there, and compare the responses and the transcripts."""
    listener = Watched()
    near, far = (
        (Transcript(on_text=lambda _: None), listener.transcript) if is_watched else (Transcript(), Transcript())
    )
    expected = await LitellmClient(endpoint_of(server.api_base, model), limits).complete(call, near)
    response = await client_of(server.api_base, model, process, limits).complete(call, far)
    assert timeless(response) == timeless(expected)
    assert (far.text, far.reasoning, far.size, far.is_oversize) == (
        near.text,
        near.reasoning,
        near.size,
        near.is_oversize,
    )
    assert (response.time_to_first_token_ms is None) is (expected.time_to_first_token_ms is None)
    assert response.time_to_first_token_ms == far.time_to_first_token_ms()
    assert response.latency_ms is not None
    if is_watched:
        assert "".join(listener.pieces) == far.text
    assert KEY not in repr(response)


@BOTH
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model[:24].encode("ascii", "replace").decode())
async def test_the_same_response(server: FaultServer, process: CallProcess, model: str, is_streamed: bool) -> None:
    call = call_of(is_streamed=is_streamed)
    for is_watched in (False, True):
        await both_ways(server, process, model, call, LIMITS, is_watched=is_watched)


@BOTH
@pytest.mark.parametrize("model", SLOW_MODELS)
async def test_the_same_response_out_of_time(
    server: FaultServer, process: CallProcess, model: str, is_streamed: bool
) -> None:
    await both_ways(server, process, model, call_of(is_streamed=is_streamed), SHORT, is_watched=is_streamed)


async def test_the_same_request(server: FaultServer, process: CallProcess) -> None:
    call = call_of(is_streamed=False, said="hm \0 \u2028", decoding="schema", temperature=0.3, top_k=40, stop=["\n"])
    await both_ways(server, process, "ok", call, LIMITS, is_watched=False)
    here, there = server.calls[-2:]
    assert here.body == there.body
    assert here.authorization == there.authorization


async def test_a_refused_connection(process: CallProcess) -> None:
    response = await client_of("http://127.0.0.1:9/v1", "ok", process).complete(
        call_of(is_streamed=False), Transcript()
    )
    assert response.error is not None
    assert response.error.kind is ErrorKind.CONNECTION


@pytest.mark.parametrize("parameters", [{}, {"decoding": "free", "x": object()}])
async def test_a_call_that_cannot_be_made_is_a_response(
    server: FaultServer, process: CallProcess, parameters: dict[str, object]
) -> None:
    """In this process the first would be a KeyError: no call of the program's own lacks it."""
    call = Call((("user", "hm"),), parameters, 1, None, is_streamed=False)
    response = await client_of(server.api_base, "ok", process).complete(call, Transcript())
    assert response.outcome is Outcome.ERROR
    assert response.error is not None
    assert response.error.kind is ErrorKind.UNKNOWN


async def test_a_cloud_model_without_a_key_is_an_error(process: CallProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    endpoint = Endpoint("openai/gpt-4o", Kind.LITELLM, "openai/gpt-4o", "openai", Parameters(), "http://127.0.0.1:9")
    client = RemoteClient(endpoint, LIMITS, process)
    response = await client.complete(call_of(is_streamed=False), Transcript())
    assert response.error is not None
    assert response.error.kind in (ErrorKind.AUTHENTICATION, ErrorKind.CONNECTION)
    assert client.endpoint is endpoint


async def test_many_endpoints_each_with_its_own_key(server: FaultServer, process: CallProcess) -> None:
    clients = [RemoteClient(endpoint_of(server.api_base, "echo_key", f"sk-{n}"), LIMITS, process) for n in range(3)]
    responses = await asyncio.gather(*(one.complete(call_of(is_streamed=False), Transcript()) for one in clients))
    assert len({call.authorization for call in server.calls[-3:]}) == 3
    assert all(response.error and "sk-" not in response.error.message for response in responses)


async def test_text_comes_while_the_reply_is_written_but_not_in_every_small_piece(
    server: FaultServer, process: CallProcess
) -> None:
    listener = Watched()
    model = "text:chunks=200:gap=0.002:text=" + "x" * 200
    task = asyncio.create_task(
        client_of(server.api_base, model, process).complete(call_of(is_streamed=True), listener.transcript)
    )
    await listener.begun()
    assert not task.done()
    assert listener.transcript.first_token is not None
    response = await task
    assert response.text == "x" * 200
    assert "".join(listener.pieces) == response.text
    assert response.latency_ms is not None
    assert 2 <= len(listener.pieces) <= 2 + response.latency_ms / 50


async def test_the_clock_is_the_childs(server: FaultServer, process: CallProcess) -> None:
    transcript = Transcript()
    transcript.started = 0.0
    before = time.monotonic()
    client = client_of(server.api_base, "ok:latency=0.05", process)
    response = await client.complete(call_of(is_streamed=True), transcript)
    assert transcript.first_token is not None
    assert before < transcript.started < transcript.first_token < time.monotonic()
    assert response.time_to_first_token_ms is not None
    assert response.latency_ms is not None
    assert response.time_to_first_token_ms == transcript.time_to_first_token_ms()
    assert 50 <= response.time_to_first_token_ms <= response.latency_ms <= (time.monotonic() - before) * 1000


async def test_a_listener_that_fails_fails_its_own_call_only(server: FaultServer, process: CallProcess) -> None:
    def fail(_: str) -> None:
        raise ValueError(f"no room on the screen {KEY}")

    client = client_of(server.api_base, "drip:0.01", process)
    other = asyncio.create_task(client.complete(call_of(is_streamed=True), Transcript()))
    response = await client.complete(call_of(is_streamed=True), Transcript(on_text=fail))
    assert response.outcome is Outcome.PARTIAL
    assert response.error is not None
    assert "no room" in response.error.message
    assert KEY not in response.error.message
    await server.until(lambda: any(call.client_left for call in server.calls[-2:]))
    assert (await other).outcome is Outcome.COMPLETE


@pytest.mark.parametrize("is_watched", [True, False])
async def test_a_cancelled_call_keeps_its_text_and_closes_its_connection(
    server: FaultServer, process: CallProcess, is_watched: bool
) -> None:
    watched = Watched()
    transcript = watched.transcript if is_watched else Transcript()
    client = client_of(server.api_base, "stall:20", process)
    task = asyncio.create_task(client.complete(call_of(is_streamed=True), transcript))
    number = len(server.calls)
    if is_watched:
        async with asyncio.timeout(10):
            while len(transcript.text) < 20:
                watched.has_begun.clear()
                await watched.begun()
    else:
        await server.until(lambda: len(server.calls) > number and server.calls[-1].status == 200)
        # What the server sent is in the child's hands once a later call of the same child is answered.
        await client_of(server.api_base, "ok", process).complete(call_of(is_streamed=True), Transcript())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    cancelled = transcript.cancelled()
    assert cancelled.outcome is Outcome.CANCELLED
    assert len(cancelled.text) == 20
    assert cancelled.time_to_first_token_ms is not None
    await server.until(lambda: server.calls[number].client_left)
    assert process.in_flight == 0


async def test_calls_cancelled_at_any_moment_leave_nothing(server: FaultServer, process: CallProcess) -> None:
    client = client_of(server.api_base, "ok:chunks=5:gap=0.002", process)
    tasks = [asyncio.create_task(client.complete(call_of(is_streamed=True), Watched().transcript)) for _ in range(40)]
    for steps, task in enumerate(tasks):
        for _ in range(steps % 7):
            await asyncio.sleep(0)
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended)
    assert process.in_flight == 0
    assert [task for task in asyncio.all_tasks() if "/motivtui/" in repr(task)] == []
    assert (await client.complete(call_of(is_streamed=True), Transcript())).outcome is Outcome.COMPLETE


async def test_two_hundred_calls_at_once(server: FaultServer, process: CallProcess) -> None:
    async def one(number: int) -> tuple[int, str]:
        client = client_of(server.api_base, text_model(f"reply {number}", latency=0.05, chunks=3), process)
        transcript = Watched().transcript if number % 3 == 0 else Transcript()
        response = await client.complete(call_of(is_streamed=number % 2 == 0), transcript)
        assert response.outcome is Outcome.COMPLETE, response
        return number, response.text

    pairs = await asyncio.gather(*(one(number) for number in range(200)))
    assert pairs == [(number, f"reply {number}") for number in range(200)]
    assert process.in_flight == 0
