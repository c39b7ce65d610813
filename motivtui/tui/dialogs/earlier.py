"""The probes that were made before: one of them is brought back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from motivtui.tui.dialogs.modal import Modal
from motivtui.tui.probe_history import Line
from motivtui.tui.widgets.window_table import Column, Row, Styled, WindowTable

_COLUMNS = (
    Column("when", "When (UTC)", 16),
    Column("task", "Task", 20, flex=3),
    Column("models", "Models", 14, flex=1, at=72),
    Column("done", "Replies", 9, right=True),
)


class EarlierDialog(Modal[str | None]):
    """Gives back the id of a run; None: Escape."""

    DEFAULT_CSS = """
    EarlierDialog {
        align: center middle;
        & > Vertical { width: 110; max-width: 95%; height: 80%; border: round $accent; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,h", "dismiss(None)", "Back", show=False)]

    def __init__(self, lines: Sequence[Line]) -> None:
        """`lines` newest first."""
        super().__init__()
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical() as box:
            box.border_title = "Earlier probes"
            box.border_subtitle = "enter: bring back · esc: back"
            yield WindowTable(_COLUMNS, empty="No probe yet: type a task and press enter; what you do is kept here.")

    def on_mount(self) -> None:
        """The newest is under the cursor."""
        table = self.query_one(WindowTable)
        table.show([_row(line) for line in self._lines])
        table.focus()

    def on_window_table_chosen(self, event: WindowTable.Chosen) -> None:
        """That one."""
        self.dismiss(str(event.key))


def _row(line: Line) -> Row:
    models = ", ".join(one.rpartition("/")[2] for one in line.models.split(","))
    done = f"{line.complete}/{line.trials}"
    return Row(
        line.run,
        (
            Styled(line.created_at[:16].replace("T", " "), "dim"),
            line.name,
            Styled(models, "dim"),
            Styled(f"{done} ✗{line.failed}", "bad") if line.failed else done,
        ),
    )
