"""What the command palette lists: every action of the room, of the focused part, and of the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from textual.app import App, SystemCommand
from textual.dom import DOMNode
from textual.screen import Screen

from motivtui.tui.moves import is_move
from motivtui.tui.widgets.top_bar import ROOMS


def commands_of(app: App[Any], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The rooms first, then each described binding once, with its key."""
    for room in ROOMS:
        yield SystemCommand(
            f"Go to {room.capitalize()}", f"The {room} room", partial(app.run_action, f"app.room('{room}')")
        )
    seen: set[str] = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        if not binding.description or binding.action in seen or "room(" in binding.action or is_move(binding.action):
            continue
        seen.add(binding.action)
        key = f"Key: {app.get_key_display(binding)}"
        about = f"{binding.tooltip} ({key})" if binding.tooltip else key
        yield SystemCommand(binding.description, about, _doing(app, active.node, binding.action))


def _doing(app: App[Any], node: DOMNode, action: str) -> Callable[[], Awaitable[Any]]:
    async def run() -> None:
        await app.run_action(action, default_namespace=node)

    return run
