"""The Runs room, used as a user does, over a real database and, where something is done to a run, a real engine."""

from __future__ import annotations

import asyncio
import csv
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Static

from motivtui.engine import events as told
from motivtui.errors import DatabaseError
from motivtui.settings import read_settings
from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.store import Store
from motivtui.tui.app import MotivApp
from motivtui.tui.dialogs.confirm import Confirm
from motivtui.tui.dialogs.export_dialog import ExportDialog
from motivtui.tui.dialogs.pick import Pick
from motivtui.tui.dialogs.rename import Rename
from motivtui.tui.dialogs.score_range import ScoreRange
from motivtui.tui.dialogs.tags import Tags
from motivtui.tui.live_run import LiveRun
from motivtui.tui.screens.one_run import OneRun
from motivtui.tui.screens.runs import Runs
from motivtui.tui.widgets.filter_bar import FilterBar
from motivtui.tui.widgets.trial_pane import TrialPane
from motivtui.tui.widgets.window_table import Row, Styled, WindowTable
from tests.store.samples import complete, planned, small_study, still_open
from tests.tui.run_samples import AWAY, HOSTILE, PROBE, SMALL, fix_ids_and_times, make_database
from tests.tui.telling import progress
from tests.tui.waiting import go_to, seen, until

ROOT = Path(__file__).parents[2]
SIZES = [(80, 24), (160, 48)]


class App(MotivApp):
    """Keeps every toast, and what was copied."""

    CSS_PATH = str(ROOT / "motivtui" / "tui" / "motiv.tcss")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.toasts: list[str] = []

    def notify(self, message: str, **more: Any) -> None:
        self.toasts.append(f"{more.get('title', '')}: {message}")
        super().notify(message, **more)


class StillApp(App):
    """Without an engine."""

    def start_engine(self) -> None:  # type: ignore[override]
        """Nobody is called."""


