"""One line that says what a list is filtered by: each filter can be opened and cleared by the mouse.

Knows nothing of what is filtered: it is given words, and says which filter is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from motivtui.tui.terminal.boundary import content_line

_CHIP_CELLS = 24
_LEAST_CELLS = 6


class Chip(NamedTuple):
    """A filter: what it is called, its key on the keyboard, and what it is set to (empty: not set)."""

    kind: str
    label: str
    key: str
    value: str = ""


class FilterBar(Widget):
    """Chips at the left, how many there are at the right."""

    DEFAULT_CSS = """
    FilterBar { height: 1; background: $surface; color: $text-muted; padding: 0 1; }
    """

    class Asked(Message):
        """A filter is to be set."""

        def __init__(self, kind: str) -> None:
            super().__init__()
            self.kind = kind

    class Cleared(Message):
        """A filter is not wanted any more."""

        def __init__(self, kind: str) -> None:
            super().__init__()
            self.kind = kind

    def __init__(self, chips: Sequence[Chip], *, id: str | None = None) -> None:
        """Nothing counted yet."""
        super().__init__(id=id)
        self._chips = tuple(chips)
        self._counted = ""

    @property
    def chips(self) -> tuple[Chip, ...]:
        """As they are now."""
        return self._chips

    def show(self, chips: Sequence[Chip], counted: str) -> None:
        """Draw these; `counted` says how many rows are left."""
        if (tuple(chips), counted) != (self._chips, self._counted):
            self._chips, self._counted = tuple(chips), counted
            self.refresh()

    def render(self) -> Content:
        """One line."""
        pieces = [piece for _, _, piece in self._pieces()]
        left = Content.assemble(*pieces)
        gap = self.size.width - left.cell_length - len(self._counted)
        if gap < 1:
            return left
        return Content.assemble(left, " " * gap, (self._counted, "$foreground-muted"))

    def on_click(self, event: events.Click) -> None:
        """The cross of a chip clears it, the rest of it opens it."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        left = 0
        for kind, chip, piece in self._pieces():
            if left <= offset.x < left + piece.cell_length and chip is not None:
                self.post_message(self.Cleared(chip.kind) if kind == "cross" else self.Asked(chip.kind))
                return
            left += piece.cell_length

    def _pieces(self) -> list[tuple[str, Chip | None, Content]]:
        """(what it is, the chip, its look) from left to right."""
        most = self._value_cells()
        pieces: list[tuple[str, Chip | None, Content]] = []
        for chip in self._chips:
            if chip.value:
                label = Content.assemble(
                    (f" {chip.label} ", "$foreground-muted"), content_line(chip.value, most).stylize("bold $accent")
                )
                pieces.append(("chip", chip, label))
                pieces.append(("cross", chip, Content.assemble((" ✕ ", "$accent"))))
            else:
                pieces.append(
                    ("chip", chip, Content.assemble((f" {chip.key} ", "bold"), (f"{chip.label} ", "$foreground-muted")))
                )
        return pieces

    def _value_cells(self) -> int:
        """How long a value may be, so that all chips and the count fit if they can."""
        fixed = sum(len(chip.label) + (5 if chip.value else len(chip.key) + 3) for chip in self._chips)
        number = sum(1 for chip in self._chips if chip.value) or 1
        room = self.size.width - fixed - len(self._counted) - 1
        return max(_LEAST_CELLS, min(_CHIP_CELLS, room // number))
