"""The whole console with real engines: from the first paint to the end, with what can go wrong in between."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Button, Input

from motivtui.engine import events as told
from motivtui.tui.app import MotivApp
from motivtui.tui.dialogs.confirm import Confirm
from motivtui.tui.dialogs.line import Line
from motivtui.tui.dialogs.prompts import Prompts
from motivtui.tui.dialogs.welcome import Welcome
from motivtui.tui.kept import FILE_NAME, Kept, read_kept, write_kept
from motivtui.tui.live_run import LiveRun
from motivtui.tui.screens.lab import Lab
from motivtui.tui.widgets.pick_tree import PickTree
from motivtui.tui.widgets.stepper import Stepper
from motivtui.tui.widgets.window_table import WindowTable
from tests.engine.conftest import is_alive
from tests.faults.process import FaultProcess
from tests.tui.home import Home, home_in
from tests.tui.waiting import WITHIN_S, seen, until

SIZE = (120, 40)
TASKS = tuple(f"feel-and-fold.{number}" for number in (1, 2, 3))
FREE = "input_usd_per_million = 0.0\noutput_usd_per_million = 0.0\n"
PRICED = "input_usd_per_million = 3.0\noutput_usd_per_million = 15.0\n"
CSS = Path(__file__).parents[2] / "motivtui" / "tui" / "motiv.tcss"


class App(MotivApp):
    """Remembers every toast."""

    CSS_PATH = str(CSS)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.toasts: list[str] = []

    def notify(self, message: str, **more: Any) -> None:
        self.toasts.append(f"{more.get('title', '')}: {message}")
        super().notify(message, **more)


class Console:
    """The app, and what a user sees and presses."""

    def __init__(self, app: App, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def lab(self) -> Lab:
        [room] = [one for one in self.app.screen_stack if isinstance(one, Lab)]
        return room

    @property
    def run(self) -> LiveRun:
        """The one run that this console knows."""
        [live] = self.app.live.values()
        return live

    async def until(self, condition: Callable[[], object]) -> None:
        await until(self.pilot, condition)

    async def planned(self) -> None:
        """Wait for a plan of what is picked now."""
        await self.until(lambda: self.lab._planned is not None and not isinstance(self.app.screen, Welcome))

    async def started(self) -> LiveRun:
        """Press r, and wait until calls begin."""
        await self.planned()
        await self.pilot.press("r")
        await self.until(lambda: self.app.live and self.run.progress is not None and self.run.last_begun > 0)
        return self.run

    async def toast(self, words: str) -> str:
        """Wait for a toast with these words."""
        await self.until(lambda: any(words in one for one in self.app.toasts))
        return next(one for one in self.app.toasts if words in one)

    async def asked(self, kind: type[Any] = Confirm) -> None:
        """Wait for a question."""
        await self.until(lambda: isinstance(self.app.screen, kind))

    async def answer(self, name: str) -> None:
        """Press that button."""
        [button] = [one for one in self.app.screen.query(Button) if one.name == name]
        button.press()
        await self.pilot.pause()


@asynccontextmanager
async def opened(
    kept: Kept | None = None, size: tuple[int, int] = SIZE, *, shows_toasts: bool = False
) -> AsyncIterator[Console]:
    """The console on this test's home; `kept` None: as the folder says."""
    from motivtui.settings import read_settings

    settings = read_settings()
    if kept is not None:
        write_kept(settings.data_folder, kept)
    app = App(settings)
    async with app.run_test(size=size, notifications=shows_toasts) as pilot:
        console = Console(app, pilot)
        await until(pilot, lambda: app.current_mode == "lab" and console.lab)
        yield console
        if app.crash is not None:
            raise app.crash


def _kept(*models: str, tasks: tuple[str, ...] = TASKS[:2], **more: Any) -> Kept:
    """Two tasks under two manipulations."""
    values: dict[str, Any] = {
        "models": models or ("scripted/steady",),
        "known_models": tuple(one for one in models if not one.startswith("scripted/")),
        "tasks": tasks,
        "per_category": None,
        "manipulations": ("none", "money"),
    }
    return Kept(is_welcomed=True, **(values | more))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    return home_in(tmp_path, monkeypatch)


