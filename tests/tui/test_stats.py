"""The Stats room, used as a user does: a real analysis process on simulated runs, no engine."""

from __future__ import annotations

import csv
import io
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static, Tabs

from motivtui.analysis.views import VIEWS as ANALYSES
from motivtui.plots.check_plots import Calibration
from motivtui.settings import read_settings
from motivtui.tui.app import MotivApp
from motivtui.tui.dialogs.confirm import Confirm
from motivtui.tui.dialogs.line import Line
from motivtui.tui.screens import stats as pressed_module
from motivtui.tui.screens import stats_look as room_module
from motivtui.tui.screens.stats import Stats
from motivtui.tui.screens.stats_look import MORE
from motivtui.tui.stats_views.all_views import BY_KEY
from motivtui.tui.stats_views.any_view import any_view
from motivtui.tui.stats_views.choose import Choose
from motivtui.tui.stats_views.explain import Explain
from motivtui.tui.stats_views.selectors import Selectors
from motivtui.tui.widgets.plot_view import PlotView
from motivtui.tui.widgets.window_table import WindowTable
from tests.analysis.simulated import BREAKDOWN, CHOICE, SCALE, Simulation, simulated, study
from tests.tui.run_samples import fix_ids_and_times
from tests.tui.waiting import until

ROOT = Path(__file__).parents[2]
HOSTILE = "m\x1b[31m\u202e[b]x[/b]"
Compare = Callable[..., bool]


class StillApp(MotivApp):
    """Without an engine; keeps what it was told and what was copied."""

    CSS_PATH = str(ROOT / "motivtui" / "tui" / "motiv.tcss")
    toasts: list[str]

    def start_engine(self) -> None:  # type: ignore[override]
        """Nobody is called."""

    def notify(self, message: str, **more: Any) -> None:
        self.toasts = [*getattr(self, "toasts", []), f"{more.get('title', '')}: {message}"]
        super().notify(message, **more)


def made_app(tmp_path: Path) -> StillApp:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTIV_")}
    folders = {f"MOTIV_{name}": str(tmp_path / name.lower()) for name in ("DATA", "CACHE")}
    (tmp_path / "config.toml").touch()
    environment = kept | folders | {"MOTIV_CONFIG": str(tmp_path / "config.toml")}
    settings = read_settings({"db": str(tmp_path / "runs.db")}, environment)
    app = StillApp(settings, tmp_path / "kept")
    app.kept.is_welcomed = True
    return app


def room_of(app: App[Any]) -> Stats:
    [room] = [screen for screen in app._screen_stacks.get("stats", []) if isinstance(screen, Stats)]
    return room


async def answered(pilot: Pilot[Any], view: str | None = None) -> None:
    """Until the view is seen with all that is known of it."""

    def is_answered() -> bool:
        room = room_of(pilot.app)
        is_there = room.looking.run is None or room.looking.look(room.view) is not None
        return is_there and not room._is_asking and view in (None, room.view.key) and not room.workers._workers

    await until(pilot, is_answered)
    await pilot.pause()


async def go(pilot: Pilot[Any], view: str) -> None:
    room_of(pilot.app).query_one(Tabs).active = view
    await answered(pilot, view)


@asynccontextmanager
async def stats(tmp_path: Path, size: tuple[int, int] = (160, 48)) -> AsyncIterator[tuple[Pilot[Any], Stats]]:
    app = made_app(tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "stats" in app._screen_stacks and bool(room_of(app)))
        await answered(pilot)
        yield pilot, room_of(app)


def sentence(room: Stats) -> str:
    return str(room.query_one("#sentence", Static).content)


def plot(room: Stats) -> str:
    return str(room.query_one(PlotView).query_one(Static).content)


