"""The stats: a run's results as plots, tables and sentences, while it goes on and after.

Shows what is looked at (`stats_views.looking`). It is computed in a process of its own (`analyst`).
"""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static, Tab, Tabs

from motivtui.analysis.asked import takes
from motivtui.engine import events as told
from motivtui.errors import MotivError
from motivtui.stats.preset import Preset
from motivtui.store.run_growth import RunName, run_names
from motivtui.tui.copying import copy
from motivtui.tui.screens.room import Room
from motivtui.tui.stats_views.all_views import BY_KEY, VIEWS
from motivtui.tui.stats_views.any_view import others
from motivtui.tui.stats_views.choose import Choice, Choose
from motivtui.tui.stats_views.copied import csv_of, markdown_of
from motivtui.tui.stats_views.explain import Explain
from motivtui.tui.stats_views.looking import ALL_MODELS, Looking
from motivtui.tui.stats_views.measures import label_of
from motivtui.tui.stats_views.save_plot import saved_plot
from motivtui.tui.stats_views.selectors import Selectors
from motivtui.tui.stats_views.shown import Shown, StatsView
from motivtui.tui.terminal.boundary import content
from motivtui.tui.widgets.plot_view import PlotView
from motivtui.tui.widgets.window_table import Row, WindowTable
from motivtui.tui.words import counted

AGAIN_S = 3.0
"""How often a run that goes on is looked at again."""
NO_RUN = """There is no run yet, so there is nothing to count.

  1  opens the lab: pick models, tasks and manipulations, and `r` runs them
  4  puts one task of your own to models, under two conditions

Results show here while the run goes on."""
MORE = "more"
_LAYOUTS = ("both", "plot", "table")
_NOTHING = Shown((), (), None)


