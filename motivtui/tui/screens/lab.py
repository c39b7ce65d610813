"""The lab: pick models, tasks, manipulations and instruments; see what that costs; watch it run.

What is picked stands at the left, the plan or the run at the right; a narrow terminal shows one of them at a time.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import ContentSwitcher, Input

from motivtui.conduct.request import StudyRequest
from motivtui.engine.answers import Planned
from motivtui.errors import MotivError
from motivtui.tui.draft import Draft
from motivtui.tui.kept_draft import draft_of, keep_draft
from motivtui.tui.screens.run_watch import RunWatch
from motivtui.tui.widgets.live_view import LiveView
from motivtui.tui.widgets.pickers import Pickers
from motivtui.tui.widgets.plan_view import PlanView, in_short
from motivtui.tui.widgets.results_view import ResultsView
from motivtui.tui.widgets.window_table import WindowTable

PLAN_AFTER_S = 0.15
"""After the last change of what is picked."""
MAX_CELLS = 2000


class Lab(RunWatch):
    """See the module."""

    NAME = "lab"
    HELP = (
        "Pick at the left, see at the right what that costs, press r to run it. With no tasks picked the whole library "
        "is meant; `tasks a category` says how many of them are sampled."
    )
    DEFAULT_CSS = """
    Lab {
        #pickers { width: 46; border-right: vkey $panel; }
        #face { width: 1fr; }
        &.-narrow #pickers { width: 1fr; border-right: none; }
        &.-narrow.-choosing #face { display: none; }
        &.-narrow.-looking #pickers { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view", "View", tooltip="Choices, plan, run"),
        # First of all: the letters that follow, maybe in the same read, belong to the search line and start nothing.
        Binding("slash", "search", "Search", key_display="/", priority=True),
        Binding("m", "section('models')", "Models", show=False),
        Binding("t", "section('tasks')", "Tasks", show=False),
        Binding("c", "section('manipulations')", "Manipulations", show=False),
        Binding("i", "section('instruments')", "Instruments", show=False),
        Binding("d", "section('design')", "Design", show=False),
        Binding("s", "save_study", "Save as a study file", show=False),
        Binding("a", "add_model", "Add a model by id", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self) -> None:
        """Nothing is planned yet."""
        super().__init__()
        self._draft = Draft()
        self._planned: Planned | None = None
        self._planned_for: StudyRequest | None = None
        self._is_planning = True
        self._timer: Timer | None = None
        self._runs_when_planned = False

    def compose_body(self) -> ComposeResult:
        """Pickers at the left, plan or run at the right."""
        with Horizontal():
            yield Pickers(id="pickers")
            with ContentSwitcher(initial="plan", id="face"):
                yield PlanView(id="plan")
                yield LiveView(ResultsView(), id="live")

    def on_mount(self) -> None:
        """Bring back what was picked the last time."""
        self.add_class("-choosing")
        if self.lab.to_take is None:
            self.load()

    def on_screen_resume(self) -> None:
        """Another room may have something to show or to pick here."""
        draft, self.lab.to_take = self.lab.to_take, None
        if draft is not None:
            self.take(draft)
        self.show_wanted()

    @work(exclusive=True, group="offer")
    async def load(self) -> None:
        """Read what there is to pick."""
        import asyncio

        from motivtui.tui.offered import offered

        kept = self.lab.kept
        try:
            found = await asyncio.to_thread(offered, self.lab.settings, kept.known_models)
        except MotivError as error:
            self.query_one(PlanView).show_problem(f"{error.title}: {error.message}\n{error.hint}")
            return
        self._draft = draft_of(kept, self.lab.settings.model, self._draft)
        self.query_one(Pickers).offer(found, self._draft)
        self.plan_soon()
        if not kept.is_welcomed:
            kept.is_welcomed = True
            self.lab.keep()
            self.welcome()

    @work(exclusive=True, group="welcome")
    async def welcome(self) -> None:
        """Said once."""
        from motivtui.tui.dialogs.welcome import Welcome

        if await self.app.push_screen_wait(Welcome()) == "run":
            self._runs_when_planned = True
            self._run_if_planned()

    def _run_if_planned(self) -> None:
        if self._runs_when_planned and self._planned is not None:
            self._runs_when_planned = False
            self.action_run()

    # Picking and planning.

    @on(Pickers.Changed)
    def _picked(self, message: Pickers.Changed) -> None:
        self._draft, self._runs_when_planned = message.draft, False
        keep_draft(self.lab.kept, self._draft)
        live = self.live_run
        if live is not None and live.is_over and self.has_class("-wide"):
            self._look_at("plan")  # who picks again wants to see what that makes
        self.lab.keep()
        self.plan_soon()

    def plan_soon(self) -> None:
        """Plan when the user has stopped picking for a moment."""
        self._planned, self._is_planning = None, True  # what is run is what is picked, never the plan before it
        if self._timer is not None:
            self._timer.stop()
        self.workers.cancel_group(self, "plan")
        self._timer = self.set_timer(PLAN_AFTER_S, self.plan_now)

    @work(exclusive=True, group="plan")
    async def plan_now(self) -> None:
        """Ask the engine what this would take."""
        request, view, pickers = self._draft.request(), self.query_one(PlanView), self.query_one(Pickers)
        self._planned, self._is_planning = None, True
        missing = self._draft.missing()
        if missing is not None:
            self._is_planning = False
            pickers.say(missing)
            view.show_problem(missing)
            return
        pickers.say("planning …")
        try:
            planned = await (await self.lab.link.client()).plan(request, cells=MAX_CELLS)
        except MotivError as error:
            self._is_planning = False
            pickers.say(error.message)
            view.show_problem(f"{error.title}: {error.message}\n{error.hint}")
            return
        self._planned, self._planned_for, self._is_planning = planned, request, False
        pickers.say(in_short(planned), planned.product)
        view.show(planned)
        self._run_if_planned()

    @on(WindowTable.Chosen, "#cells")
    def _cell_chosen(self, message: WindowTable.Chosen) -> None:
        if isinstance(message.key, int):
            self.show_prompt(message.key)

    @work(exclusive=True, group="prompt")
    async def show_prompt(self, ordinal: int) -> None:
        """The exact prompt of a planned trial."""
        from motivtui.tui.dialogs.prompts import Prompts

        request = self._planned_for
        if request is None:
            return
        planned = await self.lab.engine_does(lambda engine: engine.plan(request, ordinals=[ordinal]))
        if planned is not None and planned.prompts:
            self.app.push_screen(Prompts(planned.prompts[0]))

    def take(self, draft: Draft) -> None:
        """Pick what a draft says; the library is read again, it may name a new task."""
        self._draft = draft
        keep_draft(self.lab.kept, draft)
        self.lab.keep()
        self._look_at("plan")
        self.load()

    @work(exclusive=True, group="save")
    async def action_save_study(self) -> None:
        """Write what is picked as a study file, for `motiv run`."""
        from motivtui.tui.dialogs.study_file import saved_study

        try:
            path = await saved_study(self.lab, self._draft.request())
        except MotivError as error:
            self.lab.tell_error(error)
            return
        if path is not None:
            self.lab.tell(f"{path}\nmotiv run {path.name}", "Saved")

    # Running.

    def action_run(self) -> None:
        """Carry out what is planned; pressed again while that begins, nothing more happens."""
        live = self.live_run
        if live is not None and not live.is_over:
            self.lab.tell("A run is under way: p pauses, x stops it.")
        elif not self._is_starting:
            self._is_starting = True
            self._start()

    @work(group="run")
    async def _start(self) -> None:
        """Never cancelled: the engine may have begun already. Asks before anything is paid."""
        try:
            await self._started()
        finally:
            self._is_starting = False

    async def _started(self) -> None:
        if self._planned is None or self._planned_for is None:
            missing = self._draft.missing()
            self._runs_when_planned = missing is None and self._is_planning
            if not self._runs_when_planned:
                self.lab.tell(missing or "There is no plan: the right side says why.", "Nothing to run")
            return
        planned, request = self._planned, self._planned_for
        may_pay = not planned.estimate.is_free
        if may_pay and not await self._agrees(planned):
            return
        first = range(1, 1 + len(self.query_one(LiveView).panes.shown))
        started = await self.lab.engine_does(
            lambda engine: engine.start_run(request, may_pay=may_pay, watch=list(first))
        )
        if started is not None:
            self.show_run(started.run, planned.name)

    async def _agrees(self, planned: Planned) -> bool:
        from motivtui.tui.dialogs.confirm import Confirm
        from motivtui.tui.widgets.plan_view import takes

        text = (
            f"{planned.trials:,} calls go to {', '.join(planned.addresses)}.\n{takes(planned.estimate)}.\n"
            "The worst case: every reply as long as it may be, every retry made."
        )
        answers = (("pay", "Pay for it"), ("back", "Back"))
        return await self.app.push_screen_wait(Confirm("These calls may cost money", text, answers)) == "pay"

    # Looking.

    def action_view(self) -> None:
        """Choices (in a narrow terminal), plan, run."""
        faces = ["plan", *(["live"] if self._run is not None else [])]
        if self.has_class("-narrow"):
            faces.insert(0, "choices")
        now = (
            "choices"
            if "choices" in faces and self.has_class("-choosing")
            else self.query_one("#face", ContentSwitcher).current
        )
        following = faces[(faces.index(now or "plan") + 1) % len(faces)]
        if following == "choices":
            self.set_class(True, "-choosing")
            self.set_class(False, "-looking")
        else:
            self._look_at(following)

    def action_section(self, name: str) -> None:
        """Go to a part of the choices."""
        self.set_class(True, "-choosing")
        self.set_class(False, "-looking")
        self.query_one(Pickers).open(name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """In a field a slash is a slash."""
        return action != "search" or not isinstance(self.focused, Input)

    def action_search(self) -> None:
        """Search the list that has the focus, or the tasks."""
        self.set_class(True, "-choosing")
        self.set_class(False, "-looking")
        self.query_one(Pickers).search()

    def action_back(self) -> None:
        """Leave the search."""
        self.query_one(Pickers).close_search()

    @work(exclusive=True, group="add")
    async def action_add_model(self) -> None:
        """Add a model by its id."""
        from motivtui.tui.dialogs.add_model import AddModel

        model = await self.app.push_screen_wait(AddModel(self.lab.settings.config_file))
        if model is None:
            return
        kept = self.lab.kept
        kept.known_models = tuple(dict.fromkeys([*kept.known_models, model]))
        kept.models = tuple(dict.fromkeys([*kept.models, model]))
        self.lab.keep()
        self.load()
