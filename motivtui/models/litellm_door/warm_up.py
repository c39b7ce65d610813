"""One call to ourselves, whole and streamed, before the first real one.

litellm imports half of itself at the first call, which takes about a second: without this, the first trial of every run
would carry that second in its latency, or run into its time limits.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

_CHOICE = {"index": 0, "finish_reason": "stop"}
_HEAD = {"id": "warm-up", "created": 0, "model": "warm-up"}
_USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
_WHOLE = _HEAD | {
    "object": "chat.completion",
    "choices": [_CHOICE | {"message": {"role": "assistant", "content": "1"}}],
    "usage": _USAGE,
}
_CHUNK = _HEAD | {
    "object": "chat.completion.chunk",
    "choices": [_CHOICE | {"delta": {"content": "1"}}],
    "usage": _USAGE,
}


async def warm_up(litellm: Any) -> None:
    """Let litellm call a server of our own on loopback, which answers two requests and is gone."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        arguments = {
            "model": "openai/warm-up",
            "messages": [{"role": "user", "content": "1"}],
            "api_base": f"http://127.0.0.1:{port}/v1",
            "api_key": "none",
            "max_retries": 0,
        }
        await litellm.acompletion(**arguments)
        async for _ in await litellm.acompletion(**arguments, stream=True, stream_options={"include_usage": True}):
            pass


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
        is_streamed = b'"stream":true' in (await reader.readexactly(length)).replace(b" ", b"")
        body, kind = json.dumps(_WHOLE).encode(), b"application/json"
        if is_streamed:
            body, kind = b"data: " + json.dumps(_CHUNK).encode() + b"\n\ndata: [DONE]\n\n", b"text/event-stream"
        writer.write(
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n"
            % (kind, len(body))
        )
        writer.write(body)
        await writer.drain()
    finally:
        writer.close()
