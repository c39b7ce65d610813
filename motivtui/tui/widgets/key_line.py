"""The last line: the keys that do something here, each to be clicked.

One widget that draws one line. Textual's own footer makes a widget of each key anew whenever the focus moves: a click
in between is lost, and what was is never let go of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

KEPT_KEYS = 2
"""The last ones, quit and help, are shown even where not all keys fit."""


class ShownKey(NamedTuple):
    """A key by its name, as it is shown, and what it does; `is_off`: not now."""

    key: str
    shown: str
    words: str
    is_off: bool
    tooltip: str

    @property
    def cells(self) -> int:
        """How wide it is."""
        return Content(f" {self.shown} {self.words} ").cell_length


class KeyLine(Widget, can_focus=False):
    """See the module."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; background: $panel; color: $footer-foreground; text-wrap: nowrap; }
    """

    def __init__(self) -> None:
        """Without keys until it is mounted."""
        super().__init__()
        self.keys: tuple[ShownKey, ...] = ()
        self._pointed_at: ShownKey | None = None

    def on_mount(self) -> None:
        """Hear what can be pressed."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self.keys = shown_keys(self.screen)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen.app.app_focus and (keys := shown_keys(screen)) != self.keys:
            self.keys = keys
            self._point_at(None)
            self.refresh()

    def render(self) -> Content:
        """The keys that fit."""
        parts: list[tuple[str, str]] = []
        for one in fitting(self.keys, self.size.width):
            back = " on $block-hover-background" if one is self._pointed_at else ""
            dim = " dim" if one.is_off else ""
            parts += [(f" {one.shown} ", f"bold $footer-key-foreground{dim}{back}")]
            parts += [(f"{one.words} ", f"$footer-description-foreground{dim}{back}")]
        return Content.assemble(*parts)

    def key_at(self, x: int) -> ShownKey | None:
        """The key in that column."""
        left = 0
        for one in fitting(self.keys, self.size.width):
            if left <= x < left + one.cells:
                return one
            left += one.cells
        return None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """As if the key was pressed."""
        found = self.key_at(event.x)
        if found is not None and found.is_off:
            self.app.bell()
        elif found is not None:
            self.app.simulate_key(found.key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show what would be pressed."""
        self._point_at(self.key_at(event.x))

    def on_leave(self) -> None:
        """Nothing would."""
        self._point_at(None)

    def _point_at(self, one: ShownKey | None) -> None:
        if one is not self._pointed_at:
            self._pointed_at = one
            self.styles.pointer = "pointer" if one else "default"
            self.tooltip = one.tooltip if one else None
            self.refresh()


def shown_keys(screen: Screen[object]) -> tuple[ShownKey, ...]:
    """The keys that the screen and what has its focus want to be shown, one for each action."""
    found: dict[str, ShownKey] = {}
    for _, binding, is_enabled, tooltip in screen.active_bindings.values():
        if binding.show and binding.action not in found:
            shown = screen.app.get_key_display(binding)
            found[binding.action] = ShownKey(binding.key, shown, binding.description, not is_enabled, tooltip)
    return tuple(found.values())


def fitting(keys: Sequence[ShownKey], width: int) -> Sequence[ShownKey]:
    """Those that fit into so many cells: where not all do, the last of the room's own are left out."""
    shown = list(keys)
    while len(shown) > KEPT_KEYS and sum(one.cells for one in shown) > width:
        del shown[-KEPT_KEYS - 1]
    return shown