@pytest.fixture
def faults(tmp_path: Path, home: Home) -> Iterator[FaultProcess]:
    """A server whose calls cost nothing."""
    with FaultProcess(tmp_path) as server:
        _configure(home, server, FREE)
        yield server


def _configure(home: Home, server: FaultProcess, price: str) -> None:
    text = f'[[endpoint]]\nname = "faults"\napi_base = "{server.api_base}"\n{price}[limits]\nretries = 0\n'
    home.config.write_text(text, encoding="utf-8")


async def test_from_the_first_paint_to_the_last_trial(home: Home) -> None:
    async with opened(_kept()) as console:
        await console.planned()
        await console.until(lambda: "1 model × 2 tasks × 2 manipulations" in seen(console.app))
        assert console.lab._draft.models == ["scripted/steady"], "offered twice, it would be picked twice"
        await console.until(lambda: "free" in seen(console.app))
        assert not home.db.exists(), "a plan stores nothing"
        await console.pilot.press("r")
        assert "4 of 4 trials are complete" in await console.toast("finished")
        await console.until(lambda: "4/4" in seen(console.app))
        assert home.rows("SELECT count(*) FROM response WHERE is_final AND outcome = 'complete'") == [(4,)]
        assert home.rows("SELECT DISTINCT manipulation FROM trial ORDER BY 1") == [("money",), ("none",)]
        assert console.app.running == []
        await console.pilot.press("ctrl+q")
        assert console.app.return_value == 0, "with nothing under way nothing is asked"


@pytest.mark.usefixtures("faults")
async def test_calls_at_once_each_have_their_reply() -> None:
    """Panes are added while replies grow in them."""
    model = "faults/score:70:latency=0.1:chunks=4:gap=0.02"
    async with opened(_kept(model, repeats=3), size=(160, 48)) as console:
        run = await console.started()
        await console.until(lambda: run.most_running > 1 or run.is_over)
        await console.toast("12 of 12 trials are complete")
        assert all("70" in one.text for one in run.trials.values() if one.text)


async def test_a_first_time_is_welcomed_once(home: Home) -> None:
    async with opened(Kept(tasks=TASKS[:1], per_category=None)) as console:
        await console.asked(Welcome)
        await console.pilot.press("escape")
        await console.planned()
        assert read_kept(home.data).is_welcomed
    async with opened() as console:
        await console.planned()
        assert not isinstance(console.app.screen, Welcome)


async def test_the_exact_prompt_of_a_cell() -> None:
    async with opened(_kept()) as console:
        await console.planned()
        table = console.lab.query_one("#cells", WindowTable)
        table.focus()
        await console.pilot.press("down", "enter")
        await console.asked(Prompts)
        shown = seen(console.app)
        assert "money" in shown or "none" in shown
        await console.pilot.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Lab))


# Quitting.


@pytest.mark.usefixtures("faults")
async def test_quitting_asks_while_a_run_goes_on_and_stays_by_default() -> None:
    async with opened(_kept("faults/score:60:latency=30")) as console:
        run = await console.started()
        pid = (await console.app.link.client()).pid
        depth = len(console.app.screen_stack)
        await console.pilot.press("ctrl+q")
        await console.asked()
        assert "is under way" in seen(console.app)
        await console.pilot.press("ctrl+q")
        await console.pilot.press("ctrl+q")
        assert len(console.app.screen_stack) == depth + 1, "asked once"
        await console.pilot.press("enter")
        await console.until(lambda: len(console.app.screen_stack) == depth)
        await console.pilot.press("ctrl+q")
        await console.asked()
        await console.pilot.press("escape")
        await console.until(lambda: len(console.app.screen_stack) == depth)
        assert console.app.return_value is None
        assert not run.is_over
    os.kill(pid, signal.SIGKILL)


@pytest.mark.usefixtures("faults")
async def test_let_go_on_the_run_ends_without_the_console(home: Home) -> None:
    async with opened(_kept("faults/score:60:latency=1", repeats=5)) as console:
        await console.started()
        pid = (await console.app.link.client()).pid
        await console.pilot.press("ctrl+q")
        await console.asked()
        await console.pilot.press("left", "left", "enter")
        assert console.app.return_value == 0
    assert not home.rows("SELECT 1 FROM session_end"), "it still went on when the console was gone"
    await _wait(lambda: home.rows("SELECT reason FROM session_end") == [("finished",)])
    assert home.rows("SELECT count(*) FROM response WHERE is_final AND outcome = 'complete'") == [(20,)]
    await _wait(lambda: not is_alive(pid))


