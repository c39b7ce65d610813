"""One of a few words on one line: the chosen one is filled, the others hollow, so that no colour is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class RadioLine(Widget, can_focus=True):
    """`chosen` is one of the words. Left and right, or a click, choose another."""

    DEFAULT_CSS = """
    RadioLine { height: 1; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "choose(-1)", "The word before", show=False),
        Binding("right,l,space", "choose(1)", "The next word", show=False),
    ]

    chosen: reactive[str] = reactive("")

    class Changed(Message):
        """Another word is chosen."""

        def __init__(self, line: RadioLine, chosen: str) -> None:
            super().__init__()
            self.line, self.chosen = line, chosen

        @property
        def control(self) -> RadioLine:
            """The line."""
            return self.line

    def __init__(self, words: Sequence[str], *, id: str | None = None) -> None:
        """The first word is chosen."""
        super().__init__(id=id)
        self._words = tuple(words)
        self.set_reactive(RadioLine.chosen, self._words[0])

    def render(self) -> Content:
        """All words."""
        parts: list[tuple[str, str] | str] = []
        for word in self._words:
            look = "$foreground-muted"
            if word == self.chosen:
                look = "bold $accent reverse" if self.has_focus else "bold $accent"
            parts += [(f"{'●' if word == self.chosen else '○'} {word}", look), "   "]
        return Content.assemble(*parts)

    def watch_chosen(self, old: str, new: str) -> None:
        """Say so."""
        if old != new:
            self.post_message(self.Changed(self, new))

    def action_choose(self, by: int) -> None:
        """The word beside, round and round."""
        self.chosen = self._words[(self._words.index(self.chosen) + by) % len(self._words)]

    def on_click(self, event: events.Click) -> None:
        """The word that is there."""
        offset = event.get_content_offset(self)
        left = 0
        for word in self._words:
            if offset is not None and left <= offset.x < left + len(word) + 2:
                self.chosen = word
                return
            left += len(word) + 5
