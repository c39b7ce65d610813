"""One line of text to be filled in."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from motivtui.errors import UsageError
from motivtui.tui.dialogs.box import Box
from motivtui.visible_text import visible


def something(text: str) -> str:
    """The text. Raises UsageError: there is none."""
    if not text:
        raise UsageError("there is nothing yet", hint="Type something, or press Escape.")
    return text


class Line(Box[str]):
    """Gives back the text without the blanks around it; None: Escape."""

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        check: Callable[[str], object] = something,
        *,
        placeholder: str = "",
        accept: str = "Save",
    ) -> None:
        """`check` raises MotivError when the text will not do; `accept` is on the button."""
        super().__init__(title, (("back", "Back"), ("accept", accept)))
        self._label, self._value, self._check, self._placeholder = label, value, check, placeholder

    def compose_fields(self) -> ComposeResult:
        """What is asked for, and the field."""
        yield Static(Content(visible(self._label)), classes="label")
        yield Input(self._value, placeholder=self._placeholder, compact=True, max_length=1000)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter saves."""
        event.stop()
        self.press("accept")

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong may be right now."""
        event.stop()
        self.say_problem("")

    def accept(self, answer: str) -> None:  # noqa: ARG002 - there is one answer only
        """Give the text back, if it will do."""
        text = self.query_one(Input).value.strip()
        self._check(text)
        self.dismiss(text)
