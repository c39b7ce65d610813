"""The server itself: addresses, what it notes, orders that depend on earlier requests, starting and ending."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import time
from pathlib import Path

import aiohttp
import pytest

from tests.faults.plain_client import PROMPT, ask, send
from tests.faults.request_log import COMPLETIONS, read_log
from tests.faults.server import FaultServer

KEY_HASH = hashlib.sha256(b"Bearer sk-test").hexdigest()


async def test_addresses(server: FaultServer) -> None:
    health = await send(server.api_base, "GET", "/health")
    models = await send(server.api_base, "GET", "/v1/models")
    nothing = await send(server.api_base, "GET", "/v1/nothing")
    assert (health.status, health.json) == (200, {"status": "ok"})
    assert "ok" in {model["id"] for model in models.json["data"]}
    assert nothing.status == 404
    assert [request.path for request in server.requests] == ["/health", "/v1/models", "/v1/nothing"]
    assert server.calls == []


async def test_what_is_noted(server: FaultServer) -> None:
    before = time.monotonic()
    await ask(server.api_base, "ok", stream=False, seed=7)
    (call,) = server.calls
    assert before < call.at < (call.ended_at or 0) <= time.monotonic()
    assert (call.number, call.method, call.path, call.model, call.status) == (1, "POST", COMPLETIONS, "ok", 200)
    assert call.body == {"model": "ok", "messages": PROMPT, "stream": False, "seed": 7}
    assert call.authorization == KEY_HASH
    assert not call.client_left
    async with aiohttp.ClientSession() as session, session.get(server.api_base + "/models"):
        pass
    assert server.requests[1].authorization is None


async def test_a_client_that_leaves_is_noted(server: FaultServer) -> None:
    for model in ("ok:latency=30", "ok:gap=30", "hang"):
        await ask(server.api_base, model, stream=True, patience=0.1)
        await server.until(lambda: server.calls[-1].ended_at is not None)
        assert server.calls[-1].client_left


async def test_a_server_that_stops_is_no_client_that_leaves() -> None:
    async with FaultServer() as server:
        asking = asyncio.create_task(ask(server.api_base, "hang", stream=True))
        await server.until(lambda: len(server.calls) == 1)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert (await asking).status is None
    (call,) = server.calls
    assert call.ended_at is not None
    assert not call.client_left


@pytest.mark.parametrize(
    "model",
    [
        "",
        "nosuch",
        "ok:latency=soon",
        "score:high",
        "status:200",
        "status:abc",
        "cut:sideways",
        "cut:eof:-1",
        "usage:odd",
        "cut:eof:chunks=x",
        "retry_after:a%0D%0AX-Evil: 1",
        "flaky:many:500",
        "scores:9:1",
        "drip:-1",
        "redirect:x",
        "redirect:200",
    ],
)
async def test_an_order_that_makes_no_sense_is_told(server: FaultServer, model: str) -> None:
    answer = await ask(server.api_base, model, stream=True)
    assert answer.status == 404
    assert answer.json["error"]["message"].startswith("The fault server cannot do this: ")
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"model": 5}', b"\xff"])
async def test_a_body_without_a_model_is_a_bad_request(server: FaultServer, body: bytes) -> None:
    assert (await send(server.api_base, "POST", COMPLETIONS, body)).status == 400
    assert server.calls[0].status == 400


async def test_flaky_counts_by_body(server: FaultServer) -> None:
    first = [(await ask(server.api_base, "flaky:2:503:retry_after=1", stream=False)) for _ in range(4)]
    assert [answer.status for answer in first] == [503, 503, 200, 200]
    assert first[0].headers["retry-after"] == "1"
    other = await ask(server.api_base, "flaky:2:503:retry_after=1", stream=False, seed=2)
    assert other.status == 503


async def test_flaky_takes_any_fault(server: FaultServer) -> None:
    answers = [await ask(server.api_base, "flaky:1:cut:rst:5:score=9", stream=True) for _ in range(2)]
    assert [answer.end for answer in answers] == ["rst", "fin"]
    assert json.loads(answers[1].text)["motivation"] == 9


async def test_a_storm_passes(server: FaultServer) -> None:
    first = await ask(server.api_base, "storm:1:429", stream=False, seed=1)
    second = await ask(server.api_base, "storm:1:429", stream=False, seed=2)
    began = server.calls[0].at
    await asyncio.sleep(began + 1.05 - time.monotonic())
    third = await ask(server.api_base, "storm:1:429", stream=False, seed=3)
    assert [first.status, second.status, third.status] == [429, 429, 200]


async def test_a_share_of_the_bodies_fails_always(server: FaultServer) -> None:
    seen = [(await ask(server.api_base, "share:0.3:500", stream=False, seed=count % 60)).status for count in range(120)]
    assert seen[:60] == seen[60:]
    assert 8 <= seen[:60].count(500) <= 30


@pytest.mark.parametrize("code", [302, 307])
async def test_a_redirect_leads_to_another_port_that_notes_the_key(server: FaultServer, code: int) -> None:
    answer = await ask(server.api_base, f"redirect:{code}", stream=True)
    assert (answer.status, answer.headers["location"]) == (code, server.elsewhere)
    assert str(server.port) not in server.elsewhere
    assert server.redirected == []
    followed = await send(server.elsewhere.removesuffix(COMPLETIONS) + "/v1", "GET", COMPLETIONS)
    assert followed.status == 200
    assert [request.authorization for request in server.redirected] == [KEY_HASH]
    assert len(server.calls) == 1


async def test_connections_are_kept_alive(server: FaultServer) -> None:
    opened: list[str] = []
    tracing = aiohttp.TraceConfig()

    async def note(*_: object) -> None:
        opened.append("connection")

    tracing.on_connection_create_end.append(note)
    async with aiohttp.ClientSession(trace_configs=[tracing]) as session:
        for stream in (True, False, True):
            body = {"model": "ok", "messages": PROMPT, "stream": stream}
            async with session.post(f"{server.api_base}/chat/completions", json=body) as response:
                assert (await response.read()).startswith(b"data:" if stream else b"{")
    assert len(opened) == 1


async def test_many_at_once(server: FaultServer) -> None:
    answers = await asyncio.gather(
        *(ask(server.api_base, f"score:{number}:latency=0.05", stream=bool(number % 2)) for number in range(100))
    )
    assert [json.loads(answer.text)["motivation"] for answer in answers] == list(range(100))


async def test_the_log_file_tells_the_same(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    async with FaultServer(log=log) as server:
        await ask(server.api_base, "ok", stream=True)
        await ask(server.api_base, "hang", stream=True, patience=0.1)
        await server.until(lambda: server.calls[-1].client_left)
        assert read_log(log) == server.requests
    assert "sk-test" not in log.read_text()


def test_a_log_is_read_while_it_is_written(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert read_log(log) == []
    log.write_text('{"event": "rec')
    assert read_log(log) == []


async def test_a_log_with_a_torn_last_line_is_continued(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    for seed in (1, 2):
        async with FaultServer(log=log) as server:
            await ask(server.api_base, "ok", stream=False, seed=seed)
        with log.open("a") as file:
            file.write('{"event": "rec')
    assert [(request.number, (request.body or {})["seed"], request.status) for request in read_log(log)] == [
        (1, 1, 200),
        (1, 2, 200),
    ]


async def test_it_can_be_entered_again_at_the_same_port(tmp_path: Path) -> None:
    server = FaultServer(log=tmp_path / "log.jsonl")
    async with server:
        first = server.api_base
        await ask(first, "ok", stream=False)
    with pytest.raises(ConnectionRefusedError):
        await ask(first, "ok", stream=False)
    async with server:
        assert server.api_base == first
        await ask(first, "ok", stream=False)
    assert [request.number for request in read_log(tmp_path / "log.jsonl")] == [1, 2]


async def test_a_taken_port_is_an_error_and_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        async with FaultServer(port=taken.getsockname()[1]):
            pass
