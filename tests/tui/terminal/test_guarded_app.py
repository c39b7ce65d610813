from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.widgets import Label
from textual.widgets._toast import Toast

from motivtui.tui.terminal.boundary import Boundary
from motivtui.tui.terminal.driver import GuardedDriver
from motivtui.tui.terminal.guarded_app import GuardedApp
from tests.tui.hostile import HAND_MADE


class _SmallApp(GuardedApp[None]):
    def compose(self) -> ComposeResult:
        yield Label("x")


def test_it_stands_on_the_guarded_driver_and_the_boundary() -> None:
    app = _SmallApp()
    assert app.driver_class is GuardedDriver
    assert isinstance(app.get_line_filters()[-1], Boundary)
    assert app.get_line_filters()[-1] is app.get_line_filters()[-1]


@pytest.mark.parametrize("name", ["closing tag", "action", "newline flood", "lone surrogates", "a megabyte"])
async def test_a_toast_shows_any_text_as_it_stands(name: str) -> None:
    app = _SmallApp()
    async with app.run_test(notifications=True) as pilot:
        app.notify(HAND_MADE[name], title=HAND_MADE[name])
        await pilot.pause()
        shown = app.screen.query_one(Toast).render()
        assert len(shown.plain) < 1_000
        assert name != "action" or HAND_MADE[name] in shown.plain


async def test_what_no_terminal_can_take_is_copied_made_visible() -> None:
    app = _SmallApp()
    async with app.run_test():
        app.copy_to_clipboard("a\ud800\x1bb")
        assert app.clipboard == "a\ufffd␛b"


async def test_only_the_first_crash_counts() -> None:
    app = _SmallApp()
    first = ValueError("first")

    async def crash_twice() -> None:
        async with app.run_test():
            app._handle_exception(first)
            app._handle_exception(KeyError("second"))

    with pytest.raises(ValueError, match="first"):
        await crash_twice()
    assert app.crash is first
    assert app.return_code == 1
