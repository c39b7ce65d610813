"""Writing a small file that must not be there yet, in one piece or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(path: Path, text: str) -> None:
    """Write the text as UTF-8 and see it to the disk.

    Raises FileExistsError: whatever is there stays as it is. Raises OSError: nothing is left behind.
    """
    content = text.encode("utf-8")
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
