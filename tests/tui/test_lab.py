"""Pictures of the lab: same events, same picture. No engine, a library of a few tasks, a clock that stands still."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from motivtui.analysis.means import MeanRow
from motivtui.engine import events as told
from motivtui.engine.answers import Planned
from motivtui.errors import MaterialError, MotivError
from motivtui.settings import read_settings
from motivtui.stats.estimate import Estimate
from motivtui.tui.app import MotivApp
from motivtui.tui.kept import Kept, write_kept
from motivtui.tui.live_run import LiveRun
from motivtui.tui.screens.lab import Lab
from motivtui.tui.widgets.live_view import LiveView
from motivtui.tui.widgets.pick_tree import Pick
from motivtui.tui.widgets.pickers import Offered
from motivtui.tui.widgets.results_view import ResultsView
from tests.tui.home import Home, home_in
from tests.tui.plans import planned
from tests.tui.telling import RUN, Clock, ended, progress, response, scores, started, text
from tests.tui.waiting import until

ROOT = Path(__file__).parents[2]
SMALL, LARGE = (80, 24), (160, 48)
CONDITIONS = ("none", "money", "futility")
OFFERED = Offered(
    models=(
        Pick("group:scripted", "scripted", children=(Pick("scripted/steady", "scripted/steady"),)),
        Pick("group:own", "by id", children=(Pick("lab/one", "lab/one"), Pick("lab/two", "lab/two"))),
    ),
    tasks=tuple(
        Pick(
            f"category:{name}",
            f"{name.capitalize()} and words",
            children=tuple(Pick(f"{name}.{place}", f"{name}.{place}", f"Write {name} {place}") for place in (1, 2, 3)),
        )
        for name in ("haiku", "sonnet", "riddle")
    ),
    manipulations=(
        Pick("group:control", "control", children=(Pick("none", "none", "nothing is said"),)),
        Pick("group:extrinsic", "extrinsic", children=(Pick("money", "money", "You are paid for it."),)),
        Pick("group:amotivation", "amotivation", children=(Pick("futility", "futility", "Nobody will read it."),)),
    ),
    instruments=(
        Pick("phase:pre", "pre", children=(Pick("pre-self-report", "pre-self-report", "motivation"),)),
        Pick("phase:execute", "execute", children=(Pick("execute", "execute", "the task is done"),)),
    ),
)


class StillEngine:
    """Answers with one plan, or with an error; nothing is started."""

    def __init__(self, error: MotivError | None = None) -> None:
        self._error = error
        self.lost = None

    async def client(self) -> StillEngine:
        return self

    async def plan(self, *_: Any, **__: Any) -> Planned:
        if self._error is not None:
            raise self._error
        return planned(9)

    async def watch(self, *_: Any) -> None:
        """Nobody tells anything."""

    async def close(self) -> None:
        """There is nothing to close."""


class StillAnalyst:
    """Knows nothing."""

    async def ask(self, *_: Any, **__: Any) -> Any:
        raise MotivError("nothing is computed")

    async def close(self) -> None:
        """There is nothing to close."""


class StillApp(MotivApp):
    """Nothing in it moves by itself."""

    CSS_PATH = str(ROOT / "motivtui" / "tui" / "motiv.tcss")

    def __init__(self, theme: str, error: MotivError | None = None) -> None:
        super().__init__(read_settings())
        self.__dict__ |= {"link": StillEngine(error), "analyst": StillAnalyst()}
        self.theme = theme

    def start_engine(self) -> None:  # type: ignore[override]
        """There is none."""

    @property
    def lab_room(self) -> Lab:
        [room] = [one for one in self.screen_stack if isinstance(one, Lab)]
        return room


def _run(*, is_full: bool) -> LiveRun:
    """27 trials: some ended, a few running; or all of them ended."""
    live = LiveRun(RUN, "study", Clock())
    live.take(told.RunStarted(run=RUN, total=27, open=27))
    count = 27 if is_full else 12
    for place in range(1, count + 1):
        task = f"{('haiku', 'sonnet', 'riddle')[place % 3]}.{1 + place % 2}"
        live.take(started(place, task=task, manipulation=CONDITIONS[place % 3], model="lab/one", respondent="lab/one"))
        live.take(text(place, 0, '{"motivation": '))
        if not is_full and place > 9:
            continue
        if place % 8 == 0:
            live.take(response(place, is_good=False))
            continue
        reply = f'{{"motivation": {50 + place}, "reason": "A small thing, but I like to get it right."}}'
        live.take(response(place, start=0, text=reply))
        live.take(scores(place, float(50 + place), start=15, end=17))
    now: dict[str, Any] = {"total": 27, "failed": count // 8, "concurrency": 4, "retries": 1, "cost_usd": 0.0123}
    if is_full:
        live.take(ended(**now | {"complete": 24}))
    else:
        live.take(progress(**now | {"complete": 8, "running": 3, "open": 15}))
    return live


def _means() -> list[MeanRow]:
    found = []
    for place, manipulation in enumerate(CONDITIONS):
        mean = 60.0 + 5 * place
        difference = Estimate(5.0 * place, 5.0 * place - 3, 5.0 * place + 3) if place else None
        found.append(
            MeanRow(
                "lab/one",
                "pre-self-report",
                None,
                "motivation",
                "free",
                manipulation,
                9,
                8,
                {"failed": 1},
                Estimate(mean, mean - 4, mean + 4),
                difference,
            )
        )
    return found


PICTURES = [
    *(
        (state, size, "motiv-dark")
        for state in ("empty", "plan", "running", "full", "error")
        for size in (SMALL, LARGE)
    ),
    ("plan", SMALL, "motiv-light"),
    ("running", LARGE, "motiv-light"),
    ("full", SMALL, "motiv-light"),
    ("running", SMALL, "motiv-contrast"),
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("motivtui.tui.offered.offered", lambda *_: OFFERED)
    return home_in(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("state", "size", "theme"), PICTURES, ids=lambda one: one if isinstance(one, str) else f"{one[0]}x{one[1]}"
)
def test_picture(snap_compare: Any, home: Home, state: str, size: tuple[int, int], theme: str) -> None:
    models = () if state == "empty" else ("lab/one",)
    manipulations = () if state == "empty" else CONDITIONS
    tasks = ("haiku.1", "sonnet.1", "sonnet.2")
    kept = Kept(is_welcomed=True, models=models, tasks=tasks, per_category=None, manipulations=manipulations)
    write_kept(home.data, kept)
    error = MaterialError("haiku.toml, line 3: `prompt` is missing", hint="Write prompt = '…' there.")
    app = StillApp(theme, error if state == "error" else None)

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: app.current_mode == "lab" and app.lab_room.query_one("#cells"))
        await until(pilot, lambda: _is_settled(app, state))
        if state in ("running", "full"):
            app.live[RUN] = _run(is_full=state == "full")
            app.lab_room.show_run(RUN, "haiku and money")
            await pilot.pause()
            app.lab_room.beat()
            if state == "full":
                app.lab_room.query_one(ResultsView).show_means(_means(), "")
        elif size == SMALL and state != "empty":
            await pilot.press("v")
        await pilot.pause()
        app.lab_room.beat()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


def _is_settled(app: StillApp, state: str) -> bool:
    """Whether the plan, or why there is none, is drawn."""
    from textual.widgets import Static

    lab = app.lab_room
    if state in ("empty", "error"):
        said = str(lab.query_one("#product", Static).content)
        return "Pick a" in said or "haiku.toml" in said
    return lab._planned is not None


async def test_while_keys_come_one_after_the_other_everything_has_its_turn(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_kept(home.data, Kept(is_welcomed=True, models=("lab/one",), tasks=("haiku.1",), per_category=None))
    app = StillApp("motiv-dark", None)
    async with app.run_test(size=(160, 48)) as pilot:
        await until(pilot, lambda: app.current_mode == "lab" and app.lab_room.query_one("#cells"))
        app.live[RUN] = _run(is_full=False)
        app.lab_room.show_run(RUN, "haiku and money")
        await pilot.pause()
        monkeypatch.setattr(type(app), "is_hurried", True)
        app.live[RUN].take(progress(running=2))
        views = app.lab_room.query_one(LiveView), app.lab_room.query_one(ResultsView)
        drawn = []
        for _ in range(2):
            app.lab_room.beat()
            drawn.append(sum(view._drawn == (RUN, app.live[RUN].version) for view in views))
        assert drawn == [1, 2]
