"""What the probe room shows: the task, the choices, the replies side by side, and what they come to.

Owns the drawing. What the user does is in `probe`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Static

from motivtui.engine import events as told
from motivtui.engine.client import EngineClient
from motivtui.errors import MotivError
from motivtui.tui.probe_cells import Choices
from motivtui.tui.probe_comparison import caution, compared
from motivtui.tui.probe_words import TEACHING
from motivtui.tui.screens.room import Room
from motivtui.tui.shown_probe import ShownProbe
from motivtui.tui.terminal.boundary import content
from motivtui.tui.widgets.comparison_table import ComparisonTable
from motivtui.tui.widgets.pane_wall import PaneWall
from motivtui.tui.widgets.probe_choices import ProbeChoices
from motivtui.tui.widgets.task_area import TaskArea

T = TypeVar("T")


class ProbeView(Room):
    """See the module. `shown` is the probe that is shown, `choices` what the next one is put to."""

    DEFAULT_CSS = """
    ProbeView {
        #task { height: 4; }
        &.-tall #task { height: 6; }
        #teach { height: 1fr; padding: 1 3; color: $text-muted; }
        #teach.-problem { color: $error; }
        #note { height: 1; padding: 0 2; color: $text-muted; }
        #wall, ComparisonTable { display: none; }
        &.-shows #wall { display: block; }
        &.-shows #teach { display: none; }
        &.-compares ComparisonTable { display: block; }
        ComparisonTable { max-height: 5; }
        &.-tall ComparisonTable { max-height: 14; }
    }
    """

    def __init__(self) -> None:
        """Nothing is typed and nothing shown."""
        super().__init__()
        self.choices = Choices((), ("none", "money"), ("pre-self-report",), 1)
        self.shown: ShownProbe | None = None
        self._is_busy = False
        """A question to engine, database or user is open."""
        self._follows = True
        """The page turns to the reply that is being written, until the user turns it."""
        self._noted = self._said = ""

    def compose_body(self) -> ComposeResult:
        """Task, choices, replies, comparison."""
        kept = self.lab.kept
        models = kept.probe_models or kept.models[:1] or (self.lab.settings.model,)
        self.choices = Choices(models, kept.probe_manipulations, kept.probe_instruments, kept.probe_repeats)
        task = TaskArea(id="task", placeholder="For example: Write a haiku about autumn")
        task.border_title, task.border_subtitle = "Task", "enter: run · ctrl+j: new line · ↑ earlier · esc: keys"
        yield task
        yield ProbeChoices(self.choices, id="choices")
        yield Static(Content(TEACHING), id="teach")
        yield PaneWall(id="wall")
        yield Static("", id="note")
        yield ComparisonTable()

    def beat(self) -> None:
        """Draw what is new; read it back once it is over."""
        with suppress(NoMatches):  # the room is being taken down: its parts go before it does
            if self.shown is not None:
                self._draw(self.shown)

    def _draw(self, shown: ShownProbe) -> None:
        wall = self.query_one(PaneWall)
        if self._follows and shown.live is not None and shown.is_running:
            wall.follow([one.ordinal for one in shown.live.running()])
        wall.show(lambda cell: (shown.trial(cell), shown.note(cell), shown.advice(cell)))
        self._say_where(shown, wall)
        if shown.is_to_be_read and not self._is_busy:
            self.read_back(shown)

    def heard(self, event: told.AnyEvent) -> None:
        """What the trials do not keep."""
        if isinstance(event, told.Response) and self.shown is not None and event.run == self.shown.run:
            self.shown.hear(event)
        elif isinstance(event, told.Fetching) and event.total:
            self.say_state(f"fetching {event.model}: {100 * event.done // event.total} %")
        elif isinstance(event, told.RunEnded | told.RunFailed):
            self.refresh_bindings()

    def show_probe(self, shown: ShownProbe) -> None:
        """Show this one from now on."""
        self.shown, self._follows = shown, True
        self.set_class(True, "-shows")
        self.query_one(PaneWall).put(shown.cells)
        self._compare()
        self.refresh_bindings()
        self.call_after_refresh(self.beat)

    def _compare(self) -> None:
        """The table stands there once the probe is over."""
        shown = self.shown
        is_over = shown is not None and not shown.is_running
        lines = compared(shown.ended(), shown.choices) if shown is not None and is_over else []
        self.query_one(ComparisonTable).compare(lines)
        self.set_class(bool(lines), "-compares")
        self._noted = caution(lines)

    def _say_where(self, shown: ShownProbe, wall: PaneWall) -> None:
        parts = [self._noted] if self._noted else []
        ended = len(shown.ended())
        if shown.is_running and shown.live is not None:
            parts = [f"{ended} of {len(shown.cells)} replies", shown.live.held or "x cancels"]
        if wall.pages > 1:
            parts.insert(0, f"page {wall.page + 1}/{wall.pages} (, .)")
        self._say(" · ".join(parts))
        self.say_state(f"probe: {ended} of {len(shown.cells)}" if shown.is_running else "")
        self.query_one(ProbeChoices).set_running(is_running=shown.is_running)

    def _say(self, text: str) -> None:
        if text != self._said:  # ten times a second: an update lays the screen out anew
            self._said = text
            self.query_one("#note", Static).update(content(text))

    def _tell(self, error: MotivError) -> None:
        """What is wrong: as a toast, and in the room for as long as nothing else is shown."""
        self.lab.tell_error(error)
        self._show_problem(error)

    def _show_problem(self, error: MotivError) -> None:
        if self.shown is None or not self.shown.is_running:
            teach = self.query_one("#teach", Static)
            teach.update(content("\n".join(part for part in (f"{error.title}: {error.message}", error.hint) if part)))
            teach.add_class("-problem")
            self.shown = None
            self.remove_class("-shows", "-compares")
            self._say("")

    def read_back(self, shown: ShownProbe) -> None:
        """Have it read from the database."""
        raise NotImplementedError

    async def _engine_does(self, what: Callable[[EngineClient], Awaitable[T]]) -> T | None:
        """As the app's, and what went wrong stands in the room too."""

        async def noting(engine: EngineClient) -> T:
            try:
                return await what(engine)
            except MotivError as error:
                self._show_problem(error)
                raise

        return await self.lab.engine_does(noting)

    @contextmanager
    def _busy(self, words: str) -> Iterator[None]:
        """One thing after another, and the user sees what it is."""
        self._is_busy = True
        self._say(words)
        try:
            yield
        finally:
            self._is_busy = False
            self._say(self._noted)
