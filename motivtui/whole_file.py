"""Files that are whole or not there at all. Knows nothing of what is written; the system's errors pass as they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file of mode 0600 beside `path` to write into; it takes that one's place at the end, or goes on any exception.

    Whoever reads meanwhile sees what was there before. Raises OSError: as the system does.
    """
    # Of a long name only the beginning: with what is put around it, it would be longer than a name may be.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            # The name must not survive a power cut with other content than this.
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write the file whole or not at all. Raises OSError: then whatever was there is as it was."""
    with whole_file(path) as file:
        file.write(content)
