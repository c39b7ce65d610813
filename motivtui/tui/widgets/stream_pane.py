"""One reply as it is written: who answers what, the text, and when it is there the score, marked in the text."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from motivtui.tui.live_run import LiveState, LiveTrial
from motivtui.tui.terminal.boundary import content, content_line, marked
from motivtui.tui.words import milliseconds, score

SHOWN_CHARS = 4000
"""Of a reply that grows, its end; all of it once it has ended, within what a screen can lay out."""

LETTERS = {LiveState.RUNNING: "▸", LiveState.WAITING: "…", LiveState.COMPLETE: "✓", LiveState.FAILED: "✗"}


class StreamPane(VerticalScroll, can_focus=False):
    """A pane for one trial after another."""

    DEFAULT_CSS = """
    StreamPane {
        height: 1fr; border: round $panel; padding: 0 1; scrollbar-size: 1 1;
        border-title-color: $foreground; border-subtitle-color: $accent; border-subtitle-style: bold;
        &.-running { border: round $primary; }
        &.-scored { border: round $accent; }
        &.-failed { border: round $error; }
        & > Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, empty: str = "") -> None:
        """`empty` is said while no reply is shown."""
        super().__init__(id=id, classes=classes)
        self._empty = empty
        self._body = Static(Content(empty))
        self._drawn: tuple[LiveTrial, int, int] | None = None
        """Trial, its version, and the width that its title was cut to."""

    def compose(self) -> ComposeResult:
        """The text; everything else is in the border."""
        yield self._body

    def show(self, trial: LiveTrial | None) -> None:
        """Draw this trial, if it has changed since. A pane that was mounted just now takes it too."""
        state = None if trial is None else (trial, trial.version, self.size.width)
        if state == self._drawn:
            return
        self._drawn = state
        body, is_at_end = self._body, self.scroll_y >= self.max_scroll_y
        self.set_class(trial is not None and trial.is_running, "-running")
        self.set_class(trial is not None and bool(trial.scores), "-scored")
        self.set_class(trial is not None and trial.state is LiveState.FAILED, "-failed")
        if trial is None:
            self.border_title = self.border_subtitle = ""
            body.update(Content(self._empty))
            return
        self.border_title = content_line(title_of(trial), max(8, self.size.width - 2))
        self.border_subtitle = content_line(result_of(trial), max(8, self.size.width - 2))
        body.update(text_of(trial))
        if trial.ended_at is not None and trial.scores:
            self.scroll_home(animate=False)
        elif trial.is_running and is_at_end:  # not `anchor`: that would put a short text at the bottom
            self.call_after_refresh(self.scroll_end, animate=False)


def title_of(trial: LiveTrial) -> str:
    """`✓ smollm2 · haiku.1 · money · pre-self-report`."""
    task = trial.task if trial.other_task is None else f"{trial.task} or {trial.other_task}"
    model = trial.respondent.rpartition("/")[2]
    return f"{LETTERS[trial.state]} {trial.manipulation} · {task} · {trial.instrument} · {model}"


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
    """The reply with the evidence of its scores marked."""
    if trial.is_running:
        return content(trial.text[-SHOWN_CHARS:])
    spans = [(one.start, one.end) for one in trial.scores if one.start is not None and one.end is not None]
    return marked(trial.text, spans, "bold $accent reverse") if trial.text else Content("(no text)")
