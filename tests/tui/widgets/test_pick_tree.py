"""Picking single things and groups, and searching them."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.widgets.pick_tree import Pick, PickTree

PICKS = (
    Pick(
        "category:poetry",
        "Poetry",
        children=(
            Pick("haiku.1", "haiku.1", "Write a haiku about autumn"),
            Pick(
                "family:ode",
                "Öde und Lieder",
                children=(
                    Pick("ode.1", "ode.1", "An ode to STRASSE"),
                    Pick("ode.2", "ode.2", "An ode to the autumn moon"),
                ),
            ),
        ),
    ),
    Pick("category:code", "Code", children=(Pick("sort.1", "sort.1", "Sort a list"), Pick("日本", "日本", "翻訳する"))),
)
ALL = ("haiku.1", "ode.1", "ode.2", "sort.1", "日本")


class Trees(GuardedApp[None]):
    def __init__(self, *, is_open: bool = True, picked: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.picks = PickTree(PICKS, picked, opens_groups=is_open)
        self.said: list[tuple[str, ...]] = []

    def compose(self) -> ComposeResult:
        yield self.picks

    def on_mount(self) -> None:
        self.picks.focus()

    def on_pick_tree_changed(self, message: PickTree.Changed) -> None:
        self.said.append(message.picked)

    def picked(self) -> tuple[str, ...]:
        return self.picks.picked

    def lines(self) -> list[str]:
        """What is seen, without guides and blanks."""
        tree = self.picks
        seen = [tree.render_line(y).text.rstrip() for y in range(tree.size.height)]
        return [line.strip() for line in seen if line.strip()]

    def line_of(self, word: str) -> str:
        [found] = [line for line in self.lines() if word in line]
        return found


async def _to(app: Trees, pilot: Pilot[None], word: str) -> None:
    """The cursor to the line with this word."""
    await pilot.press("home")
    for _ in range(20):
        node = app.picks.cursor_node
        assert node is not None
        assert node.data is not None
        if word in node.data.label:
            return
        await pilot.press("down")
    raise AssertionError(word)


async def test_marks_say_all_some_and_none() -> None:
    app = Trees(picked=("ode.1", "gone.1"))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "[-] Poetry 1/3" in app.line_of("Poetry")
        assert "[-]" in app.line_of("Öde")
        assert "[ ] Code 0/2" in app.line_of("Code")
        assert "[x] ode.1" in app.line_of("ode.1")
        assert "[ ] ode.2" in app.line_of("ode.2")
        assert app.picked() == ("ode.1",), "what is gone was only a wish"
        await _to(app, pilot, "Öde")
        await pilot.press("space")
        assert "[x]" in app.line_of("Öde")
        assert "[-]" in app.line_of("Poetry")
        await _to(app, pilot, "haiku.1")
        await pilot.press("space")
        assert "[x] Poetry 3/3" in app.line_of("Poetry")
        assert app.said == [("ode.1", "ode.2"), ("haiku.1", "ode.1", "ode.2")]


async def test_a_group_is_picked_whole_then_dropped_whole() -> None:
    app = Trees(picked=("ode.2",))
    async with app.run_test(size=(60, 20)) as pilot:
        await _to(app, pilot, "Poetry")
        await pilot.press("space")
        assert app.picked() == ALL[:3]
        await pilot.press("space")
        assert app.picked() == ()
        assert app.said == [ALL[:3], ()]


async def test_enter_picks_a_thing_and_folds_a_group() -> None:
    app = Trees()
    async with app.run_test(size=(60, 20)) as pilot:
        await _to(app, pilot, "haiku.1")
        await pilot.press("enter")
        assert app.picked() == ("haiku.1",)
        await _to(app, pilot, "Code")
        count = len(app.lines())
        await pilot.press("enter")
        assert len(app.lines()) == count - 2
        assert app.picked() == ("haiku.1",)
        assert len(app.said) == 1


async def test_left_and_right_fold_and_lead_up() -> None:
    app = Trees(is_open=False)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert len(app.lines()) == 2
        await pilot.press("right", "down", "down", "right")
        assert len(app.lines()) == 6
        await pilot.press("left")
        assert len(app.lines()) == 4
        await pilot.press("left")
        assert app.picks.cursor_node is not None
        assert app.picks.cursor_node.data is PICKS[0]


async def test_all_and_none() -> None:
    app = Trees()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("A")
        assert app.picked() == ALL
        await pilot.press("A")
        await pilot.press("N")
        assert app.picked() == ()
        assert app.said == [ALL, ()], "nothing is said where nothing changes"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ALL),
        ("   ", ALL),
        ("autumn", ("haiku.1", "ode.2")),
        ("AUTUMN", ("haiku.1", "ode.2")),
        ("autumn moon", ("ode.2",)),
        ("moon autumn", ("ode.2",)),
        ("poetry autumn", ("haiku.1", "ode.2")),
        ("straße", ("ode.1",)),
        ("ÖDE", ("ode.1", "ode.2")),
        ("翻訳", ("日本",)),
        ("日本", ("日本",)),
        ("sort.1", ("sort.1",)),
        ("nowhere", ()),
        ("autumn nowhere", ()),
    ],
)
async def test_search_finds_every_word_in_any_case(words: str, found: tuple[str, ...]) -> None:
    app = Trees(is_open=False)
    async with app.run_test(size=(60, 20)) as pilot:
        assert app.picks.search(words) == len(found)
        await pilot.pause()
        if words.strip():
            shown = [one for one in ALL if any(f"] {one}" in line for line in app.lines())]
            assert tuple(shown) == found, "what is found is unfolded"


async def test_search_then_mark_marks_only_what_is_shown() -> None:
    app = Trees(picked=("sort.1",))
    async with app.run_test(size=(60, 20)) as pilot:
        app.picks.search("autumn")
        await pilot.press("A")
        assert app.picked() == ("haiku.1", "ode.2", "sort.1")
        app.picks.search("moon")
        await _to(app, pilot, "Poetry")
        await pilot.press("space")  # all that is shown of the group is picked: dropped
        assert app.picked() == ("haiku.1", "sort.1")
        await pilot.press("N")
        assert app.picked() == ("haiku.1", "sort.1")
        app.picks.search("")
        await pilot.pause()
        assert "[-] Poetry 1/3" in app.line_of("Poetry")


async def test_a_decomposed_word_is_found_too() -> None:
    """A Mac's keyboard and file names write Ö in two characters."""
    app = Trees()
    async with app.run_test(size=(60, 20)):
        assert app.picks.search("O\u0308de") == 2


