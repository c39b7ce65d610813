"""The expected score of a distribution."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.study.token_score import from_masses


def test_expected_and_sd_are_of_the_covered_part() -> None:
    score = from_masses("motivation", {80: 0.3, 90: 0.1, 10: 0.0}, "sampled")
    assert score is not None
    assert score.covered_mass == pytest.approx(0.4)
    assert score.expected == pytest.approx(82.5)
    assert score.sd == pytest.approx(math.sqrt(0.75 * 2.5**2 + 0.25 * 7.5**2))
    assert (score.item, score.method) == ("motivation", "sampled")


@pytest.mark.parametrize("masses", [{}, {5: 0.0}])
def test_no_mass_is_no_score(masses: dict[int, float]) -> None:
    assert from_masses("x", masses, "expanded") is None


@given(st.dictionaries(st.integers(0, 1000), st.floats(0, 1), min_size=1, max_size=30))
def test_it_stays_on_the_scale_whatever_the_masses(masses: dict[int, float]) -> None:
    score = from_masses("x", masses, "expanded")
    if score is not None:
        assert min(masses) <= score.expected <= max(masses)
        assert 0 <= score.sd <= 1000
        assert 0 < score.covered_mass <= 1
