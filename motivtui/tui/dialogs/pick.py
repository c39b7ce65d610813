"""Picking any number of values out of a list, with how often each occurs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, OptionList, Static

from motivtui.tui.dialogs.box import Box
from motivtui.tui.terminal.boundary import content_line
from motivtui.tui.words import count

_NAME_CELLS = 46


class Option(NamedTuple):
    """A value, how it is shown, and how many there are of it."""

    key: str
    label: str
    number: int


class Pick(Box[tuple[str, ...]]):
    """Gives back the keys that were picked, in the list's order; none: no filter. None: Escape."""

    DEFAULT_CSS = """
    Pick OptionList { height: auto; max-height: 14; border: none; padding: 0; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Filter", show=False, priority=True),
        Binding("space", "pick", "Pick", show=False),
    ]

    def __init__(self, title: str, options: Sequence[Option], picked: Iterable[str]) -> None:
        """`picked`: the keys that are picked now."""
        super().__init__(title, (("back", "Back"), ("all", "All"), ("accept", "Filter")))
        self._options, self._picked = tuple(options), set(picked)

    def compose_fields(self) -> ComposeResult:
        """The list."""
        yield Static("space picks, enter filters", classes="label")
        yield OptionList(*(self._shown(one) for one in self._options), compact=True)

    def on_mount(self) -> None:
        """Move and pick at once."""
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = 0 if self._options else None

    def _shown(self, option: Option) -> Content:
        mark = "■" if option.key in self._picked else "□"
        return Content.assemble(
            f" {mark} ", content_line(option.label, _NAME_CELLS), (f"  {count(option.number)}", "$foreground-muted")
        )

    def action_pick(self) -> None:
        """Pick what is under the cursor, or leave it."""
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self._picked ^= {self._options[place].key}
            self.query_one(OptionList).replace_option_prompt_at_index(place, self._shown(self._options[place]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click picks."""
        event.stop()
        self.action_pick()

    def action_take(self) -> None:
        """Enter: the button that has the focus, or filter."""
        focused = self.focused
        self.press(focused.name or "back" if isinstance(focused, Button) else "accept")

    def accept(self, answer: str) -> None:
        """Give back what is picked."""
        picked = self._picked if answer == "accept" else set[str]()
        self.dismiss(tuple(one.key for one in self._options if one.key in picked))
