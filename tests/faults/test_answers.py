"""Answers whose HTTP is right: the good one, the odd ones, the errors."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.answers import FINGERPRINT, pieces
from tests.faults.plain_client import Raw, ask
from tests.faults.server import FaultServer
from tests.faults.spec import encoded, text_model

WITH_USAGE: dict[str, Any] = {"stream_options": {"include_usage": True}}


async def _both(server: FaultServer, model: str) -> tuple[Raw, Raw]:
    """The streamed answer and the one in one piece; both are well-framed."""
    streamed = await ask(server.api_base, model, stream=True, **WITH_USAGE)
    whole = await ask(server.api_base, model, stream=False)
    assert streamed.is_whole
    assert whole.is_whole
    assert (streamed.end, whole.end) == ("fin", "fin")
    return streamed, whole


async def test_a_good_answer_in_one_piece(server: FaultServer) -> None:
    answer = await ask(server.api_base, "score:85", stream=False)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text)["motivation"] == 85
    assert answer.finish == "stop"
    assert answer.json["object"] == "chat.completion"
    assert answer.json["id"].startswith("chatcmpl-")
    assert answer.json["created"] > 1_700_000_000
    assert (answer.json["model"], answer.json["system_fingerprint"]) == ("score:85", FINGERPRINT)
    usage = answer.json["usage"]
    assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"] > 2


async def test_a_good_answer_as_a_stream(server: FaultServer) -> None:
    answer = await ask(server.api_base, "score:85", stream=True, **WITH_USAGE)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert json.loads(answer.text)["motivation"] == 85
    assert answer.finish == "stop"
    *chunks, last, done = answer.events
    assert done == "[DONE]"
    assert (last["choices"], last["usage"]["completion_tokens"] > 0) == ([], True)
    assert all("usage" not in chunk for chunk in chunks)
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert {(chunk["id"], chunk["model"], chunk["system_fingerprint"]) for chunk in answer.events[:-1]} == {
        (chunks[0]["id"], "score:85", FINGERPRINT)
    }


async def test_a_stream_without_include_usage_has_no_usage(server: FaultServer) -> None:
    answer = await ask(server.api_base, "ok", stream=True)
    assert all("usage" not in told for told in answer.events)
    assert all(told["choices"] for told in answer.events[:-1])


async def test_two_answers_have_two_ids_and_one_text(server: FaultServer) -> None:
    first, second = await ask(server.api_base, "ok", stream=False), await ask(server.api_base, "ok", stream=False)
    assert first.json["id"] != second.json["id"]
    assert first.text == second.text


async def test_latency_chunks_and_gap(server: FaultServer) -> None:
    answer = await ask(server.api_base, text_model("abcdefgh", latency=0.1, chunks=4, gap=0.02), stream=True)
    told = [event["choices"][0]["delta"].get("content") for event in answer.events[:-1]]
    assert told == ["", "ab", "cd", "ef", "gh", None]
    call = server.calls[0]
    assert call.ended_at is not None
    assert call.ended_at - call.at >= 0.1 + 6 * 0.02


@pytest.mark.parametrize(
    "text", ["", "a:b=c%d", 'q"\\\n\r\x1b]52;\0', "é汉😂", "\u2028\u0085", "\ud800", "x" * 300_000]
)
async def test_any_text_is_said(server: FaultServer, text: str) -> None:
    streamed, whole = await _both(server, text_model(text))
    assert streamed.text == text
    assert whole.text == text
    assert len(whole.json["model"]) <= 200


@pytest.mark.parametrize(
    ("model", "text", "finish"),
    [
        ("length", '{"motivation": 8', "length"),
        ("length:7", '{"motivation": 7', "length"),
        ("content_filter:text=abcd", "ab", "content_filter"),
        ("finish:null:text=abcd", "abcd", None),
        ("finish:missing:text=abcd", "abcd", None),
        ("finish:eos_token:text=abcd", "abcd", "eos_token"),
        ("null_content", None, "stop"),
        ("repeat:3", "All work and no play. " * 3, "stop"),
        ("think:hm%3A 5:text=abcd", "<think>hm: 5</think>\n\nabcd", "stop"),
    ],
)
async def test_odd_ends_and_contents(server: FaultServer, model: str, text: str | None, finish: str | None) -> None:
    streamed, whole = await _both(server, model)
    assert streamed.text == (text or "")
    assert whole.json["choices"][0]["message"]["content"] == text
    assert streamed.finish == whole.finish == finish
    assert streamed.events[-1] == "[DONE]"


async def test_a_missing_finish_reason_is_no_null(server: FaultServer) -> None:
    _, missing = await _both(server, "finish:missing")
    _, null = await _both(server, "finish:null")
    assert "finish_reason" not in missing.json["choices"][0]
    assert null.json["choices"][0]["finish_reason"] is None


async def test_empty_choices(server: FaultServer) -> None:
    streamed, whole = await _both(server, "empty_choices")
    assert whole.json["choices"] == []
    assert [told if told == "[DONE]" else told["choices"] for told in streamed.events] == [[], [], "[DONE]"]


async def test_null_content_is_null_in_the_stream_too(server: FaultServer) -> None:
    streamed, _ = await _both(server, "null_content")
    assert streamed.events[0]["choices"][0]["delta"] == {"role": "assistant", "content": None}


@pytest.mark.parametrize("count", [0, 3, 500])
async def test_an_error_event_after_some_pieces(server: FaultServer, count: int) -> None:
    streamed, whole = await _both(server, f"error_event:{count}")
    role, *told, error = streamed.events
    assert role["choices"][0]["delta"]["role"] == "assistant"
    assert len(told) == count
    assert all(chunk["choices"][0]["delta"]["content"] for chunk in told)
    assert streamed.finish is None
    assert error == whole.json
    assert error["error"]["code"] == 500


async def test_big_and_long_line(server: FaultServer) -> None:
    big, whole = await _both(server, "big:300000")
    assert len(big.text) == len(whole.text) == 300_000
    assert max(len(event) for event in big.chunks) < 5000
    line, _ = await _both(server, "long_line:300000")
    assert len(line.text) == 300_000
    assert max(len(event) for event in line.chunks) > 300_000


async def test_repeat_sends_the_same_bytes(server: FaultServer) -> None:
    answer = await ask(server.api_base, "repeat:200", stream=True)
    assert len(set(answer.chunks[1:201])) == 1
    assert answer.chunks[0] != answer.chunks[1] != answer.chunks[201]


async def test_two_choices(server: FaultServer) -> None:
    streamed, whole = await _both(server, "two_choices:score=5")
    first, second = whole.json["choices"]
    assert (first["index"], second["index"]) == (0, 1)
    assert first["message"]["content"] == streamed.text != second["message"]["content"]
    indexes = [told["choices"][0]["index"] for told in streamed.events[1:-2]]
    assert sum(before != after for before, after in pairwise(indexes)) > 2  # mixed, not one after the other
    told = "".join(
        event["choices"][0]["delta"].get("content", "")
        for event in streamed.events[:-2]
        if event["choices"][0]["index"] == 1
    )
    assert told == second["message"]["content"]


@pytest.mark.parametrize(("kind", "count"), [("negative", -5), ("huge", 10**18), ("missing", None)])
async def test_usage(server: FaultServer, kind: str, count: int | None) -> None:
    streamed, whole = await _both(server, f"usage:{kind}")
    told = [event["usage"] for event in streamed.events if event != "[DONE]" and "usage" in event]
    expected = (
        None if count is None else {"prompt_tokens": count, "completion_tokens": count, "total_tokens": 2 * count}
    )
    assert whole.json.get("usage") == expected
    assert told == ([] if expected is None else [expected])


async def test_text_after_the_finish_reason(server: FaultServer) -> None:
    streamed = await ask(server.api_base, "after_finish:text=abcd", stream=True)
    reasons = [event["choices"][0]["finish_reason"] for event in streamed.events[:-1]]
    assert reasons.index("stop") == len(reasons) - 2
    assert streamed.text.startswith("abcd")
    assert streamed.text != "abcd"


async def test_reasoning_is_apart_from_the_text(server: FaultServer) -> None:
    streamed, whole = await _both(server, f"reasoning:{encoded('maybe 12: or 50')}:score=85")
    message = whole.json["choices"][0]["message"]
    assert message["reasoning_content"] == "maybe 12: or 50"
    assert "maybe" not in message["content"]
    assert streamed.text == message["content"]
    deltas = [event["choices"][0]["delta"] for event in streamed.events[:-1] if event["choices"]]
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "maybe 12: or 50"


@pytest.mark.parametrize("code", [400, 401, 402, 403, 404, 408, 422, 429, 500, 502, 503, 529])
async def test_status(server: FaultServer, code: int) -> None:
    streamed, whole = await _both(server, f"status:{code}")
    assert streamed.status == whole.status == code
    assert streamed.json == whole.json
    assert set(whole.json["error"]) == {"message", "type", "param", "code"}
    assert "retry-after" not in whole.headers


@pytest.mark.parametrize("value", ["2", "-1", "1000000000", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "0.5"])
async def test_retry_after_is_literal(server: FaultServer, value: str) -> None:
    for model in (f"retry_after:{encoded(value)}", f"status:429:retry_after={encoded(value)}"):
        answer = await ask(server.api_base, model, stream=True)
        assert (answer.status, answer.headers["retry-after"]) == (429, value)


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [
        ("context", 400, "context_length_exceeded"),
        ("content_filter:400", 400, "content_filter"),
        ("quota", 429, "insufficient_quota"),
        ("status:401", 401, "invalid_api_key"),
        ("status:429", 429, "rate_limit_exceeded"),
    ],
)
async def test_error_codes(server: FaultServer, model: str, status: int, code: str) -> None:
    answer = await ask(server.api_base, model, stream=False)
    assert (answer.status, answer.json["error"]["code"]) == (status, code)


async def test_the_key_is_echoed(server: FaultServer) -> None:
    answer = await ask(server.api_base, "echo_key", stream=False)
    assert answer.status == 401
    assert "Bearer sk-test" in answer.json["error"]["message"]


@given(st.text(max_size=300), st.none() | st.integers(1, 400))
def test_pieces_are_the_text(text: str, count: int | None) -> None:
    found = pieces(text, count)
    assert "".join(found) == text
    assert all(found)
    assert len(found) <= (count or 64)