async def test_the_cursor_is_on_something_after_a_search() -> None:
    app = Trees()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("end")
        app.picks.search("moon")
        await pilot.pause()
        assert app.picks.cursor_node is not None
        app.picks.search("nowhere")
        await pilot.press("space", "enter", "left", "right", "A")
        assert app.picked() == ()
        app.picks.search("")
        await pilot.pause()
        await pilot.press("space")
        assert app.picked(), "keys work again"


async def test_other_picks_keep_what_was_picked() -> None:
    app = Trees(picked=("ode.1", "sort.1"))
    async with app.run_test(size=(60, 20)) as pilot:
        app.picks.set_picks(PICKS[:1])
        assert app.picked() == ("ode.1",)
        app.picks.set_picks(PICKS)
        assert app.picked() == ("ode.1", "sort.1")
        app.picks.set_picks(PICKS, ["haiku.1"])
        assert app.picked() == ("haiku.1",)
        await pilot.pause()
        assert app.said == [], "what the program does is not said"


async def test_the_mouse_picks_by_the_mark_and_folds_by_the_label() -> None:
    app = Trees()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        tree = app.picks
        text = tree.render_line(0).text
        await pilot.click(PickTree, offset=(text.index("[ ]") + 1, 0))
        assert app.picked() == ALL[:3]
        assert len(app.lines()) == 8, "the group stays unfolded"
        await pilot.click(PickTree, offset=(text.index("[ ]") + 1, 0))
        assert app.picked() == ()
        await pilot.click(PickTree, offset=(text.index("Poetry"), 0))
        assert len(app.lines()) == 4
        assert app.picked() == ()


async def test_the_mouse_picks_a_single_thing_anywhere_in_its_line() -> None:
    app = Trees()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        text = app.picks.render_line(1).text
        await pilot.click(PickTree, offset=(text.index("[ ]") + 1, 1))
        assert app.picked() == ("haiku.1",)
        await pilot.click(PickTree, offset=(text.index("haiku"), 1))
        assert app.picked() == ()
        assert app.said == [("haiku.1",), ()], "each click counts once"


async def test_what_stands_in_two_groups_is_picked_once() -> None:
    app = Trees()
    async with app.run_test(size=(40, 10)):
        twice = [Pick(name, name, children=(Pick("a", "a"),)) for name in ("one", "other")]
        app.picks.set_picks(twice, ["a"])
        assert app.picked() == ("a",)


async def test_hostile_labels_draw_on_one_line() -> None:
    app = Trees()
    async with app.run_test(size=(40, 10)) as pilot:
        app.picks.set_picks([Pick("a", "\x1b[2Jclear\nme", "[bold]note\x07" * 50), Pick("b", "日" * 100)])
        await pilot.pause()
        for y in range(app.picks.size.height):
            strip = app.picks.render_line(y)
            assert strip.cell_length == app.picks.size.width
            assert not any(ord(sign) < 32 or ord(sign) == 0x7F for sign in strip.text)
        assert "clear⏎me" in app.lines()[0]
        assert "[bold]" in app.lines()[0]
