"""Broken HTTP: what is on the wire is what was asked for."""

from __future__ import annotations

import json
import math

import pytest

from tests.faults.plain_client import Raw, ask
from tests.faults.server import FaultServer
from tests.faults.spec import text_model

SAID = '{"motivation": 85, "reason": "汉 \\"ok\\""}'
OFFSETS = [0, 1, 10, 17, len(SAID) - 1, len(SAID), 10_000]


async def _cut(server: FaultServer, kind: str, offset: int, *, stream: bool) -> Raw:
    answer = await ask(
        server.api_base, f"cut:{kind}:{offset}:{text_model(SAID).replace('text:', 'text=')}", stream=stream
    )
    assert answer.status == 200
    assert not server.calls[-1].client_left
    return answer


@pytest.mark.parametrize("offset", OFFSETS)
async def test_cut_eof(server: FaultServer, offset: int) -> None:
    streamed = await _cut(server, "eof", offset, stream=True)
    assert streamed.is_whole
    assert streamed.end == "fin"
    assert (streamed.text, streamed.finish, streamed.rest) == (SAID[:offset], None, b"")
    assert "[DONE]" not in streamed.events
    whole = await _cut(server, "eof", offset, stream=False)
    assert (whole.text, whole.finish, whole.is_whole) == (SAID[:offset], None, True)


@pytest.mark.parametrize("offset", OFFSETS)
async def test_cut_json(server: FaultServer, offset: int) -> None:
    streamed = await _cut(server, "json", offset, stream=True)
    assert streamed.is_whole
    assert streamed.text == SAID[:offset]
    assert streamed.rest.startswith(b'data: {"id"')
    _no_json(streamed.rest.removeprefix(b"data: "))
    whole = await _cut(server, "json", offset, stream=False)
    assert whole.is_whole
    _no_json(whole.body)


@pytest.mark.parametrize("offset", OFFSETS)
async def test_cut_utf8(server: FaultServer, offset: int) -> None:
    streamed = await _cut(server, "utf8", offset, stream=True)
    whole = await _cut(server, "utf8", offset, stream=False)
    assert streamed.text == SAID[:offset]
    for answer in (streamed, whole):
        assert answer.is_whole
        with pytest.raises(UnicodeDecodeError, match="unexpected end of data"):
            answer.body.decode()


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize(("kind", "end"), [("fin", "fin"), ("rst", "rst")])
async def test_cut_connection(server: FaultServer, kind: str, end: str, offset: int) -> None:
    streamed = await _cut(server, kind, offset, stream=True)
    assert (streamed.end, streamed.missing, streamed.is_whole) == (end, 1000, False)
    assert streamed.text == SAID[:offset]
    assert streamed.rest
    whole = await _cut(server, kind, offset, stream=False)
    assert (whole.end, whole.missing, whole.is_whole) == (end, 500, False)
    _no_json(whole.payload)


async def test_cut_no_done(server: FaultServer) -> None:
    streamed = await _cut(server, "no_done", 0, stream=True)
    assert streamed.is_whole
    assert (streamed.text, streamed.finish) == (SAID, "stop")
    assert "[DONE]" not in streamed.events
    assert (await _cut(server, "no_done", 0, stream=False)).text == SAID


@pytest.mark.parametrize("stream", [True, False])
async def test_html(server: FaultServer, stream: bool) -> None:
    answer = await ask(server.api_base, "html", stream=stream)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.is_whole
    assert answer.body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("stream", [True, False])
async def test_hang(server: FaultServer, stream: bool) -> None:
    answer = await ask(server.api_base, "hang", stream=stream, patience=0.5)
    assert (answer.status, answer.payload, answer.end) == (None, b"", "open")
    await server.until(lambda: server.calls[0].client_left)
    assert server.calls[0].status is None


@pytest.mark.parametrize("stream", [True, False])
async def test_hang_headers(server: FaultServer, stream: bool) -> None:
    answer = await ask(server.api_base, "hang_headers", stream=stream, patience=0.5)
    assert (answer.status, answer.payload, answer.end) == (200, b"", "open")
    assert answer.headers["content-type"].startswith("text/event-stream" if stream else "application/json")
    await server.until(lambda: server.calls[0].client_left)


async def test_stall(server: FaultServer) -> None:
    answer = await ask(server.api_base, "stall:3:text=abcdef", stream=True, patience=0.5)
    assert (answer.text, answer.finish, answer.end) == ("abc", None, "open")
    whole = await ask(server.api_base, "stall:3:text=abcdef", stream=False, patience=0.5)
    assert whole.body.endswith(b'"content": "abc')
    await server.until(lambda: all(call.client_left for call in server.calls))


async def test_drip(server: FaultServer) -> None:
    answer = await ask(server.api_base, "drip:0.01:text=abcdef", stream=True)
    assert [told["choices"][0]["delta"].get("content") for told in answer.events[1:-2]] == list("abcdef")
    assert (answer.finish, answer.events[-1]) == ("stop", "[DONE]")
    call = server.calls[0]
    assert (call.ended_at or math.inf) - call.at >= 0.06
    whole = await ask(server.api_base, "drip:0.0001:text=abcdef", stream=False)
    assert whole.text == "abcdef"
    assert {len(chunk) for chunk in whole.chunks} == {1}


async def test_comments(server: FaultServer) -> None:
    answer = await ask(server.api_base, "comments:0.02", stream=True, patience=0.5)
    assert answer.end == "open"
    assert answer.body.count(b": keep-alive\n\n") * len(b": keep-alive\n\n") == len(answer.body) > 0
    whole = await ask(server.api_base, "comments:0.02", stream=False, patience=0.5)
    assert whole.body.strip() == b""
    assert len(whole.body) > 1


async def test_split(server: FaultServer) -> None:
    for stream in (True, False):
        answer = await ask(server.api_base, "split:1:text=%E6%B1%89", stream=stream)
        assert {len(chunk) for chunk in answer.chunks} == {1}
        assert (answer.text, answer.finish) == ("汉", "stop")


def _no_json(data: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(data)
