"""What lies over a screen."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from motivtui.tui.dialogs.modal import Modal
from motivtui.tui.terminal.guarded_app import GuardedApp
from tests.tui.waiting import seen, until


class Below(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Static("what lies below\n" * 10, id="below")


class Over(Modal[None]):
    DEFAULT_CSS = "Over { align: center middle; background: black 60%; Static { width: 12; height: 3; } }"

    def compose(self) -> ComposeResult:
        yield Static("the dialog", id="dialog")


class App(GuardedApp[None]):
    def on_mount(self) -> None:
        self.push_screen(Below())


async def test_what_is_below_is_seen_dimmed_and_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = App()
    async with app.run_test(size=(40, 12)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Below))
        bright = _colours(app, 0)
        drawn: list[object] = []
        below = app.screen._compositor
        draw = below.render_strips

        def counted(*arguments: Any) -> Any:
            drawn.append(1)
            return draw(*arguments)

        monkeypatch.setattr(below, "render_strips", counted)
        over = Over()
        app.push_screen(over)
        await until(pilot, lambda: app.screen is over and "the dialog" in seen(app))
        for _ in range(5):
            over.query_one("#dialog", Static).update("the dialog, anew")
            over.refresh()
            await pilot.pause()
        assert seen(app).count("what lies below") == 7
        assert len(drawn) == 1
        assert _colours(app, 0) != bright


async def test_what_changes_below_is_seen_and_so_are_another_size_and_theme() -> None:
    app = App()
    async with app.run_test(size=(40, 12)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Below))
        text = app.screen.query_one("#below", Static)
        app.push_screen(Over())
        await until(pilot, lambda: "the dialog" in seen(app))
        dark = _colours(app, 0)
        text.update("something else\n" * 11)
        await until(pilot, lambda: "something else" in seen(app) and "what lies below" not in seen(app))
        over = app.screen
        over._backdrop = Size(1, 1), []  # type: ignore[attr-defined] # as from before another size
        assert over.render_line(0).text.startswith("something else")
        await pilot.resize_terminal(60, 14)
        await until(pilot, lambda: "something else          the dialog" in seen(app))
        app.theme = "textual-light"
        await until(pilot, lambda: _colours(app, 0) != dark)


async def test_a_dialog_over_a_dialog() -> None:
    app = App()
    async with app.run_test(size=(40, 12)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Below))
        first = Over()
        app.push_screen(first)
        await until(pilot, lambda: "the dialog" in seen(app))
        first.query_one("#dialog", Static).styles.offset = (-10, 0)
        await pilot.pause()
        app.push_screen(Over())
        await until(pilot, lambda: seen(app).count("the dialog") == 2)
        app.pop_screen()
        await until(pilot, lambda: app.screen is first and seen(app).count("the dialog") == 1)


def _colours(app: App, y: int) -> list[Any]:
    return [segment.style for segment in app.screen._compositor.render_strips()[y] if segment.text.strip()]
