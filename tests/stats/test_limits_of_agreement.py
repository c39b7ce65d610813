"""Bland and Altman's own limits, and intervals that cover."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from motivtui.stats.limits_of_agreement import limits_of_agreement

# Bland & Altman (1986), table 1, first measurements: peak expiratory flow in l/min by the Wright meter and the mini
# meter. They report a mean difference of -2.1 and a standard deviation of 38.8.
WRIGHT = np.array([494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427], dtype=float)
MINI = np.array([512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451], dtype=float)


def test_limits_are_bland_and_altmans() -> None:
    found = limits_of_agreement(MINI, WRIGHT, np.arange(17))
    assert found.bias.value == pytest.approx(-2.1, abs=0.05)
    assert found.upper.value == pytest.approx(-2.1 + 1.96 * 38.8, abs=0.1)
    assert found.lower.value == pytest.approx(-2.1 - 1.96 * 38.8, abs=0.1)
    assert found.bias.p == pytest.approx(stats.ttest_rel(WRIGHT, MINI).pvalue)
    assert found.upper.p is None
    # Their interval of a limit takes its SE as √3·s/√n, for normal differences; ours needs no normality.
    assert found.upper.high is not None
    assert found.upper.value is not None
    assert found.upper.high - found.upper.value == pytest.approx(2.12 * math.sqrt(3) * 38.8 / math.sqrt(17), rel=0.35)


def test_no_variation_and_too_few() -> None:
    found = limits_of_agreement(np.array([1.0, 2, 3]), np.array([3.0, 4, 5]), np.arange(3))
    assert (found.bias.value, found.upper.value, found.bias.p) == (2, 2, None)
    assert found.slope == pytest.approx(0)
    assert limits_of_agreement(np.array([1.0]), np.array([2.0]), np.arange(1)).bias.reason == "fewer than 3 pairs"
    same = limits_of_agreement(np.array([1.0, 2, 3]), np.array([3.0, 2, 1]), np.arange(3))
    assert same.slope is None


def test_a_difference_that_grows_with_the_score() -> None:
    one = np.array([10.0, 20, 30, 40])
    assert limits_of_agreement(one, 1.5 * one, np.arange(4)).slope == pytest.approx(0.5 / 1.25)


def coverage(seeds: int) -> None:
    generator = np.random.default_rng(8)
    families = np.repeat(np.arange(40), 3)
    hits = {"bias": 0, "upper": 0}
    for _ in range(seeds):
        one = generator.normal(50, 8, 120)
        other = one + 2 + generator.normal(0, 4, 40)[families] + generator.normal(0, 6, 120)
        found = limits_of_agreement(one, other, families)
        for name, truth in (("bias", 2), ("upper", 2 + 1.96 * math.sqrt(52))):
            estimate = getattr(found, name)
            hits[name] += estimate.low <= truth <= estimate.high
    margin = 3 * math.sqrt(0.95 * 0.05 / seeds) + 0.01
    for count in hits.values():
        assert count / seeds == pytest.approx(0.95, abs=margin)


def test_intervals_cover() -> None:
    coverage(250)


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    coverage(2_000)
