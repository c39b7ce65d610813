"""What all rooms have in common."""

from __future__ import annotations

import gc

from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from motivtui.tui.dialogs.help import Help
from motivtui.tui.screens.room import Room
from motivtui.tui.terminal.guarded_app import GuardedApp
from tests.tui.waiting import until


class Quiet(Room):
    NAME = "lab"

    def compose_body(self) -> ComposeResult:
        yield Static("nothing goes on here")


class Rooms(GuardedApp[None]):
    def on_mount(self) -> None:
        self.push_screen(Quiet())

    @property
    def room(self) -> Quiet:
        [room] = [one for one in self.screen_stack if isinstance(one, Quiet)]
        return room


async def test_a_dialog_that_was_closed_is_let_go_of() -> None:
    app = Rooms()
    async with app.run_test(size=(80, 24)) as pilot:
        counts = []
        for _ in range(4):
            for _ in range(3):
                await _open_and_close(app, pilot)
            gc.collect()
            counts.append(len(gc.get_objects()))
        assert counts[3] - counts[1] < 200, counts
        assert not [one for one in gc.get_objects() if isinstance(one, Help)]


async def _open_and_close(app: Rooms, pilot: Pilot[None]) -> None:
    app.push_screen(Help(app.room))
    await until(pilot, lambda: isinstance(app.screen, Help) and app.screen.is_mounted)
    await pilot.pause()
    app.pop_screen()
    await until(pilot, lambda: app.screen is app.room)
    await pilot.pause()
