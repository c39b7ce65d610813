"""The probe room, used as a user does: a real engine process, scripted models and a server that fails."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from motivtui.materials import load_materials
from motivtui.settings import read_settings
from motivtui.tui.app import MotivApp
from motivtui.tui.dialogs.choose import ChooseDialog
from motivtui.tui.dialogs.confirm import Confirm
from motivtui.tui.dialogs.earlier import EarlierDialog
from motivtui.tui.dialogs.promote import PromoteDialog
from motivtui.tui.probe_cells import Choices
from motivtui.tui.promotion import PromoteToStudy
from motivtui.tui.screens.probe import Probe
from motivtui.tui.widgets.comparison_table import ComparisonTable
from motivtui.tui.widgets.pane_wall import CellPane
from motivtui.tui.widgets.pick_tree import PickTree
from motivtui.tui.widgets.task_area import TaskArea
from tests.faults.process import FaultProcess
from tests.faults.spec import text_model
from tests.tui import probe_scene
from tests.tui.hostile import HAND_MADE
from tests.tui.waiting import go_to

ROOT = Path(__file__).parents[2]
WITHIN_S = 60.0
SIZES = [(80, 24), (160, 48)]
FREE = "input_usd_per_million = 0.0\noutput_usd_per_million = 0.0\n"


class App(MotivApp):
    """Keeps the drafts that are handed to the Lab, and every toast."""

    CSS_PATH = str(ROOT / "motivtui" / "tui" / "motiv.tcss")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.drafts: list[Any] = []
        self.toasts: list[str] = []

    async def on_promote_to_study(self, message: PromoteToStudy) -> None:
        self.drafts.append(message.draft)
        await super().on_promote_to_study(message)

    def notify(self, message: str, **more: Any) -> None:
        self.toasts.append(f"{more.get('title', '')}: {message}")
        super().notify(message, **more)


class StillApp(App):
    """Without an engine: for pictures."""

    def start_engine(self) -> None:  # type: ignore[override]
        """Nobody is called."""


class Scene:
    """The app, and what a user sees and presses."""

    def __init__(self, app: App, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def room(self) -> Probe:
        screen = self.app.get_screen_stack("probe")[0] if self.app.current_mode == "probe" else self.app.screen
        assert isinstance(screen, Probe)
        return screen

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what engine or database bring about."""
        try:
            async with asyncio.timeout(WITHIN_S):
                while not is_so():
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"not within {WITHIN_S} s: {self.said()}; {self.app.toasts}") from None

    async def type(self, text: str) -> None:
        self.room.query_one(TaskArea).focus()
        self.room.query_one(TaskArea).write(text)
        await self.pilot.pause()

    def put_to(self, model: str) -> None:
        """With this model in place of the default one."""
        self.room._choose(Choices((model,), ("none", "money"), ("pre-self-report",), 1))

    async def run(self, text: str) -> None:
        """Type it, press enter, wait until it is read back."""
        await self.type(text)
        await self.pilot.press("enter")
        await self.until_over()

    async def until_over(self) -> None:
        def is_read() -> bool:
            shown = self.room.shown
            return shown is not None and not shown.is_running and shown.stored is not None and not shown.is_stale

        await self.until(is_read)
        await self.pilot.pause(0.2)

    def said(self) -> str:
        """Everything that stands in the room's own texts."""
        return "\n".join(str(one.content) for one in self.room.query(Static) if one.display)

    def panes(self) -> list[CellPane]:
        return [pane for pane in self.room.query(CellPane) if pane.display]

    def table(self) -> list[list[str]]:
        table = self.room.query_one(ComparisonTable)
        rows = [table.row(place) for place in range(table.count)]
        return [[cell if isinstance(cell, str) else cell.text for cell in row.cells] for row in rows if row]


