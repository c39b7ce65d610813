"""The top line: where one is, which run is under way, and how the engine does."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from motivtui.visible_text import visible_line

ROOMS = ("lab", "runs", "stats", "probe")


class TopBar(Widget):
    """`rooms` in their order, one of them current; `state` is said at the right."""

    DEFAULT_CSS = """
    TopBar { height: 1; dock: top; background: $panel; color: $foreground; }
    """

    state: reactive[str] = reactive("", layout=False)

    class Asked(Message):
        """A room's name was clicked."""

        def __init__(self, room: str) -> None:
            super().__init__()
            self.room = room

    def __init__(self, rooms: tuple[str, ...], current: str) -> None:
        """`current` is one of the rooms."""
        super().__init__()
        self._rooms, self._current = rooms, current

    def render(self) -> Content:
        """One line, cut where it has to be."""
        parts: list[tuple[str, str] | str] = [(" motiv ", "bold $accent")]
        for number, room in enumerate(self._rooms, start=1):
            look = "bold reverse" if room == self._current else "$text-muted"
            parts.append((f" {number} {room.capitalize()} ", look))
        left = Content.assemble(*parts)
        room_left = self.size.width - left.cell_length - 1
        state = visible_line(self.state, max(0, room_left - 1))
        gap = max(1, room_left - Content(state).cell_length)
        return Content.assemble(left, " " * gap, (state, "$text-muted"))

    def on_click(self, event: events.Click) -> None:
        """Go to the room whose name is there."""
        left = len(" motiv ")
        for number, room in enumerate(self._rooms, start=1):
            width = len(f" {number} {room} ")
            if left <= event.x < left + width:
                self.post_message(self.Asked(room))
                return
            left += width
