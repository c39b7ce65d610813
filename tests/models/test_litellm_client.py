"""The client against a real server that fails in every way we know of; its log is the truth of what was paid."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from motivtui.models.client import MAX_REPLY_CHARS, Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.litellm_door.client import LitellmClient
from motivtui.settings import Limits, Secret
from motivtui.study.parameters import Parameters
from motivtui.study.response import ErrorKind, Outcome, Response
from tests.faults.server import FaultServer

KEY = "sk-canary-8f3a"
SCHEMA = {"type": "object", "properties": {"motivation": {"type": "integer", "minimum": 1, "maximum": 100}}}
LIMITS = Limits(first_byte_s=0.4, idle_s=0.4, total_s=1.2)
BOTH = pytest.mark.parametrize("is_streamed", [True, False], ids=["streamed", "whole"])


def endpoint_of(server: FaultServer, model: str) -> Endpoint:
    return Endpoint(
        f"faults/{model}", Kind.CUSTOM, f"openai/{model}", "faults", Parameters(), server.api_base, Secret(KEY)
    )


def call_of(*, is_streamed: bool, **parameters: Any) -> Call:
    return Call(
        (("user", "How motivated are you?"),),
        {"decoding": "free", "max_tokens": 120} | parameters,
        7,
        SCHEMA,
        is_streamed,
    )


async def ask(
    server: FaultServer, model: str, *, is_streamed: bool, limits: Limits = LIMITS, **parameters: Any
) -> Response:
    client = LitellmClient(endpoint_of(server, model), limits)
    return await client.complete(call_of(is_streamed=is_streamed, **parameters), Transcript())


@BOTH
async def test_a_good_answer_is_complete_with_its_numbers(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "score:85:latency=0.05", is_streamed=is_streamed)
    assert response.outcome is Outcome.COMPLETE
    assert response.text.startswith('{"motivation": 85')
    assert response.finish_reason == "stop"
    assert response.error is None
    assert response.usage.input_tokens
    assert response.usage.output_tokens
    assert response.cost_usd is None, "nobody knows the price of a custom endpoint"
    assert response.latency_ms is not None
    assert response.latency_ms >= 50
    assert (response.time_to_first_token_ms is not None) is is_streamed
    assert response.model_reported
    assert response.fingerprint
    assert len(server.requests) == 1


@BOTH
async def test_what_is_sent_is_what_was_asked_for(server: FaultServer, is_streamed: bool) -> None:
    parameters: dict[str, Any] = {"temperature": 0.3, "top_p": 0.9, "top_k": 40, "cache_prompt": False}
    response = await ask(server, "ok", is_streamed=is_streamed, **parameters)
    body = server.requests[0].body
    assert body is not None
    assert {name: body[name] for name in parameters} == parameters
    assert body["max_tokens"] == 120
    assert body["seed"] == 7
    assert "response_format" not in body
    assert response.effective == parameters | {"max_tokens": 120, "seed": 7, "decoding": "free"}


async def test_schema_decoding_sends_the_schema(server: FaultServer) -> None:
    response = await ask(server, "ok", is_streamed=False, decoding="schema")
    body = server.requests[0].body
    assert body is not None
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert body["response_format"]["json_schema"]["strict"] is True
    assert response.effective["decoding"] == "schema"


CUTS = ["cut:eof:5", "cut:eof:20", "cut:json:20", "cut:utf8", "cut:rst", "cut:fin", "html", "error_event:3"]


@BOTH
@pytest.mark.parametrize("model", CUTS)
async def test_a_cut_reply_is_never_an_answer(server: FaultServer, model: str, is_streamed: bool) -> None:
    response = await ask(server, model, is_streamed=is_streamed)
    assert response.outcome in (Outcome.PARTIAL, Outcome.ERROR)
    assert (response.outcome is Outcome.PARTIAL) is bool(response.text)
    assert response.error is not None
    assert response.error.is_retryable
    assert response.usage.output_tokens is None
    assert len(server.requests) == 1


@pytest.mark.parametrize("offset", range(0, 40, 3))
@pytest.mark.parametrize("kind", ["eof", "json"])
async def test_a_cut_anywhere_is_seen(server: FaultServer, kind: str, offset: int) -> None:
    response = await ask(server, f"cut:{kind}:{offset}", is_streamed=True)
    assert response.outcome is not Outcome.COMPLETE
    assert len(response.text) <= offset


async def test_a_whole_reply_without_finish_reason_is_not_believed(server: FaultServer) -> None:
    """litellm itself would say finish reason "stop"."""
    response = await ask(server, "cut:eof:200", is_streamed=False)
    assert response.outcome is Outcome.PARTIAL
    assert response.finish_reason is None


@BOTH
@pytest.mark.parametrize("usage", ["negative", "huge", "missing"])
async def test_usage_that_cannot_be_is_unknown(server: FaultServer, usage: str, is_streamed: bool) -> None:
    response = await ask(server, f"usage:{usage}", is_streamed=is_streamed)
    assert response.outcome is Outcome.COMPLETE
    assert response.usage.output_tokens is None


STATUSES = [
    ("status:400", ErrorKind.BAD_REQUEST, 400),
    ("status:401", ErrorKind.AUTHENTICATION, 401),
    ("status:402", ErrorKind.QUOTA, 402),
    ("status:404", ErrorKind.NOT_FOUND, 404),
    ("status:429", ErrorKind.RATE_LIMIT, 429),
    ("status:500", ErrorKind.SERVER, 500),
    ("status:503", ErrorKind.SERVER, 503),
    ("context", ErrorKind.CONTEXT_OVERFLOW, 400),
    ("redirect", ErrorKind.BAD_REQUEST, 302),
]


@BOTH
@pytest.mark.parametrize(("model", "kind", "status"), STATUSES)
async def test_errors_by_what_the_server_said(
    server: FaultServer, model: str, kind: ErrorKind, status: int, is_streamed: bool
) -> None:
    response = await ask(server, model, is_streamed=is_streamed)
    assert response.outcome is Outcome.ERROR
    assert response.error is not None
    assert response.error.kind is kind
    assert response.error.status_code == status
    assert len(server.requests) == 1, "the client never retries"


async def test_a_redirect_is_not_followed(server: FaultServer) -> None:
    await ask(server, "redirect", is_streamed=False)
    assert len(server.requests) == 1
    assert not any(request.is_elsewhere for request in server.requests)


@BOTH
async def test_retry_after_is_read_from_the_server(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "status:429:retry_after=7", is_streamed=is_streamed)
    assert response.error is not None
    assert response.error.retry_after_s == 7


@BOTH
async def test_the_key_is_cut_out_of_what_the_server_echoes(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "echo_key", is_streamed=is_streamed)
    assert response.error is not None
    assert "***" in response.error.message
    assert KEY not in repr(response)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("hang", ErrorKind.FIRST_BYTE_TIMEOUT),
        ("hang_headers", ErrorKind.FIRST_BYTE_TIMEOUT),
        ("comments:0.1", ErrorKind.FIRST_BYTE_TIMEOUT),
        ("drip:0.2", ErrorKind.TOTAL_TIMEOUT),
    ],
)
async def test_hung_and_dripping_streams_end(server: FaultServer, model: str, kind: ErrorKind) -> None:
    began = time.monotonic()
    response = await ask(server, model, is_streamed=True)
    assert response.error is not None
    assert response.error.kind is kind
    assert time.monotonic() - began < LIMITS.total_s + 2
    await until_gone(server)


async def test_a_stream_that_stands_still_ends(server: FaultServer) -> None:
    response = await ask(server, "score:85:chunks=5:gap=3", is_streamed=True)
    assert response.error is not None
    assert response.error.kind is ErrorKind.IDLE_TIMEOUT


async def test_a_whole_reply_that_never_comes_ends(server: FaultServer) -> None:
    response = await ask(server, "hang", is_streamed=False)
    assert response.error is not None
    assert response.error.kind is ErrorKind.TOTAL_TIMEOUT
    await until_gone(server)


@BOTH
async def test_too_much_is_cut_off(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "big:1000000", is_streamed=is_streamed, limits=Limits(total_s=30))
    assert response.outcome is Outcome.PARTIAL
    assert response.error is not None
    assert response.error.kind is ErrorKind.OVERSIZE
    assert len(response.text) == MAX_REPLY_CHARS


async def test_only_the_first_of_several_choices_is_the_reply(server: FaultServer) -> None:
    streamed = await ask(server, "two_choices", is_streamed=True)
    whole = await ask(server, "two_choices", is_streamed=False)
    assert streamed.text == whole.text


async def test_the_same_chunk_three_hundred_times_is_a_reply(server: FaultServer) -> None:
    response = await ask(server, "repeat:300", is_streamed=True, limits=Limits())
    assert response.outcome is Outcome.COMPLETE


@BOTH
async def test_an_empty_answer_is_an_answer_and_no_choice_is_none(server: FaultServer, is_streamed: bool) -> None:
    empty = await ask(server, "null_content", is_streamed=is_streamed)
    assert empty.outcome is Outcome.COMPLETE
    assert empty.text == ""
    nothing = await ask(server, "empty_choices", is_streamed=is_streamed)
    assert nothing.outcome is Outcome.ERROR


@BOTH
async def test_reasoning_is_kept_apart(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "reasoning:hard thinking 99", is_streamed=is_streamed)
    assert response.reasoning == "hard thinking 99"
    assert "99" not in response.text


async def test_a_length_stop_is_complete_and_says_so(server: FaultServer) -> None:
    response = await ask(server, "length", is_streamed=True)
    assert response.outcome is Outcome.COMPLETE
    assert response.finish_reason == "length"


@pytest.mark.usefixtures("server")
async def test_a_refused_connection() -> None:
    endpoint = Endpoint("x/y", Kind.CUSTOM, "openai/y", "x", Parameters(), "http://127.0.0.1:9/v1", Secret(KEY))
    response = await LitellmClient(endpoint, LIMITS).complete(call_of(is_streamed=False), Transcript())
    assert response.error is not None
    assert response.error.kind is ErrorKind.CONNECTION
    assert response.error.status_code is None


async def test_cancelling_frees_the_connection_and_keeps_the_text(server: FaultServer) -> None:
    seen = asyncio.Event()
    transcript = Transcript(on_text=lambda _: seen.set())
    client = LitellmClient(endpoint_of(server, "drip:0.05"), Limits())
    task = asyncio.create_task(client.complete(call_of(is_streamed=True), transcript))
    async with asyncio.timeout(5):
        await seen.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert transcript.cancelled().outcome is Outcome.CANCELLED
    assert transcript.text
    await until_gone(server)


async def until_gone(server: FaultServer) -> None:
    """The server sees that the client went away: nothing is generated, or paid, behind our back."""
    async with asyncio.timeout(5):
        while not server.requests[-1].client_left:
            await asyncio.sleep(0.02)


def test_loading_litellm_is_quiet_reads_no_dotenv_and_asks_no_network(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=from-a-hostile-file\n", encoding="utf-8")
    code = (
        "import os, socket\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.getaddrinfo = refuse\n"
        "from motivtui.models.litellm_door.loading import load_litellm\n"
        "load_litellm()\n"
        "assert 'OPENAI_API_KEY' not in os.environ\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
