"""What the numbers of a view mean."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from motivtui.tui.dialogs.modal import Modal


class Explain(Modal[None]):
    """A text of our own about one view."""

    DEFAULT_CSS = """
    Explain {
        align: center middle;
        & > VerticalScroll {
            width: 124; max-width: 95%; height: auto; max-height: 90%;
            border: round $accent; background: $surface; padding: 1 2;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,e,q,enter", "dismiss(None)", "Back")]

    def __init__(self, title: str, text: str) -> None:
        """The view's label and its explanation."""
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """The text; it scrolls where it has to."""
        with VerticalScroll() as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "esc: back"
            yield Static(Content(self._text))
