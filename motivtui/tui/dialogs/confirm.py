"""A question before something that costs or cannot be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from motivtui.visible_text import visible


class Confirm(ModalScreen[str | None]):
    """Gives back the key of the answer that was taken; None: Escape, which changes nothing."""

    DEFAULT_CSS = """
    Confirm {
        align: center middle;
        & > VerticalScroll {
            width: 72; max-width: 90%; height: auto; max-height: 80%;
            border: round $accent; background: $surface; padding: 1 2;
        }
        #answers { height: auto; margin-top: 1; align-horizontal: right; }
        #answers Button { margin-left: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, text: str, answers: Sequence[tuple[str, str]]) -> None:
        """`answers`: (key, label), the safe one last: it has the focus."""
        super().__init__()
        self._title, self._text, self._answers = title, text, tuple(answers)

    def compose(self) -> ComposeResult:
        """Text and buttons."""
        with VerticalScroll(can_focus=False) as box:
            box.border_title = Content(visible(self._title))
            yield Static(Content(visible(self._text)))
            with Horizontal(id="answers"):
                for key, label in self._answers:
                    yield Button(Content(label), name=key, compact=True)

    def on_mount(self) -> None:
        """The safe answer has the focus."""
        self.query(Button).last().focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """That one."""
        self.dismiss(event.button.name)
