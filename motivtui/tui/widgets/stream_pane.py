"""One reply as it is written: who answers what, the text, and when it is there the score, marked in the text.

It draws its own lines and needs no layout however the reply grows: a dozen of them grow ten times a second.
"""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.selection import SELECT_ALL, Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual
from textual.widget import Widget

from motivtui.tui.live_run import LiveState, LiveTrial
from motivtui.tui.terminal.boundary import content, content_line, marked
from motivtui.tui.widgets.reply_lines import GrowingLines, Line, selected, wrapped
from motivtui.tui.words import milliseconds, score

LETTERS = {LiveState.RUNNING: "▸", LiveState.WAITING: "…", LiveState.COMPLETE: "✓", LiveState.FAILED: "✗"}
_WHEEL_LINES = 2


class StreamPane(Widget, can_focus=False):
    """A pane for one trial after another."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"stream-pane--bar"}
    DEFAULT_CSS = """
    StreamPane {
        height: 1fr; border: round $panel; padding: 0 0 0 1;
        border-title-color: $foreground; border-subtitle-color: $accent; border-subtitle-style: bold;
        &.-running { border: round $primary; }
        &.-scored { border: round $accent; }
        &.-failed { border: round $error; }
        & > .stream-pane--bar { color: $text-muted; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, empty: str = "") -> None:
        """`empty` is said while no reply is shown."""
        super().__init__(id=id, classes=classes)
        self.auto_links = False
        self._text = Content(empty)
        self._empty = self._text
        self._growing: tuple[LiveTrial, GrowingLines] | None = None
        """The trial whose reply grows here, and its lines."""
        self._lines: list[Line] = []
        self._top = 0
        self._follows = False
        self._titles = ("", "", 0)
        self._drawn: tuple[LiveTrial, int, int] | None = None
        """Trial, its version, and the width that it was wrapped to."""

    # What is shown.

    def show(self, trial: LiveTrial | None, title: str = "", said: str = "") -> bool:
        """Draw this trial, if it has changed since. A pane that was mounted just now takes it too.

        `title` is shown instead of the trial's own; `said` under a reply that has failed. Returns whether it was drawn.
        """
        state = None if trial is None else (trial, trial.version, self.size.width)
        if state == self._drawn:
            return False
        self._drawn = state
        self.set_class(trial is not None and trial.is_running, "-running")
        self.set_class(trial is not None and bool(trial.scores), "-scored")
        self.set_class(trial is not None and trial.state is LiveState.FAILED, "-failed")
        if trial is None:
            self.put_titles("", "")
            self.put(self._empty)
            return True
        self.put_titles(f"{LETTERS[trial.state]} {title or title_of(trial)}", result_of(trial))
        if trial.is_running:
            self._grow(trial)
        elif said:
            self.put(content(f"{trial.text}\n\n{said}" if trial.text else said))
        else:
            self.put(text_of(trial))
        return True

    @property
    def text(self) -> str:
        """What stands in it, paragraph by paragraph."""
        return selected(self._lines, SELECT_ALL)

    def put(self, text: Content) -> None:
        """A text that is there as a whole, seen from its start."""
        self._growing, self._text, self._top, self._follows = None, text, 0, False
        self._wrap()

    def put_titles(self, title: str, result: str) -> None:
        """What stands in the border, above and below; texts of anybody."""
        room = max(8, self.size.width - 1)
        if self._titles != (title, result, room):
            self._titles = title, result, room
            self.border_title, self.border_subtitle = content_line(title, room), content_line(result, room)

    def _grow(self, trial: LiveTrial) -> None:
        """Follow a reply that is written."""
        width = self._room
        if self._growing is None or self._growing[0] is not trial or self._growing[1].width != width:
            self._growing = trial, GrowingLines(width)
            self._lines, self._top, self._follows = self._growing[1].lines, 0, True
            self.refresh()
        before = self._top, len(self._lines)
        first = self._growing[1].grow(trial.text)
        self._top = self._end if self._follows else min(self._top, self._end)
        if before != (self._top, len(self._lines)):  # other lines are seen, or the thumb moves
            self.refresh(Region(0, 0, *self.size))
        else:
            self.refresh(Region(0, first - self._top, self.size.width, self.size.height))

    def _wrap(self) -> None:
        self._lines = wrapped(self._text, self._room)
        self._top = min(self._top, self._end)
        self.refresh()

    def on_resize(self) -> None:
        """Lines break elsewhere."""
        if self._growing is None:
            self._wrap()
        else:
            self._grow(self._growing[0])

    @property
    def _room(self) -> int:
        """The cells of a line; the last column is the scroll bar's."""
        return max(1, self.size.width - 1)

    @property
    def _end(self) -> int:
        """The first line that is seen when the last one is."""
        return max(0, len(self._lines) - self.size.height)

    # Moving.

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Look back: a reply that grows is not followed any more."""
        self._scroll(event, -_WHEEL_LINES)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go on; at its end a reply that grows is followed again."""
        self._scroll(event, _WHEEL_LINES)

    def _scroll(self, event: events.MouseEvent, by: int) -> None:
        top = max(0, min(self._top + by, self._end))
        self._follows = self._growing is not None and top == self._end
        if top != self._top:
            event.stop()
            self._top = top
            self.refresh()

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """One line of what is seen."""
        place = self._top + y
        line = self._lines[place].content if place < len(self._lines) else Content()
        selection = self.text_selection
        span = None if selection is None else selection.get_span(place)
        if line.spans or span is not None:
            strip = self._styled(line, span)
        else:  # most are plain, and a dozen panes of them move at once
            strip = Strip([Segment(line.plain, self.visual_style.rich_style)])
        strip = strip.adjust_cell_length(self._room, self.visual_style.rich_style).apply_offsets(0, place)
        return Strip.join([strip, Strip([self._bar(y)], 1)])

    def _styled(self, line: Content, span: tuple[int, int] | None) -> Strip:
        """A line with its marks, and what is selected of it."""
        if span is not None:
            look = Style.from_styles(self.screen.get_component_styles("screen--selection"))
            line = line.stylize(look, span[0], len(line) if span[1] == -1 else span[1])
        [strip] = Visual.to_strips(self, line, self._room, 1, self.visual_style, apply_selection=False)
        return strip

    def _bar(self, y: int) -> Segment:
        """The scroll bar's cell: where what is seen stands in the whole."""
        height, count = self.size.height, len(self._lines)
        style = self.visual_style.rich_style
        if count <= height:
            return Segment(" ", style)
        thumb = max(1, height * height // count)
        start = -(-(height - thumb) * self._top // self._end) if self._end else 0
        is_thumb = start <= y < start + thumb
        return Segment("▐" if is_thumb else " ", style + self.get_component_rich_style("stream-pane--bar"))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What is selected of the reply."""
        return selected(self._lines, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - Textual's signature
        """More or less of it is selected."""
        self.refresh()


def title_of(trial: LiveTrial) -> str:
    """`money · haiku.1 · pre-self-report · smollm2`."""
    task = trial.task if trial.other_task is None else f"{trial.task} or {trial.other_task}"
    model = trial.respondent.rpartition("/")[2]
    return f"{trial.manipulation} · {task} · {trial.instrument} · {model}"


def result_of(trial: LiveTrial) -> str:
    """`motivation 73 · 1.2 s`, or what went wrong."""
    if trial.is_running:
        return "writing …" if trial.text else "waiting for the first word"
    parts = [
        f"{one.item} {score(one.value)}" if one.value is not None else f"{one.item}: {one.status}"
        for one in trial.scores
    ]
    if trial.state is LiveState.WAITING:
        parts = [f"again soon: {trial.error}"]
    elif trial.state is LiveState.FAILED:
        parts = [trial.error or trial.outcome or "failed"]
    elif not parts:
        parts = [trial.finish_reason or "complete"]
    return " · ".join([*parts, milliseconds(trial.latency_ms)])


def text_of(trial: LiveTrial) -> Content:
    """The whole reply with the evidence of its scores marked."""
    spans = [(one.start, one.end) for one in trial.scores if one.start is not None and one.end is not None]
    return marked(trial.text, spans, "bold $accent reverse") if trial.text else Content("(no text)")
