"""The tags of a run."""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.store.tags import clean_tags
from motivtui.tui.dialogs.line import Line


class Tags(Line):
    """Gives back the tags on one line, told apart by commas (`parsed` tells them apart); None: Escape."""

    def __init__(self, tags: Sequence[str]) -> None:
        """`tags`: those that it has."""
        label = "Tags, told apart by commas. Empty: none. The list's filter finds runs by them."
        super().__init__("Tag the run", label, ", ".join(tags), parsed)


def parsed(text: str) -> tuple[str, ...]:
    """The tags of a line, each once. Raises UsageError."""
    return clean_tags(part for part in text.split(",") if part.strip())
