"""The child's side: makes the calls it is asked for, many at once, and ends the moment its parent is gone.

A call's reply leaves when the call ends. Of a watched one, text leaves as it comes, but not more often than a reader
can see. Must not judge a response: what litellm's client says is passed on.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
from dataclasses import replace
from functools import partial
from typing import NoReturn

from motivtui.models.call_process.channel import Channel, open_channel
from motivtui.models.call_process.frames import (
    Ask,
    Ended,
    Failed,
    FrameError,
    Growth,
    Piece,
    Ready,
    decoded_by_child,
    decoded_reached,
    encoded,
)
from motivtui.models.client import ModelClient, Transcript
from motivtui.models.failure import call_error, redacted
from motivtui.study.response import CallError, ErrorKind, Outcome, Response

PIECE_EVERY_S = 0.05
"""A watched call's text is sent this often at most."""

_MAX_CLIENTS = 256
_WANTED_FILES = 4096


def main() -> NoReturn:
    """Serve until stdin, a socket, ends."""
    # Ctrl-C reaches every process of the terminal; when to stop is the parent's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _allow_many_files()
    asyncio.run(_serve(_taken_from_stdin()))
    raise AssertionError("serves until the process ends")


def _taken_from_stdin() -> socket.socket:
    """The socket that was stdin, out of reach of whatever else might read there."""
    end = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return end


def _allow_many_files() -> None:
    """A connection a call: the usual 256 or 1024 open files would be the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(_WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _end_now() -> None:
    """Without unwinding: nobody waits for the calls under way, and the parent may wait for our end."""
    os._exit(0)


async def _serve(end: socket.socket) -> None:
    calls = _Calls()
    channel = calls.channel = await open_channel(end, calls.received, _end_now)
    try:
        from motivtui.models.litellm_door.loading import open_connections

        await open_connections()
    except Exception as error:  # noqa: BLE001 (whatever keeps litellm from loading, the parent is to say it)
        channel.send(encoded(Failed(redacted(f"{type(error).__name__}: {error}", ()))))
    else:
        channel.send(encoded(Ready()))
    await asyncio.Event().wait()


class _Calls:
    """The calls under way, by number, and the clients they are made with."""

    channel: Channel

    def __init__(self) -> None:
        self._tasks: dict[int, asyncio.Task[Response]] = {}
        self._clients: dict[bytes, ModelClient] = {}

    def received(self, body: bytes) -> None:
        """The parent said something. Raises FrameError."""
        message = decoded_by_child(body)
        if isinstance(message, Ask):
            growing = _Growing(message, self.channel)
            task = asyncio.create_task(self._complete(message, growing.transcript))
            self._tasks[message.number] = task
            # A callback, because a task that is cancelled before its first step runs nothing of its own.
            task.add_done_callback(partial(self._ended, growing))
        elif message.number in self._tasks:
            self._tasks[message.number].cancel()

    async def _complete(self, ask: Ask, transcript: Transcript) -> Response:
        client = self._client(ask.reached)
        transcript.begin()
        return await client.complete(ask.call, transcript)

    def _client(self, key: bytes) -> ModelClient:
        client = self._clients.get(key)
        if client is None:
            from motivtui.models.litellm_door.client import LitellmClient

            while len(self._clients) >= _MAX_CLIENTS:
                del self._clients[next(iter(self._clients))]
            reached = decoded_reached(key)
            client = self._clients[key] = LitellmClient(reached.endpoint, reached.limits)
        return client

    def _ended(self, growing: _Growing, task: asyncio.Task[Response]) -> None:
        """Tell the parent how a call ended, whatever way that was."""
        del self._tasks[growing.number]
        growing.stop()
        response = None
        if not task.cancelled():
            error = task.exception()
            response = self._failed(error, growing.transcript) if error else task.result()
        growth = growing.since_last()
        try:
            bare = response and replace(response, text="", reasoning="")  # both are in the growth
            self.channel.send(encoded(Ended(growing.number, growth, bare)))
        except FrameError as error:
            failure = CallError(ErrorKind.OVERSIZE, f"the response cannot be passed on: {error}")
            outcome = Outcome.PARTIAL if growth.size else Outcome.ERROR
            self.channel.send(encoded(Ended(growing.number, growth, Response(outcome, error=failure))))

    def _failed(self, error: BaseException, transcript: Transcript) -> Response:
        """The client promises not to raise; should it, that is this call's failure alone."""
        keys = [client.endpoint.api_key for client in self._clients.values() if client.endpoint.api_key]
        failure = call_error(error, keys, None, None, has_text=transcript.size > 0)
        return Response(
            outcome=Outcome.PARTIAL if transcript.size else Outcome.ERROR,
            time_to_first_token_ms=transcript.time_to_first_token_ms(),
            latency_ms=transcript.elapsed_ms(),
            error=failure,
        )


class _Growing:
    """A call's transcript, and how much of it the parent has."""

    def __init__(self, ask: Ask, channel: Channel) -> None:
        self.number = ask.number
        self.transcript = Transcript(on_text=self._more if ask.is_watched else None)
        self._channel = channel
        self._loop = asyncio.get_running_loop()
        self._text_sent = 0
        self._reasoning_sent = 0
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """No more pieces."""
        if self._timer is not None:
            self._timer.cancel()

    def since_last(self) -> Growth:
        """What the parent does not have yet; it counts as sent."""
        transcript = self.transcript
        text, reasoning = transcript.text, transcript.reasoning
        growth = Growth(
            transcript.started,
            transcript.first_token,
            transcript.size,
            text[self._text_sent :],
            reasoning[self._reasoning_sent :],
        )
        self._text_sent, self._reasoning_sent = len(text), len(reasoning)
        return growth

    def _more(self, _: str) -> None:
        if self._timer is None:
            self._timer = self._loop.call_at(max(self._next_at, self._loop.time()), self._send)

    def _send(self) -> None:
        self._next_at = self._loop.time() + PIECE_EVERY_S
        self._timer = None
        if self._channel.is_full:  # a parent that does not keep up gets larger pieces, not more of them
            self._timer = self._loop.call_at(self._next_at, self._send)
        else:
            self._channel.send(encoded(Piece(self.number, self.since_last())))
