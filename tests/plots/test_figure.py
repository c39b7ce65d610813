"""Figures: checked when they are made, and their data as a table."""

from __future__ import annotations

import math

import pytest

from motivtui.plots.figure import Bar, Bars, Box, Counts, Heat, Histogram, known
from tests.plots.figures import HOSTILE, PLAIN, histogram


def test_a_histogram_s_table_has_a_row_a_bin_with_the_cumulative_share() -> None:
    table = histogram((1, 3), (0, 0)).as_table()
    assert table.header == ("group", "from", "to", "n", "cumulative_share")
    assert table.rows == (
        ("group 0", 0.0, 10.0, 1, 0.25),
        ("group 0", 10.0, 20.0, 3, 1.0),
        ("group 1", 0.0, 10.0, 0, 0.0),
        ("group 1", 10.0, 20.0, 0, 0.0),
    )


def test_tables_hold_everything_that_is_drawn() -> None:
    assert PLAIN["forest"].as_table().rows[0] == ("", "money", 120, 6.0, 3.9, 8.1, 1.3, False, "")
    assert PLAIN["heat"].as_table().rows == (
        ("scale", "scale", 1.0, 120),
        ("scale", "judge", -0.42, 118),
        ("judge", "scale", -0.42, 118),
        ("judge", "judge", None, 0),
    )
    bars = PLAIN["bars"].as_table()
    assert (bars.header, bars.rows[0]) == (("label", "ok", "refused", "cut", "n"), ("gpt", 90, 9, 1, 100))
    assert PLAIN["scatter"].as_table().rows[-1] == ("line", "fit", 100, 100)
    assert PLAIN["boxes"].as_table().rows[0][:4] == ("writing", 80, 5, 40)


@pytest.mark.parametrize("figure", [*PLAIN.values(), *HOSTILE.values()])
def test_every_row_of_a_table_has_a_cell_for_each_column(figure: Histogram) -> None:
    table = figure.as_table()
    assert all(len(row) == len(table.header) for row in table.rows)


def test_figures_whose_parts_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="rise"):
        Histogram(title="", note="", edges=(1, 1), groups=())
    with pytest.raises(ValueError, match="a count for each bin"):
        Histogram(title="", note="", edges=(1, 2), groups=(Counts("a", (1, 2)),))
    with pytest.raises(ValueError, match="negative"):
        Bars(title="", note="", statuses=("ok",), bars=(Bar("a", (-1,)),))
    with pytest.raises(ValueError, match="a count for each status"):
        Bars(title="", note="", statuses=("ok",), bars=(Bar("a", (1, 2)),))
    with pytest.raises(ValueError, match="each label"):
        Heat(title="", note="", row_labels=("a",), column_labels=("b",), values=((1.0, 2.0),))


def test_nan_is_missing_and_what_is_beyond_all_measures_infinite() -> None:
    assert known(None) is None
    assert known(math.nan) is None
    assert known(0) == 0.0
    assert known(-1e300) == -math.inf
    assert Box("a", 1, 1, 2, math.nan, 4, 5).five is None
