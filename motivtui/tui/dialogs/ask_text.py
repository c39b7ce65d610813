"""A question that is answered with one line of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from motivtui.visible_text import visible


class AskText(ModalScreen[str | None]):
    """Gives back the text; None: Escape. `problem_of` says what is wrong with a text, or nothing."""

    DEFAULT_CSS = """
    AskText {
        align: center middle;
        & > Vertical {
            width: 72; max-width: 95%; height: auto;
            border: round $accent; background: $surface; padding: 1 2;
        }
        #problem { color: $error; height: auto; }
        Input { margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(
        self,
        title: str,
        text: str,
        value: str = "",
        placeholder: str = "",
        problem_of: Callable[[str], str | None] = lambda text: None if text.strip() else "Type something, or Escape.",
    ) -> None:
        """`text` says what is wanted."""
        super().__init__()
        self._title, self._text, self._value, self._placeholder = title, text, value, placeholder
        self._problem_of = problem_of

    def compose(self) -> ComposeResult:
        """What is wanted, and the line."""
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            box.border_subtitle = "enter: yes · esc: back"
            yield Static(Content(visible(self._text)))
            yield Input(self._value, placeholder=self._placeholder, compact=True)
            yield Static("", id="problem")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give it back, if nothing is wrong with it."""
        problem = self._problem_of(event.value)
        if problem is None:
            self.dismiss(event.value)
        else:
            self.query_one("#problem", Static).update(Content(visible(problem)))
