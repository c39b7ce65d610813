"""The console's app as far as it has an engine: its line, the archive, who computes, and the runs under way.

Rooms ask it; what it hears of the engine it tells the room that is seen.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from textual import work
from textual.notifications import SeverityLevel

from motivtui.errors import MotivError
from motivtui.tui.screens.room import Room
from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.visible_text import visible
from motivtui.wire.problems import problem_of

if TYPE_CHECKING:
    from motivtui.analysis.client import AnalystClient
    from motivtui.engine import events as told
    from motivtui.engine.answers import Started
    from motivtui.engine.client import EngineClient, Watched
    from motivtui.settings import Settings
    from motivtui.tui.archive import Archive
    from motivtui.tui.engine_link import EngineLink
    from motivtui.tui.live_run import LiveRun

T = TypeVar("T")


class EngineApp(GuardedApp[int]):
    """See the module. Nothing is started before it is asked for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.live: dict[str, LiveRun] = {}
        """Runs that this console has seen going on, by id."""
        self.to_watch: tuple[str, str] | None = None
        """A run (id, name) that the lab is to show when it is next seen."""
        self._has_left = False

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

    @property
    def is_over(self) -> bool:
        """The rooms are being taken apart: nothing is drawn any more."""
        return self._has_left or not self.is_running

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
        if self.is_over:
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
        if self.is_over:
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

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """From here on nothing is drawn any more."""
        self._has_left = True
        super().exit(*args, **kwargs)

    async def on_unmount(self) -> None:
        """Let go of the engine and the database."""
        opened = self.__dict__  # a cached property that nobody asked for is not there
        if "archive" in opened:
            self.archive.close()
        await asyncio.gather(*(opened[name].close() for name in ("link", "analyst") if name in opened))
