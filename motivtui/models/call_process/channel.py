"""Frames over one socket, both ways, on the running event loop. Must not know what the frames mean."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from motivtui.models.call_process.frames import FrameError, Splitter, framed


class Channel(asyncio.Protocol):
    """One end. `received` is told each frame's body in order, `lost` once, when nothing more can come."""

    def __init__(self, received: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        """Take who listens; `open_channel` connects it."""
        self._received = received
        self._lost = lost
        self._splitter = Splitter()
        self._transport: asyncio.Transport | None = None
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def is_open(self) -> bool:
        """Whether the other end is still there."""
        return self._transport is not None

    @property
    def is_full(self) -> bool:
        """Whether the other end does not keep up: what can wait should."""
        return not self._has_room.is_set()

    async def room(self) -> None:
        """Wait until the other end keeps up, or is gone."""
        await self._has_room.wait()

    def send(self, body: bytes) -> None:
        """Send a frame; to an end that is gone, nothing. Raises FrameError."""
        frame = framed(body)
        if self._transport is not None:
            self._transport.write(frame)

    def close(self) -> None:
        """Let go of the socket at once; `lost` is told soon after."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is connected (asyncio's word)."""
        if not isinstance(transport, asyncio.Transport):
            raise AssertionError("not a stream")
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take in what came (asyncio's word). What is no frame ends the connection."""
        try:
            for body in self._splitter.feed(data):
                self._received(body)
        except FrameError:
            self.close()

    def connection_lost(self, _: Exception | None) -> None:
        """The other end is gone (asyncio's word)."""
        self._transport = None
        self._has_room.set()
        self._lost()

    def pause_writing(self) -> None:
        """Too much waits to be sent (asyncio's word)."""
        self._has_room.clear()

    def resume_writing(self) -> None:
        """There is room again (asyncio's word)."""
        self._has_room.set()


async def open_channel(end: socket.socket, received: Callable[[bytes], None], lost: Callable[[], None]) -> Channel:
    """A channel over a connected stream socket, which it owns from here on."""
    loop = asyncio.get_running_loop()
    _, channel = await loop.create_unix_connection(lambda: Channel(received, lost), sock=end)
    return channel
