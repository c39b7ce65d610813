"""What the dialogs with fields have in common: a box in the middle, a place for what is wrong, buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from motivtui.errors import MotivError
from motivtui.tui.dialogs.modal import Modal
from motivtui.visible_text import visible

T = TypeVar("T")


class Box(Modal[T | None]):
    """Gives back what was filled in; None: Escape, which changes nothing. Subclasses compose fields and `accept`."""

    DEFAULT_CSS = """
    Box {
        align: center middle;
        & > VerticalScroll {
            width: 72; max-width: 92%; height: auto; max-height: 90%;
            border: round $accent; background: $surface; padding: 0 2;
        }
        .label { color: $text-muted; height: auto; }
        .problem { color: $error; height: auto; display: none; }
        .problem.-told { display: block; }
        .buttons { height: 1; margin-top: 1; align-horizontal: right; }
        .buttons Button { margin-left: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", show=False)]

    def __init__(self, title: str, answers: Sequence[tuple[str, str]]) -> None:
        """`answers`: (key, label) of the buttons; `back` dismisses."""
        super().__init__()
        self._title, self._answers = title, tuple(answers)

    def compose(self) -> ComposeResult:
        """Fields, what is wrong with them, buttons."""
        with VerticalScroll(can_focus=False) as box:
            box.border_title = Content(visible(self._title))
            yield from self.compose_fields()
            yield Static(classes="problem")
            with Horizontal(classes="buttons"):
                for key, label in self._answers:
                    yield Button(Content(label), name=key, compact=True)

    def compose_fields(self) -> ComposeResult:
        """The dialog's own part."""
        raise NotImplementedError

    def accept(self, answer: str) -> None:
        """A button other than `back`: dismiss with a result, or raise MotivError, which is told."""
        raise NotImplementedError

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """That one."""
        event.stop()
        self.press(event.button.name or "back")

    def press(self, answer: str) -> None:
        """As if the button of that key was pressed."""
        if answer == "back":
            self.dismiss(None)
            return
        try:
            self.accept(answer)
        except MotivError as error:
            self.say_problem(f"{error.message}\n{error.hint}".strip())

    def say_problem(self, text: str) -> None:
        """What is wrong; empty: nothing any more."""
        problem = self.query_one(".problem", Static)
        problem.set_class(bool(text), "-told")
        problem.update(Content(visible(text)))
