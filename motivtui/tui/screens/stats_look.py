"""The stats room as it is looked at: a view's plot, table and sentence, asked for again while its run goes on.

It is computed in a process of its own (`analyst`). What is chosen there belongs to `stats`.
"""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static, Tab, Tabs

from motivtui.engine import events as told
from motivtui.errors import MotivError
from motivtui.plots.figure import Figure
from motivtui.store.run_growth import run_names
from motivtui.tui.screens.room import Room
from motivtui.tui.stats_views.all_views import BY_KEY, VIEWS
from motivtui.tui.stats_views.any_view import others
from motivtui.tui.stats_views.looking import Looking
from motivtui.tui.stats_views.selectors import Selectors
from motivtui.tui.stats_views.shown import Shown, StatsView
from motivtui.tui.terminal.boundary import content
from motivtui.tui.widgets.plot_view import PlotView
from motivtui.tui.widgets.window_table import Row, WindowTable

AGAIN_S = 3.0
"""How often a run that goes on is looked at again."""
NO_RUN = """There is no run yet, so there is nothing to count.

  1  opens the lab: pick models, tasks and manipulations, and `r` runs them
  4  puts one task of your own to models, under two conditions

Results show here while the run goes on."""
MORE = "more"
_LAYOUTS = ("both", "plot", "table")
_NOTHING = Shown((), (), None)


