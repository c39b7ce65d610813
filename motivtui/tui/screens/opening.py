"""What is painted first: the frame of the lab, while the lab itself is being loaded."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Static

from motivtui.tui.screens.room import room_bindings
from motivtui.tui.widgets.key_line import KeyLine
from motivtui.tui.widgets.top_bar import ROOMS, TopBar


class Opening(Screen[None]):
    """Top line and footer. A room that is asked for meanwhile is gone to afterwards."""

    BINDINGS: ClassVar[list[BindingType]] = room_bindings()

    def compose(self) -> ComposeResult:
        """No room yet."""
        yield TopBar(ROOMS, ROOMS[0])
        yield Static(id="body")
        yield KeyLine()
