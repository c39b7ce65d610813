"""What all rooms have in common: top line, footer, and a beat while something goes on.

A room asks the app for everything it knows or does (`services`), so that it can be tried with other ones.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, cast

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from motivtui.tui.widgets.key_line import KeyLine
from motivtui.tui.widgets.top_bar import ROOMS, TopBar

if TYPE_CHECKING:
    from motivtui.engine.events import AnyEvent
    from motivtui.tui.app import MotivApp


def room_bindings() -> list[BindingType]:
    """`1` to `4` go to the rooms."""
    return [
        Binding(str(number), f"app.room('{room}')", room.capitalize(), show=False)
        for number, room in enumerate(ROOMS, 1)
    ]


class Room(Screen[None]):
    """One of the four screens. Subclasses set NAME and compose their body."""

    AUTO_FOCUS = ""  # the room says where one begins
    NAME: ClassVar[str]
    HELP: ClassVar[str] = ""
    """Said by `?`, above what the focused widget takes."""
    BINDINGS: ClassVar[list[BindingType]] = room_bindings()
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-short"), (36, "-tall")]

    @property
    def lab(self) -> MotivApp:
        """The app, which owns engine, archive and everything that is remembered."""
        return cast("MotivApp", self.app)

    def compose(self) -> ComposeResult:
        """Top line, body, footer."""
        yield TopBar(ROOMS, self.NAME)
        with Container(id="body"):
            yield from self.compose_body()
        yield KeyLine()

    def compose_body(self) -> ComposeResult:
        """The room's own part."""
        raise NotImplementedError

    def on_screen_resume(self) -> None:
        """A dialog is closed: let go of it. Textual's cache of border styles keeps whole widgets by their looks."""
        with suppress(AttributeError):  # a Textual that has mended it
            StylesCache.get_inner_outer.cache_clear()

    def beat(self) -> None:
        """Ten times a second while this room is seen: draw what is new. Must be quick."""

    def heard(self, event: AnyEvent) -> None:
        """The engine told something while this room is seen. Must be quick."""

    def shows_end_of(self, run: str) -> bool:  # noqa: ARG002 (for the rooms that do)
        """Whether one sees here that this run has ended, so that no toast has to say so."""
        return False

    def say_state(self, state: str) -> None:
        """The words at the right of the top line."""
        self.query_one(TopBar).state = state
