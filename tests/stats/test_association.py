"""Correlations against R's documentation; their clustered intervals against resampling and simulated truth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from motivtui.stats.association import (
    _pair_signs,
    clustered_kendall,
    clustered_pearson,
    clustered_spearman,
    independent_pearson,
    middle_ranks,
    moments,
    r_of,
    unrelated,
)
from motivtui.stats.estimate import Estimate, Size

if TYPE_CHECKING:
    from motivtui.stats.table import Floats

# Hollander & Wolfe (1973), 185ff., as in R's documentation of cor.test: lightness and quality of canned tuna.
X = np.array([44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1])
Y = np.array([2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8])
OWN = np.arange(9)
SIZE = Size(18, 9)


def test_the_published_form_is_that_of_r() -> None:
    found = independent_pearson(X, Y, size=SIZE, parents=9)
    # R: cor.test(x, y): t = 1.8411, df = 7, p-value = 0.1082, -0.1497426 0.8955795, cor 0.5711816
    assert found.value == pytest.approx(0.5711816, abs=1e-7)
    assert [found.low, found.high] == pytest.approx([-0.1497426, 0.8955795], abs=1e-7)
    assert [found.statistic, found.df, found.p] == pytest.approx([1.8411, 7, 0.1082], abs=1e-4)
    assert found.flags == ("tasks taken as independent",)


def test_kendall_and_spearman_are_those_of_r() -> None:
    # R: cor.test(x, y, method = "kendall"): tau 0.4444444; method = "spearman": rho 0.6
    assert clustered_kendall(X, Y, OWN, size=SIZE).value == pytest.approx(0.4444444, abs=1e-7)
    assert clustered_spearman(X, Y, OWN, size=SIZE).value == pytest.approx(0.6, abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=4, max_size=30))
def test_ties_are_those_of_scipy(pairs: list[tuple[int, int]]) -> None:
    x, y = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    parents = np.arange(len(x))
    size = Size(len(x), len(x))
    if unrelated(x, y):
        assert clustered_kendall(x, y, parents, size=size).value is None
        return
    assert clustered_spearman(x, y, parents, size=size).value == pytest.approx(stats.spearmanr(x, y).statistic)
    assert clustered_kendall(x, y, parents, size=size).value == pytest.approx(stats.kendalltau(x, y).statistic)
    pearson = clustered_pearson(x, y, parents, size=size, draws=50, seed=1)
    assert pearson.value == pytest.approx(stats.pearsonr(x, y).statistic)


def _half(found: Estimate) -> float:
    assert found.low is not None
    assert found.high is not None
    return (math.atanh(found.high) - math.atanh(found.low)) / 2


@pytest.mark.parametrize("decimals", [3, 0, None])
def test_the_intervals_are_as_wide_as_resampling_says(decimals: int | None) -> None:
    """The delta method against brute force: families resampled, ranks made anew (with few decimals: with ties)."""
    generator = np.random.default_rng(5)
    parents = np.repeat(np.arange(60), 4)
    shared = generator.normal(size=60)[parents]
    x = shared + generator.normal(size=240)
    y = 0.7 * x + shared + generator.normal(size=240)
    if decimals is None:  # nothing but ties: how many of each there are is uncertain as well
        x, y = (x > 1.5).astype(float), (y > 2).astype(float)
    else:
        x, y = np.round(x, decimals), np.round(y, decimals)
    members = [np.flatnonzero(parents == family) for family in range(60)]
    drawn = [np.concatenate([members[one] for one in generator.integers(0, 60, 60)]) for _ in range(600)]
    size = Size(480, 240)
    rho = np.arctanh([stats.spearmanr(x[rows], y[rows]).statistic for rows in drawn])
    tau = np.arctanh([stats.kendalltau(x[rows], y[rows]).statistic for rows in drawn])
    r = np.arctanh([stats.pearsonr(x[rows], y[rows]).statistic for rows in drawn])
    pearson = clustered_pearson(x, y, parents, size=size, draws=2_000, seed=1)
    assert math.atanh(pearson.value or 0) / (pearson.statistic or 1) == pytest.approx(r.std(), rel=0.1)
    assert _half(pearson) / 1.96 == pytest.approx(r.std(), rel=0.15)
    assert _half(clustered_spearman(x, y, parents, size=size)) / 2 == pytest.approx(rho.std(), rel=0.1)
    assert _half(clustered_kendall(x, y, parents, size=size)) / 2 == pytest.approx(tau.std(), rel=0.1)


def test_why_there_is_no_correlation() -> None:
    constant = np.full(9, 3.0)
    for found in (
        clustered_pearson(X, constant, OWN, size=SIZE, draws=50, seed=1),
        clustered_spearman(constant, Y, OWN, size=SIZE),
        clustered_kendall(X, constant, OWN, size=SIZE),
        independent_pearson(X, constant, size=SIZE, parents=9),
    ):
        assert (found.value, found.p, found.reason) == (None, None, "one of the two does not vary")
    two = clustered_pearson(X[:2], Y[:2], OWN[:2], size=Size(4, 2), draws=50, seed=1)
    assert two.reason == "fewer than 3 tasks with both"
    line = clustered_pearson(X, 2 * X + 1, OWN, size=SIZE, draws=50, seed=1)
    assert [line.value, line.low, line.p, line.reason] == pytest.approx([1, None, None, "all tasks lie on a line"])
    assert independent_pearson(X, -X, size=SIZE, parents=9).reason == "all tasks lie on a line"
    one = clustered_spearman(X, Y, np.zeros(9, dtype=int), size=SIZE)
    assert [one.value, one.low, one.reason] == pytest.approx([0.6, None, "one family only"])


def test_the_same_seed_gives_the_same_interval() -> None:
    found = [clustered_pearson(X, Y, OWN, size=SIZE, draws=200, seed=seed) for seed in (1, 1, 2)]
    assert found[0] == found[1]
    assert found[0].low != found[2].low


def test_sums_are_enough_for_r() -> None:
    found = r_of(moments(X, Y).sum(axis=0)[None, :])
    assert found == pytest.approx([0.5711816], abs=1e-7)  # as above
    assert np.isnan(r_of(moments(X, np.full(9, 3.0)).sum(axis=0)[None, :])).all()


def test_middle_ranks_are_shares() -> None:
    assert middle_ranks(np.array([5.0, 1, 5, 9])).tolist() == [0.5, 0.125, 0.5, 0.875]


def _families(generator: np.random.Generator, rho: float) -> tuple[Floats, Floats]:
    """30 families of 4 tasks, x and y correlated `rho` over tasks, both half the families'."""
    covariance = [[1, rho], [rho, 1]]
    between = generator.multivariate_normal([0, 0], covariance, 30)[np.repeat(np.arange(30), 4)]
    within = generator.multivariate_normal([0, 0], covariance, 120)
    x, y = (np.sqrt(0.5) * (between + within)).T
    return x, y


