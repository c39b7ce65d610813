"""Broken HTTP: answers that are cut, reset, silent or endless, and those that only trickle.

Offsets count characters of the reply's text; without one it is half of the text. What was told up to there is a good
answer's beginning. Must not decide when a fault happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.faults.answers import Answer, pieces
from tests.faults.exchange import DONE, Exchange, as_json
from tests.faults.spec import BadSpec

HTML = (
    b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Welcome to the network</h1></body></html>\n"
)
_EXTRA_BYTES = 500  # how much more a false Content-Length announces than is sent
_WIDE = "\N{FACE WITH TEARS OF JOY}"  # four bytes in UTF-8

Fault = Callable[[Exchange], Awaitable[web.StreamResponse]]


async def good(exchange: Exchange, answer: Answer) -> web.StreamResponse:
    """The answer as it is meant."""
    if not exchange.is_streamed:
        return exchange.whole(as_json(answer.body()))
    events = answer.events()
    response = await exchange.open()
    await exchange.send(events, exchange.spec.gap)
    return response


async def cut(exchange: Exchange) -> web.StreamResponse:
    """`cut:KIND[:OFFSET]`, see CUTS for the kinds."""
    kind = exchange.spec.argument(0, "eof")
    if kind not in CUTS:
        raise BadSpec(f"the kinds of cut are {', '.join(CUTS)}, not {kind!r}")
    return await CUTS[kind](exchange)


async def _cut_eof(exchange: Exchange) -> web.StreamResponse:
    """The stream ends cleanly, but without finish reason and [DONE]. In one piece: a null finish reason."""
    answer, offset = _answer_and_offset(exchange)
    if not exchange.is_streamed:
        answer.text, answer.finish = answer.text[:offset], None
        return exchange.whole(as_json(answer.body()))
    response = await exchange.open()
    await exchange.send(_beginning(answer, offset), exchange.spec.gap)
    return response


async def _cut_json(exchange: Exchange) -> web.StreamResponse:
    """The stream ends cleanly in the middle of the event after the offset. In one piece: half a JSON, right length."""
    answer, offset = _answer_and_offset(exchange)
    if not exchange.is_streamed:
        return exchange.whole(_half_body(answer, offset))
    response = await exchange.open()
    await exchange.send(_beginning(answer, offset), exchange.spec.gap)
    await exchange.send([_half_event(answer, offset)])
    return response


async def _cut_utf8(exchange: Exchange) -> web.StreamResponse:
    """The answer ends, cleanly framed, after two of the four bytes of a character."""
    answer, offset = _answer_and_offset(exchange)
    wide = answer.text[:offset] + _WIDE
    if not exchange.is_streamed:
        answer.text = wide
        return exchange.whole(_inside_wide(as_json(answer.body())))
    response = await exchange.open()
    await exchange.send(_beginning(answer, offset), exchange.spec.gap)
    await exchange.send([_inside_wide(answer.chunk({"content": _WIDE}))])
    return response


async def _cut_fin(exchange: Exchange) -> web.StreamResponse:
    """The connection is closed in the middle of a chunk. In one piece: before the announced Content-Length."""
    response = await _up_to_break(exchange)
    exchange.close()
    return response


async def _cut_rst(exchange: Exchange) -> web.StreamResponse:
    """The same with a TCP reset."""
    response = await _up_to_break(exchange)
    # What was sent must be in the client's hands first, or the reset could overtake it in the kernel's buffers.
    await asyncio.sleep(0.01)
    exchange.reset()
    return response


async def _up_to_break(exchange: Exchange) -> web.StreamResponse:
    answer, offset = _answer_and_offset(exchange)
    if not exchange.is_streamed:
        half = _half_body(answer, offset)
        response = await exchange.open(length=len(half) + _EXTRA_BYTES)
        await exchange.send([half])
        return response
    response = await exchange.open()
    await exchange.send(_beginning(answer, offset), exchange.spec.gap)
    exchange.break_chunk(_half_event(answer, offset))
    return response


async def _cut_no_done(exchange: Exchange) -> web.StreamResponse:
    """Everything but [DONE]. In one piece there is no such thing: the good answer."""
    answer = Answer(exchange)
    if not exchange.is_streamed:
        return exchange.whole(as_json(answer.body()))
    response = await exchange.open()
    await exchange.send([told for told in answer.events() if told != DONE], exchange.spec.gap)
    return response


CUTS: dict[str, Fault] = {
    "eof": _cut_eof,
    "json": _cut_json,
    "utf8": _cut_utf8,
    "fin": _cut_fin,
    "rst": _cut_rst,
    "no_done": _cut_no_done,
}
"""The kinds of cut by name."""


async def html(exchange: Exchange) -> web.StreamResponse:
    """`html`: a page with status 200, as captive portals and proxies send it."""
    return exchange.whole(HTML, content_type="text/html; charset=utf-8")


async def hang(exchange: Exchange) -> web.StreamResponse:  # noqa: ARG001 - nothing is ever said
    """`hang`: the request is taken, and that was all."""
    return await _silence()


async def hang_headers(exchange: Exchange) -> web.StreamResponse:
    """`hang_headers`: status and headers, then nothing."""
    await exchange.open()
    return await _silence()


async def stall(exchange: Exchange) -> web.StreamResponse:
    """`stall[:OFFSET]`: a good beginning, then nothing, the connection staying open."""
    answer, offset = _answer_and_offset(exchange, position=0)
    await exchange.open()
    told = _beginning(answer, offset) if exchange.is_streamed else [_half_body(answer, offset)]
    await exchange.send(told, exchange.spec.gap)
    return await _silence()


async def drip(exchange: Exchange) -> web.StreamResponse:
    """`drip:SECONDS`: one character in that time, to the end. In one piece: one byte of the JSON in that time."""
    seconds = exchange.spec.seconds(0, 1)
    answer = Answer(exchange)
    response = await exchange.open()
    if exchange.is_streamed:
        letters = [answer.chunk({"content": character}) for character in answer.text]
        await exchange.send([*answer.opening(), *letters], seconds)
        await exchange.send(answer.ending())
    else:
        body = as_json(answer.body())
        await exchange.send((body[at : at + 1] for at in range(len(body))), seconds)
    return response


async def comments(exchange: Exchange) -> web.StreamResponse:
    """`comments:SECONDS`: keep-alive comments that far apart, for ever. In one piece: blanks before a JSON."""
    seconds = max(exchange.spec.seconds(0, 1), 0.001)
    await exchange.open()
    while True:
        await exchange.send([b": keep-alive\n\n" if exchange.is_streamed else b" "])
        await asyncio.sleep(seconds)


async def split(exchange: Exchange) -> web.StreamResponse:
    """`split:BYTES`: a good answer whose chunks end anywhere, also inside an event or a character."""
    size = max(1, exchange.spec.whole(0, 7))
    answer = Answer(exchange)
    data = b"".join(answer.events()) if exchange.is_streamed else as_json(answer.body())
    response = await exchange.open()
    await exchange.send((data[at : at + size] for at in range(0, len(data), size)), exchange.spec.gap)
    return response


WIRE_FAULTS: dict[str, Fault] = {
    "cut": cut,
    "html": html,
    "hang": hang,
    "hang_headers": hang_headers,
    "stall": stall,
    "drip": drip,
    "comments": comments,
    "split": split,
}
"""The faults of the connection by name."""


async def _silence() -> web.StreamResponse:
    """Until the client leaves or the server stops: both cancel."""
    never: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()
    return await never


def _answer_and_offset(exchange: Exchange, position: int = 1) -> tuple[Answer, int]:
    answer = Answer(exchange)
    offset = exchange.spec.whole(position, len(answer.text) // 2)
    if offset < 0:
        raise BadSpec(f"an offset is 0 or more, not {offset}")
    return answer, offset


def _beginning(answer: Answer, offset: int) -> list[bytes]:
    """The events of a good stream up to that character of the text."""
    told = answer.text[:offset]
    return [*answer.opening(), *(answer.chunk({"content": piece}) for piece in pieces(told, answer.spec.chunks))]


def _half_event(answer: Answer, offset: int) -> bytes:
    """The event that would come next, up to the middle: inside its text, or inside the finish reason's event."""
    rest = answer.text[offset:]
    if not rest:
        whole = answer.chunk({}, answer.finish)
        return whole[: len(whole) // 2]
    marker = b'"content": "'
    whole = answer.chunk({"content": rest})
    return whole[: whole.index(marker) + len(marker)] + as_json(rest[: len(rest) // 2 + 1])[1:-1]


def _half_body(answer: Answer, offset: int) -> bytes:
    """The JSON body up to that character of the text, so without its end."""
    marker = b'"content": "'
    told = as_json(answer.text[:offset])[1:-1]
    whole = as_json(answer.body())
    return whole[: whole.index(marker) + len(marker)] + told


def _inside_wide(data: bytes) -> bytes:
    """The data up to the middle of the wide character's bytes."""
    return data[: data.index(_WIDE.encode()) + 2]
