"""Drawings: within their size whatever the data are, readable without colour, true to the numbers."""

from __future__ import annotations

import sys
from itertools import pairwise
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from motivtui.plots.draw_bars import lengths
from motivtui.plots.draw_forest import forest_range
from motivtui.plots.draw_histogram import share_below
from motivtui.plots.drawing import STYLES, Drawing, span_text
from motivtui.plots.figure import Bar, Bars, Box, Boxes, Counts, Figure, ForestRow, Heat, Points, Scatter
from motivtui.plots.terminal import drawn
from tests.plots.figures import ALL, NOTE, PLAIN, forest, histogram

SIZES = [(width, height) for width in (1, 7, 16, 17, 24, 40, 80, 100) for height in (None, 0, 1, 2, 3, 5, 8, 13, 24)]


def line_with(drawing: Drawing, word: str) -> str:
    return next(line for line in drawing.text.splitlines() if word in line)


@pytest.mark.parametrize("figure", [figure for _, figure in ALL], ids=[name for name, _ in ALL])
def test_no_drawing_leaves_its_size_or_says_what_a_terminal_obeys(figure: Figure) -> None:
    for width, height in SIZES:
        for is_plain in (False, True):
            drawing = drawn(figure, width, height, is_plain=is_plain)
            assert height is None or drawing.height <= height
            for line in drawing.lines:
                text = span_text(line)
                assert cell_len(text) <= width
                assert text.isprintable()
                assert text.isascii() or not is_plain
                assert {span.style for span in line} <= STYLES


@pytest.mark.parametrize("name", PLAIN)
def test_the_note_is_never_left_out(name: str) -> None:
    for height in (1, 2, 3, 4, 8, 24, None):
        assert NOTE in drawn(PLAIN[name], 60, height).text


@pytest.mark.parametrize("name", PLAIN)
def test_the_title_stands_above_unless_there_is_one_line(name: str) -> None:
    assert drawn(PLAIN[name], 60, 2).lines[0][0].style == "title"
    assert drawn(PLAIN[name], 60, 1).lines[0][0].style == "note"


def test_a_forest_puts_estimates_where_they_are() -> None:
    rows = [ForestRow(f"row {value:+d}", 9, float(value), value - 1.0, value + 1.0) for value in (-8, -2, 0, 3, 9)]
    drawing = drawn(forest(*rows), 100, None)
    places = [line_with(drawing, row.label).index("●") for row in rows]
    assert places == sorted(set(places))
    zero = line_with(drawing, "row +0").index("●")
    assert line_with(drawing, "row +9").index("│") == zero
    per_point = [(later - sooner) / step for (sooner, later), step in zip(pairwise(places), (6, 2, 3, 6), strict=True)]
    assert max(per_point) - min(per_point) < 1
    assert line_with(drawing, "row -8").endswith("−8.0 [−9.0,  −7.0]")


def test_a_row_without_an_estimate_says_why() -> None:
    line = line_with(drawn(PLAIN["forest"], 100, 24), "placebo")
    assert "NA one task only" in line
    assert "●" not in line


def test_an_interval_that_would_crush_all_others_ends_in_arrows() -> None:
    figure = forest(
        ForestRow("huge", 2, 1.0, -5000, 5000), *(ForestRow(f"r{i}", 30, i, i - 1, i + 1) for i in range(4))
    )
    limits = forest_range(figure)
    assert limits is not None
    assert -3 < limits[0] < limits[1] < 6
    line = line_with(drawn(figure, 100, None), "huge")
    assert "◂" in line
    assert "▸" in line
    assert "−5000" in line


def test_an_interval_that_is_only_wider_is_drawn_whole() -> None:
    figure = forest(ForestRow("wide", 2, 0, -7, 7), *(ForestRow(f"r{i}", 30, i, i - 2, i + 2) for i in range(4)))
    line = line_with(drawn(figure, 100, None), "wide")
    assert "◂" not in line
    assert "├" in line