def covers(seeds: int, draws: int) -> None:
    """Intervals of ρ = 0.5 and tests of ρ = 0 keep what they promise; taking tasks as independent does not."""
    generator = np.random.default_rng(11)
    parents = np.repeat(np.arange(30), 4)
    true = {"r": 0.5, "ρ": 6 / math.pi * math.asin(0.25), "τ-b": 2 / math.pi * math.asin(0.5)}
    covered = dict.fromkeys(true, 0)
    rejected = dict.fromkeys(true, 0)
    naive = 0
    for _ in range(seeds):
        for rho in (0.5, 0.0):
            x, y = _families(generator, rho)
            size = Size(240, 120)
            for found in (
                clustered_pearson(x, y, parents, size=size, draws=draws, seed=1),
                clustered_spearman(x, y, parents, size=size),
                clustered_kendall(x, y, parents, size=size),
            ):
                assert found.low is not None
                assert found.high is not None
                assert found.p is not None
                if rho:
                    covered[found.unit] += found.low <= true[found.unit] <= found.high
                else:
                    rejected[found.unit] += found.p < 0.05
            if not rho:
                naive += stats.pearsonr(x, y).pvalue < 0.05
    margin = 3 * math.sqrt(0.95 * 0.05 / seeds) + 0.01
    for unit in true:
        assert covered[unit] / seeds == pytest.approx(0.95, abs=margin), unit
        assert rejected[unit] / seeds == pytest.approx(0.05, abs=margin), unit
    assert naive / seeds > 0.1


def test_intervals_cover() -> None:
    covers(60, 400)


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    covers(600, 2_000)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 40)), min_size=1, max_size=50))
def test_signs_of_pairs_are_those_of_every_pair(cases: list[tuple[int, int]]) -> None:
    x, y = (np.array(side, dtype=float) for side in zip(*cases, strict=True))
    dx, dy = np.sign(x[:, None] - x), np.sign(y[:, None] - y)
    for found, wanted in zip(_pair_signs(x, y), (dx * dy, abs(dx), abs(dy)), strict=True):
        assert found == pytest.approx(wanted.mean(axis=1))