@pytest.mark.usefixtures("faults")
async def test_stopped_the_run_is_interrupted_and_can_be_resumed(home: Home) -> None:
    model = "faults/score:60:latency=1"
    async with opened(_kept(model, repeats=5)) as console:
        await console.started()
        await console.pilot.press("ctrl+q")
        await console.asked()
        await console.answer("stop")
        await console.until(lambda: console.app.return_value == 0)
    await _wait(lambda: home.rows("SELECT reason FROM session_end") == [("interrupted",)])
    [(done,)] = home.rows("SELECT count(*) FROM response WHERE is_final")
    assert done < 20
    async with opened(_kept(model, repeats=5)) as console:
        await (await console.app.link.client()).resume("latest")
        await console.toast("20 of 20 trials are complete")


async def _wait(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not is_so():
            await asyncio.sleep(0.02)


# An engine that dies.


@pytest.mark.usefixtures("faults")
async def test_a_killed_engine_is_told_and_the_next_command_starts_another(home: Home) -> None:
    async with opened(_kept("faults/score:60:latency=1", repeats=5)) as console:
        run = await console.started()
        first = (await console.app.link.client()).pid
        os.kill(first, signal.SIGKILL)
        toast = await console.toast("signal 9")
        assert "resume" in toast
        await console.until(lambda: run.is_over)
        assert console.app.running == []
        assert not run.running()
        await console.until(lambda: "could not go on" in seen(console.app))

        started = await (await console.app.link.client()).resume(run.run)
        assert (await console.app.link.client()).pid != first
        assert started.open > 0
        console.app.live.pop(run.run)
        console.lab.show_run(run.run, "again")
        await console.toast("20 of 20 trials are complete")
        [(finals,)] = home.rows("SELECT max(n) FROM (SELECT count(*) n FROM response WHERE is_final GROUP BY trial)")
        assert finals == 1


@pytest.mark.usefixtures("faults")
async def test_after_the_death_of_the_engine_r_runs_again(home: Home) -> None:
    async with opened(_kept("faults/score:60:latency=0.5", repeats=3)) as console:
        await console.started()
        os.kill((await console.app.link.client()).pid, signal.SIGKILL)
        await console.toast("signal 9")
        await console.pilot.press("r")
        await console.toast("12 of 12 trials are complete")
        assert home.rows("SELECT count(*) FROM run") == [(2,)]
        await console.pilot.press("ctrl+q")
        assert console.app.return_value == 0, "a run of a dead engine is not under way"


async def test_an_idle_engine_that_dies_costs_a_toast() -> None:
    async with opened(_kept()) as console:
        await console.planned()
        os.kill((await console.app.link.client()).pid, signal.SIGKILL)
        await console.toast("signal 9")
        await console.pilot.press("r")
        await console.toast("4 of 4 trials are complete")


# Materials, payments.


async def test_broken_materials_are_shown_in_the_lab(home: Home) -> None:
    folder = home.data / "materials" / "tasks"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("[[task]]\nid = [", encoding="utf-8")
    async with opened(_kept()) as console:
        await console.until(lambda: "broken.toml" in seen(console.app))
        await console.pilot.press("r")
        await console.toast("Nothing to run")
        assert console.app.crash is None
        assert not home.db.exists()
        await console.pilot.press("2", "1")
        assert "broken.toml" in seen(console.app)


async def test_paid_calls_are_asked_for_and_escape_pays_nothing(home: Home, faults: FaultProcess) -> None:
    _configure(home, faults, PRICED)
    async with opened(_kept("faults/score:60")) as console:
        await console.planned()
        assert "free" not in seen(console.app)
        for _ in range(2):
            await console.pilot.press("r")
            await console.asked()
            shown = seen(console.app)
            assert "4 calls go to" in shown
            assert "$" in shown
            await console.pilot.press("escape")
            await console.until(lambda: isinstance(console.app.screen, Lab))
        await console.pilot.press("r")
        await console.asked()
        await console.pilot.press("enter")  # the safe answer has the focus
        await console.until(lambda: isinstance(console.app.screen, Lab))
        assert faults.requests() == []
        assert not home.db.exists()
        assert console.app.live == {}
        await console.pilot.press("r")
        await console.asked()
        await console.answer("pay")
        await console.toast("4 of 4 trials are complete")
        assert len(faults.calls()) == 4


async def test_calls_without_a_known_price_are_asked_for_too(home: Home, faults: FaultProcess) -> None:
    _configure(home, faults, "")
    async with opened(_kept("faults/score:60")) as console:
        await console.planned()
        await console.pilot.press("r")
        await console.asked()
        assert "?" in seen(console.app)
        await console.pilot.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Lab))
        assert faults.requests() == []