def test_rows_that_do_not_fit_are_counted_and_a_natural_height_shows_all() -> None:
    figure = forest(*(ForestRow(f"task {index:02}", 5, index, index - 1, index + 1) for index in range(60)))
    text = drawn(figure, 80, 24).text
    shown = sum(f"task {index:02}" in text for index in range(60))
    assert 10 < shown < 24
    assert f"… {60 - shown} more rows" in text
    natural = drawn(figure, 80, None)
    assert natural.height > 60
    assert all(f"task {index:02}" in natural.text for index in range(60))


def test_groups_of_a_forest_stand_under_their_names() -> None:
    figure = forest(*(ForestRow(f"m{index}", 5, 1, 0, 2, group=f"model {index // 2}") for index in range(4)))
    firsts = [line.split()[0] for line in drawn(figure, 80, None).text.splitlines() if line.split()[0][0] == "m"]
    assert firsts == ["model", "m0", "m1", "model", "m2", "m3"]


def test_pre_and_post_have_markers_of_their_own() -> None:
    drawing = drawn(PLAIN["forest"], 100, 24)
    assert "● post  ○ pre" in drawing.text
    assert line_with(drawing, "money").index("○") < line_with(drawing, "money").index("●")
    assert "◉" in line_with(drawing, "praise")
    assert "◆" in line_with(drawing, "all ")


def test_columns_are_aligned_beside_wide_characters() -> None:
    figure = forest(ForestRow("日本語", 1, 5, 4, 6), ForestRow("abcdef", 1, 5, 4, 6), ForestRow("한", 1, 5, 4, 6))
    lines = [span_text(line) for line in drawn(figure, 80, None).lines if "●" in span_text(line)]
    assert len({cell_len(line[: line.index("●")]) for line in lines}) == 1
    assert len({cell_len(line) for line in lines}) == 1


def test_boxes_show_their_five_numbers_in_order() -> None:
    figure = Boxes(title="", note="", boxes=(Box("a", 80, 0, 30, 50, 60, 100),), x_range=(0, 100))
    line = line_with(drawn(figure, 90, None), "a ")
    low, start, middle, high = line.index("├"), line.index("▒"), line.index("█"), line.index("┤")
    end = line.rindex("▒")
    assert low < start < middle < end < high
    assert (start - low) / (high - low) == pytest.approx(0.3, abs=0.02)
    assert (middle - low) / (high - low) == pytest.approx(0.5, abs=0.02)


def test_a_single_histogram_counts_and_several_compare_shares() -> None:
    single = drawn(histogram((0, 100, 50)), 60, 20).text
    assert "replies" in single
    assert "100┤" in single
    several = drawn(histogram((0, 100, 50), (0, 4, 2)), 60, 20)
    assert "%┤" in several.text
    panels = [line.split("│" if "│" in line else "┤")[-1] for line in several.text.splitlines() if "█" in line]
    assert panels[: len(panels) // 2] == panels[len(panels) // 2 :]
    assert "n=150" in several.text
    assert "n=6" in several.text


def test_a_rare_bin_is_seen_and_an_empty_one_is_empty() -> None:
    line = drawn(histogram((1, 0, 10**6)), 60, 14).text.splitlines()[-5]
    bars = line[line.index("┤") + 1 :]
    third = len(bars) // 3
    assert set(bars[:third]) == {"▁"}
    assert set(bars[third : 2 * third]) == {" "}


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=9), st.integers(9, 120))
def test_a_stacked_bar_is_filled_and_every_status_that_occurs_is_seen(counts: list[int], cells: int) -> None:
    found = lengths(counts, cells)
    assert sum(found) == (cells if any(counts) else 0)
    assert all((length > 0) == (count > 0) for count, length in zip(counts, found, strict=True))
    assert all(abs(length - count * cells / max(sum(counts), 1)) < len(counts) + 1
               for count, length in zip(counts, found, strict=True))  # fmt: skip


