"""One run: its facts, its trials, and one of them (or two conditions of one task) in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from motivtui.engine import events as told
from motivtui.errors import MotivError
from motivtui.store.browse_queries import adjacent_conditions
from motivtui.store.connection import Reader
from motivtui.store.queries import TrialDetail, run_record, run_summaries, trial_detail
from motivtui.store.session_queries import Session, sessions
from motivtui.tui.runs.detail_text import as_json, result_of, sections, title_of
from motivtui.tui.runs.run_facts import facts_of
from motivtui.tui.runs.run_lines import RunLine, run_line
from motivtui.tui.runs.superseding import Superseding
from motivtui.tui.runs.trial_lines import trial_columns
from motivtui.tui.screens.filtered_trials import FilteredTrials
from motivtui.tui.terminal.boundary import content
from motivtui.tui.widgets.trial_pane import TrialPane
from motivtui.tui.widgets.window_table import WindowTable

_BEATS = 10
"""Every so many beats a run that goes on is looked at again: once a second."""


class _Run(NamedTuple):
    """What is read of a run."""

    summary: dict[str, Any]
    record: dict[str, Any]
    sessions: Sequence[Session]


class OneRun(FilteredTrials):
    """See the module."""

    NAME = "runs"
    HELP = (
        "The trials of one run. Enter opens one; [ and ] show the same task under the previous and the next\n"
        "manipulation beside it. Click a heading to sort, a filter to set it, its cross to clear it.\n"
        "✓ complete  ✂ partial  ✗ error  ⊘ cancelled  ? unknown end  – skipped  · not sent yet"
    )
    DEFAULT_CSS = """
    OneRun {
        #facts { height: 2; padding: 0 1; }
        #words { display: none; height: 1; background: $surface; padding: 0 1; }
        #words.-shown { display: block; }
        #trials { width: 1fr; }
        #detail, #second { display: none; }
        &.-detail #detail { display: block; width: 1fr; }
        &.-detail.-narrow #trials { display: none; }
        &.-beside #second { display: block; }
        &.-beside.-wide #trials { display: none; }
        &.-beside.-narrow #first { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("left_square_bracket", "condition(-1)", "Previous condition", show=False, key_display="["),
        Binding("right_square_bracket", "condition(1)", "Next condition", show=False, key_display="]"),
        Binding("J", "json", "As JSON", show=False, tooltip="The trial as JSON, or back"),
        Binding("enter", "open", "Open", show=False),
    ]

    def __init__(self, run: str, trial: int | None = None) -> None:
        """`run`: its id; `trial`: the one to open, by its place in the plan."""
        super().__init__(run, trial)
        self._opened = trial
        self._run: _Run | None = None
        self._line: RunLine | None = None
        self._details: tuple[TrialDetail | None, TrialDetail | None] = (None, None)
        self._is_json = False
        self._trial: Superseding | None = None

    def compose_body(self) -> ComposeResult:
        """Facts, filters, then the list beside the trial."""
        yield Static(id="facts")
        yield from self.compose_list()
        with Horizontal():
            yield WindowTable(trial_columns(1, 1, None), id="trials")
            with Horizontal(id="detail"):
                yield TrialPane(id="first")
                yield TrialPane(id="second")

    def on_mount(self) -> None:
        """The list has the focus."""
        self._trial = Superseding(self.lab.archive)
        self.table.focus()
        if self._opened is not None:
            self.add_class("-detail")
            self._show_trial(self._opened)

    # The run.

    def meant_run(self) -> RunLine | None:
        """This one."""
        return self._line

    def action_reload(self) -> None:
        """Look into the database again."""
        self.forget_facets()
        self.list_trials()  # first: counting a large run takes its time
        self._load()

    @work(exclusive=True, group="run")
    async def _load(self) -> None:
        try:
            self._run = await self.lab.archive.ask(_run_of, self.run_id)
        except MotivError as error:
            self.lab.tell_error(error)
            return
        study = self._run.record["study"]
        self.lay_out(len({*study["models"], *study.get("judges", ())}), len(study.get("instruments", ())))
        self._draw_facts()

    def _draw_facts(self) -> None:
        if self._run is None:
            return
        live = self.lab.live.get(self.run_id)
        self._line = run_line(self._run.summary, live)
        width = max(20, self.size.width - 2)
        self.query_one("#facts", Static).update(facts_of(self._line, self._run.record, self._run.sessions, width))
        self.say_state(f"run {self.run_id}")

    def on_resize(self) -> None:
        """What is cut may be another piece."""
        self._draw_facts()

    def beat(self) -> None:
        """Once a second, look again at a run that goes on."""
        super().beat()
        live = self.lab.live.get(self.run_id)
        if self._beats % _BEATS == 0 and live is not None and not live.is_over:
            self._draw_facts()
            self.forget_facets()
            self.refresh_trials()

    def changed_elsewhere(self) -> None:
        """Quietly: what is looked at stays where it is."""
        self.forget_facets()
        self.refresh_trials()
        self._load()

    def heard(self, event: told.AnyEvent) -> None:
        """This run began or ended."""
        if isinstance(event, told.RunEnded | told.RunFailed) and event.run == self.run_id:
            self.action_reload()

    def run_removed(self) -> None:
        """Back to the list."""
        self.dismiss()

    def action_back(self) -> None:
        """One level back: the field, the condition beside, the trial, the run."""
        if self.focused is not None and self.focused.id == "words":
            self.hide_words()
        elif self.has_class("-beside"):
            self._close_beside()
        elif self.has_class("-detail"):
            self._close_detail()
        else:
            self.question().drop()
            self.dismiss()

    # The trial.

    @on(WindowTable.Chosen, "#trials")
    def trial_chosen(self, event: WindowTable.Chosen) -> None:
        """Open it."""
        event.stop()
        if isinstance(event.key, int):
            self.add_class("-detail")
            self._show_trial(event.key)
            if self.has_class("-narrow"):
                self.query_one("#first").focus()

    @on(WindowTable.Highlighted, "#trials")
    def trial_highlighted(self, event: WindowTable.Highlighted) -> None:
        """An open trial follows the cursor."""
        event.stop()
        if self.has_class("-detail") and not self.has_class("-beside") and isinstance(event.key, int):
            self._show_trial(event.key)

    @work(exclusive=True, group="trial")
    async def _show_trial(self, ordinal: int) -> None:
        if self._trial is None:
            return
        try:
            detail = await self._trial.ask(trial_detail, self.run_id, ordinal)
        except MotivError as error:
            self.lab.tell_error(error)
            return
        if detail is not None:
            self._details = (detail, None)
            self.remove_class("-beside")
            self._draw_details()

    @work(exclusive=True, group="trial")
    async def action_condition(self, by: int) -> None:
        """The same task under another manipulation, beside the open one."""
        first, second = self._details
        base = first.rows[0]["ordinal"] if first is not None and self.has_class("-detail") else self.table.cursor_key
        if self._trial is None or not isinstance(base, int):
            return
        now = base if second is None else second.rows[0]["ordinal"]
        try:
            found = await self._trial.ask(_beside, self.run_id, base, now, by)
        except MotivError as error:
            self.lab.tell_error(error)
            return
        if found is None:
            return
        if found[1] is None:
            self.lab.tell("There is no condition after that." if by > 0 else "There is no condition before that.")
            return
        self._details = found
        self.add_class("-detail", "-beside")
        self.query_one("#second").focus()
        self._draw_details()

    def _draw_details(self) -> None:
        for name, detail in zip(("#first", "#second"), self._details, strict=True):
            if detail is None:
                continue
            shown = [("", content(as_json(detail)))] if self._is_json else sections(detail)
            self.query_one(name, TrialPane).show(title_of(detail), result_of(detail), shown)

    def action_json(self) -> None:
        """The trial as JSON, or back."""
        self._is_json = not self._is_json
        self._draw_details()

    def action_open(self) -> None:
        """Open the trial under the cursor."""
        self.table.action_choose()

    def _close_beside(self) -> None:
        self.remove_class("-beside")
        self._details = (self._details[0], None)
        (self.query_one("#first") if self.has_class("-narrow") else self.table).focus()
        self._draw_details()

    def _close_detail(self) -> None:
        self.remove_class("-detail")
        self._details = (None, None)
        self.table.focus()

    # Copying.

    def _read(self) -> TrialDetail | None:
        """The trial whose pane has the focus."""
        focused = self.focused
        if not isinstance(focused, TrialPane):
            return None
        return self._details[0] if focused.id == "first" else self._details[1]

    def action_copy_cell(self) -> None:
        """Copy the cell under the cursor, or of the trial that is read its reply."""
        detail = self._read()
        if detail is None:
            super().action_copy_cell()
        else:
            self.copied(detail.rows[0]["reply"] or None, "The reply")

    def action_copy_row(self) -> None:
        """Copy the line under the cursor as JSON, or all of the trial that is read."""
        detail = self._read()
        if detail is None:
            super().action_copy_row()
        else:
            self.copied(as_json(detail), "The trial as JSON")


def _run_of(connection: Reader, run: str) -> _Run:
    return _Run(run_summaries(connection, run)[0], run_record(connection, run), sessions(connection, run))


def _beside(
    connection: Reader, run: str, base: int, now: int, by: int
) -> tuple[TrialDetail | None, TrialDetail | None]:
    """The open trial and its next condition from `now` on, other than itself; None for that: there is none."""
    place = 1 if by > 0 else 0
    found = adjacent_conditions(connection, run, now)[place]
    if found == base:
        found = adjacent_conditions(connection, run, base)[place]
    detail = trial_detail(connection, run, base)
    return detail, None if found is None else trial_detail(connection, run, found)
