"""One of several: the run, the item or the model that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from motivtui.tui.dialogs.modal import Modal
from motivtui.tui.terminal.boundary import content_line
from motivtui.visible_text import visible_line

_NAME_CELLS = 40


class Choice(NamedTuple):
    """One that can be chosen; `note` stands dim behind its name."""

    name: str
    note: str = ""


class Choose(Modal[int | None]):
    """Gives back the place of what was chosen; None: Escape, which changes nothing."""

    DEFAULT_CSS = """
    Choose {
        align: center middle;
        & > Vertical {
            width: 116; max-width: 95%; height: auto; max-height: 80%;
            border: round $accent; background: $surface; padding: 0 1;
        }
        OptionList { height: auto; max-height: 20; border: none; background: $surface; padding: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], current: int | None) -> None:
        """`current`: the place of what is chosen now."""
        super().__init__()
        self._title, self._choices, self._current = title, tuple(choices), current

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical() as box:
            box.border_title = Content(visible_line(self._title, 60))
            box.border_subtitle = "enter: choose · esc: back"
            yield OptionList(
                *(Option(self._prompt(place, one)) for place, one in enumerate(self._choices)), compact=True
            )

    def on_mount(self) -> None:
        """At what is chosen."""
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = self._current or 0
        self.call_after_refresh(self._cut)

    def _cut(self) -> None:
        """Notes as long as there is room for: a line each."""
        options = self.query_one(OptionList)
        width = options.scrollable_content_region.width
        for place, one in enumerate(self._choices):
            options.replace_option_prompt_at_index(place, self._prompt(place, one, width))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """That one."""
        event.stop()
        self.dismiss(event.option_index)

    def action_move(self, by: int) -> None:
        """As the arrows do."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def _prompt(self, place: int, one: Choice, width: int = _NAME_CELLS + 3) -> Content:
        name = content_line(one.name, _NAME_CELLS)
        mark = "● " if place == self._current else "  "
        gap = " " * (_NAME_CELLS - name.cell_length + 1) if one.note else ""
        return Content.assemble(
            (mark, "$accent"), name, gap, content_line(one.note, width - _NAME_CELLS - 3).stylize("$secondary")
        )
