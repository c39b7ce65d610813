"""Reliability: the textbook's intraclass correlations, and NA with a reason where there is nothing to repeat."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from motivtui.stats.reliability import Reliability, intraclass, pearson, reliabilities
from tests.stats.rows import Row, rating, table

# Shrout & Fleiss (1979), table 2: six targets, four judges. R's psych::ICC documents for them ICC1 0.17 (F = 1.8 on 5
# and 18, p = 0.16, -0.13 to 0.72) and ICC1k 0.44 (-0.88 to 0.91).
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def repeated(scores: list[list[float | None]], **changes: Any) -> list[Row]:
    """A row for each score of each task; None: a repeat without a value."""
    return [
        rating(value, f"t{task}", f"f{task}", repeat=repeat, **changes)
        for task, values in enumerate(scores)
        for repeat, value in enumerate(values, 1)
    ]


def reliability(rows: list[Row]) -> Reliability:
    (found,) = reliabilities(table(rows))
    return found


def test_intraclass_correlations_are_the_textbooks() -> None:
    found = reliability(repeated([[float(value) for value in values] for values in TARGETS]))
    assert found.icc.value == pytest.approx(0.17, abs=0.005)
    assert found.icc.low == pytest.approx(-0.133, abs=0.0005)
    assert found.icc.high == pytest.approx(0.72, abs=0.005)
    assert found.icc.statistic == pytest.approx(1.79, abs=0.005)
    assert found.icc.p == pytest.approx(0.16, abs=0.005)
    assert (found.icc.df, found.icc.df2, found.icc.n_tasks, found.icc.n_parents) == (5, 18, 6, 6)
    assert found.icc_mean.value == pytest.approx(0.44, abs=0.005)
    assert found.icc_mean.low == pytest.approx(-0.88, abs=0.005)
    assert found.icc_mean.high == pytest.approx(0.91, abs=0.005)
    within = math.sqrt(6.26)  # mean square within, Shrout & Fleiss, table 3
    assert found.within_sd.value == pytest.approx(within, abs=0.001)
    assert found.repeatability == pytest.approx(1.96 * math.sqrt(2) * within, abs=0.005)
    assert found.repeats == 4
    assert "6 repeated tasks" in found.sentence


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 100)), min_size=4, max_size=30))
def test_r_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    found = pearson(one, other)
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        assert found.reason == "one of the repeats does not vary"
        return
    wanted = stats.pearsonr(one, other)
    assert found.value == pytest.approx(wanted.statistic, abs=1e-9)
    if found.low is None:
        assert found.reason == "the repeats lie on a line"
        assert abs(wanted.statistic) == pytest.approx(1)
    else:
        low, high = wanted.confidence_interval()
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)


def test_the_mean_difference_is_of_all_pairs_of_a_task() -> None:
    found = reliability(repeated([[10, 20], [30, 30, 60], [50, 50]]))
    assert found.mean_difference == pytest.approx((10 + 20 + 0) / 3)


def test_tasks_with_different_numbers_of_repeats() -> None:
    rows = repeated([[10, 20], [30, 30, 60], [50, 52]])
    found = reliability(rows)
    values = [[10, 20], [30, 30, 60], [50, 52]]
    grand = sum(map(sum, values)) / 7
    between = sum(len(one) * (sum(one) / len(one) - grand) ** 2 for one in values) / 2
    within = sum(float(np.var(one)) * len(one) for one in values) / 4
    k = (7 - (4 + 9 + 4) / 7) / 2
    assert found.icc.value == pytest.approx((between - within) / (between + (k - 1) * within))
    assert found.repeats == pytest.approx(7 / 3)


def test_repeats_without_a_value_are_counted_and_not_used() -> None:
    rows = repeated([[10, None, 20], [30, 35], [50, 52], [70, None], [None, None]])
    found = reliability(rows)
    assert (found.icc.n_tasks, found.icc.n_rows) == (3, 6)
    assert (found.n, found.total, found.excluded) == (7, 11, {"missing": 4})
    assert found.r.value == pytest.approx(stats.pearsonr([10, 30, 50], [20, 35, 52]).statistic)


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ([[10], [20], [30]], "0 repeated tasks, 3 are needed"),
        ([[10, 20], [30, 40]], "2 repeated tasks, 3 are needed"),
        ([[50, 50], [50, 50], [50, 50]], "the scores do not vary"),
        ([[None, None]] * 4, "0 repeated tasks, 3 are needed"),
    ],
)
def test_nothing_to_repeat_is_na_with_a_reason(scores: list[list[float | None]], reason: str) -> None:
    found = reliability(repeated(scores))
    for one in (found.r, found.icc, found.icc_mean, found.within_sd):
        assert (one.value, one.reason) == (None, reason)
    assert found.repeatability is None
    assert f"NA ({reason})" in found.sentence


def test_the_same_score_every_time_is_perfect_without_an_interval() -> None:
    found = reliability(repeated([[10, 10], [20, 20], [30, 30]]))
    assert (found.icc.value, found.icc.low, found.icc.statistic) == (1, None, None)
    assert found.icc.reason == "every repeat is the same"
    assert found.within_sd.value == 0
    assert found.mean_difference == 0


def test_tasks_that_do_not_differ_are_unreliable_not_an_error() -> None:
    found = reliability(repeated([[10, 20], [20, 10], [10, 20]]))
    assert found.icc.value == pytest.approx(-1)
    assert found.icc_mean.value is None
    assert found.icc_mean.reason == "no variation between tasks"


def test_another_wording_is_another_question() -> None:
    rows = [
        rating(value, f"t{task}", repeat=wording, wording=wording, manipulation="money")
        for task in range(4)
        for wording, value in ((1, 10 + task), (2, 50 + 2 * task))
    ]
    assert reliability(rows).icc.reason == "0 repeated tasks, 3 are needed"


def test_manipulations_and_groups_stand_apart() -> None:
    rows = repeated([[1, 2], [3, 4], [5, 7]]) + repeated([[1, 9], [3, 1], [5, 2]], model="b")
    rows += repeated([[1, 2], [3, 4], [5, 7]], manipulation="money")
    found = reliabilities(table(rows))
    assert [(one.model, one.manipulation, one.icc.n_tasks) for one in found] == [
        ("b", "none", 3),
        ("m", "none", 3),
        ("m", "money", 3),
    ]


def test_repeats_on_executions_of_their_own_are_flagged() -> None:
    rows = [
        rating(value, f"t{task}", execution_repeat=execution, phase="post")
        for task in range(3)
        for execution, value in ((2, 30 + task * task), (1, 20 + task))[:: 1 if task % 2 else -1]
    ]
    found = reliability(rows)
    assert found.flags == ("repeats go on from executions of their own",)
    assert found.r.value == pytest.approx(stats.pearsonr([20, 21, 22], [30, 31, 34]).statistic)
    assert reliability(repeated([[1, 2], [3, 4], [5, 7]])).flags == ()


@given(st.lists(st.lists(st.integers(1, 100), min_size=2, max_size=4), min_size=3, max_size=10), st.integers(-90, 90))
def test_a_shift_changes_nothing(scores: list[list[int]], shift: int) -> None:
    padded = np.array([[*values, *([np.nan] * (4 - len(values)))] for values in scores])
    if np.nanstd(padded) == 0:
        return
    for one, other in zip(intraclass(padded), intraclass(padded + shift), strict=True):
        assert one.reason == other.reason
        assert other.value == (None if one.value is None else pytest.approx(one.value, abs=1e-6))


def test_intervals_of_the_intraclass_correlation_cover() -> None:
    generator = np.random.default_rng(11)
    seeds, covered = 400, 0
    for _ in range(seeds):
        scores = generator.normal(50, 8, (30, 1)) + generator.normal(0, 6, (30, 3))
        single, _, _ = intraclass(scores)
        assert single.low is not None
        assert single.high is not None
        covered += single.low <= 64 / 100 <= single.high
    assert covered / seeds == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / seeds) + 0.01)


def test_it_survives_json() -> None:
    found = reliabilities(table(repeated([[1, 2], [3, 4], [5, 7]]) + repeated([[None]], model="b")))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Reliability, ...]) == found


def test_limits_and_alpha_are_of_the_same_repeats() -> None:
    rows = repeated([[10, 14, 30], [30, 31], [50, 58], [70, 69], [None, 3]])
    found = reliability(rows)
    differences = np.array([4.0, 1, 8, -1])
    assert found.limits.bias.value == pytest.approx(differences.mean())
    assert found.limits.upper.value == pytest.approx(differences.mean() + 1.96 * differences.std(ddof=1))
    assert (found.alpha.n_tasks, found.alpha.n_rows) == (4, 9)
    values = [[10, 14, 30], [30, 31], [50, 58], [70, 69]]
    everything = [one for unit in values for one in unit]
    observed = sum(sum((a - b) ** 2 for a in unit for b in unit) / (len(unit) - 1) for unit in values) / 9
    expected = sum((a - b) ** 2 for a in everything for b in everything) / (9 * 8)
    assert found.alpha.value == pytest.approx(1 - observed / expected)  # Krippendorff's definition
    assert reliability(repeated([[None, None]])).limits.bias.reason == "fewer than 3 pairs"
    assert reliability(repeated([[10], [20]])).alpha.reason == "0 repeated tasks, 3 are needed"


def test_the_band_is_of_the_interval_not_of_the_point() -> None:
    found = reliability(repeated([[float(value) for value in values] for values in TARGETS]))
    assert found.band == "poor to moderate"
    assert "[-0.13, 0.72] (poor to moderate), SD" in found.sentence
    generator = np.random.default_rng(1)
    sure = generator.normal(50, 20, (60, 1)) + generator.normal(0, 1, (60, 2))
    assert reliability(repeated(sure.tolist())).band == "excellent"
    assert reliability(repeated([[10, 10], [20, 20], [30, 30]])).band == ""
