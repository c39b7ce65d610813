"""A client that hides nothing, for the fault server's tests: the bytes of an answer, and how the connection ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any

from tests.faults.request_log import COMPLETIONS

PROMPT = [{"role": "user", "content": "How motivated are you?"}]


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came: status, headers (names in lower case), the bytes behind them, how it ended.

    `end` is "fin", "rst" or "open" (the time was up before the server closed).
    """

    status: int | None
    headers: dict[str, str]
    payload: bytes
    end: str

    @property
    def is_chunked(self) -> bool:
        """Whether the payload is in chunks."""
        return self.headers.get("transfer-encoding") == "chunked"

    @property
    def is_whole(self) -> bool:
        """Whether the HTTP framing says that nothing is missing."""
        if self.is_chunked:
            return self.payload.endswith(b"\r\n0\r\n\r\n")
        return len(self.payload) == int(self.headers["content-length"])

    @property
    def chunks(self) -> list[bytes]:
        """The chunks, the last one as far as it came."""
        found: list[bytes] = []
        rest = self.payload
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            if not int(size, 16):
                break
            found.append(rest[: int(size, 16)])
            rest = rest[int(size, 16) + 2 :]
        return found

    @property
    def missing(self) -> int:
        """How many bytes were announced, by the last chunk or the Content-Length, and did not come."""
        if not self.is_chunked:
            return int(self.headers["content-length"]) - len(self.payload)
        last = self.chunks[-1]
        announced = self.payload[: len(self.payload) - len(last)].rsplit(b"\r\n", 2)[-2]
        return 0 if self.is_whole else int(announced, 16) - len(last)

    @property
    def body(self) -> bytes:
        """The payload without framing."""
        return b"".join(self.chunks) if self.is_chunked else self.payload

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The whole server-sent events: JSON values, and the string "[DONE]"."""
        data = [line.removeprefix(b"data: ") for line in self.body.split(b"\n\n")[:-1] if line.startswith(b"data: ")]
        return ["[DONE]" if line == b"[DONE]" else json.loads(line) for line in data]

    @property
    def rest(self) -> bytes:
        """What follows the last whole event."""
        return self.body.rpartition(b"\n\n")[2]

    @property
    def text(self) -> str:
        """The reply's text: of the body, or of the first choice's whole events."""
        if not self.headers["content-type"].startswith("text/event-stream"):
            return str(self.json["choices"][0]["message"]["content"])
        deltas = [
            choice["delta"]
            for told in self.events
            if told != "[DONE]"
            for choice in told.get("choices", [])
            if choice["index"] == 0
        ]
        return "".join(delta.get("content") or "" for delta in deltas)

    @property
    def finish(self) -> str | None:
        """The finish reason; None when none was told."""
        if not self.headers["content-type"].startswith("text/event-stream"):
            return self.json["choices"][0].get("finish_reason")  # type: ignore[no-any-return]
        reasons = [
            choice["finish_reason"]
            for told in self.events
            if told != "[DONE]"
            for choice in told.get("choices", [])
            if choice["finish_reason"]
        ]
        return reasons[-1] if reasons else None


async def ask(api_base: str, model: str, *, stream: bool, patience: float = 10, **more: Any) -> Raw:
    """Post one request for a completion and read until the server closes, or until the patience (seconds) is over."""
    body = {"model": model, "messages": PROMPT, "stream": stream, **more}
    return await send(api_base, "POST", COMPLETIONS, json.dumps(body).encode(), patience)


async def send(api_base: str, method: str, path: str, body: bytes = b"", patience: float = 10) -> Raw:
    """Any request, on a connection of its own, with the key "sk-test"."""
    host, port = api_base.removeprefix("http://").removesuffix("/v1").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=2**26)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer sk-test\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
    data = bytearray()
    try:
        async with asyncio.timeout(patience):
            while piece := await reader.read(2**16):
                data += piece
        end = "fin"
    except TimeoutError:
        end = "open"
    except ConnectionResetError:
        end = "rst"
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    head, _, payload = bytes(data).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Raw(int(first.split()[1]) if first else None, headers, payload, end)
