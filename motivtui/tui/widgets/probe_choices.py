"""One line: the models, conditions, instruments and repeats that a task is put to, each a button, and Run."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button

from motivtui.tui.probe_cells import Choices
from motivtui.tui.words import counted
from motivtui.visible_text import visible_line

_RESERVED = 37
"""Cells for keys, gaps, repeats and Run."""


class ProbeChoices(Horizontal):
    """`show` says what is chosen; a click on a part asks for another choice."""

    DEFAULT_CSS = """
    ProbeChoices {
        height: 1; padding: 0 1;
        & > Button { min-width: 4; margin-right: 1; background: $panel; color: $foreground; }
        & > Button:focus { background: $primary 45%; }
        & > #run { dock: right; margin: 0; background: $accent; color: $background; text-style: bold; }
        & > #run:disabled { background: $panel; color: $text-muted; }
    }
    """

    class Asked(Message):
        """`what`: models, conditions, instruments, repeats or run."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, choices: Choices, *, id: str | None = None) -> None:
        """What is chosen at first."""
        super().__init__(id=id)
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Five buttons."""
        for what in ("models", "conditions", "instruments", "repeats"):
            yield Button("", id=what, compact=True)
        yield Button("Run", id="run", compact=True)

    def on_mount(self) -> None:
        """Write them."""
        self.show(self._choices)

    def on_resize(self) -> None:
        """As much as there is room for."""
        self.show(self._choices)

    def show(self, choices: Choices) -> None:
        """Say what is chosen."""
        self._choices = choices
        named = [
            ([one.rpartition("/")[2] for one in choices.models], "model"),
            (choices.manipulations, "condition"),
            (choices.instruments, "instrument"),
        ]
        models, conditions, instruments = fitting(named, max(30, self.size.width - _RESERVED))
        self._write("models", "m", models)
        self._write("conditions", "c", conditions)
        self._write("instruments", "i", instruments)
        self._write("repeats", "+", counted(choices.repeats, "repeat"))

    def set_running(self, *, is_running: bool) -> None:
        """One probe at a time."""
        self.query_one("#run", Button).disabled = is_running

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Say which."""
        event.stop()
        self.post_message(self.Asked(event.button.id or ""))

    def _write(self, what: str, key: str, words: str) -> None:
        button = self.query_one(f"#{what}", Button)
        button.label = Content.assemble((f"{key} ", "bold $accent"), words)
        button.refresh(layout=True)  # a button does not grow with its label by itself


def fitting(named: Sequence[tuple[Sequence[str], str]], width: int) -> list[str]:
    """The names of each part, in `width` cells together: of the longest parts only how many there are, if need be."""
    words = [visible_line(", ".join(names)) for names, _ in named]
    while sum(map(len, words)) > width:
        several = [
            place
            for place, (names, word) in enumerate(named)
            if len(names) > 1 and words[place] != counted(len(names), word)
        ]
        if not several:
            return [visible_line(one, width // len(words)) for one in words]
        longest = max(several, key=lambda place: len(words[place]))
        words[longest] = counted(len(named[longest][0]), named[longest][1])
    return words
