"""Where and how a run is written as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from motivtui.export import Format, Shape, codebook_path
from motivtui.tui.dialogs.box import Box
from motivtui.tui.dialogs.confirm import Confirm
from motivtui.tui.typed_path import typed_path
from motivtui.tui.widgets.radio_line import RadioLine
from motivtui.visible_text import visible

_ABOUT_SHAPES = {
    Shape.LONG: "one row an item of each trial",
    Shape.WIDE: "one row a trial, a value and a status for every item",
    Shape.CHAINS: "one row an execution, with what was reported before, judged, and reported after",
}


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What was asked for. `overwrites`: files that are there may be replaced."""

    path: Path
    shape: Shape
    kind: Format
    overwrites: bool


class ExportDialog(Box[ExportWish]):
    """Gives back the wish; None: Escape. Before anything is replaced it asks."""

    DEFAULT_CSS = """
    ExportDialog {
        .field { height: 1; }
        .field .label { width: 8; }
        #path { width: 1fr; }
        #about { height: auto; min-height: 2; margin-top: 1; color: $text-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "write", "Write the file", show=False)]

    def __init__(self, folder: Path, stem: str) -> None:
        """The file is proposed in `folder`, called `stem`."""
        super().__init__("Export the run", (("back", "Back"), ("accept", "Write the file")))
        self._folder, self._stem = folder, stem

    def compose_fields(self) -> ComposeResult:
        """Shape, format, path."""
        for name, values in (("shape", list(Shape)), ("format", list(Format))):
            with Horizontal(classes="field"):
                yield Static(name.capitalize(), classes="label")
                yield RadioLine([str(value) for value in values], id=name)
        with Horizontal(classes="field"):
            yield Static("File", classes="label")
            yield Input(str(self._folder / f"{self._stem}.csv"), id="path", compact=True, select_on_focus=False)
        yield Static(id="about")

    def action_write(self) -> None:
        """Enter on shape or format, which take no Enter themselves."""
        self.press("accept")

    def on_mount(self) -> None:
        """The shape first."""
        self.query_one("#shape").focus()
        self._say_about()

    def on_radio_line_changed(self, event: RadioLine.Changed) -> None:
        """The file's name goes with the format."""
        event.stop()
        if event.line.id == "format":
            field = self.query_one("#path", Input)
            path = Path(field.value)
            if path.suffix.lower() in {f".{kind}" for kind in Format}:
                field.value = str(path.with_suffix(f".{self._format()}"))
        self._say_about()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong may be right now."""
        event.stop()
        self.say_problem("")
        self._say_about()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter writes."""
        event.stop()
        self.press("accept")

    def accept(self, answer: str) -> None:  # noqa: ARG002 - there is one answer only
        """Give back the wish; of a file that is there, after asking."""
        path = typed_path(self.query_one("#path", Input).value)
        self._ask_or_dismiss(ExportWish(path, self._shape(), self._format(), overwrites=False))

    @work(exclusive=True)
    async def _ask_or_dismiss(self, wish: ExportWish) -> None:
        there = [str(path) for path in (wish.path, codebook_path(wish.path, wish.kind)) if path.exists()]
        if there:
            title = "Overwrite it?" if len(there) == 1 else "Overwrite them?"
            text = "\n".join(there) + "\nis already there." if len(there) == 1 else "\n".join(there) + "\nare there."
            asked = Confirm(title, text, (("overwrite", "Overwrite"), ("back", "Back")))
            if await self.app.push_screen_wait(asked) != "overwrite":
                return
        self.dismiss(ExportWish(wish.path, wish.shape, wish.kind, overwrites=bool(there)))

    def _shape(self) -> Shape:
        return Shape(self.query_one("#shape", RadioLine).chosen)

    def _format(self) -> Format:
        return Format(self.query_one("#format", RadioLine).chosen)

    def _say_about(self) -> None:
        typed = self.query_one("#path", Input).value.strip()
        beside = codebook_path(Path(typed), self._format()).name if Path(typed).name else "a codebook"
        text = f"{self._shape()}: {_ABOUT_SHAPES[self._shape()]}.\n{beside} beside it explains the columns."
        self.query_one("#about", Static).update(Content(visible(text)))
