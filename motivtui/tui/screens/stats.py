"""The stats: a run's results as plots, tables and sentences, while it goes on and after.

Here it is chosen what is looked at (`stats_views.looking`), and what is done with it.
"""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Tab, Tabs

from motivtui.analysis.asked import takes
from motivtui.errors import MotivError
from motivtui.stats.preset import Preset
from motivtui.store.run_growth import RunName
from motivtui.tui.copying import copy
from motivtui.tui.screens.stats_look import MORE, StatsLook
from motivtui.tui.stats_views.all_views import BY_KEY, VIEWS
from motivtui.tui.stats_views.any_view import others
from motivtui.tui.stats_views.choose import Choice, Choose
from motivtui.tui.stats_views.copied import csv_of, markdown_of
from motivtui.tui.stats_views.explain import Explain
from motivtui.tui.stats_views.looking import ALL_MODELS
from motivtui.tui.stats_views.measures import label_of
from motivtui.tui.stats_views.save_plot import saved_plot
from motivtui.tui.stats_views.selectors import Selectors
from motivtui.tui.widgets.window_table import WindowTable
from motivtui.tui.words import counted


class Stats(StatsLook):
    """See the module."""

    NAME = "stats"
    HELP = "Results of one run: choose what is looked at in the first line, and a view in the second."
    BINDINGS: ClassVar[list[BindingType]] = [
        # The selectors show the first three themselves; with them the last ones would not fit into 80 columns.
        Binding("r", "choose_run", "Run", show=False, tooltip="Another run"),
        Binding("i", "choose_item", "Item", show=False, tooltip="Another instrument and item"),
        Binding("m", "choose_model", "Model", show=False, tooltip="One model, or all of them"),
        Binding("left_square_bracket", "tab(-1)", "View before", show=False),
        Binding("right_square_bracket", "tab(1)", "View", key_display="[ ]", tooltip="The next view"),
        Binding("v", "layout", "Table", tooltip="Plot and table, or one of them"),
        Binding("o", "choose_analysis", "More", tooltip="Any other analysis of the list"),
        Binding("f", "figure", "Figure", tooltip="The next of several figures"),
        Binding("p", "preset", "Rules", show=False, tooltip="Robust, or replicate: the published study's rules"),
        Binding("e", "explain", "Explain", tooltip="What the numbers mean"),
        Binding("y", "copy_csv", "Copy", tooltip="Copy the table as CSV, every number in full"),
        Binding("Y", "copy_markdown", "Copy as Markdown", show=False),
        Binding("S", "save", "Save", tooltip="Save the plot as SVG, PNG or PDF, with its data"),
    ]

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """Another view."""
        event.stop()
        if self.looking.run is not None:
            self.look()

    def on_window_table_highlighted(self, event: WindowTable.Highlighted) -> None:
        """Another row, another sentence."""
        event.stop()
        self.say_sentence()

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
        place = await self._chosen("Which analysis?", choices, [one.key for one in views].index(self.other.key))
        if place is None:
            return
        self.other = views[place]
        self.query_one(Tabs).query_one(f"#{MORE}", Tab).label = Content(self.other.label)
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """There is another figure only where there are several."""
        return action != "figure" or len(self.shown.figures) > 1

    def action_figure(self) -> None:
        """The next figure."""
        self.place += 1
        self.draw()

    def action_layout(self) -> None:
        """Plot and table, or one of them."""
        names = self.layouts
        place = names.index(self.layout_name) if self.layout_name in names else 0
        self.layout_name = names[(place + 1) % len(names)]
        self.lay_out()

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
            self.draw()

    @work(exclusive=True, group="choose")
    async def action_choose_model(self) -> None:
        """One model, or all of them."""
        models, seen = self.looking.models(self.view), self.looking.seen_model(self.view)
        choices = [Choice(ALL_MODELS), *(Choice(one) for one in models)] if models else []
        place = await self._chosen("Which model?", choices, models.index(seen) + 1 if seen else 0)
        if place is not None:
            self.looking.model = models[place - 1] if place else None
            self.draw()

    async def _chosen(self, title: str, choices: list[Choice], current: int | None) -> int | None:
        return await self.app.push_screen_wait(Choose(title, choices, current)) if choices else None

    def action_explain(self) -> None:
        """What the numbers mean."""
        self.app.push_screen(Explain(self.view.label, self.view.explanation))

    def action_copy_csv(self) -> None:
        """The table with all numbers in full."""
        self._copy(csv_of(self.shown.rows), "CSV")

    def action_copy_markdown(self) -> None:
        """The table as it is seen."""
        self._copy(markdown_of(self.shown.columns, self.shown.rows), "Markdown")

    def _copy(self, text: str, form: str) -> None:
        if self.shown.rows:
            copy(self.app, text, f"{counted(len(self.shown.rows), 'row')} as {form}")
        else:
            self.notify("There is no table to copy.", severity="warning")

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """The plot as a file, with its data."""
        figure = self.figure
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