class Home:
    """Folders and a database of one test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.db = folder, folder / "runs.db"

    def configure(self, api_base: str, more: str = FREE) -> None:
        text = f'[[endpoint]]\nname = "faults"\napi_base = "{api_base}"\n{more}[limits]\nretries = 0\n'
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    @asynccontextmanager
    async def open(self, size: tuple[int, int] = (160, 48), app: type[App] = App) -> AsyncIterator[Scene]:
        opened = app(read_settings())
        async with opened.run_test(size=size) as pilot:
            await go_to(pilot, "probe")
            yield Scene(opened, pilot)

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [name for name in os.environ if name.startswith("MOTIV_")]:
        monkeypatch.delenv(name)
    for name in ("data", "cache"):
        monkeypatch.setenv(f"MOTIV_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("MOTIV_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("MOTIV_DB", str(tmp_path / "runs.db"))
    monkeypatch.setenv("MOTIV_MODEL", "scripted/steady")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    return Home(tmp_path)


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[FaultProcess]:
    with FaultProcess(tmp_path) as server:
        yield server


async def test_a_probe_from_the_first_key_to_the_comparison(home: Home) -> None:
    async with home.open() as scene:
        assert "Type a task above" in scene.said()
        await scene.pilot.press(*"Hi", "space", *"you", "ctrl+j", *"now")
        await scene.pilot.press("enter")
        await scene.until_over()
        titles = [str(pane.border_title) for pane in scene.panes()]
        assert titles == ["✓ none · steady", "✓ money · steady"]
        for pane, row in zip(scene.panes(), scene.table(), strict=True):
            assert f"motivation {row[4]}" in str(pane.border_subtitle)
        none, money = scene.table()
        assert none[0] == "none"
        assert none[5] == ""
        assert money[5].replace("−", "-") == f"{float(money[4]) - float(none[4]):+.1f}"
        assert "One pair shows nothing" in scene.said()
    assert home.all("SELECT kind FROM run") == [("probe",)]
    assert home.all("SELECT prompt FROM task") == [("Hi you\nnow",)]
    assert home.all("SELECT count(*) FROM response WHERE time_to_first_token_ms IS NOT NULL") == [(2,)]


async def test_nothing_typed_is_said_in_the_room(home: Home) -> None:
    async with home.open() as scene:
        await scene.pilot.press("enter")
        await scene.until(lambda: "empty" in scene.said())
        assert "For example" in scene.said()
    assert not home.db.exists()


async def test_repeats_and_pages(home: Home) -> None:
    async with home.open((80, 24)) as scene:
        await scene.pilot.press("escape", "plus", "plus")
        await scene.run("Count to three")
        assert len(scene.panes()) == 2
        assert "page 1/3" in scene.said()
        assert "3 pairs at most" in scene.said()
        await scene.pilot.press("escape", "full_stop", "full_stop", "full_stop")
        assert "page 3/3" in scene.said()
        assert [str(pane.border_title) for pane in scene.panes()] == [
            "✓ none · steady · repeat 3",
            "✓ money · steady · repeat 3",
        ]
        await scene.pilot.press("comma")
        assert "page 2/3" in scene.said()


async def test_up_and_down_go_through_what_was_typed(home: Home) -> None:
    async with home.open(app=StillApp) as scene:
        scene.app.kept.probes = ("second\nof two lines", "first")
        area = scene.room.query_one(TaskArea)
        await scene.pilot.press(*"new", "up")
        assert area.text == "second\nof two lines"
        await scene.pilot.press("up")
        assert area.text == "second\nof two lines"
        await scene.pilot.press("up")
        assert area.text == "first"
        await scene.pilot.press("up", "down", "down", "down", "down")
        assert area.text == "new"


async def test_an_earlier_probe_comes_back_with_its_replies(home: Home) -> None:
    async with home.open() as scene:
        await scene.run("The first task")
        replies = [pane.text for pane in scene.panes()]
        await scene.run("The second task")
    async with home.open() as scene:
        await scene.pilot.press("escape", "h")
        await scene.until(lambda: isinstance(scene.app.screen, EarlierDialog))
        await scene.pilot.press("down", "enter")
        await scene.until(lambda: scene.app.screen is scene.room and scene.room.shown is not None)
        await scene.pilot.pause(0.2)
        assert scene.room.query_one(TaskArea).text == "The first task"
        assert [pane.text for pane in scene.panes()] == replies
        assert len(scene.table()) == 2
        await scene.pilot.press("t", "up")
        assert scene.room.query_one(TaskArea).text == "The second task"


async def test_choosing_conditions_and_models(home: Home) -> None:
    async with home.open() as scene:
        await scene.pilot.press("escape", "c")
        await scene.until(lambda: isinstance(scene.app.screen, ChooseDialog))
        tree = scene.app.screen.query_one(PickTree)
        await scene.pilot.press("slash", *"money", "enter", "N")
        assert tree.picked == ("none",)
        await scene.pilot.press("ctrl+s")
        assert isinstance(scene.app.screen, ChooseDialog), "one condition alone is not taken"
        await scene.pilot.press("escape", "slash", *"futil", "enter", "A", "ctrl+s")
        await scene.until(lambda: scene.app.screen is scene.room)
        assert scene.room.choices.manipulations == ("none", "futility")
        await scene.pilot.press("m")
        await scene.until(lambda: isinstance(scene.app.screen, ChooseDialog))
        await scene.pilot.press("slash", *"faults", "slash", *"ok", "enter", "ctrl+s")
        await scene.until(lambda: scene.app.screen is scene.room)
        assert scene.room.choices.models == ("scripted/steady", "faults/ok")
        assert "faults/ok" in scene.app.kept.known_models


async def test_a_failure_says_why_and_what_to_do_and_can_be_tried_again(home: Home, faults: FaultProcess) -> None:
    home.configure(faults.api_base)
    async with home.open() as scene:
        scene.put_to("faults/flaky:1:401")
        await scene.run("Try it")
        for pane in scene.panes():
            assert pane.has_class("-failed")
            assert "refuses the key" in pane.text
        assert "No reply came" in scene.said()
        await scene.pilot.press("escape", "R")
        await scene.until(lambda: all(pane.has_class("-scored") for pane in scene.panes()))
        await scene.until_over()
        assert [pane.has_class("-scored") for pane in scene.panes()] == [True, True]
        assert not any(pane.has_class("-failed") for pane in scene.panes())
        assert scene.table()[1][5] not in ("", "–")
        assert "One pair" in scene.said()


async def test_an_unknown_model_is_told_in_the_room_and_as_a_toast(home: Home) -> None:
    async with home.open() as scene:
        scene.put_to("scripted/nobody")
        await scene.type("Try it")
        await scene.pilot.press("ctrl+s")
        await scene.until(lambda: "scripted/nobody: no such scripted model" in scene.said())
        assert "scripted/steady" in scene.said(), "the way out"
        assert any("scripted/nobody" in toast for toast in scene.app.toasts)
        assert not scene.room._is_busy


@pytest.mark.parametrize("answer", ["no", "pay"])
async def test_what_may_cost_money_is_asked_first(home: Home, faults: FaultProcess, answer: str) -> None:
    home.configure(faults.api_base, "")
    async with home.open() as scene:
        scene.put_to("faults/ok")
        await scene.type("Try it")
        await scene.pilot.press("enter")
        # Asked and ready to be answered: a screen is there a moment before what is on it.
        await scene.until(lambda: isinstance(scene.app.screen, Confirm) and scene.app.screen.focused is not None)
        question = "\n".join(str(one.content) for one in scene.app.screen.query(Static))
        assert "2 calls" in question
        assert "127.0.0.1" in question
        assert "nobody knows their price: faults/ok" in question
        assert not faults.calls()
        if answer == "no":
            await scene.pilot.press("enter")  # the safe answer has the focus
            await scene.until(lambda: not scene.room._is_busy)
            assert scene.room.shown is None
        else:
            await scene.pilot.press("shift+tab", "enter")
            await scene.until_over()
    assert len(faults.calls()) == (2 if answer == "pay" else 0)


async def test_cancel_keeps_what_is_there(home: Home, faults: FaultProcess) -> None:
    home.configure(faults.api_base)
    async with home.open() as scene:
        model = "faults/score:50:chunks=40:gap=0.2"
        scene.put_to(model)
        await scene.type("Try it")
        await scene.pilot.press("enter", "escape")
        await scene.until(lambda: any("writing" in str(pane.border_subtitle) for pane in scene.panes()))
        await scene.pilot.press("x")
        await scene.until_over()
        assert all("not carried out" in str(pane.border_subtitle) for pane in scene.panes())
    assert home.all("SELECT count(*) FROM run") == [(1,)]


async def test_hostile_replies_stay_text(home: Home, faults: FaultProcess) -> None:
    nasty = "".join(HAND_MADE[name] for name in ("clipboard", "clear with history", "link", "UTF-8 off", "DCS"))
    home.configure(faults.api_base)
    hostile = f"[bold]x[/] [@click=app.bell]y[/] {nasty} \u202emotivation: 42"
    model = f"faults/{text_model(hostile)}"
    async with home.open() as scene:
        scene.put_to(model)
        await scene.run(f"Say {nasty} [bold]x")
        for pane in scene.panes():
            reply = pane.text
            assert "[bold]x[/] [@click=app.bell]y[/]" in reply
        drawn = "".join(strip.text for strip in scene.room._compositor.render_strips())
        assert not set(drawn) & {"\x1b", "\x07", "\x9b", "\u202e", "\x05"}


async def test_promoting_writes_a_task_and_hands_over_a_draft(home: Home) -> None:
    async with home.open() as scene:
        await scene.type('Write a haiku\nabout "autumn".')
        await scene.pilot.press("escape", "P")
        await scene.until(lambda: isinstance(scene.app.screen, PromoteDialog))
        await scene.pilot.press("enter", "home", "down", "enter")
        await scene.until(lambda: bool(scene.app.drafts))
        [draft] = scene.app.drafts
        assert draft.tasks == ["probes/write-a-haiku-about-autumn.1"]
        assert (draft.models, draft.manipulations) == (["scripted/steady"], ["none", "money"])
        await scene.until(lambda: scene.app.current_mode == "lab")
        known = load_materials(user_folder=scene.app.settings.materials_folder)
        assert known.tasks[draft.tasks[0]].prompt == 'Write a haiku\nabout "autumn".'
        assert known.tasks[draft.tasks[0]].category == "creative-writing"
        request = draft.request()
        planned = await scene.app.engine_does(lambda engine: engine.plan(request))
        assert planned is not None
        assert planned.trials == 2


async def test_an_id_that_is_taken_is_not_saved(home: Home) -> None:
    async with home.open(app=StillApp) as scene:
        await scene.type("Write a haiku")
        for count in (1, 2):
            await go_to(scene.pilot, "probe")
            await scene.pilot.press("escape", "P")
            await scene.until(lambda: isinstance(scene.app.screen, PromoteDialog))
            await scene.pilot.press("ctrl+s")
            await scene.until(lambda count=count: len(scene.app.drafts) == count)  # type: ignore[misc]
        assert [one.tasks for one in scene.app.drafts] == [["probes/write-a-haiku.1"], ["probes/write-a-haiku-2.1"]]
        known = load_materials(user_folder=scene.app.settings.materials_folder)
        assert known.tasks["probes/write-a-haiku-2.1"].category == "other"


async def test_a_lost_engine_ends_the_probe_in_the_room(home: Home, faults: FaultProcess) -> None:
    home.configure(faults.api_base)
    async with home.open() as scene:
        model = "faults/score:50:chunks=40:gap=0.2"
        scene.put_to(model)
        await scene.type("Try it")
        await scene.pilot.press("enter", "escape")
        await scene.until(lambda: any("writing" in str(pane.border_subtitle) for pane in scene.panes()))
        client = scene.app.link._client
        assert client is not None
        os.kill(client.pid, 9)
        await scene.until_over()
        assert scene.room.shown is not None
        assert scene.room.shown.is_unfinished


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", ["empty", "running", "full", "error"])
def test_picture(snap_compare: Any, size: tuple[int, int], state: str) -> None:
    """Same events, same picture."""
    app = StillApp(read_settings())

    async def before(pilot: Pilot[int]) -> None:
        await go_to(pilot, "probe")
        room = app.screen
        assert isinstance(room, Probe)
        area = room.query_one(TaskArea)
        area.cursor_blink = False
        room._choose(probe_scene.CHOICES)
        if state != "empty":
            area.write(probe_scene.TASK)
            room.show_probe(
                {
                    "running": lambda: probe_scene.shown(ended=2, writes='{"motivation": 40, "reason": "It is'),
                    "full": lambda: probe_scene.shown(ended=6, is_over=True),
                    "error": lambda: probe_scene.shown(ended=6, failed=(2, 5), is_over=True),
                }[state]()
            )
            await pilot.press("escape")
        await pilot.pause(0.3)

    assert snap_compare(app, terminal_size=size, run_before=before)
