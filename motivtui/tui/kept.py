"""What the console remembers from one time to the next: the theme, what was last chosen, whether it was ever seen.

A file that cannot be read or written costs nothing but the memory.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import msgspec

from motivtui.conduct.request import Count, Repeats
from motivtui.whole_file import write_whole

FILE_NAME = "console.json"
MAX_BYTES = 256 * 1024


class Kept(msgspec.Struct, kw_only=True):
    """Everything that is remembered. Names of models, tasks and so on are only wishes: they may be gone."""

    theme: str = "motiv-dark"
    is_welcomed: bool = False
    models: tuple[str, ...] = ()
    known_models: tuple[str, ...] = ()
    """Ids that the user typed."""
    tasks: tuple[str, ...] = ()
    per_category: Count | None = 1
    manipulations: tuple[str, ...] = ("none", "money", "futility")
    instruments: tuple[str, ...] = ("pre-self-report",)
    repeats: Repeats = 1
    probe_models: tuple[str, ...] = ()
    probe_manipulations: tuple[str, ...] = ("none", "money")
    probe_instruments: tuple[str, ...] = ("pre-self-report",)
    probe_repeats: Repeats = 1
    probes: tuple[str, ...] = ()
    """The tasks last typed, newest first."""


def read_kept(folder: Path) -> Kept:
    """What was kept; as new if there is nothing, or nothing that can be read."""
    with suppress(OSError, msgspec.MsgspecError, ValueError, RecursionError):
        path = folder / FILE_NAME
        if path.stat().st_size <= MAX_BYTES:
            return msgspec.json.decode(path.read_bytes(), type=Kept)
    return Kept()


class Keeper:
    """Writes what is to be kept in a thread of its own: a disk that is slow holds up no key."""

    def __init__(self, folder: Path) -> None:
        """The thread begins with the first thing to keep."""
        self._folder = folder
        self._newest: Kept | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kept")

    def keep(self, kept: Kept) -> None:
        """Keep it as it is now. What is not written yet by then is passed over."""
        self._newest = msgspec.structs.replace(kept)
        with suppress(RuntimeError):  # it is closed: the console is being taken apart
            self._thread.submit(self._write)

    def close(self) -> None:
        """Returns when all is written."""
        self._thread.shutdown(wait=True)

    def _write(self) -> None:
        newest, self._newest = self._newest, None
        if newest is not None:
            write_kept(self._folder, newest)


def write_kept(folder: Path, kept: Kept) -> bool:
    """Keep it. Returns whether that could be done."""
    try:
        data = msgspec.json.encode(kept)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(folder / FILE_NAME, data)
    except (OSError, UnicodeEncodeError):  # the latter: a text that is not valid UTF-8 and could be kept nowhere
        return False
    return True
