"""The engine's way out: lines to one file descriptor, by a thread of its own, so that no slow reader holds anybody up.

What waits is bounded for events (`has_room`); answers and ends are always taken, since a console that does not read is
not listened to either. Must not know what the lines mean.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable

ROOM_BYTES = 256 * 1024
"""With so much waiting, the reader is behind: events have to wait or be merged."""

_WRITE_BYTES = 64 * 1024


class Outlet:
    """Writes lines in their order. `room_bytes`: how much may wait before there is no room."""

    def __init__(self, descriptor: int, room_bytes: int = ROOM_BYTES) -> None:
        """Take the descriptor over."""
        self._descriptor = descriptor
        self._changed: Callable[[], None] = lambda: None
        self._room_bytes = room_bytes
        self._lines: deque[bytes] = deque()
        self._waiting = 0
        self._is_gone = False
        self._is_closing = False
        self._state = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="motivtui-outlet", daemon=True)
        self._thread.start()

    def listen(self, changed: Callable[[], None]) -> None:
        """Have `changed` called, in another thread, when there is room again or the reader is gone."""
        self._changed = changed

    @property
    def has_room(self) -> bool:
        """Whether the reader keeps up."""
        return self._waiting < self._room_bytes

    @property
    def is_gone(self) -> bool:
        """Whether nobody can read any more."""
        return self._is_gone

    def put(self, line: bytes) -> None:
        """Write a line as soon as it can be; to a reader that is gone, nothing."""
        with self._state:
            if self._is_gone or self._is_closing:
                return
            self._lines.append(line)
            self._waiting += len(line)
            self._state.notify_all()

    def close(self, within_s: float) -> None:
        """Give what waits so long to leave. Blocks."""
        with self._state:
            self._is_closing = True
            self._state.notify_all()
        self._thread.join(within_s)

    def _run(self) -> None:
        try:
            while piece := self._next():
                self._write(piece)
                with self._state:
                    had_room, self._waiting = self.has_room, self._waiting - len(piece)
                if not had_room and self.has_room:
                    self._changed()
        except OSError:
            with self._state:
                self._is_gone = True
                self._lines.clear()
                self._waiting = 0
            self._changed()
        finally:
            os.close(self._descriptor)

    def _next(self) -> bytes:
        """What waits, as much as one write takes; empty: closed, and nothing waits."""
        with self._state:
            while not self._lines and not self._is_closing:
                self._state.wait()
            piece = bytearray()
            while self._lines and len(piece) < _WRITE_BYTES:
                piece += self._lines.popleft()
            return bytes(piece)

    def _write(self, piece: bytes) -> None:
        view = memoryview(piece)
        while view:
            view = view[os.write(self._descriptor, view) :]
