"""Calibration and specification curves: what they hold, and how a terminal and a page show it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.plots.check_plots import Curve, Curves, Specification
from motivtui.plots.draw_curves import _columns
from motivtui.plots.terminal import drawn
from tests.plots.figures import PLAIN, curve, curves

VALUES = st.lists(st.none() | st.floats(-5, 5), min_size=1, max_size=40)


@given(VALUES)
def test_a_curve_rises_and_its_table_loses_no_specification(values: list[float | None]) -> None:
    one = curve("a", *values)
    estimates = [spec.estimate for spec in one.drawn]
    assert estimates == sorted(value for value in values if value is not None)
    table = curves(one).as_table()
    assert len(table.rows) == len(values)
    assert [row[4] for row in table.rows][: len(estimates)] == estimates
    assert all(row[4] is None for row in table.rows[len(estimates) :])


@given(st.integers(1, 300), st.integers(1, 120))
def test_each_specification_has_its_place_in_one_column(count: int, cells: int) -> None:
    specifications = [Specification(("a",), None, float(place)) for place in range(count)]
    columns = _columns(specifications, cells)
    assert [one for column in columns for one in column.specifications] == specifications
    assert all(column.specifications for column in columns)
    assert columns[-1].x + columns[-1].wide <= cells
    assert [column.x for column in columns] == sorted({column.x for column in columns})


def test_marks_under_the_curve_stand_at_what_was_chosen() -> None:
    figure = curves(curve("money", 0.2, 0.5, -0.6, 0.9))  # sorted: first ranks, mean points (default), …
    lines = drawn(figure, 60, None).text.splitlines()
    rows = {
        name: next(line for line in lines if line.rstrip().startswith(name))
        for name in ("scoring mean", "scale   points")
    }
    columns = sorted(
        place for line in lines for place, sign in enumerate(line) if sign in "●○◆" and line is not lines[1]
    )
    marked = {
        name: [place in {m.start() for m in re.finditer("█", row)} for place in columns] for name, row in rows.items()
    }
    assert len(columns) == 4
    assert marked["scoring mean"] == [True, True, False, False]
    assert marked["scale   points"] == [False, True, True, False]
    assert sum("◆" in line for line in lines[2:]) == 1


def test_a_step_without_a_choice_is_not_told() -> None:
    one = Curve("a", tuple(Specification(("mean", name), 3, 1.0, 0.5, 2.0) for name in ("points", "ranks")))
    text = drawn(Curves(title="", note="", steps=("scoring", "scale"), curves=(one,)), 60, None).text
    assert "scale" in text
    assert "scoring" not in text


def test_an_interval_that_holds_zero_looks_otherwise() -> None:
    text = drawn(curves(curve("a", 0.1, 0.2, 0.9)), 60, None).text.split("\n", 2)[2]
    assert "○" in text  # 0.2 ± 0.3
    assert "●" in text  # 0.9 ± 0.3
    assert "○" not in drawn(curves(curve("a", 0.8, 0.9)), 60, None).text.split("\n", 2)[2]


@pytest.mark.parametrize("height", [6, 8, 12, 20])
def test_curves_that_do_not_fit_are_counted(height: int) -> None:
    figure = curves(*(curve(f"effect {number}", 0.1, 0.2, 0.5, 0.7) for number in range(5)))
    text = drawn(figure, 70, height).text
    shown = sum(f"effect {number}" in text for number in range(5))
    assert shown < 5
    assert f"{5 - shown} more effects" in text or shown == 0


def test_calibration_in_a_terminal_says_observed_beside_predicted_without_a_sign() -> None:
    drawing = drawn(PLAIN["calibration"], 90, None)
    assert "● observed  ○ predicted" in drawing.text
    (line,) = (line for line in drawing.text.splitlines() if "predicted 20 %" in line)
    assert "25.0 [11.0,  47.0]" in line
    assert line.index("○") < line.index("●")
    assert "+" not in drawing.text
    assert [row[0] for row in PLAIN["calibration"].as_table().rows] == ["none", "none", "money"]
