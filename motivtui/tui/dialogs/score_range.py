"""Which item's scores are looked at, and from where to where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Select, Static

from motivtui.errors import UsageError
from motivtui.tui.dialogs.box import Box
from motivtui.tui.words import score

FIRST = ""
"""In place of an item: the first one of each instrument."""


class Range(NamedTuple):
    """Both ends are included; None: no end. `item` None: the first of each instrument."""

    item: str | None
    low: float | None
    high: float | None


class ScoreRange(Box[Range]):
    """Gives back the range; None: Escape."""

    DEFAULT_CSS = """
    ScoreRange {
        Horizontal.field { height: 1; margin-bottom: 0; }
        .field .label { width: 9; }
        .field Input { width: 14; }
        Select { width: 1fr; height: auto; }
    }
    """

    def __init__(self, items: Sequence[str], now: Range) -> None:
        """`items`: those that the run asks for."""
        super().__init__("Filter by score", (("back", "Back"), ("all", "All"), ("accept", "Filter")))
        self._items, self._now = tuple(items), now

    def compose_fields(self) -> ComposeResult:
        """Item, low, high."""
        options = [(Content("the first item of each instrument"), FIRST), *((Content(one), one) for one in self._items)]
        with Horizontal(classes="field"):
            yield Static("Item", classes="label")
            item = self._now.item if self._now.item in self._items else FIRST
            yield Select(options, allow_blank=False, value=item or FIRST, compact=True)
        for name, label, value in (("low", "At least", self._now.low), ("high", "At most", self._now.high)):
            with Horizontal(classes="field"):
                yield Static(label, classes="label")
                shown = "" if value is None else score(value)
                yield Input(shown, id=name, compact=True, placeholder="no limit", type="number")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one("#low", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter filters."""
        event.stop()
        self.press("accept")

    def accept(self, answer: str) -> None:
        """Give back the range, if it is one."""
        if answer == "all":
            self.dismiss(Range(None, None, None))
            return
        low, high = (limit(self.query_one(f"#{name}", Input).value) for name in ("low", "high"))
        if low is not None and high is not None and low > high:
            raise UsageError("no score is at least the one and at most the other", hint="Swap them.")
        item = self.query_one(Select).value
        self.dismiss(Range(str(item) if item else None, low, high))


def limit(text: str) -> float | None:
    """An end of the range; empty: none. Raises UsageError."""
    if not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e9:
        raise UsageError(f"{text!r} is no score", hint="Type a number, or nothing for no limit.")
    return number
