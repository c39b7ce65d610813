"""Making a probe's task one of the user's own tasks: under which id, in which category."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from motivtui.tui.dialogs.modal import Modal
from motivtui.tui.terminal.boundary import content_line
from motivtui.tui.widgets.window_table import Column, Row, WindowTable

_UNDECIDED = "other"
"""The category that is offered first: the user has to say if it is another one."""


class OwnTask(NamedTuple):
    """What the user decided. `id` without the set's prefix."""

    id: str
    category: str


class PromoteDialog(Modal[OwnTask | None]):
    """Gives back what was decided; None: Escape, nothing is written."""

    DEFAULT_CSS = """
    PromoteDialog {
        align: center middle;
        & > VerticalScroll {
            width: 72; max-width: 95%; height: auto; max-height: 95%;
            border: round $accent; background: $surface; padding: 0 1;
        }
        #task-id { border: none; height: 1; padding: 0; background: $boost; }
        WindowTable { height: 12; }
        #said { height: auto; color: $warning; }
        #answers { height: 1; align-horizontal: right; }
        #answers Button { margin-left: 1; }
        Label { color: $text-muted; }
    }
    PromoteDialog.-short WindowTable { height: 8; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", show=False),
        Binding("ctrl+s", "save", "Save", show=False),
    ]

    def __init__(
        self,
        task: str,
        where: str,
        id: str,
        categories: Sequence[tuple[str, str]],
        fault: Callable[[str], str | None],
    ) -> None:
        """`where`: the file it is written to. `categories`: (id, title). `fault`: what is wrong with an id."""
        super().__init__()
        self._text, self._where, self._id, self._categories, self._fault = task, where, id, tuple(categories), fault

    def compose(self) -> ComposeResult:
        """Id, category, buttons."""
        with VerticalScroll(can_focus=False) as box:
            box.border_title = "Promote to a study"
            box.border_subtitle = "ctrl+s: save · esc: back"
            yield Static(content_line(f"“{self._text}”", 200), classes="note")
            yield Static(Content(f"is written to {self._where} and picked in the Lab."), classes="note")
            yield Label("Id of the task")
            yield Input(self._id, id="task-id", compact=True)
            yield Label("Category (enter saves)")
            yield WindowTable((Column("title", "Title", 30, flex=1), Column("id", "Id", 22)))
            yield Static("", id="said")
            with Horizontal(id="answers"):
                yield Button("Save and go to the Lab", id="save", compact=True, variant="primary")
                yield Button("Back", id="back", compact=True)

    def on_mount(self) -> None:
        """The id comes first."""
        self.set_class(self.app.size.height < 36, "-short")
        table = self.query_one(WindowTable)
        table.show([Row(one, (title, one)) for one, title in self._categories])
        ids = [one for one, _ in self._categories]
        table.cursor = ids.index(_UNDECIDED) if _UNDECIDED in ids else 0
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong with it."""
        self.query_one("#said", Static).update(Content(self._fault(event.value) or ""))

    def on_input_submitted(self) -> None:
        """On to the category."""
        self.query_one(WindowTable).focus()

    def on_window_table_chosen(self) -> None:
        """This category."""
        self.action_save()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save, or back."""
        if event.button.id == "save":
            self.action_save()
        else:
            self.dismiss(None)

    def action_save(self) -> None:
        """Give it back, if the id can be used."""
        name, category = self.query_one(Input).value, self.query_one(WindowTable).cursor_key
        if self._fault(name) is None and category is not None:
            self.dismiss(OwnTask(name, str(category)))
        else:
            self.query_one(Input).focus()
