"""What tells one weights file from another (size, SHA-256, the GGUF mark), and the memory of having checked it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from motivtui.whole_file import write_whole

OnProgress = Callable[[int, int | None], None]
"""Told (bytes done, bytes in all or None). A new total begins a new phase: download, unpack, check."""

CHUNK_BYTES = 2**20
GGUF_MAGIC = b"GGUF"


class Stamp(msgspec.Struct, frozen=True):
    """A file that was hashed once: `mtime_ns` in nanoseconds since 1970, `sha256` in hex."""

    size_bytes: int
    mtime_ns: int
    sha256: str


def silent(_done: int, _total: int | None) -> None:
    """The progress callback that tells nobody."""


def has_gguf_magic(path: Path) -> bool:
    """Whether the file begins as GGUF files do. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(GGUF_MAGIC)) == GGUF_MAGIC


def sha256_of(path: Path, on_progress: OnProgress = silent) -> str:
    """The SHA-256 of a file in hex. Raises OSError."""
    digest = hashlib.sha256()
    done, total = 0, path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            on_progress(done, total)
    return digest.hexdigest()


def is_whole(path: Path, sha256: str, stamp: Path, on_progress: OnProgress = silent, *, afresh: bool = False) -> bool:
    """Whether a file has the given SHA-256; hashes it only when it changed since `stamp` was written, or `afresh`.

    Raises OSError.
    """
    at = path.stat()  # before hashing: a change in the meantime must not be remembered as checked
    checked = Stamp(at.st_size, at.st_mtime_ns, sha256)
    if not afresh and _read(stamp) == checked:
        return True
    if sha256_of(path, on_progress) != sha256:
        return False
    write_whole(stamp, msgspec.json.encode(checked))
    return True


def _read(stamp: Path) -> Stamp | None:
    """The stamp; None when there is none or it makes no sense, which only costs hashing once more."""
    try:
        return msgspec.json.decode(stamp.read_bytes(), type=Stamp)
    except (OSError, ValueError):  # msgspec's errors are ValueErrors
        return None
