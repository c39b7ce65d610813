from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.strip import Strip
from textual.widgets import Static

from motivtui.tui.terminal.boundary import _DANGEROUS, Boundary, content, content_line, marked, rich_line
from motivtui.tui.terminal.laid_out import MOST_CHARS
from motivtui.visible_text import visible, visible_line
from tests.tui.hostile import HAND_MADE, generated, in_pieces

BLACK = Color(0, 0, 0)
TEXTS = [*HAND_MADE.values(), *generated(2_000)]


def through(*segments: Segment) -> Strip:
    """What the boundary makes of a line."""
    return Strip([*segments]).apply_filter(Boundary(), BLACK)


def test_one_expression_knows_all_that_is_dangerous() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        assert (_DANGEROUS.search(char) is not None) == (visible_line(char) != char), hex(code)


def test_a_line_without_danger_is_not_even_copied() -> None:
    segments = [Segment("plain ─ text", Style(bold=True)), Segment("漢字")]
    assert Boundary().apply(segments, BLACK) is segments


def test_a_line_is_looked_at_once() -> None:
    class Counting(Boundary):
        looks = 0

        def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
            self.looks += 1
            return super().apply(segments, background)

    strip, counting = Strip([Segment("a\x1b")]), Counting()
    assert strip.apply_filter(counting, BLACK) is strip.apply_filter(counting, BLACK)
    assert counting.looks == 1


def test_a_line_keeps_its_width() -> None:
    assert through(Segment("a\x1b[31mb"), Segment("   "), Segment("│")).text == "a␛[31mb  │"
    assert through(Segment("a\x1bb"), Segment("│")).text == "a␛│"
    assert through(Segment("\u115fx")).text == "\ufffdx "
    assert through(Segment("\x1b" * 20)).text == ""


def test_every_text_is_harmless_and_as_wide_as_before() -> None:
    for text in TEXTS:
        line = text[:500]
        before = Strip([Segment("│"), Segment(line, Style(color="red")), Segment("     "), Segment("│")])
        after = before.apply_filter(Boundary(), BLACK)
        assert visible_line(after.text) == after.text
        assert Strip(list(after)).cell_length == before.cell_length, repr(text)


def test_textuals_controls_pass_and_links_do_not() -> None:
    moved = Segment("\x1b[1;1H", None, [(3, 1, 1)])  # type: ignore[list-item]
    shown = through(moved, Segment("\x1b", Style(link="https://evil.example", bold=True)), Segment(" x"))
    assert next(iter(shown)) is moved
    assert all(segment.style is None or not segment.style.link for segment in shown)
    linked = through(Segment("ok", Style(link="https://evil.example", bold=True)))
    assert [(segment.text, segment.style and segment.style.bold) for segment in linked] == [("ok", True)]


@pytest.mark.parametrize("make", [content, lambda text: content_line(text, 40), lambda text: rich_line(text, 40)])
def test_text_of_a_model_is_never_markup_and_nothing_in_it_acts(make: Callable[[str], object]) -> None:
    for text in TEXTS:
        shown = make(text)
        plain = str(shown)
        assert visible(plain) == plain
        assert "\t" not in plain
        assert not shown.spans  # type: ignore[attr-defined]


def test_a_sequence_cut_by_a_stream_stays_harmless() -> None:
    for text in TEXTS:
        for first, second in in_pieces(text, most_pieces=4):
            plain = (content(first) + content(second)).plain
            assert visible(plain) == plain


def test_lines_fit() -> None:
    for text in TEXTS:
        for width in (0, 1, 2, 30):
            assert content_line(text, width).cell_length <= width
    assert content_line("one\ntwo", 20).plain == "one⏎two"
    assert content_line("abcdef", 4).plain == "abc…"
    assert content_line("abcd", 4).plain == "abcd"
    assert content_line("a" + "\u0301" * 200_000 + "b", 8).plain.endswith("…")


def test_marks_stay_where_they_belong() -> None:
    text = "a\tscore of \x1b10, then 10 again"
    at = text.index("\x1b10")
    shown = marked(text, [(at, at + 3), (text.rindex("10"), text.rindex("10") + 2)], "bold")
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["␛10", "10"]
    assert {span.style for span in shown.spans} == {"bold"}


def test_spans_beyond_the_text_mark_nothing_and_break_nothing() -> None:
    assert marked("abc", [(5, 9), (3, 3), (2, 1), (-4, 2)], "bold").spans[0][:2] == (0, 2)
    assert marked("", [(0, 5)], "bold").spans == []


class _Counted(str):
    """Text that knows how much of it was taken."""

    __slots__ = ("taken",)
    taken: int

    def __getitem__(self, key: object) -> str:
        part = super().__getitem__(key)  # type: ignore[index]
        self.taken = getattr(self, "taken", 0) + len(part)
        return part


@pytest.mark.parametrize("text", ["x" * 1_000_000, "\n" * 100_000, "word " * 200_000, "a" + "\u0301" * 200_000])
def test_the_work_does_not_grow_with_the_text(text: str) -> None:
    counted = _Counted(text)
    content(counted)
    assert counted.taken <= MOST_CHARS
    counted = _Counted(text)
    content_line(counted, 80)
    assert counted.taken <= 80 * 8


class _OneText(App[None]):
    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield Static(content(self._text))


@pytest.mark.parametrize("name", ["closing tag", "action", "markup deep", "combining flood", "a megabyte"])
async def test_a_widget_shows_it(name: str) -> None:
    app = _OneText(HAND_MADE[name])
    async with app.run_test() as pilot:
        await pilot.pause()
        lines = app.query_one(Static).render_line(0).text
        assert lines.strip()[:2] == content(HAND_MADE[name]).plain.strip()[:2]
