"""An OpenAI-compatible server on loopback that fails in the way the model name asks for (see spec.py).

In a test: `async with FaultServer() as server:` and `server.api_base`. As a process: `python tests/faults/server.py
[--port 0] [--log FILE]` prints one JSON line `{"address": "http://127.0.0.1:PORT/v1"}` and serves until stdin ends or
SIGTERM comes. `POST /v1/chat/completions`, `GET /v1/models`, `GET /health`. What was received is in `server.requests`.

Besides the answers and faults of the other modules:

    flaky:N:FAULT        the first N requests with the same body get that fault (a number: status), later ones "ok"
    storm:SECONDS:FAULT  all requests in that time from the first one on get the fault, later ones "ok"
    share:PART:FAULT     that part (0 to 1) of all bodies gets the fault, always the same bodies
    redirect[:STATUS]    302 to `server.elsewhere`, another port that answers everything well and notes who came
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

if not __package__:  # started by its path: the imports below need the project's folder
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.faults import errors
from tests.faults.answers import ANSWERS
from tests.faults.exchange import Exchange, as_json
from tests.faults.request_log import COMPLETIONS, Received, RequestLog, fingerprint
from tests.faults.spec import BadSpec, Spec, parse
from tests.faults.wire_faults import WIRE_FAULTS, Fault, good

HOST = "127.0.0.1"
_MAX_BODY_BYTES = 256 * 1024 * 1024
_ERRORS: dict[str, Fault] = {
    "status": errors.status,
    "retry_after": errors.retry_after,
    "quota": errors.quota,
    "context": errors.context,
    "echo_key": errors.echo_key,
}


class FaultServer:
    """The server, on the running event loop. Port 0: a free one. It can be left and entered again, at the same port."""

    def __init__(self, port: int = 0, log: Path | None = None) -> None:
        self.port = port
        self._elsewhere_port = 0
        self._log = RequestLog(log)
        self._bodies: Counter[bytes] = Counter()
        self._storms: dict[str, float] = {}
        self._changed = asyncio.Event()
        self._is_stopping = False
        self._runner: web.AppRunner | None = None

    @property
    def api_base(self) -> str:
        """The address that a client is given."""
        return f"http://{HOST}:{self.port}/v1"

    @property
    def elsewhere(self) -> str:
        """The address that redirects point to."""
        return f"http://{HOST}:{self._elsewhere_port}{COMPLETIONS}"

    @property
    def requests(self) -> list[Received]:
        """Everything that was received, in order."""
        return self._log.requests

    @property
    def calls(self) -> list[Received]:
        """The requests for a completion: what a provider would have billed."""
        return [request for request in self.requests if request.is_call]

    @property
    def redirected(self) -> list[Received]:
        """The requests that followed a redirect to the other address; with a key there, the key is lost."""
        return [request for request in self.requests if request.is_elsewhere]

    async def until(self, condition: Callable[[], bool], timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait for something that a request's coming or ending makes true. TimeoutError when it does not."""
        async with asyncio.timeout(timeout):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def __aenter__(self) -> Self:
        self._is_stopping = False
        application = web.Application(client_max_size=_MAX_BODY_BYTES)
        application.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=0.01)
        await self._runner.setup()
        try:
            for port in (self.port, 0):
                await web.TCPSite(self._runner, HOST, port, backlog=1024).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._log.open()
        self.port, self._elsewhere_port = (address[1] for address in self._runner.addresses)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_stopping = True
        if self._runner is not None:
            await self._runner.cleanup()
        self._log.close()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        """Note the request, answer it, note how it ended."""
        raw = await request.read()
        body = _json_object(raw)
        received = Received(
            number=len(self.requests) + 1,
            at=time.monotonic(),
            method=request.method,
            path=request.path,
            model=str(body["model"]) if body and "model" in body else None,
            authorization=fingerprint(request.headers.get("Authorization")),
            body=body,
            is_elsewhere=self._is_elsewhere(request),
        )
        self._log.received(received)
        self._changed.set()
        try:
            return await self._answer(request, received, raw)
        except (asyncio.CancelledError, ConnectionError):
            received.client_left = not self._is_stopping
            raise
        finally:
            self._log.ended(received)
            self._changed.set()

    async def _answer(self, request: web.Request, received: Received, raw: bytes) -> web.StreamResponse:
        body = received.body or {}
        exchange = Exchange(request, received, body, Spec("ok"))
        if received.is_elsewhere:
            return await good(exchange, ANSWERS["ok"](exchange))
        if request.method == "GET" and request.path in ("/health", "/v1/health"):
            return exchange.whole(as_json({"status": "ok"}))
        if request.method == "GET" and request.path == "/v1/models":
            return exchange.whole(as_json({"object": "list", "data": _MODELS}))
        if request.method != "POST" or request.path != COMPLETIONS:
            return errors.answer(exchange, 404, "No such address.", "invalid_request_error", None)
        if received.body is None or not isinstance(body.get("model"), str):
            return errors.answer(exchange, 400, "The body is no JSON with a model.", "invalid_request_error", None)
        try:
            exchange.spec = self._settled(parse(exchange.model), raw)
            return await self._fail(exchange)
        except BadSpec as problem:
            return errors.answer(
                exchange, 404, f"The fault server cannot do this: {problem}", "invalid_request_error", "model_not_found"
            )

    async def _fail(self, exchange: Exchange) -> web.StreamResponse:
        """Do what the order says."""
        spec = exchange.spec
        if spec.latency:
            await asyncio.sleep(spec.latency)
        if spec.fault == "redirect":
            code = spec.whole(0, 302)
            if code not in (301, 302, 303, 307, 308):
                raise BadSpec(f"{code} is no redirect")
            return exchange.whole(b"", status=code, headers={"Location": self.elsewhere})
        if spec.fault == "content_filter" and spec.argument(0, "") == "400":
            return errors.content_filter(exchange)
        if spec.fault in ANSWERS:
            return await good(exchange, ANSWERS[spec.fault](exchange))
        fault = _ERRORS.get(spec.fault) or WIRE_FAULTS.get(spec.fault)
        if fault is None:
            raise BadSpec(f"it knows no fault {spec.fault[:80]!r}")
        return await fault(exchange)

    def _settled(self, spec: Spec, raw: bytes) -> Spec:
        """The order for this very request, where it depends on the ones before or on its body."""
        if spec.fault == "flaky":
            self._bodies[raw] += 1
            is_faulty = self._bodies[raw] <= spec.whole(0, 1)
        elif spec.fault == "storm":
            began = self._storms.setdefault(":".join(spec.arguments), time.monotonic())
            is_faulty = time.monotonic() - began < spec.seconds(0, 1)
        elif spec.fault == "share":
            is_faulty = int.from_bytes(hashlib.sha256(raw).digest()[:4], "big") / 2**32 < spec.seconds(0, 0.5)
        else:
            return spec
        return spec.inner(1) if is_faulty else Spec("ok", (), spec.options)

    def _is_elsewhere(self, request: web.Request) -> bool:
        """Whether the request came to the address that redirects point to."""
        transport = request.transport
        return transport is not None and transport.get_extra_info("sockname")[1] == self._elsewhere_port


_MODELS: list[dict[str, Any]] = [
    {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "fault-server"}
    for name in ("ok", "score:85", "scores:1:100")
]


def _json_object(raw: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


async def _serve(port: int, log: Path | None) -> None:
    """Serve until stdin ends or SIGTERM (or Ctrl-C) comes."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)

    def wait_for_stdin() -> None:
        # A thread, because the event loop cannot watch every kind of stdin (a file, /dev/null).
        while os.read(sys.stdin.fileno(), 4096):
            pass
        with contextlib.suppress(RuntimeError):  # the loop is closed: a signal was faster
            loop.call_soon_threadsafe(end.set)

    async with FaultServer(port, log) as server:
        print(json.dumps({"address": server.api_base}), flush=True)  # noqa: T201 - the caller reads this line
        threading.Thread(target=wait_for_stdin, daemon=True).start()
        await end.wait()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="An OpenAI-compatible server that fails as the model name asks.")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--log", type=Path, help="append what is received to this file, as JSON lines")
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.port, arguments.log))


if __name__ == "__main__":
    main()
