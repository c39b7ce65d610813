"""A run's trials as a list that is filtered, put in order and scrolled, however many there are.

The whole order is asked for once (`trial_order`), the lines of what is seen as they are needed. Of questions that a
newer one supersedes no answer is drawn.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from motivtui.errors import MotivError
from motivtui.store.browse_queries import Facets, TrialLine, facets, trial_lines, trial_order
from motivtui.store.connection import Reader
from motivtui.tui.dialogs.pick import Option, Pick
from motivtui.tui.dialogs.score_range import Range, ScoreRange
from motivtui.tui.runs.filters import Chosen, ListKind
from motivtui.tui.runs.superseding import Superseding
from motivtui.tui.runs.trial_lines import SORTED_BY, trial_columns, trial_row, trial_values
from motivtui.tui.screens.run_actions import RunRoom
from motivtui.tui.widgets.filter_bar import Chip, FilterBar
from motivtui.tui.widgets.window_table import PAGE, WindowTable
from motivtui.tui.words import count, counted

_CHIPS = (
    ("words", "text", "/"),
    ("models", "model", "m"),
    ("manipulations", "condition", "c"),
    ("instruments", "instrument", "i"),
    ("outcomes", "state", "s"),
    ("score", "score", "v"),
)
_TITLES = {"models": "Models", "manipulations": "Manipulations", "instruments": "Instruments"}
_TYPING_S = 0.15
"""So long after a letter the replies are looked through: another one may follow."""
_LONG_WORDS = 500


class FilteredTrials(RunRoom):
    """Subclasses give the run and put the parts into their body."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Text", key_display="/", priority=True, tooltip="Find words in the replies"),
        Binding("m", "ask('models')", "By model", show=False),
        Binding("c", "ask('manipulations')", "By condition", show=False),
        Binding("i", "ask('instruments')", "By instrument", show=False),
        Binding("s", "ask('outcomes')", "By state or status", show=False),
        Binding("v", "ask('score')", "By score", show=False, tooltip="Another item, or a range of its scores"),
        Binding("x", "clear", "Clear filters", show=False),
        Binding("o", "next_order", "Sort", tooltip="Sort by what comes next; O turns the order round"),
        Binding("O", "turn_order", "Turn the order", show=False),
    ]

    def __init__(self, run: str, at: int | None = None) -> None:
        """`run`: its id; `at`: the trial that the cursor is to be on at first."""
        super().__init__()
        self.run_id, self._at = run, at
        self.chosen = Chosen()
        self._order: Sequence[int] = ()
        self._shown: dict[int, TrialLine] = {}
        """The lines that came last, by ordinal, for copying."""
        self._facets: Facets | None = None
        self._question: Superseding | None = None
        self._is_asking = False
        self._version = 0
        self._typing = 0

    def compose_list(self) -> ComposeResult:
        """Bar and field above; the table is the subclass's to place."""
        yield FilterBar([Chip(*chip) for chip in _CHIPS], id="filters")
        yield Input(placeholder="words that must all occur in the reply", id="words", compact=True)

    @property
    def table(self) -> WindowTable:
        """The list."""
        return self.query_one("#trials", WindowTable)

    def question(self) -> Superseding:
        """For the list's order."""
        if self._question is None:
            self._question = Superseding(self.lab.archive)
        return self._question

    # The list.

    @work(exclusive=True, group="order")
    async def list_trials(self) -> None:
        """Ask for the order that is wanted now and show its lines; the cursor stays on its trial."""
        chosen, cursor = self.chosen, self._at if self._at is not None else self.table.cursor_key
        self._draw_bar("looking …")
        self._is_asking = True
        try:
            answer = await self.question().ask(_listed, self.run_id, chosen, cursor)
        except MotivError as error:
            self.lab.tell_error(error)
            self._draw_bar("could not be read")
            return
        finally:
            self._is_asking = False
        if answer is not None and chosen == self.chosen:
            self._at = None
            self._show(*answer)

    def _show(self, order: Sequence[int], place: int, lines: Sequence[TrialLine]) -> None:
        self._order, self._version = order, self._version + 1
        table = self.table
        table.sorted_by = next(
            (
                (column, not self.chosen.sort.is_descending)
                for column, key in SORTED_BY.items()
                if key is self.chosen.sort.key
            ),
            None,
        )
        table.expect(len(order))
        table.fill(place - place % PAGE, [trial_row(line) for line in lines])
        self._remember(lines)
        table.cursor = place
        self._draw_bar()

    def refresh_trials(self) -> None:
        """Results may have come: the lines that are seen, and the order if it hangs on results."""
        if self.chosen.is_planned_order:
            self.table.refill()
        elif not self._is_asking:
            self.list_trials()

    @on(WindowTable.Wanted, "#trials")
    def lines_wanted(self, event: WindowTable.Wanted) -> None:
        """Bring them."""
        event.stop()
        self._bring(event.offset, event.limit, self._version)

    @work(group="lines")
    async def _bring(self, offset: int, limit: int, version: int) -> None:
        wanted = self._order[offset : offset + limit]
        try:
            lines = await self.lab.archive.ask(trial_lines, self.run_id, wanted, self.chosen.filters.item)
        except MotivError as error:
            self.lab.tell_error(error)
            return
        if version == self._version:
            self.table.fill(offset, [trial_row(line) for line in lines])
            self._remember(lines)

    def _remember(self, lines: Sequence[TrialLine]) -> None:
        if len(self._shown) > PAGE * 30:
            self._shown.clear()
        self._shown |= {line.ordinal: line for line in lines}

    def action_copy_cell(self) -> None:
        """Copy what is under the cursor."""
        self.copied(self.table.cell_text, "The cell")

    def action_copy_row(self) -> None:
        """Copy the trial's line as JSON."""
        line = self._shown.get(cast("int", self.table.cursor_key))
        self.copied(None if line is None else json.dumps(trial_values(line)), "The row as JSON")

    # Filters and order.

    def choose(self, chosen: Chosen) -> None:
        """Show these trials, in this order."""
        if chosen != self.chosen:
            item_changed = chosen.filters.item != self.chosen.filters.item
            self.chosen = chosen
            if item_changed:
                self.lay_out()
                self._facets = None
            self.list_trials()

    def lay_out(self, models: int | None = None, instruments: int | None = None) -> None:
        """The columns; the numbers as last time where they are not said."""
        self._sizes = self._sizes if models is None or instruments is None else (models, instruments)
        self.table.columns = trial_columns(*self._sizes, self.chosen.filters.item)
        self.table.refresh()

    _sizes: tuple[int, int] = (1, 1)

    def _draw_bar(self, instead: str = "") -> None:
        """`instead` of how many fit: why nobody knows."""
        chips = [Chip(kind, label, key, self.chosen.words_of(kind)) for kind, label, key in _CHIPS]
        number = counted(len(self._order), "trial") if self.chosen.is_all else f"{count(len(self._order))} fit"
        self.table.say_if_empty("" if instead else "No trial fits. x clears the filters.")
        self.query_one(FilterBar).show(chips, instead or number)

    @on(FilterBar.Asked)
    async def bar_clicked(self, event: FilterBar.Asked) -> None:
        """Set that filter."""
        event.stop()
        if event.kind == "words":
            self.action_filter()
        else:
            self.action_ask(event.kind)

    @on(FilterBar.Cleared)
    def bar_cleared(self, event: FilterBar.Cleared) -> None:
        """Without that filter."""
        event.stop()
        if event.kind == "words":
            self.query_one("#words", Input).value = ""
        self.choose(self.chosen.without(event.kind))

    def action_filter(self) -> None:
        """Find words in the replies."""
        field = self.query_one("#words", Input)
        field.add_class("-shown")
        self.set_focus(field)  # at once, not later as `focus`

    @work(exclusive=True, group="menu")
    async def action_ask(self, kind: str) -> None:
        """Let the user set another filter."""
        known = await self.known_facets()
        if known is None:
            return
        if kind == "score":
            now = self.chosen.filters
            found = await self.app.push_screen_wait(ScoreRange(list(known.items), Range(now.item, now.low, now.high)))
            if found is not None:
                self.choose(self.chosen.with_score(*found))
        elif kind == "outcomes":
            await self._ask_outcomes(known)
        else:
            await self._ask_values(cast("ListKind", kind), known)

    async def _ask_values(self, kind: ListKind, known: Facets) -> None:
        options = [Option(value, value, number) for value, number in getattr(known, kind).items()]
        picked = await self.app.push_screen_wait(Pick(_TITLES[kind], options, getattr(self.chosen.filters, kind)))
        if picked is not None:
            self.choose(self.chosen.with_list(kind, picked))

    async def _ask_outcomes(self, known: Facets) -> None:
        now = self.chosen.filters
        options = [
            *(Option(f"trial {state}", f"trial: {state}", number) for state, number in known.states.items()),
            *(Option(f"score {status}", f"score: {status}", number) for status, number in known.statuses.items()),
        ]
        before = [*(f"trial {state}" for state in now.states), *(f"score {status}" for status in now.statuses)]
        picked = await self.app.push_screen_wait(Pick("What became of a trial, and of its score", options, before))
        if picked is not None:
            states, statuses = (
                [key.removeprefix(word) for key in picked if key.startswith(word)] for word in ("trial ", "score ")
            )
            self.choose(self.chosen.with_outcomes(states, statuses))

    async def known_facets(self) -> Facets | None:
        """What there is to filter by. None: it could not be read, and the user has been told why."""
        if self._facets is None:
            try:
                self._facets = await self.lab.archive.ask(facets, self.run_id, self.chosen.filters.item)
            except MotivError as error:
                self.lab.tell_error(error)
        return self._facets

    def forget_facets(self) -> None:
        """Results have come: they are counted again when they are asked for."""
        self._facets = None

    @on(Input.Changed, "#words")
    def words_changed(self, event: Input.Changed) -> None:
        """Look while it is typed, as soon as the typing rests."""
        event.stop()
        self._typing += 1
        typing, words = self._typing, event.value[:_LONG_WORDS]
        self.set_timer(_TYPING_S, lambda: self._typed(typing, words))

    def _typed(self, typing: int, words: str) -> None:
        if typing == self._typing:
            self.choose(self.chosen.with_words(words))

    @on(Input.Submitted, "#words")
    def words_done(self, event: Input.Submitted) -> None:
        """On to the list; the bar says what was typed."""
        event.stop()
        self._typing += 1
        self.hide_words()
        self.choose(self.chosen.with_words(event.value[:_LONG_WORDS]))

    def hide_words(self) -> None:
        """Put the field away."""
        self.query_one("#words").remove_class("-shown")
        self.table.focus()

    def action_clear(self) -> None:
        """Show every trial."""
        self.query_one("#words", Input).value = ""
        self.choose(self.chosen.all_shown())

    def action_next_order(self) -> None:
        """Sort by what comes next."""
        self.choose(self.chosen.next_order())

    def action_turn_order(self) -> None:
        """The other way round."""
        self.choose(self.chosen.turned())

    @on(WindowTable.HeaderClicked, "#trials")
    def sort_clicked(self, event: WindowTable.HeaderClicked) -> None:
        """Sort by that column."""
        event.stop()
        if event.key in SORTED_BY:
            self.choose(self.chosen.sorted_by(SORTED_BY[event.key]))


def _listed(
    connection: Reader, run: str, chosen: Chosen, cursor: object
) -> tuple[Sequence[int], int, Sequence[TrialLine]]:
    """The whole order, the place of the trial under the cursor in it (or the first), and the lines around that."""
    order = trial_order(connection, run, chosen.filters, chosen.sort)
    place = order.index(cursor) if isinstance(cursor, int) and cursor in order else 0
    first = place - place % PAGE
    return order, place, trial_lines(connection, run, order[first : first + PAGE], chosen.filters.item)
