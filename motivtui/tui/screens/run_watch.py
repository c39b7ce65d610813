"""The half of the lab that watches a run: replies, trials, what they show so far; pauses, stops, takes up again.

Owns which run is shown. Knows nothing of how it was planned.
"""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import ContentSwitcher

from motivtui.engine import events as told
from motivtui.errors import MotivError
from motivtui.tui.live_run import LiveRun
from motivtui.tui.screens.room import Room
from motivtui.tui.widgets.live_view import MAX_PANES, LiveView
from motivtui.tui.widgets.results_view import ResultsView
from motivtui.tui.widgets.window_table import WindowTable
from motivtui.tui.words import dollars

HURRIED_PANES = 4
"""So many replies are drawn at once while keys come one after the other."""
MEANS_EVERY = 20
"""Beats between two looks at what the scores say."""


class RunWatch(Room):
    """A room with a LiveView `#live` among the faces of the switcher `#face`. Subclasses say what `run` runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run", tooltip="Carry out what is planned"),
        Binding("p", "pause", "Pause", tooltip="Begin no call until pressed again"),
        Binding("x", "cancel", "Cancel", tooltip="Let calls under way finish; pressed again: break them off"),
        Binding("plus,equals_sign", "faster(1)", "More at once", show=False, key_display="+"),
        Binding("minus", "faster(-1)", "Fewer at once", show=False, key_display="-"),
        Binding("R", "requeue", "Requeue failed", show=False, tooltip="Take the failed trials up again"),
    ]

    def __init__(self) -> None:
        """No run is shown yet."""
        super().__init__()
        self._run: str | None = None
        self._watched: frozenset[int] = frozenset()
        self._beats = 0
        self._results_shown = -1
        self._is_stopping = self._is_starting = False

    def show_wanted(self) -> None:
        """Watch the run that another room has begun, if there is one."""
        wanted, self.lab.to_watch = self.lab.to_watch, None
        if wanted is not None:
            self.show_run(*wanted)

    def show_run(self, run: str, name: str) -> None:
        """Watch a run."""
        self.lab.live_run(run).name = f"{name} ({run})"
        self._run, self._watched, self._is_stopping, self._results_shown = run, frozenset(), False, -1
        self._look_at("live")

    @property
    def live_run(self) -> LiveRun | None:
        """The run that is shown; None: none yet."""
        return None if self._run is None else self.lab.live.get(self._run)

    async def action_pause(self) -> None:
        """Pause, or go on."""
        live = self.live_run
        if live is None or live.is_over:
            self.lab.tell("No run is under way here.")
        elif live.is_paused:
            await self.lab.engine_does(lambda engine: engine.go_on(live.run))
        else:
            await self.lab.engine_does(lambda engine: engine.pause(live.run))

    async def action_cancel(self) -> None:
        """Stop: first let calls finish, then break them off."""
        live = self.live_run
        if live is None or live.is_over:
            self.lab.tell("No run is under way here.")
            return
        how: Any = "cancel" if self._is_stopping else "drain"
        if not self._is_stopping:
            self.lab.tell("No new calls; those under way may finish. x again breaks them off.", "Stopping")
        self._is_stopping = True
        await self.lab.engine_does(lambda engine: engine.stop(live.run, how))

    async def action_faster(self, by: int) -> None:
        """More or fewer calls at once."""
        live = self.live_run
        if live is None or live.is_over or live.progress is None:
            return
        calls = max(1, live.progress.concurrency + by)
        await self.lab.engine_does(lambda engine: engine.set_concurrency(live.run, calls))

    @work(group="run")
    async def action_requeue(self) -> None:
        """Take failed trials up again, in a run that goes on or one that has ended."""
        live = self.live_run
        if live is None:
            self.lab.tell("No run is shown here; 2 lists them all.")
        elif not live.is_over:
            await self.lab.engine_does(lambda engine: engine.requeue(live.run))
        elif not self._is_starting and await self._may_go_on(live):
            self._is_starting = True
            try:
                await self.lab.resume_run(live.run, live.name.removesuffix(f" ({live.run})"), requeue=True)
            finally:
                self._is_starting = False
            self.show_wanted()

    # Looking.

    async def _may_go_on(self, live: LiveRun) -> bool:
        """Asks, if the run has cost something or nobody knows whether it has."""
        progress = live.progress
        if progress is None or not (progress.unpriced or progress.cost_usd):
            return True
        from motivtui.tui.dialogs.confirm import Confirm

        text = f"Spent so far: {dollars(progress.cost_usd, unpriced=progress.unpriced)}. Trying again may cost more."
        answers = (("pay", "Pay for it"), ("back", "Back"))
        return await self.app.push_screen_wait(Confirm("These calls may cost money", text, answers)) == "pay"

    @on(WindowTable.Chosen, "#trials")
    def _trial_chosen(self, message: WindowTable.Chosen) -> None:
        """Everything about a trial is in the room of the runs."""
        if self._run is not None and isinstance(message.key, int):
            from motivtui.tui.screens.one_run import OneRun

            self.app.push_screen(OneRun(self._run, trial=message.key))

    def beat(self) -> None:
        """Draw what is new of the run."""
        live = self.live_run
        if live is None:
            return
        view = self.query_one(LiveView)
        self._beats += 1
        if view.display and self.query_one("#face", ContentSwitcher).current == "live":
            self._draw(live, view)
        is_time = live.is_over or self._beats % MEANS_EVERY == 0
        if is_time and live.results != self._results_shown:
            self._results_shown = live.results
            self.look_at_means(live.run)
        watched = view.panes.to_watch(live)
        if watched != self._watched and not live.is_over:
            self._watched = watched
            self.watch(live.run, sorted(watched))

    def _draw(self, live: LiveRun, view: LiveView) -> None:
        """All of it, or while keys come one after the other a few replies and the rest by turns."""
        is_hurried = self.lab.is_hurried
        if not is_hurried or self._beats % 2:
            view.show(live, HURRIED_PANES if is_hurried else MAX_PANES)
        if not is_hurried or not self._beats % 2:
            self.query_one(ResultsView).show_run(live)

    @work(exclusive=True, group="watch")
    async def watch(self, run: str, ordinals: list[int]) -> None:  # type: ignore[override]
        """Have the replies of these trials told."""
        live = self.lab.live.get(run)
        if live is not None and not live.is_over:
            try:
                await (await self.lab.link.client()).watch(run, ordinals)
            except MotivError:
                return  # the run has just ended

    @work(exclusive=True, group="means")
    async def look_at_means(self, run: str) -> None:
        """Ask what the scores say so far."""
        # In a thread: it takes half a second, if nobody has needed it yet.
        views = await asyncio.to_thread(import_module, "motivtui.analysis.views")
        try:
            look = await self.lab.analyst.ask(run, views.MEANS)
        except MotivError as error:
            self._results_shown = -1  # asked again at the next beat that counts
            self.log(error.message)
            return
        if run == self._run:
            note = f"interim, {look.ended:,} of {look.trials:,} trials" if look.is_interim else ""
            self.query_one(ResultsView).show_means(look.results, note)

    def heard(self, event: told.AnyEvent) -> None:
        """Fetching weights is said at the top."""
        if isinstance(event, told.Fetching):
            share = f" {100 * event.done // event.total} %" if event.total else ""
            self.say_state(f"fetching {event.model}{share}")
        elif isinstance(event, told.Warmed) and event.error is None:
            self.say_state(f"{', '.join(event.models)} ready")

    def _look_at(self, face: str) -> None:
        self.query_one("#face", ContentSwitcher).current = face
        self.set_class(False, "-choosing")
        self.set_class(True, "-looking")
