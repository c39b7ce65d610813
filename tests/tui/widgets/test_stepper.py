"""One of a few values, by keys and mouse."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import ComposeResult

from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.widgets.stepper import Stepper

VALUES = [(None, "all of them"), (1, "one"), (2, "two")]


class Steppers(GuardedApp[None]):
    def __init__(self, value: Any = 1) -> None:
        super().__init__()
        self.stepper = Stepper("tasks", VALUES, value, id="tasks")
        self.said: list[Any] = []

    def compose(self) -> ComposeResult:
        yield self.stepper

    def on_mount(self) -> None:
        self.stepper.focus()

    def on_stepper_changed(self, message: Stepper.Changed) -> None:
        assert message.control is self.stepper
        self.said.append(message.value)

    def line(self) -> str:
        return self.stepper.render_line(0).text


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["right"], [2]),
        (["right", "right"], [2, None]),
        (["left"], [None]),
        (["left", "left"], [None, 2]),
        (["l", "h", "plus", "minus", "space", "enter"], [2, 1, 2, 1, 2, None]),
    ],
)
async def test_keys_step_round_and_round(keys: list[str], said: list[Any]) -> None:
    app = Steppers()
    async with app.run_test(size=(50, 3)) as pilot:
        await pilot.press(*keys)
        assert app.said == said
        assert app.stepper.value == said[-1]


async def test_shows_label_and_value() -> None:
    app = Steppers()
    async with app.run_test(size=(50, 3)) as pilot:
        await pilot.pause()
        assert app.line().startswith("tasks           ‹ one ›")
        await pilot.press("right")
        assert "‹ two ›" in app.line()


async def test_clicks_on_the_arrows() -> None:
    app = Steppers()
    async with app.run_test(size=(50, 3)) as pilot:
        await pilot.pause()
        line = app.line()
        await pilot.click(Stepper, offset=(line.index("‹"), 0))
        await pilot.click(Stepper, offset=(app.line().index("›"), 0))
        await pilot.click(Stepper, offset=(app.line().index("one"), 0))
        assert app.said == [None, 1, 2]


async def test_what_the_program_chooses_is_not_said() -> None:
    app = Steppers()
    async with app.run_test(size=(50, 3)) as pilot:
        app.stepper.choose(2)
        await pilot.pause()
        assert app.stepper.value == 2
        assert "two" in app.line()
        assert app.said == []


async def test_a_value_that_is_none_of_them_is_the_first() -> None:
    app = Steppers(value=99)
    async with app.run_test(size=(50, 3)):
        assert app.stepper.value is None


async def test_other_values_keep_the_chosen_one() -> None:
    app = Steppers(value=2)
    async with app.run_test(size=(50, 3)) as pilot:
        app.stepper.set_values([(2, "two"), (5, "five")])
        assert app.stepper.value == 2
        app.stepper.set_values([(5, "five")])
        assert app.stepper.value == 5
        await pilot.press("right")
        assert app.stepper.value == 5


async def test_zero_and_no_are_values_of_their_own() -> None:
    app = Steppers()
    async with app.run_test(size=(50, 3)):
        app.stepper.set_values([(None, "as set"), (0, "0"), (1, "1")])
        app.stepper.choose(0)
        assert app.stepper.value == 0
        assert app.stepper.value is not None


@pytest.mark.parametrize("width", [1, 10, 20, 24])
async def test_a_narrow_one_still_draws(width: int) -> None:
    app = Steppers()
    async with app.run_test(size=(width, 3)) as pilot:
        app.stepper.set_values([(1, "日本\x1b[2J" * 20)])
        await pilot.pause()
        assert app.stepper.render_line(0).cell_length <= width
        assert "\x1b" not in app.line()
