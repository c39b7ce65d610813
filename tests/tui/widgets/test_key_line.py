"""The line of keys, by mouse."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import MouseDown
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.widgets.key_line import KeyLine, ShownKey, fitting
from tests.tui.waiting import seen, until


class Field(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+j", "newline", "Line")]


class Keys(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run", tooltip="Carry it out"),
        Binding("p", "pause", "Pause"),
        Binding("plus,equals_sign", "faster", "More", key_display="+"),
        Binding("h", "hidden", "Hidden", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.may_pause = True

    def compose(self) -> ComposeResult:
        yield Field()
        yield KeyLine()

    def action_run(self) -> None:
        self.done.append("run")

    def action_pause(self) -> None:
        self.done.append("pause")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        return None if action == "pause" and not self.may_pause else True


class App(GuardedApp[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit"),
        Binding("question_mark", "help", "Help"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.keys = Keys()
        self.rings = 0

    def get_default_screen(self) -> Screen[None]:
        return self.keys

    def bell(self) -> None:
        self.rings += 1

    @property
    def line(self) -> KeyLine:
        return self.keys.query_one(KeyLine)

    def shown(self) -> str:
        return seen(self).splitlines()[-1].rstrip()


async def _unfocused(pilot: Pilot[None], app: App) -> None:
    """In a field, letters are text and no keys."""
    app.keys.set_focus(None)
    await until(pilot, lambda: "Pause" in app.shown())


async def _press(pilot: Pilot[None], app: App, word: str) -> None:
    await pilot._post_mouse_events([MouseDown], app.line, offset=(app.shown().index(word), 0), button=1)


async def test_each_key_is_shown_once_with_its_words() -> None:
    app = App()
    async with app.run_test(size=(80, 10)) as pilot:
        await _unfocused(pilot, app)
        assert app.shown() == " r Run  p Pause  + More  ^q Quit  ? Help"


async def test_keys_of_what_has_the_focus_come_and_go_and_nothing_is_mounted() -> None:
    app = App()
    async with app.run_test(size=(80, 10)) as pilot:
        await until(pilot, lambda: "^j Line" in app.shown() and "Run" not in app.shown())
        await _unfocused(pilot, app)
        assert "Line" not in app.shown()
        assert not app.line.children


async def test_a_click_is_as_good_as_the_key() -> None:
    app = App()
    async with app.run_test(size=(80, 10)) as pilot:
        await _unfocused(pilot, app)
        await _press(pilot, app, "Pause")
        await _press(pilot, app, "r Run")
        await until(pilot, lambda: app.keys.done == ["pause", "run"])
        await pilot._post_mouse_events([MouseDown], app.line, offset=(70, 0), button=1)  # where there is no key
        await pilot.pause()
        assert (app.keys.done, app.rings) == (["pause", "run"], 0)


async def test_what_cannot_be_done_now_rings() -> None:
    app = App()
    async with app.run_test(size=(80, 10)) as pilot:
        await _unfocused(pilot, app)
        app.keys.may_pause = False
        app.keys.refresh_bindings()
        await until(pilot, lambda: any(key.is_off for key in app.line.keys))
        await _press(pilot, app, "Pause")
        await until(pilot, lambda: app.rings == 1)
        assert not app.keys.done


async def test_the_pointer_shows_what_would_be_pressed() -> None:
    app = App()
    async with app.run_test(size=(80, 10)) as pilot:
        await _unfocused(pilot, app)
        await pilot.hover(app.line, offset=(app.shown().index("Run"), 0))
        await until(pilot, lambda: app.line.tooltip == "Carry it out")
        await pilot.hover(Field)
        await until(pilot, lambda: app.line.tooltip is None)


async def test_unchanged_keys_are_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = App()
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        drawn: list[Any] = []
        monkeypatch.setattr(app.line, "refresh", lambda *_, **__: drawn.append(1))
        app.keys.refresh_bindings()
        await pilot.pause()
        assert not drawn


def test_where_not_all_fit_quit_and_help_stay() -> None:
    keys = [ShownKey(one, one, "Words", False, "") for one in "abcdef"]
    assert keys[0].cells == 9
    assert [one.key for one in fitting(keys, 54)] == list("abcdef")
    assert [one.key for one in fitting(keys, 53)] == list("abcef")
    assert [one.key for one in fitting(keys, 20)] == list("ef")
    assert [one.key for one in fitting(keys, 1)] == list("ef")
