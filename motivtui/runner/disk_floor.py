"""Whether the disk has room for what the next calls bring. Only looks; what follows is decided elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from motivtui.errors import DatabaseError


class DiskFloor:
    """Looks at the file system that `path` is on, at most every `every_s` seconds.

    A link is followed: SQLite writes beside the file, not beside the link.
    """

    def __init__(
        self, path: Path, floor_bytes: int, every_s: float = 0.5, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`floor_bytes`: how much has to stay free. `path` need not be there yet, its folder must."""
        self._folder = path.resolve().parent
        self._floor = floor_bytes
        self._every_s = every_s
        self._clock = clock
        self._free: int | None = None
        self._looked_at = 0.0

    @property
    def free_bytes(self) -> int:
        """How much is free for us, as last seen. Raises DatabaseError when the folder cannot be looked at."""
        now = self._clock()
        if self._free is None or now - self._looked_at >= self._every_s:
            try:
                self._free = shutil.disk_usage(self._folder).free
            except OSError as error:
                raise DatabaseError(
                    f"{self._folder}: the room on its disk cannot be seen: {error.strerror}",
                    hint="Is the folder still there? `motiv resume` goes on once it is.",
                ) from error
            self._looked_at = now
        return self._free

    def has_room(self) -> bool:
        """Whether the floor is not reached yet. Raises DatabaseError like `free_bytes`."""
        return self.free_bytes >= self._floor
