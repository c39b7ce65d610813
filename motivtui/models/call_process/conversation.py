"""The parent's side of one child: the calls under way in it, and what has arrived of each.

Must not know how the child is started or ended.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from contextlib import suppress
from dataclasses import dataclass, field, replace

from motivtui.models.call_process.channel import Channel, open_channel
from motivtui.models.call_process.frames import (
    Ask,
    Cancel,
    Failed,
    Growth,
    Piece,
    Ready,
    decoded_by_parent,
    encoded,
)
from motivtui.models.client import Call, Transcript
from motivtui.study.response import Response

CANCEL_WITHIN_S = 2.0
"""How long a cancelled call waits for what the child had received of its reply."""


class ChildLostError(Exception):
    """The child went away, before or in the middle of a call."""


class ChildFailedError(Exception):
    """The child says why it will not make calls."""


@dataclass(slots=True)
class _UnderWay:
    """A call that was asked for. `failure`: the reply's listener raised it."""

    transcript: Transcript
    is_over: asyncio.Event = field(default_factory=asyncio.Event)
    response: Response | None = None
    failure: Exception | None = None

    def take(self, growth: Growth) -> None:
        """Let the transcript become what the child's is, its clock included."""
        transcript = self.transcript
        transcript.started, transcript.first_token = growth.started, growth.first_token
        try:
            transcript.add(growth.text, growth.reasoning)
        except Exception as error:  # noqa: BLE001 (a listener's fault is its call's alone; the others go on)
            self.failure = error
            self.is_over.set()
        transcript.first_token, transcript.size = growth.first_token, growth.size


class Conversation:
    """One child, from its first word to its last."""

    _channel: Channel

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._under_way: dict[int, _UnderWay] = {}
        self._heard = asyncio.Event()
        self._reason: str | None = None
        self._is_lost = False

    @classmethod
    async def open(cls, end: socket.socket) -> Conversation:
        """Over a socket whose other end is the child's stdin."""
        made = cls()
        made._channel = await open_channel(end, made._received, made._lost)
        return made

    @property
    def is_lost(self) -> bool:
        """Whether the child is gone."""
        return self._is_lost

    async def ready(self) -> None:
        """Wait for the child's first word. Raises ChildFailedError, ChildLostError."""
        await self._heard.wait()
        if self._is_lost:
            raise ChildLostError
        if self._reason is not None:
            raise ChildFailedError(self._reason)

    def close(self) -> None:
        """Say good-bye, which ends the child and every call in it."""
        self._channel.close()

    async def ask(self, reached: bytes, call: Call, transcript: Transcript) -> Response:
        """One call in, one response out.

        Raises FrameError (it cannot be sent), ChildLostError, what the transcript's listener raised, and
        asyncio.CancelledError: then the transcript holds what the child had received.
        """
        number = next(self._numbers)
        question = encoded(Ask(number, reached, call, transcript.on_text is not None))
        await self._channel.room()
        if self._is_lost:
            raise ChildLostError
        self._channel.send(question)
        under_way = self._under_way[number] = _UnderWay(transcript)
        try:
            await under_way.is_over.wait()
        except asyncio.CancelledError:
            await self._break_off(number, under_way)
            raise
        finally:
            del self._under_way[number]
        if under_way.failure is not None:
            self._channel.send(encoded(Cancel(number)))
            raise under_way.failure
        if under_way.response is None:
            raise ChildLostError
        return replace(under_way.response, text=transcript.text, reasoning=transcript.reasoning)

    async def _break_off(self, number: int, under_way: _UnderWay) -> None:
        """Let the child close the connection, and take in what it has of the reply."""
        if not under_way.is_over.is_set():
            self._channel.send(encoded(Cancel(number)))
            with suppress(TimeoutError):
                async with asyncio.timeout(CANCEL_WITHIN_S):
                    await under_way.is_over.wait()

    def _received(self, body: bytes) -> None:
        message = decoded_by_parent(body)
        if isinstance(message, Ready | Failed):
            self._reason = message.reason if isinstance(message, Failed) else None
            self._heard.set()
            return
        under_way = self._under_way.get(message.number)
        if under_way is None or under_way.failure is not None:
            return  # nobody waits for it any more
        under_way.take(message.growth)
        if not isinstance(message, Piece):
            under_way.response = message.response
            under_way.is_over.set()

    def _lost(self) -> None:
        self._is_lost = True
        self._heard.set()
        for under_way in self._under_way.values():
            under_way.is_over.set()
