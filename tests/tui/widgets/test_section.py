"""A part of the choices: opened by key or click, and searched."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.widgets.pick_tree import Pick, PickTree
from motivtui.tui.widgets.section import Section, SectionTitle
from motivtui.tui.widgets.stepper import Stepper

PICKS = (Pick("g", "Group", children=(Pick("red.1", "red.1", "a rose"), Pick("blue.1", "blue.1", "a xylophone"))),)


class Sections(GuardedApp[None]):
    """Bindings as a room has them: letters that do something."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", priority=True),
        Binding("escape", "leave_search", "Back"),
        *(Binding(key, f"did('{key}')", key) for key in "redxaN"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.picks = PickTree(PICKS, opens_groups=True)
        self.section = Section("t", "Tasks", self.picks, id="tasks")
        self.did: list[str] = []
        self.opened = 0

    def compose(self) -> ComposeResult:
        yield self.section
        yield Section("d", "Design", Stepper("repeats", [(1, "1")], 1), id="design")

    def on_mount(self) -> None:
        self.picks.styles.height = 10
        self.section.enter()

    def on_section_opened(self) -> None:
        self.opened += 1

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        return action != "search" or not isinstance(self.focused, Input)

    def action_search(self) -> None:
        self.section.open_search()

    def action_leave_search(self) -> None:
        self.section.close_search()

    def action_did(self, key: str) -> None:
        self.did.append(key)

    @property
    def search(self) -> Input:
        return self.section.query_one("#search", Input)


async def test_keys_typed_right_after_the_slash_are_searched_for() -> None:
    """All at once, as a fast typist or a paste brings them: none may start a run or mark anything."""
    app = Sections()
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.pause()
        for key, sign in [("slash", "/"), ("r", "r"), ("e", "e"), ("d", "d"), ("space", " "), ("a", "a"), ("N", "N")]:
            app.post_message(events.Key(key, sign))
        for _ in range(10):
            await pilot.pause()
        assert app.did == []
        assert app.search.value == "red aN"
        assert app.picks.picked == ()


async def test_search_finds_while_it_is_typed_and_enter_goes_there() -> None:
    app = Sections()
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.press("slash", "x", "y")
        assert app.search.display
        await pilot.pause()
        await pilot.press("enter")
        assert app.focused is app.picks
        await pilot.press("A")
        assert app.picks.picked == ("blue.1",)


async def test_escape_closes_the_search_and_shows_everything() -> None:
    app = Sections()
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.press("slash", "x", "slash", "y")
        assert app.search.value == "x/y"
        await pilot.press("escape")
        await pilot.pause()
        assert not app.search.display
        assert app.search.value == ""
        assert app.focused is app.picks
        assert app.picks.search("") == 2
        assert len(list(app.picks.root.children[0].children)) == 2
        await pilot.press("r")
        assert app.did == ["r"], "keys are keys again"
        await pilot.press("slash", "r")
        assert app.search.value == "r", "a new search begins empty"


async def test_closing_what_is_not_open_does_nothing() -> None:
    app = Sections()
    async with app.run_test(size=(50, 20)):
        assert not app.section.close_search()


async def test_only_a_list_can_be_searched() -> None:
    app = Sections()
    async with app.run_test(size=(50, 20)) as pilot:
        design = app.query_one("#design", Section)
        design.open_search()
        await pilot.pause()
        assert not design.query_one("#search", Input).display


async def test_a_click_on_the_title_opens() -> None:
    app = Sections()
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.click(SectionTitle)
        assert app.opened == 1
        await pilot.click(PickTree)
        assert app.opened == 1


@pytest.mark.parametrize("width", [3, 12, 50])
async def test_the_title_says_its_content_in_one_line(width: int) -> None:
    app = Sections()
    async with app.run_test(size=(width, 20)) as pilot:
        app.section.say("12 of 540 \x1b[2J\nmore [bold] 日本" * 3)
        await pilot.pause()
        title = app.query(SectionTitle).first()
        line = title.render_line(0)
        assert title.size.height == 1
        assert line.cell_length <= title.size.width
        assert "\x1b" not in line.text
        if width == 50:
            assert "t Tasks  12 of 540" in line.text
