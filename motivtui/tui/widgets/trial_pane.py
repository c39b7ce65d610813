"""One text in sections, with a heading in its border: everything about a trial, to be scrolled."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from motivtui.tui.terminal.boundary import content_line

_TITLE_CELLS = 300
"""The border cuts what it has no room for."""


class TrialPane(VerticalScroll, can_focus=True):
    """Shows what it is given."""

    TITLE = "The trial"
    DEFAULT_CSS = """
    TrialPane {
        width: 1fr; height: 1fr; border: round $panel; padding: 0 1; scrollbar-size: 1 1;
        border-title-color: $foreground; border-subtitle-color: $accent;
        &:focus { border: round $primary; }
        & > Static { width: 1fr; height: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(Content(""))

    def show(self, title: str, subtitle: str, sections: Sequence[tuple[str, Content]]) -> None:
        """Draw these sections, from their beginning."""
        lines: list[Content] = []
        for heading, body in sections:
            if heading:
                lines.append(Content.assemble((heading, "bold $primary")))
            lines += [body, Content("")]
        self._draw(title, subtitle, Content("\n").join(lines[:-1]))
        self.scroll_home(animate=False)

    def say(self, text: str) -> None:
        """Nothing to show, and why."""
        self._draw("", "", Content(text).stylize("$foreground-muted"))

    def _draw(self, title: str, subtitle: str, body: Content) -> None:
        self.border_title = content_line(title, _TITLE_CELLS)
        self.border_subtitle = content_line(subtitle, _TITLE_CELLS)
        self.query_one(Static).update(body)
