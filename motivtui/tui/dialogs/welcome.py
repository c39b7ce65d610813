"""What is said the first time: what this is, and the one key to press."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from motivtui.tui.dialogs.modal import Modal

_WORDS = """\
This is a lab for one question: what moves a language model?

It asks models how motivated they are to do a task, before and after they do it, under different manipulations: \
money, threat, purpose, futility, and [b]none[/b], the control. You watch them answer, and see whether the \
manipulation made a difference.

A small study is picked already, for the model that comes with the lab. It needs no key and no network. That model \
shows how the instruments work, and nothing about motivation: it is far too small.

[b $accent] r [/]  runs the study that is picked        [b $accent] 1 [/] … [b $accent] 4 [/]  go to the rooms
[b $accent] ? [/]  says what the keys do here           [b $accent] ctrl+p [/]  finds any action
[b $accent] 4 [/]  tries a task of your own             [b $accent] ctrl+q [/]  quits safely"""


class Welcome(Modal[str | None]):
    """Gives back `run`, or None."""

    DEFAULT_CSS = """
    Welcome {
        align: center middle;
        & > VerticalScroll {
            width: 78; max-width: 96%; height: auto; max-height: 96%;
            border: round $accent; background: $surface; padding: 1 2;
        }
        #answers { height: auto; margin-top: 1; align-horizontal: right; }
        #answers Button { margin-left: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Look around"),
        Binding("r", "dismiss('run')", "Run it"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Words and two buttons."""
        with VerticalScroll(can_focus=False) as box:
            box.border_title = "Welcome to motiv"
            yield Static(Content.from_markup(_WORDS))
            with Horizontal(id="answers"):
                yield Button("Run the small study", name="run", compact=True, variant="primary")
                yield Button("Look around", name="look", compact=True)

    def on_mount(self) -> None:
        """Looking around is what Enter does."""
        self.query(Button).last().focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Run, or look around."""
        self.dismiss("run" if event.button.name == "run" else None)