# What is picked is what is run.


async def test_what_was_just_changed_is_never_run_by_the_old_plan(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is made a moment after the last change; r pressed before that must not run what is picked no more."""
    async with opened(_kept()) as console:
        await console.planned()
        monkeypatch.setattr("motivtui.tui.screens.lab.PLAN_AFTER_S", 2.0)
        tree = console.lab.query_one("#manipulations PickTree", PickTree)
        tree._mark(["money"], is_picked=False)
        await console.until(lambda: console.app.kept.manipulations == ("none",))
        await console.pilot.press("r")  # is remembered until there is a plan
        await console.toast("finished")
        assert home.rows("SELECT DISTINCT manipulation FROM trial") == [("none",)]


async def test_keys_typed_at_once_after_the_slash_start_nothing() -> None:
    async with opened(_kept()) as console:
        await console.planned()
        console.lab.action_section("tasks")
        await console.until(lambda: isinstance(console.app.focused, PickTree))
        for sign in "/fear x":
            key = {"/": "slash", " ": "space"}.get(sign, sign)
            console.app.post_message(events.Key(key, sign))
        await console.until(lambda: console.lab.query_one("#tasks #search", Input).value == "fear x")
        assert console.app.live == {}
        assert console.app.toasts == []
        await console.pilot.press("escape")
        await console.until(lambda: isinstance(console.app.focused, PickTree))
        assert console.lab._draft.tasks == list(TASKS[:2])


async def test_nothing_picked_says_what_is_missing(home: Home) -> None:
    async with opened(_kept()) as console:
        await console.planned()
        console.lab.query_one("#models PickTree", PickTree).action_mark_none()
        await console.until(lambda: "Pick a model." in seen(console.app))
        await console.pilot.press("r")
        await console.toast("Pick a model.")
        assert not home.db.exists()


async def test_adding_a_model_keeps_the_rest_of_the_design() -> None:
    """A budget that was set must not be lost in silence."""
    async with opened(_kept()) as console:
        await console.planned()
        console.lab.action_section("design")
        for name in ("seed", "max_cost_usd", "wordings"):
            console.lab.query_one(f"#{name}", Stepper).action_step(1)
        await console.until(lambda: console.lab._draft.max_cost_usd is not None)
        before = console.lab._draft
        console.app.set_focus(None)
        await console.pilot.press("a")
        await console.asked(Line)
        await console.pilot.press(*"scripted/wordy")
        await console.pilot.press("enter")
        await console.until(lambda: "scripted/wordy" in console.lab._draft.models)
        now = console.lab._draft
        assert (now.seed, now.max_cost_usd, now.wordings) == (before.seed, before.max_cost_usd, before.wordings)
        assert now.max_cost_usd is not None
        assert console.lab.query_one("#seed", Stepper).value == before.seed


async def test_what_was_picked_comes_back_the_next_time() -> None:
    async with opened(_kept()) as console:
        await console.planned()
        console.lab.query_one("#manipulations PickTree", PickTree)._mark(["futility"], is_picked=True)
        await console.until(lambda: "futility" in console.lab._draft.manipulations)
        await console.planned()
        await console.pilot.press("ctrl+q")
    async with opened() as console:
        await console.planned()
        assert set(console.lab._draft.manipulations) == {"none", "money", "futility"}


# What is kept.


async def test_the_theme_is_kept() -> None:
    async with opened(_kept()) as console:
        assert console.app.theme == "motiv-dark"
        await console.pilot.press("ctrl+t")
        assert console.app.theme == "motiv-light"
    async with opened() as console:
        assert console.app.theme == "motiv-light"
        await console.pilot.press("ctrl+t", "ctrl+t")
        assert console.app.theme == "motiv-dark"


@pytest.mark.parametrize(
    "data", [b"{", b'{"repeats": -5}', b'{"theme": "gone", "is_welcomed": true}', b'{"tasks": ["gone.1"]}'], ids=repr
)
async def test_damaged_settings_are_as_new(home: Home, data: bytes) -> None:
    home.data.mkdir()
    (home.data / FILE_NAME).write_bytes(data)
    async with opened() as console:
        await console.until(lambda: console.lab._planned is not None)
        assert console.app.theme == "motiv-dark"
        assert console.app.crash is None


async def test_a_folder_that_cannot_be_written_costs_only_the_memory(home: Home) -> None:
    (home.data).write_text("a file where the folder should be", encoding="utf-8")
    async with opened() as console:
        await console.asked(Welcome)
        await console.pilot.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Lab))
        await console.pilot.press("ctrl+t")
        assert console.app.theme == "motiv-light"
        assert console.app.crash is None


# Telling.


async def test_what_an_engine_tells_cannot_act_on_the_terminal() -> None:
    async with opened(_kept(), shows_toasts=True) as console:
        console.app._hear(told.Warmed(models=("m",), error=_problem("\x1b]0;owned\x07 [bold]x[/bold] [/")))
        await console.toast("owned")
        await console.until(lambda: "[bold]x[/bold]" in seen(console.app))
        assert "\x1b" not in seen(console.app)


def _problem(message: str) -> Any:
    from motivtui.wire.problems import Problem

    return Problem(message=message)


async def test_rooms_by_key_mouse_and_back() -> None:
    async with opened(_kept()) as console:
        await console.planned()
        for key, room in (("2", "runs"), ("3", "stats"), ("4", "probe"), ("1", "lab")):
            if room == "lab":
                console.app.set_focus(None)  # in the probe room keys belong to the task at first
            await console.pilot.press(key)
            await console.until(lambda room=room: console.app.current_mode == room)  # type: ignore[misc]
        await console.pilot.click("TopBar", offset=(len(" motiv  1 Lab  2"), 0))
        await console.until(lambda: console.app.current_mode == "runs")


@pytest.mark.usefixtures("faults")
async def test_r_pressed_again_and_again_starts_one_run(home: Home) -> None:
    async with opened(_kept("faults/score:60:latency=0.2")) as console:
        await console.planned()
        await console.pilot.press("r", "r", "r")
        await console.toast("4 of 4 trials are complete")
        assert home.rows("SELECT count(*) FROM run") == [(1,)]


@pytest.mark.usefixtures("faults")
async def test_a_run_that_is_resumed_in_its_room_is_watched_in_the_lab() -> None:
    async with opened(_kept("faults/score:60:latency=0.5", repeats=3)) as console:
        run = await console.started()
        await console.pilot.press("x", "x")
        await console.until(lambda: run.is_over)
        await console.pilot.press("2")
        await console.until(lambda: "e Export" in seen(console.app) and run.run in console.app.screen._lines)  # type: ignore[attr-defined]
        await console.pilot.press("r")
        await console.until(lambda: console.app.running)
        [again] = console.app.running
        assert (again.run, again is run) == (run.run, False)
        await console.pilot.press("1")
        await console.until(lambda: console.app.current_mode == "lab" and console.lab.live_run is again)
        await console.until(lambda: "running" in seen(console.app))
        await console.toast("12 of 12 trials are complete")


async def test_who_leaves_before_everything_is_loaded_is_not_kept(home: Home) -> None:
    """No room is made while the console ends: Textual would stumble over it. Nor is an engine started."""
    app = App(home.settings)

    async def leave() -> None:
        app.exit(0)

    app._bring_up_to_date = leave  # type: ignore[method-assign]
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.is_over)
        await pilot.pause()
        assert list(app._screen_stacks) == ["opening"]
        assert "link" not in app.__dict__


@pytest.mark.usefixtures("home")
async def test_no_room_is_opened_while_the_console_ends() -> None:
    async with opened(Kept(is_welcomed=True)) as console:
        console.app.exit(0)
        await console.app.action_room("runs")
        assert "runs" not in console.app._screen_stacks
