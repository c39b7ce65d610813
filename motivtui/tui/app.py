"""The console's app: the four rooms, what they share, and how it begins and ends.

Owns the engine's line, the archive, the runs that are under way and what is kept. Rooms ask it; it asks no room.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen

from motivtui.errors import MotivError
from motivtui.tui.commands import commands_of
from motivtui.tui.kept import Kept, read_kept, write_kept
from motivtui.tui.screens.opening import Opening
from motivtui.tui.screens.room import Room
from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.themes import DARK, THEMES
from motivtui.tui.widgets.top_bar import ROOMS, TopBar
from motivtui.visible_text import visible
from motivtui.wire.problems import problem_of

if TYPE_CHECKING:
    from motivtui.analysis.client import AnalystClient
    from motivtui.engine import events as told
    from motivtui.engine.answers import Started
    from motivtui.engine.client import EngineClient, Watched
    from motivtui.settings import Settings
    from motivtui.tui.archive import Archive
    from motivtui.tui.draft import Draft
    from motivtui.tui.engine_link import EngineLink
    from motivtui.tui.live_run import LiveRun
    from motivtui.tui.promotion import PromoteToStudy

BEAT_S = 0.1
OPENING = "opening"
T = TypeVar("T")


def _lab() -> Screen[None]:
    from motivtui.tui.screens.lab import Lab

    return Lab()


def _runs() -> Screen[None]:
    from motivtui.tui.screens.runs import Runs

    return Runs()


def _stats() -> Screen[None]:
    from motivtui.tui.screens.stats import Stats

    return Stats()


def _probe() -> Screen[None]:
    from motivtui.tui.screens.probe import Probe

    return Probe()


class MotivApp(GuardedApp[int]):
    """See the module."""

    TITLE = "motiv"
    CSS_PATH = "motiv.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        OPENING: Opening,
        "lab": _lab,
        "runs": _runs,
        "stats": _stats,
        "probe": _probe,
    }
    DEFAULT_MODE = OPENING
    NOTIFICATION_TIMEOUT = 6
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "Commands", show=False, priority=True),
        Binding("question_mark,f1", "help", "Help", key_display="?"),
        Binding("ctrl+q", "leave", "Quit", priority=True),
        Binding("ctrl+t", "next_theme", "Theme", show=False),
    ]

    def __init__(self, settings: Settings, kept_folder: Path | None = None) -> None:
        """Nothing is started before the first paint. `kept_folder` None: the settings' data folder."""
        super().__init__()
        self.settings = settings
        self._kept_folder = settings.data_folder if kept_folder is None else kept_folder
        self.kept: Kept = read_kept(self._kept_folder)
        self.live: dict[str, LiveRun] = {}
        """Runs that this console has seen going on, by id."""
        self.to_watch: tuple[str, str] | None = None
        """A run (id, name) that the lab is to show when it is next seen."""
        self.to_take: Draft | None = None
        """What the lab is to pick then."""
        self._is_leaving = self._is_over = False
        self._first_room = ROOMS[0]
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.kept.theme if self.kept.theme in self.available_themes else DARK.name

    def on_mount(self) -> None:
        """Start the engine while the user looks around."""
        self.call_after_refresh(self._open)

    async def _open(self) -> None:
        """The first paint has been: now load what takes longer. In a thread, so that keys are answered meanwhile."""
        await asyncio.to_thread(import_module, "motivtui.tui.screens.lab")
        await self._bring_up_to_date()
        self.start_engine()
        if self.current_mode == OPENING:
            await self.switch_mode(self._first_room)
        self.set_interval(BEAT_S, self._beat)

    async def _bring_up_to_date(self) -> None:
        from motivtui.tui.archive import bring_up_to_date

        db = self.settings.db
        try:
            if await asyncio.to_thread(bring_up_to_date, db):
                self.tell(
                    f"An older motivtui made it. A copy is beside it: {db.name}.before-…", f"{db.name} is up to date"
                )
        except MotivError as error:
            self.tell_error(error)

    @cached_property
    def archive(self) -> Archive:
        """What is stored."""
        from motivtui.tui.archive import Archive

        return Archive(self.settings.db)

    @cached_property
    def link(self) -> EngineLink:
        """The line to the engine."""
        from motivtui.tui.engine_link import EngineLink

        return EngineLink(self.settings.db, self._hear, self._lost)

    @cached_property
    def analyst(self) -> AnalystClient:
        """Who computes statistics."""
        from motivtui.analysis.client import AnalystClient

        return AnalystClient(self.settings.db)

    # The engine.

    @work(exclusive=True, group="engine")
    async def start_engine(self) -> None:
        """Start it, or start it again, and open the default model."""
        await self.engine_does(lambda engine: engine.warm([self.settings.model]))

    async def engine_does(self, what: Callable[[EngineClient], Awaitable[T]]) -> T | None:
        """Have the engine do something. None: it could not, and the user has been told why."""
        try:
            return await what(await self.link.client())
        except MotivError as error:
            self.tell_error(error)
            return None

    def _hear(self, event: told.AnyEvent) -> None:
        """Called for every event of the engine: only takes it in."""
        if self._is_over:
            return
        from motivtui.engine import events as told

        if isinstance(event, told.RunEvent):
            live = self.live_run(event.run)
            live.take(event)
            if isinstance(event, told.RunEnded):
                self._tell_end(live, event)
            elif isinstance(event, told.RunFailed):
                self.notify(
                    visible(event.error.message), title="The run could not go on", severity="error", markup=False
                )
        elif isinstance(event, told.Warmed) and event.error is not None:
            self.notify(visible(event.error.message), title=event.error.title, severity="warning", markup=False)
        self.engine_told(event)

    def _lost(self, error: MotivError) -> None:
        """The engine died: nothing more will be told of its runs. The next command starts another one."""
        if self._is_over:
            return
        from motivtui.engine import events as told

        for live in self.running:
            event = told.RunFailed(run=live.run, error=problem_of(error))
            live.take(event)
            self.engine_told(event)
        self.tell_error(error)

    def engine_told(self, event: told.AnyEvent) -> None:
        """For the room that is seen, if it wants to know."""
        screen = self.screen
        if isinstance(screen, Room):
            screen.heard(event)

    def _tell_end(self, live: LiveRun, event: told.RunEnded) -> None:
        if isinstance(self.screen, Room) and self.screen.shows_end_of(live.run):
            return
        done, total = event.progress.complete, event.progress.total
        counts = f"{done:,} of {total:,} trials are complete"
        if event.progress.failed:
            counts += f", {event.progress.failed:,} failed"
        word = {"finished": "finished", "stopped": "stopped itself", "interrupted": "was stopped"}.get(
            event.reason, event.reason
        )
        hint = "3 shows its statistics." if event.reason == "finished" else "2 lists it: resume with `r`."
        severity: SeverityLevel = (
            "information" if event.reason == "finished" and not event.progress.failed else "warning"
        )
        self.notify(f"{counts}. {hint}", title=f"{visible(live.name)} {word}", severity=severity, markup=False)

    def live_run(self, run: str) -> LiveRun:
        """What is known of a run that goes on in the engine."""
        if run not in self.live:
            from motivtui.tui.live_run import LiveRun

            self.live[run] = LiveRun(run, run, time.monotonic)
        return self.live[run]

    async def resume_run(
        self, run: str, name: str, *, requeue: bool = False, stream: bool = False, watch: Watched = ()
    ) -> Started | None:
        """Do what is left of a run; the lab shows it when it is next seen. None: it could not be, and was told.

        What was known of its last time is forgotten before: its first events may come before the answer.
        """
        before = self.live.pop(run, None)
        started = await self.engine_does(lambda engine: engine.resume(run, requeue=requeue, stream=stream, watch=watch))
        if started is not None:
            self.live_run(run)
            self.to_watch = run, name
        elif before is not None:
            self.live[run] = before
        return started

    @property
    def running(self) -> list[LiveRun]:
        """The runs that go on, oldest first."""
        return [live for live in self.live.values() if not live.is_over]

    # Telling.

    def tell_error(self, error: MotivError) -> None:
        """What went wrong, and the way out."""
        text = visible(error.message + (f"\n{error.hint}" if error.hint else ""))
        self.notify(text, title=error.title, severity="error", timeout=10, markup=False)

    def tell(self, text: str, title: str = "") -> None:
        """What happened."""
        self.notify(visible(text), title=visible(title), markup=False)

    def keep(self) -> None:
        """Remember what is kept, for the next time."""
        write_kept(self._kept_folder, self.kept)

    # Rooms, themes, help.

    async def action_room(self, room: str) -> None:
        """Go to a room; while the console is opening, as soon as that is possible."""
        if self.current_mode == OPENING:
            self._first_room = room
        elif self.current_mode != room:
            await self.switch_mode(room)

    async def on_top_bar_asked(self, message: TopBar.Asked) -> None:
        """A room's name was clicked."""
        await self.action_room(message.room)

    async def on_promote_to_study(self, message: PromoteToStudy) -> None:
        """A probe is to become a study."""
        self.to_take = message.draft
        await self.action_room("lab")

    def action_next_theme(self) -> None:
        """Dark, light, high contrast."""
        names = [theme.name for theme in THEMES]
        place = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(place + 1) % len(names)]

    def watch_theme(self, theme: str) -> None:
        """Remember it."""
        if self.kept.theme != theme:
            self.kept.theme = theme
            self.keep()

    def action_help(self) -> None:
        """What the focused part and the room can do."""
        from motivtui.tui.dialogs.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.screen))

    def get_system_commands(self, screen: Screen[Any]) -> Iterator[SystemCommand]:
        """Every action of the room, of the focused part, and of the app, for the palette."""
        return commands_of(self, screen)

    def _beat(self) -> None:
        screen = self.screen_stack[-1] if self.screen_stack and not self._is_over else None
        if isinstance(screen, Room):
            screen.beat()

    # The end.

    async def action_leave(self) -> None:
        """Quit; with a run under way only after asking what is to become of it."""
        if not self.running:
            self.exit(0)
            return
        if self._is_leaving:
            return
        self._is_leaving = True
        from motivtui.tui.dialogs.confirm import Confirm

        text = (
            "Every finished trial is on record, whatever you choose. A run that is stopped goes on with `motiv resume`."
        )
        if any(live.is_paused for live in self.running):
            text += "\nA paused run stops in any case: nobody could let it go on."
        answers = (("go-on", "Let it go on without the console"), ("stop", "Stop it"), ("stay", "Stay"))
        names = ", ".join(visible(live.name) for live in self.running)
        self.push_screen(Confirm(f"{names} is under way", text, answers), self._left)

    async def _left(self, answer: str | None) -> None:
        self._is_leaving = False
        if answer == "stop":
            for live in self.running:
                await self.engine_does(lambda engine, live=live: engine.stop(live.run, "cancel"))  # type: ignore[misc]
        if answer in ("stop", "go-on"):
            self.exit(0)

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """From here on nothing is drawn any more: the rooms are being taken apart."""
        self._is_over = True
        super().exit(*args, **kwargs)

    async def on_unmount(self) -> None:
        """Let go of the engine and the database."""
        opened = self.__dict__  # a cached property that nobody asked for is not there
        if "archive" in opened:
            self.archive.close()
        await asyncio.gather(*(opened[name].close() for name in ("link", "analyst") if name in opened))
