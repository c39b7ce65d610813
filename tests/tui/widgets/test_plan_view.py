"""A plan before it is carried out."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult

from motivtui.engine.answers import Estimated, Span
from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.widgets.plan_view import PlanView, in_short
from motivtui.tui.widgets.window_table import WindowTable
from tests.tui.plans import estimate, planned
from tests.tui.waiting import seen


class Plans(GuardedApp[None]):
    def __init__(self) -> None:
        super().__init__()
        self.view = PlanView(id="plan")
        self.chosen: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_window_table_chosen(self, message: WindowTable.Chosen) -> None:
        self.chosen.append(message.key)


async def test_says_what_it_takes_and_lists_its_cells() -> None:
    app = Plans()
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        assert "Nothing is planned yet" in seen(app)
        app.view.show(planned())
        await pilot.pause()
        shown = seen(app)
        assert "1 model × 3 tasks × 2 manipulations" in shown
        assert "free" in shown
        assert "12.3k" in shown
        assert "no earlier calls to go by" in shown
        assert "this machine" in shown
        assert "! one repeat says nothing" in shown
        assert "haiku.2 or sonnet.1" in shown
        assert "not listed" not in shown
        app.query_one(WindowTable).focus()
        await pilot.press("down", "enter")
        assert app.chosen == [12], "a cell is known by its trial's place in the plan"


async def test_cells_that_are_not_listed_are_counted() -> None:
    app = Plans()
    async with app.run_test(size=(100, 24)) as pilot:
        app.view.show(planned(3, 1_440))
        await pilot.pause()
        assert "1,437 more cells not listed." in seen(app)


async def test_a_problem_takes_the_place_of_the_plan() -> None:
    app = Plans()
    async with app.run_test(size=(100, 24)) as pilot:
        app.view.show(planned())
        app.view.show_problem("Materials: haiku.toml, line 3\x1b[2J [bold]")
        await pilot.pause()
        shown = seen(app)
        assert "line 3␛[2J [bold]" in shown
        assert "haiku.1" not in shown
        assert "one repeat" not in shown
        assert "Enter on a line" not in shown, "there is no line to press Enter on"
        app.view.show(planned())
        await pilot.pause()
        assert "one repeat" in seen(app)
        assert "line 3" not in seen(app)


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (estimate(), "6 calls · time unknown · free"),
        (estimate(seconds=720.0), "6 calls · ≈ 12 min · free"),
        (
            estimate(is_free=False, cost_usd=Span(low=0.2, expected=0.41, worst=0.95)),
            "6 calls · time unknown · $0.41 (max $0.95)",
        ),
        (
            estimate(is_free=False, unpriced=("x/y",)),
            "6 calls · time unknown · $0.00 + ? (max $0.00 + ?)",
        ),
    ],
)
def test_in_short(found: Estimated, shown: str) -> None:
    assert in_short(planned(estimate=found)) == shown


async def test_what_has_no_price_is_never_called_free() -> None:
    app = Plans()
    async with app.run_test(size=(100, 24)) as pilot:
        app.view.show(planned(estimate=estimate(is_free=False, unpriced=("faults/ok",))))
        await pilot.pause()
        assert "nobody knows the price of faults/ok" in seen(app)
        assert "free" not in seen(app)


async def test_many_notes_leave_room_for_the_cells() -> None:
    app = Plans()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(planned(40, notes=tuple(f"note {number} " + "long " * 30 for number in range(20))))
        await pilot.pause()
        assert app.query_one(WindowTable).size.height >= 3
