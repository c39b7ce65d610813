"""Whether the disk has room for what the next calls bring."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path


class DiskFloor:
    """Looks at the file system that `path` is on, at most every `every_s` seconds."""

    def __init__(
        self, path: Path, floor_bytes: int, every_s: float = 0.5, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`floor_bytes`: how much has to stay free."""
        self._folder = path.absolute().parent
        self._floor = floor_bytes
        self._every_s = every_s
        self._clock = clock
        self._looked_at = float("-inf")
        self.free_bytes = 0

    def has_room(self) -> bool:
        """Whether the floor is not reached yet."""
        now = self._clock()
        if now - self._looked_at >= self._every_s:
            self._looked_at = now
            self.free_bytes = shutil.disk_usage(self._folder).free
        return self.free_bytes >= self._floor
