"""Keys that only move about: everybody finds them, so help says them in one line and the palette not at all."""

from __future__ import annotations

_MOVES = (
    "cursor_",
    "scroll_",
    "page_",
    "move(",
    "page(",
    "first",
    "last",
    "column(",
    "focus_",
    "app.focus_",
    "screen.focus_",
)
_OTHERS = {"toggle_node", "toggle_expand_all", "select_cursor", "command_palette", "screen.copy_text", "copy_text"}


def is_move(action: str) -> bool:
    """Whether an action only moves cursor, view or focus, or is known from everywhere."""
    return action.startswith(_MOVES) or action in _OTHERS
