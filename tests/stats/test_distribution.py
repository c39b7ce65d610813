"""Distributions: moments and quantiles as published, ends and round numbers, nothing dropped silently."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from motivtui.stats.distribution import Distribution, distributions, moments
from tests.stats.rows import choice, rating, table

# The examples of Excel's documentation of SKEW and KURT: 0.359543 and -0.151799637, for these data.
EXCEL = [3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7]


def of(*values: float | None) -> Distribution:
    (found,) = distributions(table(rating(value, f"t{number}", f"f{number}") for number, value in enumerate(values)))
    return found


def test_skew_and_kurtosis_are_corrected_for_bias() -> None:
    found = of(*EXCEL)
    assert found.skew == pytest.approx(0.359543, abs=5e-7)
    assert found.kurtosis == pytest.approx(-0.151799637, abs=5e-10)
    assert found.sd == pytest.approx(np.std(EXCEL, ddof=1))


@given(st.lists(st.integers(1, 100), min_size=4, max_size=40))
def test_moments_are_those_of_scipy(values: list[int]) -> None:
    sd, skew, kurtosis = moments(np.array(values, dtype=float))
    assert sd == pytest.approx(np.std(values, ddof=1), abs=1e-9)
    if len(set(values)) == 1:
        assert (skew, kurtosis) == (None, None)
    else:
        assert skew == pytest.approx(stats.skew(values, bias=False), abs=1e-9)
        assert kurtosis == pytest.approx(stats.kurtosis(values, bias=False), abs=1e-8)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([], (None, None, None)),
        ([5], (None, None, None)),
        ([5, 5, 5, 5], (0, None, None)),
        ([1, 3], (pytest.approx(2**0.5), None, None)),
    ],
)
def test_too_few_values_have_no_moments(values: list[float], wanted: tuple[float | None, ...]) -> None:
    assert moments(np.array(values, dtype=float)) == wanted


def test_quantiles_are_of_type_7() -> None:
    # R: quantile(c(1, 2, 4, 7, 11), c(.05, .25, .5, .75, .95)) with its default, type 7
    assert of(1, 2, 4, 7, 11).quantiles == pytest.approx((1.2, 2, 4, 7, 10.2))


def test_ends_and_round_numbers_are_shares_of_the_usable_values() -> None:
    found = of(1, 100, 100, 50, 85, 99, None, None)
    assert (found.total, found.n, found.excluded) == (8, 6, {"missing": 2})
    assert (found.at_minimum, found.at_maximum) == (1 / 6, 2 / 6)
    assert (found.multiples_of_5, found.multiples_of_10) == (4 / 6, 3 / 6)
    assert found.distinct == 5
    assert found.flags == ("floor: 17% at the end", "ceiling: 33% at the end")
    assert "6 of 8, excluded: 2 missing" in found.sentence


def test_fifteen_in_a_hundred_at_the_end_are_no_flag() -> None:
    assert of(*[100] * 3, *range(40, 57)).flags == ()
    assert of(*[100] * 4, *range(40, 57)).flags == ("ceiling: 19% at the end",)


def test_every_value_is_in_one_bin() -> None:
    found = of(*range(1, 101)).histogram
    assert found.counts == (5,) * 20
    assert (found.edges[0], found.edges[1], found.edges[-1]) == (0.5, 5.5, 100.5)
    (judged,) = distributions(table(rating(value, scale_maximum=5) for value in (1, 1, 2, 5, 5, 5)))
    assert judged.histogram.counts == (2, 1, 0, 0, 3)


def test_no_usable_value_is_a_row_with_n_0() -> None:
    found = of(None, None)
    assert (found.n, found.total, found.mean.value, found.mean.reason) == (0, 2, None, "no usable score")
    assert (found.sd, found.quantiles, found.skew, found.at_maximum, found.distinct) == (None, None, None, None, 0)
    assert sum(found.histogram.counts) == 0
    assert "NA (no usable score)" in found.sentence


def test_groups_and_manipulations_stand_apart_and_choices_are_no_ratings() -> None:
    rows = [rating(10, model="a"), rating(20, model="b"), rating(40, model="b", manipulation="money"), choice(1)]
    assert [(one.model, one.mean.value) for one in distributions(table(rows))] == [("a", 10), ("b", 30)]
    apart = distributions(table(rows), by_manipulation=True)
    assert [(one.model, one.manipulation, one.mean.value) for one in apart] == [
        ("a", "none", 10),
        ("b", "none", 20),
        ("b", "money", 40),
    ]


def test_it_survives_json() -> None:
    found = (of(*EXCEL), of(None))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Distribution, ...]) == found
