"""Where a task is typed: several lines, and enter sends it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

MOST_CHARS = 20_000
"""As many as a material file takes in a task."""


class TaskArea(TextArea):
    """Enter announces the text; ctrl+j (alt+enter where the terminal tells it) begins a line."""

    TITLE = "The task's text"
    DEFAULT_CSS = """
    TaskArea {
        border: round $panel; padding: 0 1; background: $background;
        border-title-color: $accent; border-title-style: bold; border-subtitle-color: $text-muted;
        &:focus { border: round $primary; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Run", key_display="enter", priority=True),
        Binding("ctrl+j,alt+enter", "begin_line", "New line", key_display="^j"),
        Binding("up", "up_or_earlier", "Line above, then an earlier task", show=False),
        Binding("down", "down_or_later", "Line below, then a later task", show=False),
        Binding("escape", "let_go", "Leave the text", key_display="esc"),
    ]

    class Sent(Message):
        """The text is to be run."""

    class Recalled(Message):
        """An earlier (-1) or later (1) task is wanted in place of this one."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, text: str = "", *, id: str | None = None, placeholder: str = "") -> None:
        """`placeholder` stands there as long as nothing is typed."""
        super().__init__(
            text, id=id, placeholder=placeholder, highlight_cursor_line=False, tab_behavior="focus", soft_wrap=True
        )

    def action_send(self) -> None:
        """The text is to be run."""
        self.post_message(self.Sent())

    def write(self, text: str) -> None:
        """Another text in place of this one, the cursor at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    def action_begin_line(self) -> None:
        """A new line where the cursor is."""
        self.insert("\n")

    def action_up_or_earlier(self) -> None:
        """The line above; on the first one, the task before this."""
        if self.wrapped_document.location_to_offset(self.cursor_location).y == 0:
            self.post_message(self.Recalled(-1))
        else:
            self.action_cursor_up()

    def action_down_or_later(self) -> None:
        """The line below; on the last one, the task after this."""
        if self.wrapped_document.location_to_offset(self.cursor_location).y >= self.wrapped_document.height - 1:
            self.post_message(self.Recalled(1))
        else:
            self.action_cursor_down()

    def action_let_go(self) -> None:
        """Give the focus on, so that keys are commands again."""
        self.screen.focus_next()

    def on_paste(self, event: events.Paste) -> None:
        """Whatever was copied is text: no NUL, no lone surrogates, and not a whole book."""
        clean = event.text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        event.prevent_default()
        if not self.read_only:
            self.replace(clean[: max(0, MOST_CHARS - len(self.text))], *self.selection)