class StatsLook(Room):
    """See the module."""

    DEFAULT_CSS = """
    StatsLook {
        Tabs { height: 2; padding: 0; }
        Tab { padding: 0 1; }
        #sentence { height: auto; min-height: 1; max-height: 3; padding: 0 1; }
        #look { height: 1fr; layout: vertical; }
        #plot { height: 1fr; width: 1fr; }
        #table { height: auto; max-height: 50%; min-height: 5; width: 1fr; margin-top: 1; }
        &.-short #look { layout: horizontal; }
        &.-short #table { height: 1fr; max-height: 100%; margin-top: 0; }
        #look.-measured #table { height: 1fr; max-height: 100%; }
        #look.-plot #table { display: none; }
        #look.-table #plot { display: none; }
        #look.-table #table { height: 1fr; max-height: 100%; margin-top: 0; }
    }
    """

    def __init__(self) -> None:
        """Nothing is asked yet."""
        super().__init__()
        self.looking = Looking()
        self.shown = _NOTHING
        self._seen: object = None
        """What the table was of when its cursor was last set."""
        self._is_asking = False
        self.other = others(VIEWS)[0]
        """What the last tab shows."""
        self.layout_name = "both"
        self.place = 0
        """Which of its figures is seen."""

    def compose_body(self) -> ComposeResult:
        """Selectors, tabs, the sentence, plot and table."""
        yield Selectors(id="selectors")
        yield Tabs(*(Tab(view.label, id=view.key) for view in VIEWS), Tab("More …", id=MORE), active=VIEWS[0].key)
        yield Static(id="sentence")
        with Container(id="look"):
            yield PlotView(id="plot")
            yield WindowTable((), id="table")

    def on_mount(self) -> None:
        """Look again while something goes on."""
        self.set_interval(AGAIN_S, self._again)
        self.lay_out()

    def on_screen_resume(self) -> None:
        """There may be another run by now."""
        self.load()

    # Asking.

    @property
    def view(self) -> StatsView:
        """The view that is seen."""
        key = self.query_one(Tabs).active or VIEWS[0].key
        return self.other if key == MORE else BY_KEY[key]

    @work(exclusive=True, group="runs")
    async def load(self) -> None:
        """Which runs there are; then look at one."""
        try:
            runs = await self.lab.archive.ask(run_names) if self.lab.archive.exists else []
        except MotivError as error:
            self._say_error(error)
            return
        self.looking.found(runs, [live.run for live in self.lab.running])
        self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Ask for the view that is seen; what was seen of it before stays until the answer comes."""
        run, view, preset = self.looking.run, self.view, self.looking.preset
        self.draw()
        if run is None:
            return
        self._is_asking = True
        try:
            look = await self.lab.analyst.ask(run, view.view, preset=preset)
        except MotivError as error:
            self._say_error(error)
            return
        finally:
            self._is_asking = False
        if self.looking.took(view, look, preset):
            self.draw()

    def _again(self) -> None:
        """Look again, if anything can have changed and the last question is answered."""
        run, look = self.looking.run, self.looking.look(self.view)
        if self.app.screen is not self or run is None or self._is_asking:
            return
        if look is None or look.is_interim or any(live.run == run for live in self.lab.running):
            self.look()

    def heard(self, event: told.AnyEvent) -> None:
        """A run that begins is one more to look at; the end of the one that is seen is worth another look."""
        if isinstance(event, told.RunStarted):
            self.load()
        elif isinstance(event, told.RunEnded) and event.run == self.looking.run:
            self.look()

    # Showing.

    def draw(self) -> None:
        """Everything, as it was last told."""
        view = self.view
        shown, look = self.looking.shown(view), self.looking.look(view)
        self.shown = shown or _NOTHING
        empty = self.shown.empty
        if self.looking.run is None:
            empty = NO_RUN
        elif shown is None:
            empty = f"{view.label}: reading the run and counting …"
        elif look is not None and look.lacking and view is self.other:  # the tabs say more of what to do
            empty = f"{view.label}: {look.lacking}."
        self.query_one(Selectors).show(*self.looking.words(view))
        self.say_state(self.looking.state(view))
        self._show_rows(view, empty)
        self.query_one(PlotView).show(self.figure, empty)
        self.refresh_bindings()
        self.say_sentence()
        self.lay_out()

    @property
    def figure(self) -> Figure | None:
        """The one that is seen."""
        figures = self.shown.figures
        return figures[self.place % len(figures)] if figures else None

    def _show_rows(self, view: StatsView, empty: str) -> None:
        table = self.query_one(WindowTable)
        seen = (self.looking.run, *self.looking.words(view), view.key, bool(self.shown.rows))
        is_new, self._seen = seen != self._seen, seen
        table.columns, table.empty = self.shown.columns, empty.partition("\n")[0]
        table.show([Row(row.key, row.cells) for row in self.shown.rows])
        if is_new:
            table.cursor, self.place = self.shown.start, 0

    def say_sentence(self) -> None:
        """The result of the row under the cursor, in words."""
        place, look = self.query_one(WindowTable).cursor, self.looking.look(self.view)
        words = self.shown.rows[place].sentence if place < len(self.shown.rows) else ""
        interim = "Interim. " if words and look is not None and look.is_interim else ""
        self.query_one("#sentence", Static).update(Content.assemble((interim, "bold $accent"), content(words)))

    def _say_error(self, error: MotivError) -> None:
        words = f"{error.message} {error.hint}".strip()
        said = Content.assemble((f"{error.title}: ", "bold $error"), content(words))
        self.query_one("#sentence", Static).update(said)
        if not self.shown.rows:
            self.query_one(PlotView).show(None, words)

    @property
    def layouts(self) -> tuple[str, ...]:
        """Both only where there is room for both."""
        is_small = self.has_class("-narrow") and self.has_class("-short")
        return _LAYOUTS[1:] if is_small else _LAYOUTS

    def lay_out(self) -> None:
        """Plot and table as they were chosen, where there is room for that."""
        look, plot = self.query_one("#look"), self.query_one(PlotView)
        name = self.layout_name if self.layout_name in self.layouts else "plot"
        if not self.shown.rows:
            name = "plot"  # which says why there is nothing
        for one in _LAYOUTS:
            look.set_class(one == name, f"-{one}")
        lines = plot.natural_height() if name == "both" and self.has_class("-tall") else None
        plot.styles.height = "1fr" if lines is None else min(lines, look.size.height * 3 // 5)
        look.set_class(lines is not None, "-measured")

    def on_resize(self) -> None:
        """Both, or one of them, as there is room."""
        self.call_after_refresh(self.lay_out)
