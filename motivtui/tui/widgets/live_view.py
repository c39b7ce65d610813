"""A run as it goes on: where it stands, the replies that are being written, the trials, and what they show so far."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from motivtui.tui.live_run import LiveRun, LiveState, LiveTrial
from motivtui.tui.panes import Panes
from motivtui.tui.terminal.boundary import content_line
from motivtui.tui.widgets.stream_pane import LETTERS, StreamPane
from motivtui.tui.widgets.window_table import Column, Row, Styled, WindowTable
from motivtui.tui.words import MISSING, count, dollars, duration, milliseconds, score, short_count

PANE_CELLS, PANE_LINES = 48, 8
"""The least that a reply needs to be read."""
MAX_PANES = 12
SHOWN_TRIALS = 200
"""The table is made anew at each beat; all trials are in the Runs room."""
BAR_CELLS, NARROW_BAR_CELLS = 24, 8

_COLUMNS = (
    Column("state", "", 1),
    Column("ordinal", "trial", 6, right=True),
    Column("task", "task", 14, flex=2),
    Column("manipulation", "manipulation", 12, flex=1),
    Column("instrument", "instrument", 12, flex=1, at=76),
    Column("model", "model", 10, flex=1, at=96),
    Column("scores", "scores", 10, flex=1),
    Column("time", "time", 7, right=True),
)
_LOOKS = {
    LiveState.RUNNING: "accent",
    LiveState.WAITING: "warn",
    LiveState.COMPLETE: "good",
    LiveState.FAILED: "bad",
}


class RunHeader(Static):
    """Three lines, never wrapped: what it is and how far, what it takes, and what went wrong."""

    DEFAULT_CSS = """
    RunHeader { height: 3; padding: 0 1; background: $surface; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def show(self, live: LiveRun) -> None:
        """Draw a run."""
        lines = [self._where(live), self._takes(live), self._trouble(live)]
        self.update(Content("\n").join(lines), layout=False)

    def _where(self, live: LiveRun) -> Content:
        progress = live.progress
        done = 0 if progress is None else progress.complete + progress.failed + progress.skipped
        total = live.total
        bar = BAR_CELLS if self.size.width >= 100 else NARROW_BAR_CELLS
        filled = bar * done // total if total else 0
        numbers = f" {count(done)}/{count(total)}" if total else ""
        if progress is not None and not live.is_over:
            numbers += f" · {duration(progress.eta_s)} left" if progress.eta_s is not None else ""
        state = _state_of(live)
        fixed = len(state) + bar + len(numbers) + 4
        return Content.assemble(
            content_line(live.name, max(8, self.size.width - fixed)).stylize("bold"),
            "  ",
            (state, "bold $accent" if not live.is_over else "bold"),
            " ",
            ("█" * filled, "$accent"),
            ("░" * (bar - filled), "$text-muted"),
            numbers,
        )

    def _takes(self, live: LiveRun) -> Content:
        now = live.progress
        if now is None:
            return Content("the models are being opened …")
        parts = [
            f"{now.calls_per_s:.1f} calls/s" if not live.is_over else "",
            f"{now.running} of {now.concurrency} at once" if not live.is_over else "",
            f"tokens {short_count(now.input_tokens)} in, {short_count(now.output_tokens)} out",
            dollars(now.cost_usd, unpriced=now.unpriced),
            f"{count(now.failed)} failed",
            f"{count(now.skipped)} skipped" if now.skipped else "",
            "1 retry" if now.retries == 1 else f"{count(now.retries)} retries",
        ]
        return Content(" · ".join(part for part in parts if part))

    def _trouble(self, live: LiveRun) -> Content:
        if live.held:
            return content_line(f"held: {live.held}", self.size.width - 2).stylize("$warning")
        if live.notices:
            last = live.notices[-1]
            return content_line(f"{last.word}: {last.message}", self.size.width - 2).stylize("$warning")
        return Content("")


class LiveView(Vertical):
    """See the module. `means` is the widget that shows what the scores say so far."""

    DEFAULT_CSS = """
    LiveView {
        & > #panes { height: 3fr; min-height: 6; grid-gutter: 0; }
        & > #results { height: 2fr; min-height: 5; }
    }
    """

    def __init__(self, results: Widget, *, id: str | None = None) -> None:
        """`results` is shown under the replies."""
        super().__init__(id=id)
        results.id = "results"
        self._results = results
        self.panes = Panes(1)
        self._stream_panes = [StreamPane(empty="The reply appears here as it is written.")]
        """The panes that stay: the tree still has those that are about to go."""
        self._drawn: tuple[str, int] | None = None
        self._turn = 0
        """Which pane is the first to be drawn, modulo their number."""

    def compose(self) -> ComposeResult:
        """From the top: where it stands, replies, results."""
        yield RunHeader("")
        with Grid(id="panes"):
            yield from self._stream_panes
        yield self._results

    def on_resize(self) -> None:
        """As many panes as fit."""
        self._make_room(len(self.panes.shown))
        if self._drawn is not None:
            self._drawn = self._drawn[0], -1  # the header was cut to the old width

    def _make_room(self, wished: int) -> None:
        """One pane for each of so many replies, as far as they fit."""
        columns = max(1, self.size.width // PANE_CELLS)
        rows = max(1, (self.size.height - 3) * 3 // 5 // PANE_LINES)
        count = max(1, min(MAX_PANES, columns * rows, wished))
        grid, shown = self.query_one("#panes", Grid), self._stream_panes
        columns = min(columns, count)
        grid.styles.grid_size_columns, grid.styles.grid_size_rows = columns, -(-count // columns)
        self.panes.resize(count)
        if len(shown) < count:
            more = [StreamPane() for _ in range(count - len(shown))]
            grid.mount_all(more)
            shown += more
        while len(shown) > count:
            shown.pop().remove()

    def show(self, live: LiveRun, most: int = MAX_PANES) -> None:
        """Draw what is new, of at most so many replies; the others have their turn the next time."""
        if self._drawn is None or self._drawn[0] != live.run:
            self.panes.clear()
            self._make_room(1)
        if live.most_running >= len(self.panes.shown):
            self._make_room(live.most_running + 1)  # one more: the reply that has just ended can still be read
        self.panes.assign(live)
        self.query_one("#panes").display = not live.is_over or any(one is not None for one in self.panes.shown)
        self._show_panes(live, most)
        if self._drawn != (live.run, live.version):
            self._drawn = live.run, live.version
            self.query_one(RunHeader).show(live)

    def _show_panes(self, live: LiveRun, most: int) -> None:
        panes = list(zip(self._stream_panes, self.panes.shown, strict=True))
        first = self._turn % len(panes)
        for pane, ordinal in panes[first:] + panes[:first]:
            if most == 0:
                return
            self._turn += 1
            if pane.show(None if ordinal is None else live.trials.get(ordinal)):
                most -= 1


class TrialsTable(WindowTable):
    """The trials that run, and those that ended last."""

    def __init__(self, *, id: str | None = None) -> None:
        """Empty."""
        super().__init__(_COLUMNS, id=id, empty="Trials appear here as they begin.")

    def show_run(self, live: LiveRun) -> None:
        """Draw a run's trials."""
        self.show([_row(trial) for trial in live.newest_first()[:SHOWN_TRIALS]])


def _row(trial: LiveTrial) -> Row:
    look = _LOOKS[trial.state]
    task = trial.task if trial.other_task is None else f"{trial.task} or {trial.other_task}"
    scores = " ".join(score(one.value) if one.value is not None else one.status for one in trial.scores)
    if trial.state is LiveState.FAILED:
        scores = trial.error or trial.outcome or "failed"
    return Row(
        trial.ordinal,
        (
            Styled(LETTERS[trial.state], look),
            count(trial.ordinal),
            task,
            Styled(trial.manipulation, "dim") if trial.manipulation == "none" else trial.manipulation,
            trial.instrument,
            trial.respondent.rpartition("/")[2],
            Styled(scores or MISSING, look if trial.state is LiveState.FAILED else "bold" if scores else "dim"),
            milliseconds(trial.latency_ms),
        ),
    )


def _state_of(live: LiveRun) -> str:
    if live.failed is not None:
        return "could not go on"
    if live.ended is not None:
        return live.ended.reason
    if live.is_paused:
        return "paused"
    return "running" if live.is_started else "opening"
