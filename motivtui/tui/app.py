"""The console's app: the four rooms, what they share, and how it begins and ends.

What it knows of the engine is `engine_app`'s.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event, Key, MouseDown, MouseScrollDown, MouseScrollUp
from textual.screen import Screen

from motivtui.errors import MotivError
from motivtui.tui.commands import commands_of
from motivtui.tui.engine_app import EngineApp
from motivtui.tui.garbage import Garbage
from motivtui.tui.kept import Keeper, Kept, read_kept
from motivtui.tui.screens.opening import Opening
from motivtui.tui.screens.room import Room
from motivtui.tui.themes import DARK, THEMES
from motivtui.tui.widgets.top_bar import ROOMS, TopBar
from motivtui.visible_text import visible

if TYPE_CHECKING:
    from motivtui.settings import Settings
    from motivtui.tui.draft import Draft
    from motivtui.tui.promotion import PromoteToStudy

BEAT_S = 0.1
PREPARED = ("analysis.views", "tui.screens.runs", "tui.screens.one_run", "tui.screens.stats", "tui.screens.probe")
PREPARE_AFTER_S = 3.0
"""By then the lab and its first plan are there: they need the processor themselves."""
PREPARE_QUIET_S = 0.5
"""So long after a key nothing is loaded that nobody waits for."""
KEYS_FIRST_S, SELDOM_S = 0.15, 0.12
"""So long after a key what goes on by itself is drawn more rarely, and a little at a time."""
KEPT_WITHIN_S = 2.0
OPENING = "opening"


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


class MotivApp(EngineApp):
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
        super().__init__(settings)
        folder = settings.data_folder if kept_folder is None else kept_folder
        self.kept: Kept = read_kept(folder)
        self._keeper = Keeper(folder)
        self.to_take: Draft | None = None
        """What the lab is to pick then."""
        self._is_leaving = False
        self._garbage = Garbage()
        self._pressed_at = self._beaten_at = 0.0
        self._first_room = ROOMS[0]
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.kept.theme if self.kept.theme in self.available_themes else DARK.name

    def on_mount(self) -> None:
        """Start the engine while the user looks around."""
        self._garbage.begin()
        self.call_after_refresh(self._open)

    async def _open(self) -> None:
        """The first paint has been: now load what takes longer. In a thread, so that keys are answered meanwhile."""
        await asyncio.to_thread(import_module, "motivtui.tui.screens.lab")
        await self._bring_up_to_date()
        if self.is_over:
            return  # who leaves at once gets no engine, and Textual no room that it would stumble over
        self.start_engine()
        if self.current_mode == OPENING:
            await self.switch_mode(self._first_room)
        self.set_interval(BEAT_S, self._beat)
        self._prepare()

    @work(group="prepare")
    async def _prepare(self) -> None:
        """What rooms and dialogs are made of is loaded before somebody goes there.

        Then nothing that stays is looked through any more: a profile showed that in the middle of drawing replies.
        """
        await asyncio.sleep(PREPARE_AFTER_S)
        for module in PREPARED:
            while (quiet_s := time.monotonic() - self._pressed_at) < PREPARE_QUIET_S:  # noqa: ASYNC110 (no event tells it)
                await asyncio.sleep(PREPARE_QUIET_S - quiet_s)
            await asyncio.to_thread(import_module, f"motivtui.{module}")
        self._garbage.settle(time.monotonic())

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

    def keep(self) -> None:
        """Remember what is kept, for the next time."""
        self._keeper.keep(self.kept)

    # Rooms, themes, help.

    async def action_room(self, room: str) -> None:
        """Go to a room; while the console is opening, as soon as that is possible."""
        if self.current_mode == OPENING:
            self._first_room = room
        elif self.current_mode != room and not self.is_over:
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

    async def on_event(self, event: Event) -> None:
        """Note when something was pressed."""
        if isinstance(event, Key | MouseDown | MouseScrollDown | MouseScrollUp):
            self._pressed_at = time.monotonic()
        await super().on_event(event)

    @property
    def is_hurried(self) -> bool:
        """Whether keys come one after the other: what they do is drawn first."""
        return time.monotonic() - self._pressed_at < KEYS_FIRST_S

    def _beat(self) -> None:
        """Keys first: while they come one after the other, what they do is drawn, and the rest more rarely."""
        now = time.monotonic()
        if self.is_hurried and now - self._beaten_at < SELDOM_S:
            return
        self._beaten_at = now
        self._garbage.beat(now, self._pressed_at)
        screen = self.screen_stack[-1] if self.screen_stack and not self.is_over else None
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

    async def on_unmount(self) -> None:
        """What is to be kept is on the disk; a disk that does not answer keeps nobody."""
        self._garbage.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(self._keeper.close), KEPT_WITHIN_S)