class Stats(Room):
    """See the module."""

    NAME = "stats"
    HELP = "Results of one run: choose what is looked at in the first line, and a view in the second."
    DEFAULT_CSS = """
    Stats {
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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "choose_run", "Run", tooltip="Another run"),
        Binding("i", "choose_item", "Item", tooltip="Another instrument and item"),
        Binding("m", "choose_model", "Model", tooltip="One model, or all of them"),
        Binding("left_square_bracket", "tab(-1)", "View before", show=False),
        Binding("right_square_bracket", "tab(1)", "View", key_display="[ ]", tooltip="The next view"),
        Binding("v", "layout", "Table", tooltip="Plot and table, or one of them"),
        Binding("o", "choose_analysis", "More", tooltip="Any other analysis of the list"),
        Binding("p", "preset", "Rules", show=False, tooltip="Robust, or replicate: the published study's rules"),
        Binding("e", "explain", "Explain", tooltip="What the numbers mean"),
        Binding("y", "copy_csv", "Copy", tooltip="Copy the table as CSV, every number in full"),
        Binding("Y", "copy_markdown", "Copy as Markdown", show=False),
        Binding("S", "save", "Save", tooltip="Save the plot as SVG, PNG or PDF, with its data"),
    ]

    def __init__(self) -> None:
        """Nothing is asked yet."""
        super().__init__()
        self.looking = Looking()
        self._shown = _NOTHING
        self._seen: object = None
        """What the table was of when its cursor was last set."""
        self._is_asking = False
        self._other = others(VIEWS)[0]
        """What the last tab shows."""
        self._layout_name = "both"

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
        self._lay_out()

    def on_screen_resume(self) -> None:
        """There may be another run by now."""
        self.load()

    # Asking.

    @property
    def view(self) -> StatsView:
        """The view that is seen."""
        key = self.query_one(Tabs).active or VIEWS[0].key
        return self._other if key == MORE else BY_KEY[key]

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
        self._draw()
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
            self._draw()

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

    def _draw(self) -> None:
        """Everything, as it was last told."""
        view = self.view
        shown, look = self.looking.shown(view), self.looking.look(view)
        self._shown = shown or _NOTHING
        empty = self._shown.empty
        if self.looking.run is None:
            empty = NO_RUN
        elif shown is None:
            empty = f"{view.label}: reading the run and counting …"
        elif look is not None and look.lacking and view is self._other:  # the tabs say more of what to do
            empty = f"{view.label}: {look.lacking}."
        self.query_one(Selectors).show(*self.looking.words(view))
        self.say_state(self.looking.state(view))
        self._show_rows(view, empty)
        self.query_one(PlotView).show(self._shown.figure, empty)
        self._say_sentence()
        self._lay_out()

    def _show_rows(self, view: StatsView, empty: str) -> None:
        table = self.query_one(WindowTable)
        seen = (self.looking.run, *self.looking.words(view), view.key, bool(self._shown.rows))
        is_new, self._seen = seen != self._seen, seen
        table.columns, table.empty = self._shown.columns, empty.partition("\n")[0]
        table.show([Row(row.key, row.cells) for row in self._shown.rows])
        if is_new:
            table.cursor = self._shown.start

    def _say_sentence(self) -> None:
        """The result of the row under the cursor, in words."""
        place, look = self.query_one(WindowTable).cursor, self.looking.look(self.view)
        words = self._shown.rows[place].sentence if place < len(self._shown.rows) else ""
        interim = "Interim. " if words and look is not None and look.is_interim else ""
        self.query_one("#sentence", Static).update(Content.assemble((interim, "bold $accent"), content(words)))

    def _say_error(self, error: MotivError) -> None:
        words = f"{error.message} {error.hint}".strip()
        said = Content.assemble((f"{error.title}: ", "bold $error"), content(words))
        self.query_one("#sentence", Static).update(said)
        if not self._shown.rows:
            self.query_one(PlotView).show(None, words)

    @property
    def _layouts(self) -> tuple[str, ...]:
        """Both only where there is room for both."""
        is_small = self.has_class("-narrow") and self.has_class("-short")
        return _LAYOUTS[1:] if is_small else _LAYOUTS

    def _lay_out(self) -> None:
        look, plot = self.query_one("#look"), self.query_one(PlotView)
        name = self._layout_name if self._layout_name in self._layouts else "plot"
        if not self._shown.rows:
            name = "plot"  # which says why there is nothing
        for one in _LAYOUTS:
            look.set_class(one == name, f"-{one}")
        lines = plot.natural_height() if name == "both" and self.has_class("-tall") else None
        plot.styles.height = "1fr" if lines is None else min(lines, look.size.height * 3 // 5)
        look.set_class(lines is not None, "-measured")

    def on_resize(self) -> None:
        """Both, or one of them, as there is room."""
        self.call_after_refresh(self._lay_out)

    # What is pressed.

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """Another view."""
        event.stop()
        if self.looking.run is not None:
            self.look()

    def on_window_table_highlighted(self, event: WindowTable.Highlighted) -> None:
        """Another row, another sentence."""
        event.stop()
        self._say_sentence()

    async def on_selectors_asked(self, message: Selectors.Asked) -> None:
        """A selector was clicked."""
        await self.run_action(f"choose_{message.what}")

    def action_tab(self, by: int) -> None:
        """The view before or after, around the ends."""
        tabs, keys = self.query_one(Tabs), [*BY_KEY, MORE]
        tabs.active = keys[(keys.index(tabs.active) + by) % len(keys)]

    @work(exclusive=True, group="choose")
    async def action_choose_analysis(self) -> None:
        """Any other analysis."""
        views = others(VIEWS)
        choices = [Choice(view.label, view.view.about) for view in views]
        place = await self._chosen("Which analysis?", choices, [one.key for one in views].index(self._other.key))
        if place is None:
            return
        self._other = views[place]
        self.query_one(Tabs).query_one(f"#{MORE}", Tab).label = Content(self._other.label)
        if self.query_one(Tabs).active == MORE:
            self.look()
        else:
            self.query_one(Tabs).active = MORE

    def action_preset(self) -> None:
        """By the other rules, where they make a difference."""
        if not takes(self.view.view.function, "preset"):
            self.lab.tell("The published study's rules make no difference here.", self.view.label)
            return
        self.looking.preset = Preset.REPLICATE if self.looking.preset is Preset.ROBUST else Preset.ROBUST
        self.look()

    def action_layout(self) -> None:
        """Plot and table, or one of them."""
        names = self._layouts
        place = names.index(self._layout_name) if self._layout_name in names else 0
        self._layout_name = names[(place + 1) % len(names)]
        self._lay_out()

    @work(exclusive=True, group="choose")
    async def action_choose_run(self) -> None:
        """Another run."""
        running = {live.run for live in self.lab.running}
        choices = [Choice(f"{one.name} ({one.id})", _about(one, one.id in running)) for one in self.looking.runs]
        ids = [one.id for one in self.looking.runs]
        place = await self._chosen("Which run?", choices, ids.index(self.looking.run) if self.looking.run else None)
        if place is not None:
            self.looking.choose_run(place)
            self.look()

    @work(exclusive=True, group="choose")
    async def action_choose_item(self) -> None:
        """Another instrument and item."""
        measures, seen = self.looking.measures(self.view), self.looking.seen_measure(self.view)
        choices = [Choice(label_of(one, measures)) for one in measures]
        place = await self._chosen("Which instrument and item?", choices, measures.index(seen) if seen else None)
        if place is not None:
            self.looking.measure = measures[place]
            self._draw()

    @work(exclusive=True, group="choose")
    async def action_choose_model(self) -> None:
        """One model, or all of them."""
        models, seen = self.looking.models(self.view), self.looking.seen_model(self.view)
        choices = [Choice(ALL_MODELS), *(Choice(one) for one in models)] if models else []
        place = await self._chosen("Which model?", choices, models.index(seen) + 1 if seen else 0)
        if place is not None:
            self.looking.model = models[place - 1] if place else None
            self._draw()

    async def _chosen(self, title: str, choices: list[Choice], current: int | None) -> int | None:
        return await self.app.push_screen_wait(Choose(title, choices, current)) if choices else None

    def action_explain(self) -> None:
        """What the numbers mean."""
        self.app.push_screen(Explain(self.view.label, self.view.explanation))

    def action_copy_csv(self) -> None:
        """The table with all numbers in full."""
        self._copy(csv_of(self._shown.rows), "CSV")

    def action_copy_markdown(self) -> None:
        """The table as it is seen."""
        self._copy(markdown_of(self._shown.columns, self._shown.rows), "Markdown")

    def _copy(self, text: str, form: str) -> None:
        if self._shown.rows:
            copy(self.app, text, f"{counted(len(self._shown.rows), 'row')} as {form}")
        else:
            self.notify("There is no table to copy.", severity="warning")

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """The plot as a file, with its data."""
        figure = self._shown.figure
        if figure is None:
            self.notify("There is no plot to save.", severity="warning")
            return
        try:
            saved = await saved_plot(self.app, figure, f"motiv-{self.looking.run}-{self.view.key}.svg")
        except MotivError as error:
            self.lab.tell_error(error)
            return
        if saved is not None:
            self.lab.tell("\n".join(str(one) for one in saved), "Saved")


def _about(run: RunName, is_running: bool) -> str:  # noqa: FBT001 (private)
    day = run.created_at[:16].replace("T", " ")
    return f"{day} · {counted(run.trials, 'trial')}" + (" · running" if is_running else "")
