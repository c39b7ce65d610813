"""A titled part of a column, with its content in one word when it is folded."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from motivtui.tui.widgets.pick_tree import PickTree
from motivtui.visible_text import visible_line


class SectionTitle(Widget):
    """Key, title and summary on one line."""

    DEFAULT_CSS = """
    SectionTitle { height: 1; background: $panel; padding: 0 1; }
    """

    summary: reactive[str] = reactive("")

    def __init__(self, key: str, title: str) -> None:
        """`key` opens the section."""
        super().__init__()
        self._key, self._title = key, title

    def render(self) -> Content:
        """One line."""
        left = Content.assemble((f"{self._key} ", "bold $accent"), (self._title, "bold"), "  ")
        room = max(0, self.size.width - left.cell_length)
        return Content.assemble(left, (visible_line(self.summary, room), "$text-muted"))


class Section(Vertical):
    """Title and body. A body with a PickTree can be searched."""

    DEFAULT_CSS = """
    Section {
        height: auto;
        & > #search { border: none; height: 1; padding: 0 1; background: $boost; }
    }
    """

    class Opened(Message):
        """The title was clicked, or the section's key pressed."""

        def __init__(self, section: Section) -> None:
            super().__init__()
            self.section = section

    def __init__(self, key: str, title: str, body: Widget, *, id: str) -> None:
        """`body` takes the focus when the section is opened."""
        super().__init__(id=id)
        self._title = SectionTitle(key, title)
        self.body = body
        body.add_class("body")

    def compose(self) -> ComposeResult:
        """Title, search line, body."""
        yield self._title
        search = Input(placeholder="search: every word must occur", id="search", compact=True)
        search.display = False
        yield search
        yield self.body

    def say(self, summary: str) -> None:
        """The section in one word."""
        self._title.summary = summary

    def enter(self) -> None:
        """Put the focus into the body."""
        (self.body if self.body.can_focus else self.body.query("*").filter("Stepper, Input").first()).focus()

    def open_search(self) -> None:
        """Show the search line."""
        if isinstance(self.body, PickTree):
            search = self.query_one("#search", Input)
            search.display = True
            self.screen.set_focus(search)  # at once: the next key belongs to it

    def close_search(self) -> bool:
        """Hide it, and show everything again. Returns whether there was one."""
        search = self.query_one("#search", Input)
        if not search.display:
            return False
        search.value, search.display = "", False
        self.enter()
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while it is typed."""
        if event.input.id == "search" and isinstance(self.body, PickTree):
            event.stop()
            self.body.search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to what was found."""
        if event.input.id == "search":
            event.stop()
            self.body.focus()

    def on_click(self, event: events.Click) -> None:
        """A click on the title opens."""
        if event.widget is self._title:
            self.post_message(self.Opened(self))
