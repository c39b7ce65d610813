"""Scales: places within the axis, round ticks within the range, numbers that tell ticks apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.plots.scale import Scale, number, range_of, round_ticks, tick_texts

MEASURES = st.floats(-1e9, 1e9, allow_nan=False)


@given(MEASURES, st.floats(1e-6, 1e9), st.integers(1, 200), MEASURES)
def test_every_value_has_a_cell_within_the_axis(low: float, span: float, cells: int, value: float) -> None:
    limits = range_of([low, low + span])
    assert limits is not None
    scale = Scale(*limits, cells)
    assert 0 <= scale.cell(value) < cells
    assert (scale.cell(limits[0]), scale.cell(limits[1])) == (0, cells - 1)


@given(MEASURES, st.floats(1e-3, 1e9), st.integers(1, 30))
def test_ticks_are_few_lie_within_and_have_numbers_of_their_own(low: float, span: float, most: int) -> None:
    high = low + span
    if span < 1e-6 * max(abs(low), abs(high)):
        return
    ticks = round_ticks(low, high, most)
    assert len(ticks) <= max(most, 2)
    assert all(low - span * 1e-6 <= tick <= high + span * 1e-6 for tick in ticks)
    if max(abs(low), abs(high)) < 1e6:
        assert len(set(tick_texts(ticks))) == len(ticks)


def test_ticks_of_the_scale_of_scores() -> None:
    assert round_ticks(1, 100, 6) == (20, 40, 60, 80, 100)
    assert tick_texts((-0.5, 0.0, 0.5)) == ("−0.5", "0.0", "0.5")


@pytest.mark.parametrize(
    ("value", "text"), [(3.14, "+3.1"), (-0.04, "0.0"), (0.0, "0.0"), (-2.0, "−2.0"), (math.inf, "+∞"), (2e9, "+2e9")]
)
def test_numbers(value: float, text: str) -> None:
    assert number(value, 1, sign=True) == text


def test_ranges() -> None:
    assert range_of([None, math.nan, math.inf]) is None
    assert range_of([5, 7], (1, 100)) == (1, 100)
    assert range_of([5, 700], (1, 100)) == (1, 700)
    assert range_of([50.0, 50.0]) == (45.0, 55.0)
    assert range_of([0.0]) == (-1.0, 1.0)
