"""Lines out of a stream of bytes, none longer than it may be. Must not know what they mean."""

from __future__ import annotations

from collections.abc import Iterator

MAX_COMMAND_BYTES = 512 * 1024


class Lines:
    """Splits what comes at newlines. A line that is too long is thrown away as it comes, and told of as None."""

    def __init__(self, most_bytes: int = MAX_COMMAND_BYTES) -> None:
        """Nothing has come yet."""
        self._most = most_bytes
        self._begun = bytearray()
        self._is_too_long = False

    def feed(self, data: bytes) -> Iterator[bytes | None]:
        """The lines that end in `data`, in order, without their end; blank ones are left out."""
        *ended, rest = data.split(b"\n")
        for piece in ended:
            self._add(piece)
            line = None if self._is_too_long else bytes(self._begun)
            self._begun.clear()
            self._is_too_long = False
            if line is None or line.strip():
                yield line
        self._add(rest)

    def end(self) -> Iterator[bytes | None]:
        """What was begun and has no newline, as a line."""
        yield from self.feed(b"\n")

    def _add(self, piece: bytes) -> None:
        if self._is_too_long or len(self._begun) + len(piece) > self._most:
            self._is_too_long = True
            self._begun.clear()
        else:
            self._begun += piece