def cells(room: Stats) -> list[list[str]]:
    table = room.query_one(WindowTable)
    rows = [table.row(place) for place in range(table.count)]
    return [[cell if isinstance(cell, str) else cell.text for cell in row.cells] for row in rows if row]


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run with every instrument, the newest, and an older one."""
    fix_ids_and_times(monkeypatch)
    path = tmp_path / "runs.db"
    simulated(path, study(families=3, instruments=(SCALE,), manipulations=("none", "money"), name="the older one"))
    simulated(path, study(families=8, instruments=(SCALE, BREAKDOWN, CHOICE), name="wages of haiku"))
    return path


@pytest.mark.usefixtures("db")
async def test_every_view_has_plot_table_and_sentence(tmp_path: Path) -> None:
    async with stats(tmp_path) as (pilot, room):
        for key, view in BY_KEY.items():
            await go(pilot, key)
            figure = room.query_one(PlotView).figure
            assert figure is not None, key
            assert "n = " in figure.note or "trials are complete" in figure.note
            assert figure.note[:30] in plot(room)
            assert len(cells(room)) >= 2
            assert sentence(room).startswith("anthropic/claude-sonnet-5, ")
            assert sentence(room).endswith(".")
            assert view.explanation


@pytest.mark.usefixtures("db")
async def test_the_latest_run_is_shown_and_another_can_be_chosen(tmp_path: Path) -> None:
    async with stats(tmp_path) as (pilot, room):
        assert "wages of haiku" in str(room.query_one("#run").render())
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("down", "enter")
        await until(pilot, lambda: room.looking.run == "small1")
        await answered(pilot)
        assert "the older one" in str(room.query_one("#run").render())
        await go(pilot, "manipulations")
        assert [row[1] for row in cells(room)] == ["none", "money", "none", "money"]
        await go(pilot, "choice")
        assert "asked for no choices" in plot(room)
        await go(pilot, "statuses")
        assert cells(room)


@pytest.mark.usefixtures("db")
async def test_items_and_models_are_chosen_and_kept_from_view_to_view(tmp_path: Path) -> None:
    async with stats(tmp_path) as (pilot, room):
        assert room.looking.words(room.view)[1:] == ("pre-self-report · motivation", "all models")
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("home", "j", "enter")
        await until(pilot, lambda: pilot.app.screen is room)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: pilot.app.screen is room)
        await pilot.pause()
        assert room.looking.words(room.view)[1:] == ("pre-breakdown · enjoyment", "smollm2-135m")
        assert len(cells(room)) == 1
        for view in ("manipulations", "reliability"):
            await go(pilot, view)
            assert room.looking.words(room.view)[1:] == ("pre-breakdown · enjoyment", "smollm2-135m")
            assert "local/smollm2-135m, pre-breakdown · enjoyment" in sentence(room)
            assert cells(room)[0][0] == "none"


@pytest.mark.usefixtures("db")
async def test_the_sentence_is_of_the_row_under_the_cursor(tmp_path: Path) -> None:
    async with stats(tmp_path) as (pilot, room):
        await go(pilot, "manipulations")
        assert "encourage against none" in sentence(room)
        room.query_one(WindowTable).focus()
        await pilot.press("down")
        await pilot.pause()
        assert "futility against none" in sentence(room)


@pytest.mark.usefixtures("db")
async def test_a_small_screen_has_the_plot_or_the_table(tmp_path: Path) -> None:
    async with stats(tmp_path, (80, 24)) as (pilot, room):
        await go(pilot, "manipulations")
        shown = []
        for _ in range(3):
            shown.append((room.query_one(PlotView).display, room.query_one(WindowTable).display))
            await pilot.press("v")
            await pilot.pause()
        assert shown == [(True, False), (False, True), (True, False)]


@pytest.mark.usefixtures("db")
async def test_a_wide_screen_has_both_or_one(tmp_path: Path) -> None:
    async with stats(tmp_path, (160, 48)) as (pilot, room):
        shown = []
        for _ in range(4):
            shown.append((room.query_one(PlotView).display, room.query_one(WindowTable).display))
            await pilot.press("v")
            await pilot.pause()
        assert shown == [(True, True), (True, False), (False, True), (True, True)]


@pytest.mark.usefixtures("db")
async def test_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr(pressed_module, "copy", lambda _, text, what: copied.extend((what, text)))
    async with stats(tmp_path) as (pilot, room):
        await go(pilot, "manipulations")
        await pilot.press("y", "Y")
        what, text, also, markdown = copied
        assert (what, also) == ("12 rows as CSV", "12 rows as Markdown")
        records = list(csv.DictReader(io.StringIO(text)))
        look = room.looking.look(room.view)
        assert look is not None
        seen = [one for one in look.results if one.instrument == "pre-self-report"]
        assert [one["manipulation"] for one in records] == [one.manipulation for one in seen]
        assert float(records[1]["difference"]) == seen[1].difference.value
        assert float(records[1]["difference_low"]) == seen[1].difference.low
        assert records[0]["difference_low"] == ""
        assert markdown.splitlines()[0].startswith("| model | manipulation | n |")
        assert len(markdown.splitlines()) == 2 + 12


@pytest.mark.usefixtures("db")
async def test_a_plot_is_saved_with_its_data_and_nothing_is_lost_unasked(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "plot.svg"
    async with stats(tmp_path) as (pilot, room):
        await go(pilot, "manipulations")

        async def save_as(name: str) -> None:
            await pilot.press("S")
            await until(pilot, lambda: isinstance(pilot.app.screen, Line))
            pilot.app.screen.query_one(Input).value = name
            await pilot.press("enter")

        await save_as(str(tmp_path / "plot.bmp"))
        assert isinstance(pilot.app.screen, Line)
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await until(pilot, path.exists)
        assert "<svg" in path.read_text(encoding="utf-8")
        assert path.with_suffix(".csv").read_text(encoding="utf-8").startswith("group,label,n,estimate")
        path.write_text("mine", encoding="utf-8")
        await save_as(str(path))
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is room and not room.workers._workers)
        assert path.read_text(encoding="utf-8") == "mine"
        await save_as(str(tmp_path / "no" / "such" / "folder.svg"))
        await until(pilot, lambda: "no such folder" in str(pilot.app.screen.query_one(".problem", Static).content))


@pytest.mark.usefixtures("db")
async def test_f_goes_through_the_figures_of_an_analysis_that_has_several(tmp_path: Path) -> None:
    async with stats(tmp_path) as (pilot, room):
        await go(pilot, "manipulations")
        assert room.check_action("figure", ()) is False, "there is one figure only"
        room.other = any_view(ANALYSES["logistic_choice"])
        room.query_one(Tabs).active = MORE
        await answered(pilot, "logistic_choice")
        seen = room.shown.figures
        assert len(seen) > 1
        assert any(isinstance(one, Calibration) for one in seen)
        for figure in (*seen[1:], seen[0]):
            await pilot.press("f")
            assert room.query_one(PlotView).figure == figure


@pytest.mark.usefixtures("db")
async def test_numbers_are_explained(tmp_path: Path) -> None:
    async with stats(tmp_path) as (pilot, room):
        await go(pilot, "reliability")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, Explain))
        assert "ICC(1,1)" in str(pilot.app.screen.query_one(Static).content)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is room)


async def test_without_a_run_it_says_what_to_do(tmp_path: Path) -> None:
    async with stats(tmp_path, (80, 24)) as (pilot, room):
        assert "There is no run yet" in plot(room)
        assert not room.query_one(WindowTable).display
        for key in ("r", "i", "m", "y", "Y", "S", "v", "right_square_bracket"):
            await pilot.press(key)
        await pilot.pause()
        assert "There is no run yet" in plot(room)


async def test_it_grows_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_module, "AGAIN_S", 0.05)
    growing = Simulation(tmp_path / "runs.db", study(families=3, instruments=(SCALE,)))
    async with stats(tmp_path) as (pilot, room):
        await go(pilot, "manipulations")
        assert room.looking.state(room.view) == "interim, n = 0 of 144 trials"
        growing.answer(60)
        await until(pilot, lambda: room.looking.state(room.view) == "interim, n = 60 of 144 trials")
        await until(pilot, lambda: sentence(room).startswith("Interim. "))
        growing.answer()
        growing.end()
        await until(pilot, lambda: room.looking.state(room.view) == "144 trials")
        await until(pilot, lambda: sentence(room) and not sentence(room).startswith("Interim."))


async def test_a_process_that_dies_is_told_of_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_module, "AGAIN_S", 3600.0)
    run = simulated(tmp_path / "runs.db", study(families=2))
    async with stats(tmp_path) as (pilot, room):
        pid = room.lab.analyst.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        room.query_one(Tabs).active = "statuses"
        await until(pilot, lambda: room._is_asking)
        os.kill(pid, signal.SIGKILL)
        await until(pilot, lambda: "gone" in sentence(room))
        room.look()
        await answered(pilot, "statuses")
        assert room.looking.run == run
        assert cells(room)


async def test_hostile_names_are_shown_and_do_nothing(tmp_path: Path) -> None:
    made = study(families=3, models=(HOSTILE, "other"), manipulations=("none", "mo\x9bn[b]ey"), name=HOSTILE)
    simulated(tmp_path / "runs.db", made)
    async with stats(tmp_path) as (pilot, room):
        for key in BY_KEY:
            await go(pilot, key)
            everything = sentence(room) + plot(room) + "".join(str(one.render()) for one in room.query(Selectors))
            assert not set(everything) & {"\x1b", "\u202e", "\x9b"}
            assert "[b]" in everything
        for key in ("r", "i", "m"):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is room)


async def at_rest(pilot: Pilot[Any], view: str) -> None:
    await pilot.press("3")
    await until(pilot, lambda: "stats" in pilot.app._screen_stacks and bool(room_of(pilot.app)))
    await answered(pilot)
    await go(pilot, view)
    await pilot.wait_for_animation()
    await pilot.pause()


def pictured(view: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def before(pilot: Pilot[Any]) -> None:
        await at_rest(pilot, view)

    return before


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("view", list(BY_KEY))
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["small", "large"])
def test_picture(snap_compare: Compare, tmp_path: Path, view: str, size: tuple[int, int]) -> None:
    assert snap_compare(made_app(tmp_path), terminal_size=size, run_before=pictured(view))
