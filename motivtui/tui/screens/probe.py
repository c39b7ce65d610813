"""The probe: one task in the user's own words, put to models under conditions; the replies stream side by side.

Owns what is typed, chosen and shown. What is stored and compared, and how it is drawn, is others' affair.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import ClassVar, TypeVar

from textual import work
from textual.binding import Binding, BindingType

from motivtui.engine.answers import Planned
from motivtui.errors import MotivError, UsageError
from motivtui.materials import load_materials
from motivtui.materials.material_file import text_fault
from motivtui.tui.dialogs.confirm import Confirm
from motivtui.tui.dialogs.earlier import EarlierDialog
from motivtui.tui.live_run import LiveRun
from motivtui.tui.probe_cells import Choices, planned_cells
from motivtui.tui.probe_dialogs import choose_dialog, promote_dialog, with_picked
from motivtui.tui.probe_history import MOST_TRIALS, Earlier, earlier_probe, earlier_probes
from motivtui.tui.probe_words import about_cost, request_of, title_of
from motivtui.tui.promotion import PromoteToStudy, own_tasks_file, promoted
from motivtui.tui.screens.probe_view import ProbeView
from motivtui.tui.shown_probe import ShownProbe
from motivtui.tui.widgets.pane_wall import PaneWall
from motivtui.tui.widgets.probe_choices import ProbeChoices
from motivtui.tui.widgets.task_area import TaskArea

T = TypeVar("T")

REPEATS = (1, 2, 3, 5, 10, 20)
REMEMBERED = 50


class Probe(ProbeView):
    """See the module."""

    NAME = "probe"
    HELP = (
        "A probe puts one task to models under two or more conditions, to see at once what that does.\n"
        "Esc leaves the text, then the keys below work; t goes back to it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "run", "Run", key_display="^s", show=False),
        Binding("t", "type", "Task"),
        Binding("m", "pick('models')", "Models"),
        Binding("c", "pick('conditions')", "Conditions"),
        Binding("i", "pick('instruments')", "Instruments", show=False),
        Binding("plus", "repeats(1)", "More repeats", key_display="+", show=False),
        Binding("minus", "repeats(-1)", "Fewer repeats", key_display="-", show=False),
        Binding("h", "earlier", "Earlier"),
        Binding("P", "promote", "Promote"),
        Binding("x", "cancel", "Cancel"),
        Binding("R", "again", "Retry"),
        Binding("comma", "turn(-1)", "Page back", key_display=",", show=False),
        Binding("full_stop", "turn(1)", "Page on", key_display=".", show=False),
    ]

    def __init__(self) -> None:
        """Nothing is typed and nothing shown."""
        super().__init__()
        self._recalled = -1
        self._typed = ""

    def on_mount(self) -> None:
        """Typing comes first."""
        self.query_one(TaskArea).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only what makes sense now is offered."""
        if action == "cancel":
            return self.shown is not None and self.shown.is_running
        if action == "again":
            return self.shown is not None and self.shown.is_unfinished
        return True

    # Running.

    def on_task_area_sent(self) -> None:
        """Enter in the text."""
        self.action_run()

    def action_run(self) -> None:
        """Put the task to all that is chosen."""
        if self.shown is not None and self.shown.is_running:
            self.lab.tell("One probe at a time: x cancels the one under way.")
        elif not self._is_busy:
            self._run(self.query_one(TaskArea).text)

    @work(group="probe")
    async def _run(self, task: str) -> None:
        fault = text_fault(task)
        if fault:
            self._tell(UsageError(f"the task: {fault}", hint="For example: Write a haiku about autumn"))
            return
        choices = self.choices
        with self._busy("asking the engine what that takes …"):
            planned = await self._may_run(task, choices)
            if planned is None:
                return
            request = request_of(task, choices)
            self._say("starting …")
            may_pay = not planned.estimate.is_free  # then the user has agreed
            started = await self._engine_does(
                lambda engine: engine.start_run(request, kind="probe", task=task, may_pay=may_pay, watch="all")
            )
        if started is None:
            return
        live = self._live(started.run, task)
        self._remember(task)
        cells = planned_cells(planned.prompts, choices)
        self.show_probe(ShownProbe(started.run, task, choices, cells, live, is_stale=True))

    async def _may_run(self, task: str, choices: Choices) -> Planned | None:
        """The plan, if it can be carried out and the user agrees to what it may cost."""
        request = request_of(task, choices)
        planned = await self._engine_does(lambda engine: engine.plan(request, prompts=MOST_TRIALS, task=task))
        if planned is None:
            return None
        if planned.trials > MOST_TRIALS:
            hint = "Choose fewer repeats, conditions or models, or promote it to a study (P)."
            self._tell(UsageError(f"{planned.trials:,} replies are too many to look at ({MOST_TRIALS})", hint=hint))
            return None
        if planned.estimate.is_free:
            return planned
        answers = (("pay", "Make the calls"), ("no", "Do not"))
        answer = await self.app.push_screen_wait(Confirm("This may cost money", about_cost(planned), answers))
        return planned if answer == "pay" else None

    @work(group="probe")
    async def action_again(self) -> None:
        """Take up what failed or was not carried out."""
        shown = self.shown
        if shown is None or self._is_busy or not shown.is_unfinished:
            return
        with self._busy("trying again …"):
            if await self._may_run(shown.task, shown.choices) is None:
                return
            started = await self.lab.resume_run(shown.run, title_of(shown.task), requeue=True, stream=True, watch="all")
        if started is not None:
            self.lab.to_watch = None  # it is watched here
            self.show_probe(shown.begun_again(self._live(shown.run, shown.task)))

    @work(group="probe-end")
    async def action_cancel(self) -> None:
        """Break the probe off."""
        shown = self.shown
        if shown is not None and shown.is_running:
            await self.lab.engine_does(lambda engine: engine.stop(shown.run, "cancel"))

    def read_back(self, shown: ShownProbe) -> None:
        """Ask the database once, now that it is over."""
        shown.is_stale = False
        self._read(shown)

    @work(group="probe-read")
    async def _read(self, shown: ShownProbe) -> None:
        stored = await self._ask(shown.run)
        if stored is not None:
            shown.read(stored)
        if shown is self.shown:
            self._compare()
            self.refresh_bindings()
            self.beat()

    async def _ask(self, run: str) -> Earlier | None:
        try:
            return await self.lab.archive.ask(earlier_probe, run)
        except MotivError as error:
            self.lab.tell_error(error)
            return None

    def _live(self, run: str, task: str) -> LiveRun:
        """The run as it goes on; its first events may be here already."""
        live = self.lab.live.setdefault(run, LiveRun(run, run, time.monotonic))
        live.name = title_of(task)
        return live

    # Choosing.

    async def on_probe_choices_asked(self, message: ProbeChoices.Asked) -> None:
        """A part of the line was clicked."""
        if message.what == "run":
            self.action_run()
        elif message.what == "repeats":
            self._choose(replace(self.choices, repeats=REPEATS[(self._repeats_place() + 1) % len(REPEATS)]))
        else:
            self.action_pick(message.what)

    def action_type(self) -> None:
        """Back to the text."""
        self.query_one(TaskArea).focus()

    def action_repeats(self, by: int) -> None:
        """More or fewer repeats."""
        place = max(0, min(self._repeats_place() + by, len(REPEATS) - 1))
        self._choose(replace(self.choices, repeats=REPEATS[place]))

    def action_turn(self, by: int) -> None:
        """Another page of replies."""
        self._follows = False
        self.query_one(PaneWall).turn(by)
        self.beat()

    @work(group="probe-pick", exclusive=True)
    async def action_pick(self, what: str) -> None:
        """Choose models, conditions or instruments."""
        try:
            dialog = await asyncio.to_thread(
                choose_dialog, what, self.choices, self.lab.settings, self.lab.kept.known_models
            )
        except MotivError as error:
            self.lab.tell_error(error)
            return
        picked = await self.app.push_screen_wait(dialog)
        if picked is not None:
            self._choose(with_picked(self.choices, what, picked))

    def _choose(self, choices: Choices) -> None:
        self.choices = choices
        self.query_one(ProbeChoices).show(choices)
        known = self.lab.kept.known_models
        typed = tuple(one for one in choices.models if one not in known and not one.startswith(("local/", "scripted/")))
        kept = self.lab.kept
        kept.known_models = (*known, *typed)
        kept.probe_models, kept.probe_manipulations = choices.models, choices.manipulations
        kept.probe_instruments, kept.probe_repeats = choices.instruments, choices.repeats
        self.lab.keep()

    def shows_end_of(self, run: str) -> bool:
        """The panes and the comparison say it."""
        return self.shown is not None and self.shown.run == run

    def _repeats_place(self) -> int:
        """The nearest place in the list: an earlier probe may have had any number."""
        return min(range(len(REPEATS)), key=lambda place: abs(REPEATS[place] - self.choices.repeats))

    # What was before.

    def _remember(self, task: str) -> None:
        self._recalled = -1
        others = tuple(one for one in self.lab.kept.probes if one != task)
        self.lab.kept.probes = (task, *others)[:REMEMBERED]
        self.lab.keep()

    def on_task_area_recalled(self, message: TaskArea.Recalled) -> None:
        """Up and down go through the tasks that were typed before, and back to the one that is being typed."""
        area, known = self.query_one(TaskArea), self.lab.kept.probes
        if self._recalled < 0:
            self._typed = area.text
        place = max(-1, min(self._recalled - message.by, len(known) - 1))
        if place != self._recalled:
            self._recalled = place
            area.write(self._typed if place < 0 else known[place])

    @work(group="probe", exclusive=False)
    async def action_earlier(self) -> None:
        """Bring an earlier probe back."""
        try:
            lines = await self.lab.archive.ask(earlier_probes) if self.lab.archive.exists else []
        except MotivError as error:
            self.lab.tell_error(error)
            return
        run = await self.app.push_screen_wait(EarlierDialog(lines))
        stored = None if run is None else await self._ask(run)
        if stored is None:
            return
        self.query_one(TaskArea).write(stored.task)
        self._choose(stored.choices)
        live = self.lab.live.get(stored.run)
        is_stale = live is not None and not live.is_over
        self.show_probe(
            ShownProbe(stored.run, stored.task, stored.choices, stored.cells, live, stored, is_stale=is_stale)
        )

    # On to a study.

    @work(group="probe-promote", exclusive=True)
    async def action_promote(self) -> None:
        """Make the task one of the user's own, and go to the Lab with it."""
        task, settings = self.query_one(TaskArea).text, self.lab.settings
        fault = text_fault(task)
        if fault:
            self.lab.tell_error(UsageError(f"the task: {fault}", hint="Type one first: t."))
            return
        try:
            materials = await asyncio.to_thread(
                load_materials, settings.materials, user_folder=settings.materials_folder
            )
            own = await self.app.push_screen_wait(promote_dialog(task, materials, settings))
            if own is None:
                return
            draft = await asyncio.to_thread(promoted, settings, own.id, own.category, task, self.choices)
        except MotivError as error:
            self.lab.tell_error(error)
            return
        self.lab.tell(f"{draft.tasks[0]} is one of your own tasks now, in {own_tasks_file(settings)}.", "Promoted")
        self.app.post_message(PromoteToStudy(draft))
