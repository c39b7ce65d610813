"""Logistic fits against statsmodels, published tables and closed forms; maxima that do not exist are seen."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.sparse import csr_array

from motivtui.stats.estimate import Size
from motivtui.stats.logit import (
    area_under_curve,
    clustered,
    clustered_meat,
    dyadic,
    fit,
    has_maximum,
    is_full_rank,
    is_separated_by_a_column,
    wald,
)

Floats = NDArray[np.float64]

# Heinze & Schemper (2002), Statistics in Medicine 21, 2409: urinary tract infection and contraception, 239 women.
# case, age, oc, vic, vicl, vis, dia as digits, and how many women.
INFECTION = """0000010 1,0001000 2,0001010 1,0001100 8,0001110 18,0010000 42,0010010 1,0011000 1,0011100 5,0011110 6,
0101100 2,0101110 4,0110000 14,0110010 1,0111000 1,0111110 2,1000010 1,1001000 14,1001010 3,1001100 10,1001110 12,
1001111 1,1010000 44,1010001 3,1011000 15,1011001 1,1011010 2,1011100 7,1011110 3,1101000 2,1101010 1,1101011 1,
1101100 1,1101111 1,1110000 5,1111000 3""".replace("\n", "")
# R logistf 1.26, logistf(case ~ age+oc+vic+vicl+vis+dia, sex2)$coefficients
FIRTH = [0.12025404, -1.10598130, -0.06881673, 2.26887464, -2.11140816, -0.78831694, 3.09601263]


def infection() -> tuple[Floats, Floats, Floats]:
    rows = [(digits, float(n)) for digits, n in (cell.split() for cell in INFECTION.split(","))]
    table = np.array([[float(digit) for digit in digits] for digits, _ in rows])
    return np.column_stack([np.ones(len(rows)), table[:, 1:]]), table[:, 0], np.array([n for _, n in rows])


def simulated(seed: int, n: int = 300) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), generator.normal(size=n), generator.integers(-1, 2, n)])
    chance = 1 / (1 + np.exp(-(x @ [0.3, 0.8, -0.5])))
    return x, (generator.random(n) < chance).astype(float)


def test_maximum_likelihood_and_clusters_are_those_of_statsmodels() -> None:
    x, y = simulated(1)
    clusters = np.arange(300) // 5
    found = fit(x, y, np.ones(300))
    plain = sm.Logit(y, x).fit(disp=0, method="newton", tol=1e-12)
    assert found.has_converged
    assert found.beta == pytest.approx(plain.params, rel=1e-8)
    assert [found.se(column) for column in range(3)] == pytest.approx(plain.bse, rel=1e-7)
    assert found.log_likelihood == pytest.approx(plain.llf)
    by_cluster = sm.Logit(y, x).fit(disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": clusters})
    covariance = clustered(x, y, np.ones(300), found, clusters)
    assert covariance is not None
    assert np.sqrt(np.diag(covariance)) == pytest.approx(by_cluster.bse, rel=1e-6)


def test_counted_answers_are_single_answers() -> None:
    x, y = simulated(2, 120)
    x = x.round(0)
    cells, codes = np.unique(x, axis=0, return_inverse=True)
    n = np.bincount(codes).astype(float)
    one, other = fit(x, y, np.ones(120)), fit(cells, np.bincount(codes, weights=y) / n, n)
    assert other.beta == pytest.approx(one.beta)
    assert other.inverse == pytest.approx(one.inverse)
    assert other.log_likelihood == pytest.approx(one.log_likelihood)


def test_firth_is_that_of_logistf() -> None:
    x, y, n = infection()
    assert n.sum() == 239
    plain = fit(x, y, n)
    assert not has_maximum(x, y, plain)  # no woman with a diaphragm (dia) was without an infection
    found = fit(x, y, n, is_firth=True)
    assert found.has_converged
    assert found.beta == pytest.approx(FIRTH, abs=2e-5)


@settings(deadline=None)
@example([0, 1, 0, 1])
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4).filter(lambda c: c[0] + c[1] > 0 and c[2] + c[3] > 0))
def test_firth_of_a_fourfold_table_adds_a_half_to_each_cell(cells: list[int]) -> None:
    a, b, c, d = cells
    x = np.array([[1.0, 0], [1, 1]])
    n = np.array([a + b, c + d], dtype=float)
    found = fit(x, np.array([a, c]) / n, n, is_firth=True)
    first = np.log((a + 0.5) / (b + 0.5))
    assert found.has_converged
    assert found.beta == pytest.approx([first, np.log((c + 0.5) / (d + 0.5)) - first], abs=2e-5)


@pytest.mark.parametrize("seed", range(20))
def test_firth_settles_where_answers_are_separated(seed: int) -> None:
    x, _ = simulated(seed, 60)
    y = (x[:, 1] > 0).astype(float)
    found = fit(x, y, np.ones(60), is_firth=True)
    assert found.has_converged
    assert 0 < found.beta[1] < 50


@pytest.mark.parametrize(
    ("values", "answers", "expected"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], False),  # complete
        ([1, 2, 2, 3], [0, 0, 1, 1], False),  # quasi-complete: overlap at one value only
        ([1, 2, 3, 4], [1, 1, 1, 1], False),
        ([1, 2, 3, 4], [0, 1, 0, 1], True),
        ([1, 3, 2, 4], [0, 0, 1, 1], True),
    ],
)
def test_separation_is_seen(values: list[float], answers: list[float], expected: bool) -> None:
    x = np.column_stack([np.ones(4), values])
    y = np.array(answers, dtype=float)
    assert has_maximum(x, y, fit(x, y, np.ones(4))) is expected


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 1)), min_size=3, max_size=14))
def test_a_maximum_exists_where_the_answers_overlap(cases: list[tuple[int, int]]) -> None:
    values = np.array([value for value, _ in cases], dtype=float)
    y = np.array([answer for _, answer in cases], dtype=float)
    x = np.column_stack([np.ones(len(cases)), values])
    if not is_full_rank(x):
        assert len(set(values)) == 1
        return
    low, high = values[y == 0], values[y == 1]
    overlap = bool(len(low) and len(high) and low.max() > high.min() and high.max() > low.min())
    assert has_maximum(x, y, fit(x, y, np.ones(len(cases)))) is overlap


def test_a_ridge_is_the_maximum_of_the_penalised_likelihood() -> None:
    from scipy.optimize import minimize

    x, y = simulated(3, 40)
    ridge = np.diag([0.0, 2.0, 2.0])

    def loss(beta: Floats) -> float:
        odds = x @ beta
        return float(-(y * odds - np.logaddexp(0, odds)).sum() + 0.5 * beta @ ridge @ beta)

    best = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-9})
    assert fit(x, y, np.ones(40), ridge=ridge).beta == pytest.approx(best.x, abs=1e-6)


def test_dyads_that_share_no_task_are_clusters() -> None:
    x, y = simulated(4, 60)
    pairs = np.arange(60) // 3
    found = fit(x, y, np.ones(60))
    covariance, plain = dyadic(x, y, found, 2 * pairs, 2 * pairs + 1, pairs), clustered(x, y, np.ones(60), found, pairs)
    assert covariance is not None
    assert plain is not None
    assert covariance / (40 / 39) == pytest.approx(plain / (20 / 19 * 59 / 57))


def test_dyads_are_summed_over_every_two_rows_that_share_a_task() -> None:
    x, y = simulated(5, 50)
    generator = np.random.default_rng(5)
    one = generator.integers(0, 8, 50)
    other = (one + generator.integers(1, 8, 50)) % 8
    pairs = np.minimum(one, other) * 8 + np.maximum(one, other)
    found = fit(x, y, np.ones(50))
    scores = x * (y - found.probabilities)[:, None]
    meat = np.zeros((3, 3))
    for i in range(50):
        for j in range(50):
            if {int(one[i]), int(other[i])} & {int(one[j]), int(other[j])}:
                meat += np.outer(scores[i], scores[j])
    covariance = dyadic(x, y, found, one, other, pairs)
    assert covariance == pytest.approx(8 / 7 * found.inverse @ meat @ found.inverse)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_the_area_is_the_mann_whitney_statistic(cases: list[tuple[int, bool]]) -> None:
    values = np.array([value for value, _ in cases], dtype=float)
    is_event = np.array([answer for _, answer in cases])
    if is_event.all() or not is_event.any():
        return
    area, influence = area_under_curve(values, is_event)
    statistic = stats.mannwhitneyu(values[is_event], values[~is_event], method="asymptotic").statistic
    assert area == pytest.approx(statistic / (is_event.sum() * (~is_event).sum()))
    assert influence.mean() == pytest.approx(0, abs=1e-9)


def test_a_wald_interval_is_normal() -> None:
    found = wald(1.0, 0.5, unit="log odds", method="", size=Size(1, 1), parents=1)
    assert (found.low, found.high) == pytest.approx((1 - 1.959964 * 0.5, 1 + 1.959964 * 0.5), abs=1e-6)
    assert found.p == pytest.approx(0.0455, abs=1e-4)


def test_a_column_with_one_answer_separates_and_so_has_no_maximum() -> None:
    x, y = simulated(5)
    category = (np.arange(300) < 20).astype(float)
    assert not is_separated_by_a_column(np.column_stack([np.ones(300), category]), y)
    assert not is_separated_by_a_column(x, y)
    for answer in (0.0, 1.0):
        same = np.where(category > 0, answer, y)
        wider = np.column_stack([x, category])
        assert is_separated_by_a_column(wider, same)
        assert not has_maximum(wider, same, fit(wider, same, np.ones(300)))
    # A slope that is negative for some separates nothing, whatever the answers where it is positive.
    slope = np.where(category > 0, 1.0, -1.0)
    assert not is_separated_by_a_column(np.column_stack([np.ones(300), slope]), np.where(category > 0, 1.0, y))


def test_a_sparse_design_is_fitted_like_a_dense_one() -> None:
    x, y = simulated(6)
    pull = np.diag([0.0, 1.0, 2.0])
    dense, sparse = fit(x, y, np.ones(300), ridge=pull), fit(csr_array(x), y, np.ones(300), ridge=pull)
    assert sparse.beta == pytest.approx(dense.beta, rel=1e-12)
    assert sparse.inverse == pytest.approx(dense.inverse, rel=1e-10)
    clusters = np.arange(300) // 4
    one, other = (clustered_meat(design, y, np.ones(300), dense, clusters, rank=3) for design in (x, csr_array(x)))
    assert one is not None
    assert other == pytest.approx(one, rel=1e-12)
