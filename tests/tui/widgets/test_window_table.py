"""A table of any length, by keys and mouse."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.widgets.table_cells import fitted
from motivtui.tui.widgets.window_table import PAGE, Column, Row, Styled, WindowTable
from tests.tui.waiting import seen

SIZE = (60, 12)
LINES = SIZE[1] - 1
"""Rows that are seen under the header."""
COLUMNS = (
    Column("ordinal", "trial", 8, right=True),
    Column("task", "task", 10, flex=1),
    Column("model", "model", 12, at=50),
    Column("time", "time", 7, right=True),
)


class TableScreen(Screen[None]):
    """One table, and what it says. A screen paints its table: what it wants then is told no further than that."""

    def __init__(self, table: WindowTable) -> None:
        super().__init__()
        self.table = table
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()

    def on_window_table_wanted(self, message: WindowTable.Wanted) -> None:
        self.said.append(message)

    def on_window_table_highlighted(self, message: WindowTable.Highlighted) -> None:
        self.said.append(message)

    def on_window_table_chosen(self, message: WindowTable.Chosen) -> None:
        self.said.append(message)

    def on_window_table_header_clicked(self, message: WindowTable.HeaderClicked) -> None:
        self.said.append(message)


class Tables(GuardedApp[None]):
    """The app around it."""

    def __init__(self, columns: Sequence[Column] = COLUMNS) -> None:
        super().__init__()
        self.table = WindowTable(columns, id="table", empty="Nothing here: press r.")
        self.table_screen = TableScreen(self.table)

    def get_default_screen(self) -> Screen[None]:
        return self.table_screen

    def key(self) -> object | None:
        """That of the row under the cursor."""
        return self.table.cursor_key

    @property
    def said(self) -> list[Message]:
        return self.table_screen.said

    @property
    def wanted(self) -> list[tuple[int, int]]:
        """(offset, limit) of what was wanted since the last look."""
        found = [(one.offset, one.limit) for one in self.said if isinstance(one, WindowTable.Wanted)]
        self.said[:] = [one for one in self.said if not isinstance(one, WindowTable.Wanted)]
        return found

    @property
    def chosen(self) -> list[object]:
        return [one.key for one in self.said if isinstance(one, WindowTable.Chosen)]

    def lines(self) -> list[str]:
        """What is seen, header first."""
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


def _rows(first: int, count: int, name: str = "haiku") -> list[Row]:
    return [
        Row(number, (f"{number:,}", f"{name}.{number}", "steady", Styled("840 ms", "dim")))
        for number in range(first, first + count)
    ]


async def _painted(app: Tables, pilot: Pilot[None]) -> None:
    """Painted for sure: Textual itself paints when it has time."""
    await pilot.pause()
    app.lines()
    await pilot.pause()


async def _bring(app: Tables, pilot: Pilot[None]) -> list[int]:
    """Answer everything that is wanted until nothing is. Returns the offsets."""
    offsets: list[int] = []
    for _ in range(20):
        await _painted(app, pilot)
        wanted = app.wanted
        if not wanted:
            return offsets
        for offset, limit in wanted:
            offsets.append(offset)
            app.table.fill(offset, _rows(offset, min(limit, app.table.count - offset)))
    raise AssertionError(f"it never has enough: {offsets}")


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 100_000])
async def test_only_pages_that_are_seen_are_wanted(count: int) -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.expect(count)
        assert await _bring(app, pilot) == ([0] if count else [])
        await pilot.press("end")
        offsets = await _bring(app, pilot)
        top = max(0, count - LINES)
        seen = {place // PAGE * PAGE for place in range(top, count)} - {0}
        assert set(offsets) == seen
        assert len(offsets) == len(seen), "none is asked for twice"
        if count:
            assert app.key() == count - 1
            assert f"{count - 1:,}" in app.lines()[min(count, LINES)]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 100_000])
async def test_rows_given_whole_are_never_wanted(count: int) -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, count))
        for key in ("end", "home", "pagedown", "G", "g"):
            await pilot.press(key)
            assert app.wanted == []
        assert app.table.count == count
        assert len([one for one in app.lines()[1:] if "haiku" in one]) == min(count, LINES)


async def test_scrolling_through_keeps_few_pages() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.expect(100_000)
        for place in range(0, 10_000, 100):
            app.table.cursor = place
            await _bring(app, pilot)
        assert len(app.table._rows._pages) <= 24
        assert app.key() == 9_900


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (["up"], 0),
        (["down"], 1),
        (["j", "j", "k"], 1),
        (["down", "down", "up"], 1),
        (["G"], 299),
        (["end", "down"], 299),
        (["G", "g"], 0),
        (["end", "home"], 0),
        (["pagedown"], LINES - 1),
        (["space", "pagedown"], 2 * (LINES - 1)),
        (["pagedown", "pageup"], 0),
        (["G", "pageup"], 299 - (LINES - 1)),
    ],
)
async def test_keys_move_the_cursor_and_it_is_always_seen(keys: list[str], cursor: int) -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, 300))
        for key in keys:
            await pilot.press(key)
            assert any(f"haiku.{app.table.cursor} " in line for line in app.lines()[1:])
        assert app.table.cursor == cursor


@pytest.mark.parametrize("count", [0, 1])
async def test_no_key_leads_out_of_a_short_table(count: int) -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, count))
        for key in (
            "down",
            "up",
            "pagedown",
            "pageup",
            "end",
            "home",
            "left",
            "right",
            "right",
            "right",
            "right",
            "enter",
        ):
            await pilot.press(key)
            assert app.table.cursor == 0
        assert app.chosen == [0] * count
        assert app.table.cell_text == ("840 ms" if count else None)


async def test_enter_opens_the_row_of_the_cursor() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, 5))
        await pilot.press("down", "down", "enter")
        assert app.chosen == [2]


async def test_a_row_that_is_not_here_yet_has_no_key() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.expect(1000)
        await pilot.press("end", "enter")
        [chosen] = [one for one in app.said if isinstance(one, WindowTable.Chosen)]
        assert (chosen.index, chosen.key) == (999, None)
        assert "…" in app.lines()[-1]


async def test_the_cursor_stays_on_its_row_while_others_come_and_go() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(100, 50))
        await pilot.press("down", "down", "down")
        assert app.key() == 103
        app.table.show(_rows(40, 110))
        await pilot.pause()
        assert app.key() == 103
        assert any("haiku.103 " in line for line in app.lines())
        app.table.show(_rows(0, 2))  # gone: within the table
        assert app.key() == 1
        app.table.show([])
        assert app.key() is None
        app.table.show(_rows(0, 3))
        assert app.key() == 0


async def test_a_click_goes_to_the_row_and_a_second_one_opens_it() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, 300))
        await pilot.click(WindowTable, offset=(20, 4))
        assert (app.table.cursor, app.chosen) == (3, [])
        await pilot.click(WindowTable, offset=(20, 4))
        assert (app.table.cursor, app.chosen) == (3, [3])
        await pilot.press("end")
        await pilot.click(WindowTable, offset=(20, 1))
        assert app.table.cursor == 300 - LINES, "rows are counted from what is seen"


async def test_a_double_click_opens_once() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, 300))
        await pilot.click(WindowTable, offset=(20, 4), times=2)
        assert (app.table.cursor, app.chosen) == (3, [3])


async def test_a_click_below_the_last_row_does_nothing() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, 2))
        await pilot.click(WindowTable, offset=(20, 7))
        assert (app.table.cursor, app.chosen) == (0, [])
        app.table.show([])
        await pilot.click(WindowTable, offset=(20, 1))
        assert app.chosen == []


async def test_a_click_on_a_label_says_its_column() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, 3))
        header = app.lines()[0]
        for column in COLUMNS:
            await pilot.click(WindowTable, offset=(header.index(column.label), 0))
        assert [one.key for one in app.said if isinstance(one, WindowTable.HeaderClicked)] == [
            column.key for column in COLUMNS
        ]
        assert app.chosen == []


async def test_the_sorted_column_is_marked() -> None:
    app = Tables()
    async with app.run_test(size=SIZE):
        app.table.sorted_by = ("task", True)
        assert "task↑" in app.lines()[0]
        app.table.sorted_by = ("task", False)
        assert "task↓" in app.lines()[0]


async def test_narrow_tables_hide_columns_and_give_them_back() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, 300))
        await pilot.press("end")
        assert "model" in app.lines()[0]
        await pilot.resize_terminal(40, 8)
        await pilot.pause()
        assert "model" not in app.lines()[0]
        assert "steady" not in app.lines()[1]
        assert "840 ms" in app.lines()[1], "the columns behind it still have their own cells"
        assert {cell_len(line) for line in app.lines()} == {app.table.size.width}
        assert app.key() == 299
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert "model" in app.lines()[0]
        assert {cell_len(line) for line in app.lines()} == {app.table.size.width}


async def test_a_small_window_still_shows_the_cursor_after_a_resize() -> None:
    app = Tables()
    async with app.run_test(size=(60, 30)) as pilot:
        app.table.show(_rows(0, 300))
        app.table.cursor = 25
        await pilot.resize_terminal(60, 8)
        await pilot.pause()
        await pilot.press("down")
        assert any("haiku.26 " in line for line in app.lines()[1:])


@pytest.mark.parametrize("width", [1, 2, 5, 12, 30])
async def test_any_width_is_filled_exactly(width: int) -> None:
    app = Tables()
    async with app.run_test(size=(width, 6)) as pilot:
        app.table.show(_rows(0, 30))
        await pilot.press("down", "right", "left")
        assert {cell_len(line) for line in app.lines()} == {app.table.size.width}


HOSTILE = [
    "\x1b[31mred\x1b[0m and more",
    "a\rb\nc\td\x00\x7f\x9b",
    "日本語のとても長い題名です",
    "日",
    "🏳️‍🌈👩‍👩‍👧‍👦🇩🇪❤️",
    "e\u0301" * 40,
    "\u202eevil\u202c\u200b",
    "[bold]no markup[/bold] [/",
    "\ud800 lone",
    "",
    "x" * 100_000,
]


async def test_hostile_cells_keep_the_columns_aligned() -> None:
    app = Tables()
    async with app.run_test(size=(61, 12)) as pilot:
        app.table.show([Row(place, ("1", text, text, text)) for place, text in enumerate(HOSTILE)])
        await pilot.pause()
        for y in range(app.table.size.height):
            strip = app.table.render_line(y)
            assert sum(cell_len(segment.text) for segment in strip) == app.table.size.width
            assert strip.cell_length == app.table.size.width
            assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in strip.text)
        bordering = [app.table.render_line(y) for y in range(1, len(HOSTILE) + 1)]
        edges = {tuple(_edges([cell_len(segment.text) for segment in strip])) for strip in bordering}
        assert len(edges) == 1, "every row has its columns in the same cells"


def _edges(lengths: Sequence[int]) -> list[int]:
    """Where each segment but the padding begins."""
    places = [0]
    for length in lengths:
        places.append(places[-1] + length)
    return places[:8]


@given(text=st.text(max_size=60), cells=st.integers(1, 20), right=st.booleans())
@settings(deadline=None)
def test_every_text_fits_exactly(text: str, cells: int, right: bool) -> None:
    assert cell_len(fitted(text, cells, right=right)) == cells


def test_a_text_that_is_cut_says_so() -> None:
    assert fitted("motivation", 6, right=False) == "motiv…"
    assert fitted("motivation", 1, right=False) == "m"
    assert fitted("日本語", 4, right=False).rstrip() in ("日…", "日 …")
    assert fitted("12", 4, right=True) == "  12"


async def test_empty_says_what_to_do() -> None:
    app = Tables()
    async with app.run_test(size=SIZE):
        app.table.show([])
        assert "press r" in app.lines()[1]
        assert not any(line.strip() for line in app.lines()[2:])


async def test_rows_that_come_too_late_are_harmless() -> None:
    """Another list was expected, or given whole, before the answer for the old one came."""
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.expect(1000)
        await _painted(app, pilot)
        assert app.wanted == [(0, PAGE)]
        app.table.expect(3)
        app.table.fill(900, _rows(900, 100, "old"))
        await _bring(app, pilot)
        assert app.table.row(900) is None
        assert [line.split()[1] for line in app.lines()[1:4]] == ["haiku.0", "haiku.1", "haiku.2"]
        app.table.show(_rows(0, 2, "whole"))
        app.table.fill(0, _rows(0, 100, "old"))
        await _painted(app, pilot)
        assert [line.split()[1] for line in app.lines()[1:3]] == ["whole.0", "whole.1"]
        assert not any("old" in line for line in app.lines())


async def test_fewer_rows_than_expected_are_not_asked_for_for_ever() -> None:
    """A run was deleted meanwhile: the answer is shorter, and stays so."""
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.expect(50)
        await _painted(app, pilot)
        assert app.wanted == [(0, PAGE)]
        app.table.fill(0, _rows(0, 3))
        for _ in range(5):
            await _painted(app, pilot)
        assert app.wanted == []
        app.table.refill()
        await _painted(app, pilot)
        assert app.wanted == [(0, PAGE)], "asked again when rows may have changed"


async def test_refill_keeps_the_old_rows_until_new_ones_come() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.expect(1000)
        await _bring(app, pilot)
        app.table.cursor = 500
        await _bring(app, pilot)
        app.table.refill()
        await _painted(app, pilot)
        assert "haiku.500 " in "".join(app.lines())
        wanted = app.wanted
        assert all(400 <= offset <= 500 for offset, _ in wanted), "only what is seen"
        assert wanted
        for offset, limit in wanted:
            app.table.fill(offset, _rows(offset, limit, "new"))
        await _painted(app, pilot)
        assert "new.500 " in "".join(app.lines())
        app.table.cursor = 0
        await _painted(app, pilot)
        assert (0, PAGE) in app.wanted, "what was not seen was forgotten"


async def test_each_cell_can_be_reached() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(7, 3))
        seen = [app.table.cell_text]
        for _ in range(5):
            await pilot.press("right")
            seen.append(app.table.cell_text)
        assert seen == ["7", "haiku.7", "steady", "840 ms", "840 ms", "840 ms"]
        for _ in range(5):
            await pilot.press("left")
        assert app.table.cell_text == "7"
        await pilot.press("right", "right")
        await pilot.resize_terminal(40, 12)
        await _painted(app, pilot)
        assert app.table.cell_text == "7", "the column is not shown any more"


async def test_every_move_is_said_once() -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show(_rows(0, 300))
        app.said.clear()
        await pilot.press("down", "down", "end", "end", "home", "up")
        places = [one.index for one in app.said if type(one) is WindowTable.Highlighted]
        assert places == [1, 2, 299, 0]
        assert all(one != other for one, other in pairwise(places))


async def test_of_a_table_that_is_live_only_changed_lines_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        rows = _rows(0, 40)
        app.table.show(rows)
        await _painted(app, pilot)
        drawn: list[tuple[Region, ...]] = []
        monkeypatch.setattr(app.table, "refresh", lambda *regions, **_: drawn.append(regions))
        app.table.show(list(rows))
        assert not drawn
        changed = [*rows[:3], *_rows(1_003, 1), *rows[4:]]
        app.table.show(changed)
        [[region]] = drawn
        assert (region.y, region.height) == (4, 1)
        drawn.clear()
        app.table.show([*changed[:30], *_rows(1_030, 1), *changed[31:]])  # a row that is not seen
        assert not drawn
        app.table.sorted_by = "time", True
        app.table.show(changed)
        assert drawn[0] == ()


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True), st.integers(0, 30))
@settings(max_examples=15, deadline=None)
async def test_drawn_by_lines_or_as_a_whole_it_looks_the_same(before: list[int], after: list[int], cursor: int) -> None:
    app = Tables()
    async with app.run_test(size=SIZE) as pilot:
        app.table.show([row for number in before for row in _rows(number, 1)])
        app.table.cursor = cursor
        await _painted(app, pilot)
        app.table.show([row for number in after for row in _rows(number, 1)])
        await pilot.pause()
        by_lines = seen(app)
        app.table.refresh()
        await pilot.pause()
        assert seen(app) == by_lines
