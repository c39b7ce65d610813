"""The runs on record: find one, open it, resume, export, name, tag, put away or remove it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from motivtui.engine import events as told
from motivtui.errors import MotivError
from motivtui.store.connection import database_exists
from motivtui.store.queries import run_summaries, search_runs
from motivtui.tui.runs.run_lines import COLUMNS, RunLine, run_line, run_row, run_values
from motivtui.tui.runs.superseding import Superseding
from motivtui.tui.screens.one_run import OneRun
from motivtui.tui.screens.run_actions import RunRoom
from motivtui.tui.widgets.window_table import WindowTable
from motivtui.tui.words import counted
from motivtui.visible_text import visible

_BEATS = 5
"""Every so many beats the runs that go on are drawn anew."""

_NO_RUN = """No run yet.

Go to the Lab (1) and press r: that runs a small study with the local model.
Or try one task in the Probe (4).

In another terminal, the same:
  motiv probe "Write a haiku about autumn" -c none,money"""

_NOTHING_FITS = """No run fits {words!r}.

Looked through are name, tags, models, manipulations, instruments and tasks.
Escape clears the filter, A shows archived runs too."""

_ALL_AWAY = """Every run is archived.

A shows them, a brings one back."""


class Runs(RunRoom):
    """See the module."""

    NAME = "runs"
    HELP = (
        "All runs of this database, the newest first. Enter or a second click opens one.\n"
        "✓ complete   ✗ finished, some failed   ◦ unfinished: r resumes it   ▸ running   ‖ paused"
    )
    DEFAULT_CSS = """
    Runs {
        #search { display: none; height: 1; background: $surface; padding: 0 1; }
        #search.-shown { display: block; }
        #empty { display: none; padding: 1 3; color: $text-muted; height: 1fr; }
        &.-empty #empty { display: block; }
        &.-empty #list { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash",
            "filter",
            "Filter",
            key_display="/",
            priority=True,
            tooltip="Find runs by name, tag, model or task",
        ),
        Binding("A", "archived", "Archived too", show=False, tooltip="Show archived runs, or hide them"),
        Binding("escape", "back", "Clear filter", show=False),
    ]

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self._summaries: list[dict[str, Any]] = []
        self._lines: dict[str, RunLine] = {}
        self._words = ""
        self._is_all = False
        self._question: Superseding | None = None

    def compose_body(self) -> ComposeResult:
        """Filter, list, and what is said where there is none."""
        yield Input(placeholder="name, tag, model, task …", id="search", compact=True)
        yield WindowTable(COLUMNS, id="list")
        yield Static(id="empty")

    def on_mount(self) -> None:
        """The list has the focus."""
        self._question = Superseding(self.lab.archive)
        self.query_one("#list").focus()

    def action_reload(self) -> None:
        """Look into the database again."""
        self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read the list. The cursor stays on its run."""
        if self._question is None:
            return
        try:
            there = await asyncio.to_thread(database_exists, self.lab.archive.db)
            summaries = await self._question.ask(run_summaries) if there else []
            found = await self._question.ask(search_runs, self._words) if there and self._words else None
        except MotivError as error:
            self._say(f"{error.title}: {error.message}\n\n{error.hint}\n\nThe file is {self.lab.archive.db}.")
            return
        if summaries is None:
            return
        wanted = None if found is None else set(found)
        self._summaries = [
            one
            for one in summaries
            if (wanted is None or one["run"] in wanted) and (self._is_all or one["archived_at"] is None)
        ]
        self._draw()
        if not self._summaries:
            away = _ALL_AWAY if summaries else _NO_RUN
            self._say(_NOTHING_FITS.format(words=self._words) if self._words and summaries else away)

    def _draw(self) -> None:
        lines = [run_line(one, self.lab.live.get(one["run"])) for one in self._summaries]
        self._lines = {line.run: line for line in lines}
        self.query_one("#list", WindowTable).show([run_row(line) for line in lines])
        self.remove_class("-empty")
        self._say_count(lines)

    def _say_count(self, lines: Sequence[RunLine]) -> None:
        going_on = sum(line.word in ("running", "paused") for line in lines)
        state = counted(len(lines), "run") + (f", {going_on} going on" if going_on else "")
        self.say_state(state + (" · archived too" if self._is_all else ""))

    def _say(self, text: str) -> None:
        self._summaries, self._lines = [], {}
        self.add_class("-empty")
        self.query_one("#empty", Static).update(Content(visible(text)))
        self.say_state("archived too" if self._is_all else "")

    def beat(self) -> None:
        """Draw anew the runs that go on."""
        super().beat()
        if self._beats % _BEATS == 0 and any(one.run in self._lines for one in self.lab.running):
            self._draw()

    def heard(self, event: told.AnyEvent) -> None:
        """A run came or ended."""
        if isinstance(event, told.RunStarted | told.RunEnded | told.RunFailed):
            self.load()

    # What is meant.

    def meant_run(self) -> RunLine | None:
        """The one under the cursor."""
        key = self.query_one("#list", WindowTable).cursor_key
        return self._lines.get(str(key)) if key is not None else None

    def action_copy_cell(self) -> None:
        """Copy what is under the cursor."""
        self.copied(self.query_one("#list", WindowTable).cell_text, "The cell")

    def action_copy_row(self) -> None:
        """Copy the run's line as JSON."""
        line = self.meant_run()
        self.copied(None if line is None else json.dumps(run_values(line)), "The run as JSON")

    @on(WindowTable.Chosen, "#list")
    def open_run(self, event: WindowTable.Chosen) -> None:
        """Open it."""
        event.stop()
        line = self.meant_run()
        if line is not None:
            self.app.push_screen(OneRun(line.run))

    # Filtering.

    def action_filter(self) -> None:
        """Type what the run is to be found by."""
        field = self.query_one("#search", Input)
        field.add_class("-shown")
        self.set_focus(field)  # at once, not later as `focus`

    def action_archived(self) -> None:
        """Show archived runs, or hide them."""
        self._is_all = not self._is_all
        self.load()

    def action_back(self) -> None:
        """Clear the filter."""
        field = self.query_one("#search", Input)
        field.value = ""
        field.remove_class("-shown")
        self.query_one("#list").focus()

    @on(Input.Changed, "#search")
    def filter_changed(self, event: Input.Changed) -> None:
        """Find while it is typed."""
        event.stop()
        if event.value.strip() != self._words:
            self._words = event.value.strip()
            self.load()

    @on(Input.Submitted, "#search")
    def filter_done(self, event: Input.Submitted) -> None:
        """On to the list."""
        event.stop()
        event.input.set_class(bool(self._words), "-shown")
        self.query_one("#list").focus()
