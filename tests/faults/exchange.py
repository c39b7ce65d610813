"""One request being answered: how bytes get out, well-formed or broken off.

Every byte of an answer leaves through here, so here is noted which status the client was told. Must not know faults.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from tests.faults.request_log import Received
from tests.faults.spec import Spec

JSON_TYPE = "application/json"
EVENT_STREAM = "text/event-stream; charset=utf-8"


class Exchange:
    """A request and the means to answer it. `body` is its JSON object, `spec` the order in its model name."""

    def __init__(self, request: web.Request, received: Received, body: Mapping[str, Any], spec: Spec) -> None:
        self.request = request
        self.received = received
        self.body = body
        self.spec = spec
        self.model = str(body.get("model", ""))
        self._response: web.StreamResponse | None = None

    @property
    def is_streamed(self) -> bool:
        """Whether the client asked for server-sent events."""
        return bool(self.body.get("stream"))

    @property
    def wants_usage(self) -> bool:
        """Whether usage belongs into the answer: always, but in a stream only when it was asked for."""
        options = self.body.get("stream_options")
        return not self.is_streamed or (isinstance(options, dict) and bool(options.get("include_usage")))

    def whole(
        self, body: bytes, *, status: int = 200, content_type: str = JSON_TYPE, headers: Mapping[str, str] | None = None
    ) -> web.StreamResponse:
        """A complete answer with its Content-Length."""
        self.received.status = status
        return web.Response(body=body, status=status, headers={"Content-Type": content_type, **(headers or {})})

    async def open(self, *, length: int | None = None) -> web.StreamResponse:
        """Send the headers of an answer in pieces: chunked, or with a Content-Length (true or not)."""
        response = web.StreamResponse(headers={"Content-Type": EVENT_STREAM if self.is_streamed else JSON_TYPE})
        response.headers["Cache-Control"] = "no-cache"
        if length is None:
            response.enable_chunked_encoding()
        else:
            response.content_length = length
        self.received.status = 200
        self._response = response
        await response.prepare(self.request)
        return response

    async def send(self, pieces: Iterable[bytes], gap: float = 0) -> None:
        """Send each piece as a chunk of its own, `gap` seconds apart."""
        assert self._response is not None, "open the answer first"
        for number, piece in enumerate(pieces):
            if gap and number:
                await asyncio.sleep(gap)
            await self._response.write(piece)

    def break_chunk(self, data: bytes) -> None:
        """Announce a chunk longer than the data, and send just the data: what follows is a broken answer."""
        transport = self.request.transport
        if transport is not None:
            transport.write(b"%x\r\n" % (len(data) + 1000) + data)

    def close(self) -> None:
        """Close the connection in an orderly way (FIN), whatever was announced."""
        if self.request.transport is not None:
            self.request.transport.close()

    def reset(self) -> None:
        """Reset the connection (RST): with a linger time of 0 the kernel drops it at once."""
        transport = self.request.transport
        if transport is not None:
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()


def as_json(data: Any) -> bytes:
    """JSON with characters as they are, as model servers send them; lone surrogates, unknown to UTF-8, as escapes."""
    try:
        return json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(data).encode()


def event(data: Any) -> bytes:
    """One server-sent event."""
    return b"data: " + as_json(data) + b"\n\n"


DONE = b"data: [DONE]\n\n"