class Scene:
    """The app, and what a user sees and presses."""

    def __init__(self, app: App, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def runs(self) -> Runs:
        screen = self.app.get_screen_stack("runs")[0]
        assert isinstance(screen, Runs)
        return screen

    @property
    def one(self) -> OneRun:
        assert isinstance(self.app.screen, OneRun)
        return self.app.screen

    async def until(self, condition: Callable[[], object]) -> None:
        await until(self.pilot, condition)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def open_run(self, run: str) -> OneRun:
        table = self.runs.query_one(WindowTable)
        await self.until(lambda: run in keys(table))
        table.cursor = keys(table).index(run)
        await self.press("enter")
        await self.until(lambda: isinstance(self.app.screen, OneRun) and self.one.table.row(0) and self.one.meant_run())
        return self.one


def keys(table: WindowTable) -> list[object]:
    rows = [table.row(place) for place in range(table.count)]
    return [row.key for row in rows if row is not None]


def cells(row: Row | None) -> list[str]:
    assert row is not None
    return [cell.text if isinstance(cell, Styled) else cell for cell in row.cells]


def text_of(pane: TrialPane) -> str:
    return str(pane.query_one(Static).content)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of one test's own; the working directory too, so that paths are short and the same every time."""
    for name in [name for name in os.environ if name.startswith("MOTIV_")]:
        monkeypatch.delenv(name)
    for name in ("data", "cache"):
        monkeypatch.setenv(f"MOTIV_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("MOTIV_MODEL", "scripted/steady")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def db(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample database."""
    fix_ids_and_times(monkeypatch)
    make_database(home / "results.db")
    return home / "results.db"


def app_of(kind: type[App] = StillApp) -> App:
    return kind(replace(read_settings(), db=Path("results.db")))


@asynccontextmanager
async def opened(kind: type[App] = StillApp, size: tuple[int, int] = (160, 48)) -> AsyncIterator[Scene]:
    app = app_of(kind)
    async with app.run_test(size=size) as pilot:
        await go_to(pilot, "runs")
        yield Scene(app, pilot)


# The list.


@pytest.mark.usefixtures("home")
async def test_without_a_database_the_room_says_what_to_do() -> None:
    async with opened() as scene:
        await scene.until(lambda: scene.runs.has_class("-empty"))
        said = str(scene.runs.query_one("#empty", Static).content)
        assert "Go to the Lab (1) and press r" in said
        assert not scene.app.archive.exists
        await scene.press("enter", "r", "e", "n", "t", "a", "D", "y", "Y")  # nothing there: nothing happens
        assert scene.app.screen is scene.runs


async def test_a_file_that_is_no_database_is_an_error_with_a_way_out(home: Path) -> None:
    (home / "results.db").write_bytes(b"this is a diary, not a database" * 100)
    async with opened() as scene:
        await scene.until(lambda: scene.runs.has_class("-empty"))
        said = str(scene.runs.query_one("#empty", Static).content)
        assert said.startswith("Database: ")
        assert "not a database" in said
        assert "The file is results.db." in said


async def test_what_another_process_writes_is_seen_without_a_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as scene:
        await scene.until(lambda: scene.runs.has_class("-empty"))
        fix_ids_and_times(monkeypatch)
        make_database(home / "results.db")
        table = scene.runs.query_one(WindowTable)
        await scene.until(lambda: keys(table) == [PROBE, SMALL])
        with Store(home / "results.db") as store:
            store.archive_run(PROBE, is_archived=True)
        await scene.until(lambda: keys(table) == [SMALL])


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("room", ["list", "run"])
async def test_letters_typed_at_once_after_the_slash_are_words_and_do_nothing_else(room: str) -> None:
    async with opened() as scene:
        await scene.until(lambda: scene.runs.query_one(WindowTable).count)
        screen: Screen[None] = scene.runs if room == "list" else await scene.open_run(SMALL)
        for sign in "/rants":
            scene.app.post_message(events.Key({"/": "slash"}.get(sign, sign), sign))
        field = screen.query_one("#search" if room == "list" else "#words", Input)
        await scene.until(lambda: field.value == "rants")
        assert scene.app.screen is screen, "no dialog was opened by a letter"
        await scene.press("slash")
        assert field.value == "rants/", "in the field it is a letter"


@pytest.mark.usefixtures("db")
async def test_the_list_shows_state_numbers_and_tags() -> None:
    async with opened() as scene:
        table = scene.runs.query_one(WindowTable)
        await scene.until(lambda: keys(table) == [PROBE, SMALL])
        probe, small = (cells(table.row(place)) for place in range(2))
        assert probe[:3] == ["✓", "a probe", "probe"]
        assert probe[5:7] == ["3/3", "0"]
        assert probe[8:] == ["autumn, pilot", PROBE]
        assert small[:2] == ["◦", "wages of haiku"]
        assert small[4:7] == ["m-two, m-one", "17/24", "4"]
        assert small[7] == "$4.25 + ?"


@pytest.mark.usefixtures("db")
async def test_archived_runs_are_shown_on_demand_and_words_find_runs_by_tag() -> None:
    async with opened() as scene:
        table = scene.runs.query_one(WindowTable)
        await scene.until(lambda: table.count)
        assert keys(table) == [PROBE, SMALL]
        await scene.press("A")
        await scene.until(lambda: keys(table) == [AWAY, PROBE, SMALL])
        await scene.press("slash", *"autu")
        await scene.until(lambda: keys(table) == [PROBE])
        await scene.press(*"xyz")
        await scene.until(lambda: "No run fits" in str(scene.runs.query_one("#empty", Static).content))
        await scene.press("escape")
        await scene.until(lambda: keys(table) == [AWAY, PROBE, SMALL])
        assert scene.app.focused is table


@pytest.mark.usefixtures("db")
async def test_a_run_that_goes_on_is_drawn_with_what_was_heard_last() -> None:
    async with opened() as scene:
        table = scene.runs.query_one(WindowTable)
        await scene.until(lambda: keys(table) == [PROBE, SMALL])
        live = scene.app.live[SMALL] = LiveRun(SMALL, "wages of haiku", lambda: 0.0)
        live.take(told.RunStarted(run=SMALL, total=24, open=3))
        live.take(replaced(progress(), run=SMALL, total=24, complete=19, failed=4))
        await scene.until(lambda: cells(table.row(1))[0] == "▸")
        assert cells(table.row(1))[5] == "19/24"
        live.take(told.RunEnded(run=SMALL, reason="finished", states={}, progress=live.progress or progress()))
        scene.runs.heard(live.ended or pytest.fail("it has ended"))
        await scene.until(lambda: cells(table.row(1))[0] == "◦")


def replaced(event: told.Progress, **more: Any) -> told.Progress:
    import msgspec

    return msgspec.structs.replace(event, **more)


# One run.


@pytest.mark.usefixtures("db")
async def test_a_run_shows_its_facts_and_its_trials_in_the_order_of_the_plan() -> None:
    async with opened() as scene:
        one = await scene.open_run(SMALL)
        facts = str(one.query_one("#facts", Static).content)
        assert "wages of haiku  ◦ unfinished · 17/24 complete · 4 failed · 3 open" in facts
        assert "seed 7" in facts
        assert "1 session (interrupted)" in facts
        assert keys(one.table) == list(range(1, 25))
        await scene.press("escape")
        assert scene.app.screen is scene.runs


@pytest.mark.usefixtures("db")
async def test_nothing_is_said_not_to_fit_while_it_is_looked_for_or_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened() as scene:
        one = await scene.open_run(SMALL)
        goes_on = asyncio.Event()

        async def ask(*_: Any) -> None:
            await goes_on.wait()
            raise DatabaseError("the disk does not answer")

        monkeypatch.setattr(one.question(), "ask", ask)
        one.table.expect(0)
        one.list_trials()
        await scene.until(lambda: "looking …" in seen(scene.app))
        assert "No trial fits" not in seen(scene.app)
        goes_on.set()
        await scene.until(lambda: "could not be read" in seen(scene.app))
        assert "No trial fits" not in seen(scene.app)


@pytest.mark.usefixtures("db")
async def test_words_in_replies_are_found_while_they_are_typed() -> None:
    async with opened() as scene:
        one = await scene.open_run(SMALL)
        await scene.press("slash", *"STRASSE", "space", *"ärger")
        await scene.until(lambda: 0 < one.table.count < 24)
        await scene.press("enter")
        assert scene.app.focused is one.table
        assert one.query_one(FilterBar).chips[0].value == "STRASSE ärger"
        found = keys(one.table)
        await scene.press("x")
        await scene.until(lambda: one.table.count == 24)
        assert found != keys(one.table)


@pytest.mark.usefixtures("db")
async def test_menus_filter_by_model_and_state_and_chips_are_cleared_by_the_mouse() -> None:
    async with opened() as scene:
        one = await scene.open_run(SMALL)
        await scene.press("m")
        await scene.until(lambda: isinstance(scene.app.screen, Pick))
        await scene.press("space", "enter")
        await scene.until(lambda: one.table.count == 12)
        assert one.chosen.filters.models == ("local/m-two",)
        await scene.press("s")
        await scene.until(lambda: isinstance(scene.app.screen, Pick))
        options = [option.key for option in scene.app.screen._options]  # type: ignore[attr-defined]
        assert {"trial complete", "trial error", "score ok"} <= set(options)
        await scene.press(*["down"] * options.index("trial error"), "space", "enter")
        await scene.until(lambda: one.chosen.filters.states == ("error",) and not one._is_asking)
        assert all(cells(one.table.row(place))[1] == "✗" for place in range(one.table.count))
        bar = one.query_one(FilterBar)
        at = bar.render().plain.index("✕")
        await scene.pilot.click(FilterBar, offset=(at + 1, 0))
        await scene.until(lambda: not one.chosen.filters.models)
        assert one.chosen.filters.states == ("error",)


@pytest.mark.usefixtures("db")
async def test_a_range_of_scores_of_one_item() -> None:
    async with opened() as scene:
        one = await scene.open_run(SMALL)
        await scene.press("v")
        await scene.until(lambda: isinstance(scene.app.screen, ScoreRange))
        await scene.press(*"90", "tab", *"10", "enter")
        problem = scene.app.screen.query_one(".problem", Static)
        assert "at least" in str(problem.content)
        scene.app.screen.query_one("#high", Input).value = ""
        await scene.press("enter")
        await scene.until(lambda: one.chosen.filters.low == 90 and not one._is_asking)
        assert {cells(one.table.row(place))[7] for place in range(one.table.count)} == {"100"}


@pytest.mark.usefixtures("db")
async def test_headings_sort_and_the_same_once_more_turns_the_order() -> None:
    async with opened() as scene:
        one = await scene.open_run(SMALL)
        await scene.until(lambda: one.table.count == 24)
        at = one.table.render_line(0).text.index("Score")
        await scene.pilot.click(WindowTable, offset=(at, 0))
        await scene.until(lambda: cells(one.table.row(0))[7] == "100")
        await scene.pilot.click(WindowTable, offset=(at, 0))
        await scene.until(lambda: cells(one.table.row(0))[7] == "8")
        assert "↑" in one.table.render_line(0).text


@pytest.mark.parametrize("whose", ["this console's", "another process's"])
async def test_new_results_are_seen_without_the_cursor_leaving_its_trial(db: Path, whose: str) -> None:
    async with opened() as scene:
        one = await scene.open_run(SMALL)
        if whose == "this console's":
            live = scene.app.live[SMALL] = LiveRun(SMALL, "wages of haiku", lambda: 0.0)
            live.take(told.RunStarted(run=SMALL, total=24, open=3))
        await scene.press("o", "o", "o", "o")  # by value: the order hangs on results
        await scene.until(lambda: one.chosen.sort.key == "value" and not one._is_asking)
        await scene.press("end", "up")
        trial = one.table.cursor_key
        with Store(db) as store:
            todo = still_open(db, SMALL)
            session = store.start_session(SMALL)
            for open_trial in todo:
                store.add_attempt(open_trial.id, 1, session, "e", is_streamed=False).result()
                store.add_response(open_trial.id, 1, complete("done"), is_final=True).result()
        last = todo[-1].trial.ordinal
        await scene.until(lambda: one._shown[last].state == "complete")
        assert one.table.cursor_key == trial
        if whose == "another process's":
            await scene.until(lambda: "20/24 complete" in str(one.query_one("#facts", Static).content))


# One trial.


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("size", SIZES)
async def test_a_trial_shows_prompt_reply_scores_and_attempts_and_escape_leads_back(size: tuple[int, int]) -> None:
    async with opened(size=size) as scene:
        one = await scene.open_run(SMALL)
        await scene.press("enter")
        first = one.query_one("#first", TrialPane)
        await scene.until(lambda: "Reply" in text_of(first))
        said = text_of(first)
        assert '{"motivation": 72, "fear": 3}' in said
        assert "out_of_range" in said
        assert "above 10" in said
        assert "Attempts: 1" in said
        assert one.table.display == (size[0] > 110)
        await scene.press("J")
        await scene.until(lambda: '"rows": [' in text_of(first))
        await scene.press("escape")
        assert not one.has_class("-detail")
        assert scene.app.focused is one.table


@pytest.mark.usefixtures("db")
async def test_hostile_text_is_shown_harmless() -> None:
    async with opened() as scene:
        one = await scene.open_run(PROBE)
        place = next(n for n, reply in enumerate(replies(Path("results.db"), PROBE)) if reply == HOSTILE)
        one.table.cursor = place
        await scene.press("enter")
        first = one.query_one("#first", TrialPane)
        await scene.until(lambda: "not markup" in text_of(first))
        said = text_of(first)
        assert "\x1b" not in said
        assert "\x07" not in said
        assert "[bold red]not markup[/]" in said


def replies(db: Path, run: str) -> list[Any]:
    with closing(open_reader(db)) as reader:
        return [row["reply"] for row in queries.trial_rows(reader, run) if row["item"] == "motivation"]


@pytest.mark.usefixtures("db")
async def test_the_next_condition_stands_beside_and_the_last_one_is_said_to_be_the_last() -> None:
    async with opened() as scene:
        one = await scene.open_run(PROBE)
        shown = {cells(one.table.row(place))[4]: place for place in range(3)}
        one.table.cursor = shown["none"]
        await scene.press("enter")
        await scene.until(lambda: one._details[0])
        await scene.press("right_square_bracket")
        second = one.query_one("#second", TrialPane)
        await scene.until(lambda: "futility" in str(second.border_title))
        assert "none" in str(one.query_one("#first", TrialPane).border_title)
        await scene.press("right_square_bracket")
        await scene.until(lambda: "money" in str(second.border_title))
        await scene.press("right_square_bracket")
        await scene.until(lambda: any("no condition after" in toast for toast in scene.app.toasts))
        await scene.press("left_square_bracket")
        await scene.until(lambda: "futility" in str(second.border_title))
        await scene.press("escape")
        assert not one.has_class("-beside")
        assert one.has_class("-detail")


@pytest.mark.usefixtures("db")
async def test_a_trial_is_never_put_beside_itself() -> None:
    async with opened() as scene:
        one = await scene.open_run(PROBE)
        shown = {cells(one.table.row(place))[4]: place for place in range(3)}
        one.table.cursor = shown["futility"]
        await scene.press("enter")
        await scene.until(lambda: one._details[0])
        second = one.query_one("#second", TrialPane)
        for key, beside in (("left", "none"), ("right", "money"), ("left", "none")):
            await scene.press(f"{key}_square_bracket")
            await scene.until(lambda beside=beside: beside in str(second.border_title))  # type: ignore[misc]
            assert "futility" in str(one.query_one("#first", TrialPane).border_title)


# Copying.


async def test_cells_rows_and_replies_are_copied_to_the_clipboard_and_a_private_file(home: Path, db: Path) -> None:
    assert db
    async with opened() as scene:
        await scene.open_run(PROBE)
        await scene.press("right", "right", "right", "y")
        assert scene.app.clipboard == "t0"
        file = copied_file(home)
        assert file.read_text() == "t0"
        assert file.stat().st_mode & 0o777 == 0o600
        assert str(file) in scene.app.toasts[-1]
        await scene.press("Y")
        assert json.loads(scene.app.clipboard)["ordinal"] == 1
        await scene.press("enter")
        await scene.until(lambda: "Reply" in text_of(scene.one.query_one("#first", TrialPane)))
        scene.one.query_one("#first").focus()
        await scene.press("Y")
        assert json.loads(scene.app.clipboard)["messages"]


def copied_file(folder: Path) -> Path:
    return next(folder.glob("motiv-copied-*.txt"))


# What is done with a run.


async def test_export_asks_before_it_overwrites(home: Path, db: Path) -> None:
    assert db
    async with opened() as scene:
        await scene.until(lambda: keys(scene.runs.query_one(WindowTable)))
        await scene.press("e")
        await scene.until(lambda: isinstance(scene.app.screen, ExportDialog))
        await scene.press("right")  # wide
        path = home / f"a-probe-{PROBE}.csv"
        path.write_text("mine")
        scene.app.screen.query_one("#path").focus()
        await scene.press("enter")
        await scene.until(lambda: isinstance(scene.app.screen, Confirm))
        await scene.press("escape")
        await scene.until(lambda: isinstance(scene.app.screen, ExportDialog))
        assert path.read_text() == "mine"
        await scene.press("enter")
        await scene.until(lambda: isinstance(scene.app.screen, Confirm))
        await scene.press("left", "enter")
        await scene.until(lambda: any(toast.startswith("Exported") for toast in scene.app.toasts))
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        assert [row["motivation_value"] for row in rows] == ["72", "64", "8"]
        assert (home / f"a-probe-{PROBE}.codebook.csv").exists()


async def test_an_export_that_cannot_be_written_says_so_in_the_dialog(home: Path, db: Path) -> None:
    assert db
    async with opened() as scene:
        await scene.until(lambda: keys(scene.runs.query_one(WindowTable)))
        await scene.press("e")
        await scene.until(lambda: isinstance(scene.app.screen, ExportDialog))
        field = scene.app.screen.query_one("#path", Input)
        field.value = str(home / "nowhere" / "out.csv")
        field.focus()
        await scene.press("enter")
        await scene.until(lambda: "no such folder" in str(scene.app.screen.query_one(".problem", Static).content))


async def test_rename_tag_archive_and_remove_go_through_the_engine(db: Path) -> None:
    async with opened(App) as scene:
        table = scene.runs.query_one(WindowTable)
        await scene.until(lambda: keys(table) == [PROBE, SMALL])
        await scene.press("n")
        await scene.until(lambda: isinstance(scene.app.screen, Rename))
        scene.app.screen.query_one(Input).value = "another name"
        await scene.press("enter")
        await scene.until(lambda: cells(table.row(0))[1] == "another name")
        await scene.press("t")
        await scene.until(lambda: isinstance(scene.app.screen, Tags))
        scene.app.screen.query_one(Input).value = "b, a,, b"
        await scene.press("enter")
        await scene.until(lambda: cells(table.row(0))[8] == "a, b")
        await scene.press("a")
        await scene.until(lambda: keys(table) == [SMALL])
        await scene.press("A")
        await scene.until(lambda: len(keys(table)) == 3)
        table.cursor = keys(table).index(PROBE)
        await scene.press("D")
        await scene.until(lambda: isinstance(scene.app.screen, Confirm))
        await scene.press("enter")  # the safe answer
        await scene.until(lambda: scene.app.screen is scene.runs)
        assert PROBE in keys(table)
        await scene.press("D")
        await scene.until(lambda: isinstance(scene.app.screen, Confirm))
        await scene.press("left", "enter")
        await scene.until(lambda: PROBE not in keys(table))
    with closing(open_reader(db)) as reader:
        assert [one["run"] for one in queries.run_summaries(reader)] == [AWAY, SMALL]


async def test_resume_does_what_is_left_without_a_question_where_it_is_free(home: Path) -> None:
    with Store(home / "results.db") as store:
        run = planned(store, small_study(1, 1, ("scripted/steady",)))
    async with opened(App) as scene:
        table = scene.runs.query_one(WindowTable)
        await scene.until(lambda: keys(table) == [run])
        await scene.press("r")
        await scene.until(lambda: cells(table.row(0))[5] == "3/3")
        await scene.until(lambda: not scene.app.running)
        await scene.press("f5")
        await scene.until(lambda: cells(table.row(0))[0] == "✓")
        await scene.press("r")
        await scene.until(lambda: any("Nothing is left" in toast for toast in scene.app.toasts))


@pytest.mark.usefixtures("db")
async def test_resume_asks_before_it_may_cost_money() -> None:
    async with opened() as scene:
        table = scene.runs.query_one(WindowTable)
        await scene.until(lambda: keys(table) == [PROBE, SMALL])
        table.cursor = 1
        await scene.press("r")
        await scene.until(lambda: isinstance(scene.app.screen, Confirm))
        said = "\n".join(str(one.content) for one in scene.app.screen.query(Static))
        assert "openai/m-one may cost money" in said
        assert "local/m-two" not in said
        assert [button.name for button in scene.app.screen.query("Button")] == ["resume", "requeue", "back"]
        await scene.press("escape")
        assert scene.app.screen is scene.runs


# Pictures.


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", ["empty", "list", "trials", "detail", "beside", "error"])
def test_picture(
    snap_compare: Any, home: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], state: str
) -> None:
    """Same rows, same picture."""
    if state == "error":
        (home / "results.db").write_bytes(b"this is a diary, not a database" * 100)
    elif state != "empty":
        fix_ids_and_times(monkeypatch)
        make_database(home / "results.db")
    app = app_of()

    async def before(pilot: Pilot[int]) -> None:
        await go_to(pilot, "runs")
        scene = Scene(app, pilot)
        if state in ("empty", "error"):
            await scene.until(lambda: scene.runs.has_class("-empty"))
        elif state == "list":
            await scene.press("A")
            await scene.until(lambda: len(keys(scene.runs.query_one(WindowTable))) == 3)
        else:
            one = await scene.open_run(SMALL)
            if state != "trials":
                await scene.press("down", "down", "enter")
                await scene.until(lambda: one._details[0])
            if state == "beside":
                await scene.press("left_square_bracket")
                await scene.until(lambda: one._details[1])
        await pilot.pause(0.3)

    assert snap_compare(app, terminal_size=size, run_before=before)
