"""Picking any number of values out of a list, with how often each occurs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, SelectionList
from textual.widgets.selection_list import Selection

from motivtui.tui.dialogs.box import Box
from motivtui.tui.terminal.boundary import content_line
from motivtui.tui.words import count

_NAME_CELLS = 48


class Option(NamedTuple):
    """A value, how it is shown, and how many there are of it."""

    key: str
    label: str
    number: int


class Pick(Box[tuple[str, ...]]):
    """Gives back the keys that were picked, in the list's order; none: no filter. None: Escape."""

    DEFAULT_CSS = """
    Pick SelectionList { height: auto; max-height: 16; border: none; padding: 0; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "take", "Filter", show=False, priority=True)]

    def __init__(self, title: str, options: Sequence[Option], picked: Iterable[str]) -> None:
        """`picked`: the keys that are picked now."""
        super().__init__(title, (("back", "Back"), ("all", "All"), ("accept", "Filter (enter)")))
        self._options, self._picked = tuple(options), set(picked)

    def compose_fields(self) -> ComposeResult:
        """The list."""
        width = max((len(count(one.number)) for one in self._options), default=1)
        yield SelectionList(
            *(
                Selection(
                    Content.assemble(
                        (f"{count(one.number):>{width}}  ", "$foreground-muted"), content_line(one.label, _NAME_CELLS)
                    ),
                    one.key,
                    one.key in self._picked,
                )
                for one in self._options
            ),
            compact=True,
        )

    def on_mount(self) -> None:
        """Move and pick at once."""
        self.query_one(SelectionList).focus()

    def action_take(self) -> None:
        """Enter: the button that has the focus, or filter."""
        focused = self.focused
        self.press(focused.name or "back" if isinstance(focused, Button) else "accept")

    def accept(self, answer: str) -> None:
        """Give back what is picked."""
        selected = set(self.query_one(SelectionList).selected) if answer == "accept" else set()
        self.dismiss(tuple(one.key for one in self._options if one.key in selected))
