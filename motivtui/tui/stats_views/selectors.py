"""One line: the run, the item and the model that are looked at, each a button with its key."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button

from motivtui.tui.terminal.boundary import content_line

KEYS = {"run": "r", "item": "i", "model": "m"}


class Selectors(Horizontal):
    """`show` says what is chosen; a click on a part asks for another choice."""

    DEFAULT_CSS = """
    Selectors {
        height: 1; padding: 0 1;
        & > Button { min-width: 4; margin-right: 1; background: $panel; color: $foreground; }
        & > Button:focus { background: $primary 45%; text-style: none; }
    }
    """

    class Asked(Message):
        """`what`: run, item or model."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, *, id: str | None = None) -> None:
        """Nothing is chosen yet."""
        super().__init__(id=id)
        self._words = dict.fromkeys(KEYS, "")

    def compose(self) -> ComposeResult:
        """Three buttons."""
        for what in KEYS:
            yield Button("", id=what, compact=True)

    def on_mount(self) -> None:
        """Write them."""
        self._write()

    def on_resize(self) -> None:
        """As much as there is room for."""
        self._write()

    def show(self, run: str, item: str, model: str) -> None:
        """Say what is chosen; empty: there is no such choice to make, the part goes."""
        self._words = {"run": run, "item": item, "model": model}
        self._write()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Say which."""
        event.stop()
        self.post_message(self.Asked(event.button.id or ""))

    def _write(self) -> None:
        share = max(8, (self.size.width - 24) // 3)
        for what, key in KEYS.items():
            button = self.query_one(f"#{what}", Button)
            button.display = bool(self._words[what])
            button.label = Content.assemble(
                (f"{key} ", "bold $accent"), content_line(self._words[what], share), (" ▾", "$secondary")
            )