def test_statuses_differ_without_colour() -> None:
    text = drawn(PLAIN["bars"], 80, 20).text
    assert "██ ok 130  ▒▒ refused 9  ░░ cut 11" in text
    assert "▒" in line_with(drawn(PLAIN["bars"], 80, 20), "gpt")
    assert "▒" not in line_with(drawn(PLAIN["bars"], 80, 20), "local")


def test_shares_have_bars_of_one_length() -> None:
    bars = (Bar("large", (900, 100)), Bar("small", (5, 5)))
    drawing = drawn(Bars(title="", note="", statuses=("ok", "cut"), bars=bars, is_share=True), 80, None)
    filled = [sum(line_with(drawing, name).count(sign) for sign in "█▒") for name in ("large", "small")]
    assert filled[0] == filled[1] > 50


def test_a_heat_map_says_its_numbers_and_what_is_missing() -> None:
    drawing = drawn(PLAIN["heat"], 60, 20)
    assert "judge   −.42     ·" in drawing.text
    assert "n = 0 to 120 a cell" in drawing.text
    styles = {span.text.strip(): span.style for line in drawing.lines[2:] for span in line}
    assert styles["1.00"] == "heat-high-4"
    assert styles["−.42"] == "heat-low-2"


def test_columns_of_a_heat_map_get_letters_when_their_names_are_long() -> None:
    names = tuple(f"a rather long measure {index}" for index in range(3))
    square = Heat(title="", note="", row_labels=names, column_labels=names, values=((0.5,) * 3,) * 3)
    assert "B a rather long measure 1" in drawn(square, 90, None).text
    other = Heat(title="", note="", row_labels=("x",), column_labels=names, values=((0.5,) * 3,))
    assert drawn(other, 60, None).text.splitlines()[-1] == "C a rather long measure 2"


def test_a_scatter_plot_puts_points_at_their_corners_and_tells_groups_apart() -> None:
    groups = (Points("low", ((0, 0),)), Points("high", ((100, 100),)))
    text = drawn(Scatter(title="", note="", groups=groups, x_range=(0, 100), y_range=(0, 100)), 60, 14).text
    lines = text.splitlines()
    assert lines[0] == "● low n=1  ○ high n=1"
    assert lines[1].endswith("○")
    assert lines[-3].split("┤")[1].startswith("●")


def test_a_single_group_is_drawn_finely_but_not_in_plain_text() -> None:
    figure = Scatter(title="", note="", groups=(Points("a", ((0, 0), (1, 1), (2, 4))),))
    assert any("\u2800" < sign < "\u28ff" for sign in drawn(figure, 60, 14).text)
    assert "o" in drawn(figure, 60, 14, is_plain=True).text.splitlines()[1]


def test_a_cumulative_share_rises_evenly_within_a_bin() -> None:
    group, edges = Counts("a", (1, 3)), (0.0, 10.0, 20.0)
    assert [share_below(edges, group, value) for value in (-5, 0, 5, 10, 15, 20)] == [0, 0, 0.125, 0.25, 0.625, 1]


def test_a_legend_leaves_out_counts_before_names() -> None:
    figure = histogram((1, 2), (3, 4), (5, 6), is_cumulative=True)
    assert "● group 0 n=3" in drawn(figure, 80, 10).text
    assert drawn(figure, 36, 10).text.splitlines()[1] == "● group 0  ○ group 1  ▲ group 2"
    groups = (Points("a", ((1, 1),)), Points("a longer name", ((2, 2),)))
    scatter = Scatter(title="", note="", groups=groups)
    assert drawn(scatter, 26, 10).text.splitlines()[0] == "● a  ○ a longer name"


def test_all_missing_is_said() -> None:
    assert "no values to draw" in drawn(Boxes(title="Boxes", note="n = 0", boxes=(Box("a", 0),)), 60, 10).text
    assert "no values to draw" in drawn(histogram((0, 0)), 60, 10).text


def test_drawing_loads_no_library() -> None:
    code = "import sys, motivtui.plots.terminal, motivtui.plots.files; print(*sys.modules)"
    loaded = run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"matplotlib", "plotext", "numpy", "rich", "textual"} & set(loaded)
