"""What a terminal was told to do otherwise than before, read from what was written to it, and how to undo it.

Pure bookkeeping: writes nothing itself.
"""

from __future__ import annotations

import re

_SWITCH = re.compile(r"\x1b\[(?:\?(\d+)([hl])|(>)\d+u|(<)u)")

_ON_BY_DEFAULT = frozenset({"7", "25"})
"""Line wrap and the cursor: everything else is off in a shell."""

_UNDONE_FIRST = ("2026", "2048", "2004", "1016", "1006", "1015", "1003", "1002", "1000", "1004", "7")
_ALTERNATE_SCREEN = "1049"
_CURSOR = "25"


class Modes:
    """Which modes are not as a shell wants them. Fed by one thread, asked by any."""

    def __init__(self) -> None:
        self._changed: dict[str, None] = {}
        self._ever_changed: dict[str, None] = {}
        self._keyboards = self._most_keyboards = 0

    def see(self, written: str) -> None:
        """Take note of what has been written."""
        for mode, letter, push, pop in _SWITCH.findall(written):
            if push:
                self._keyboards += 1
                self._most_keyboards = max(self._most_keyboards, self._keyboards)
            elif pop:
                self._keyboards = max(0, self._keyboards - 1)
            elif (letter == "h") == (mode in _ON_BY_DEFAULT):
                self._changed.pop(mode, None)
            else:
                self._changed[mode] = self._ever_changed[mode] = None

    def undo(self) -> str:
        """What brings the terminal back, nothing if it is back."""
        return _undone(list(self._changed), self._keyboards)

    def undo_all(self) -> str:
        """What brings it back when nobody knows what of all that reached it: whatever was ever changed is undone.

        One pop too many is harmless: the alternate screen has a stack of keyboards of its own.
        """
        return _undone(list(self._ever_changed), self._most_keyboards)


def _undone(changed: list[str], keyboards: int) -> str:
    """The kitty keyboard goes before the screen it is on."""
    order = [mode for mode in _UNDONE_FIRST if mode in changed]
    order += [mode for mode in changed if mode not in (*_UNDONE_FIRST, _ALTERNATE_SCREEN, _CURSOR)]
    parts = [_reset(mode) for mode in order]
    parts.append("\x1b[<u" * keyboards)
    parts += [_reset(mode) for mode in (_ALTERNATE_SCREEN, _CURSOR) if mode in changed]
    undone = "".join(parts)
    return f"\x1b[0m{undone}" if undone else ""


def _reset(mode: str) -> str:
    return f"\x1b[?{mode}{'h' if mode in _ON_BY_DEFAULT else 'l'}"
