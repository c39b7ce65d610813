"""A question before something that costs or cannot be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Static

from motivtui.tui.dialogs.box import Box
from motivtui.visible_text import visible


class Confirm(Box[str]):
    """Gives back the key of the answer that was taken; None: `back` or Escape, which changes nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, text: str, answers: Sequence[tuple[str, str]]) -> None:
        """`answers`: (key, label), the safe one last: it has the focus."""
        super().__init__(title, answers)
        self._text = text

    def compose_fields(self) -> ComposeResult:
        """What it is about."""
        yield Static(Content(visible(self._text)))

    def on_mount(self) -> None:
        """The safe answer has the focus."""
        self.query(Button).last().focus()

    def accept(self, answer: str) -> None:
        """That one."""
        self.dismiss(answer)
