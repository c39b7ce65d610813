"""Another name for a run."""

from __future__ import annotations

from motivtui.errors import UsageError
from motivtui.tui.dialogs.line import Line


class Rename(Line):
    """Gives back the name; None: Escape."""

    def __init__(self, name: str) -> None:
        """`name`: the one that it has."""
        super().__init__("Rename the run", "Its new name:", name, check_name)


def check_name(name: str) -> str:
    """The name. Raises UsageError: it is empty, or on more than one line."""
    if not name.strip():
        raise UsageError("a name is empty", hint="Type a few words, or press Escape.")
    if any(not sign.isprintable() for sign in name):
        raise UsageError("a name holds a sign that cannot be seen", hint="Use letters, digits, spaces and the like.")
    return name
