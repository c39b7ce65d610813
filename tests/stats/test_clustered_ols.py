"""Slopes against the textbook's sandwich, R² and its parts against each other, and what cannot be fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from motivtui.stats.clustered_ols import clustered_ols, r_squared
from motivtui.stats.estimate import Size

if TYPE_CHECKING:
    from motivtui.stats.table import Floats

GENERATOR = np.random.default_rng(6)
PARENTS = np.repeat(np.arange(12), 5)
X = GENERATOR.normal(size=(60, 2)) + GENERATOR.normal(size=(12, 2))[PARENTS]
Y = 1 + X @ [0.5, -1] + GENERATOR.normal(size=60) + GENERATOR.normal(size=12)[PARENTS]
SIZE = Size(60, 60)


def test_the_interval_is_the_cluster_robust_one() -> None:
    found = clustered_ols(Y, X, PARENTS, unit="SDs", size=SIZE)
    # Cameron & Miller (2015), equations 8 to 11, written out
    design = np.column_stack([np.ones(60), X])
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ Y
    errors = Y - design @ beta
    sums = [design[family == PARENTS].T @ errors[family == PARENTS] for family in range(12)]
    meat = np.array([np.outer(one, one) for one in sums]).sum(axis=0)
    covariance: Floats = 12 / 11 * 59 / 57 * bread @ meat @ bread
    for place, slope in enumerate(found.slopes, start=1):
        se = np.sqrt(covariance[place, place])
        half = stats.t.ppf(0.975, 11) * se
        assert slope.value == pytest.approx(beta[place])
        assert [slope.low, slope.high] == pytest.approx([beta[place] - half, beta[place] + half])
        assert slope.p == pytest.approx(2 * stats.t.sf(abs(beta[place] / se), 11))
        assert (slope.df, slope.n_parents, slope.n_tasks) == (11, 12, 60)


def test_parts_of_r_squared() -> None:
    found = clustered_ols(Y, X, PARENTS, unit="SDs", size=SIZE)
    correlations = np.atleast_2d(np.corrcoef(np.column_stack([Y, X]).T))
    r_y1, r_y2, r_12 = correlations[0, 1], correlations[0, 2], correlations[1, 2]
    # Cohen, Cohen, West & Aiken (2003), 3.3: two predictors
    assert found.r_squared == pytest.approx((r_y1**2 + r_y2**2 - 2 * r_y1 * r_y2 * r_12) / (1 - r_12**2))
    assert found.semipartial[0] == pytest.approx((r_y1 - r_y2 * r_12) ** 2 / (1 - r_12**2))
    assert found.inflation == pytest.approx([1 / (1 - r_12**2)] * 2)
    alone = clustered_ols(Y, X[:, :1], PARENTS, unit="SDs", size=SIZE)
    assert alone.semipartial[0] == alone.r_squared == pytest.approx(r_y1**2)
    assert r_squared(Y, X[:, :0]) == 0


@pytest.mark.parametrize(
    ("values", "columns", "reason"),
    [
        (Y[:3], X[:3], "3 tasks for 2 predictors"),
        (np.full(60, 4.2), X, "what is to be explained does not vary"),
        (Y, np.column_stack([X[:, 0], np.full(60, 3.0)]), "a predictor does not vary"),
        (Y, np.column_stack([X[:, 0], 2 * X[:, 0] - 7]), "the predictors depend on each other"),
    ],
)
def test_what_cannot_be_fitted(values: object, columns: object, reason: str) -> None:
    y, x = np.asarray(values), np.asarray(columns)
    found = clustered_ols(y, x, PARENTS[: len(y)], unit="SDs", size=SIZE)
    assert {one.reason for one in found.slopes} == {reason}
    assert (found.r_squared, found.semipartial, found.inflation) == (None, (None, None), (None, None))


def test_few_families_and_exact_fits() -> None:
    one = clustered_ols(Y, X, np.zeros(60, dtype=int), unit="SDs", size=SIZE)
    assert {(slope.low, slope.p, slope.reason) for slope in one.slopes} == {(None, None, "one family only")}
    assert one.slopes[0].value is not None
    few = clustered_ols(Y, X, PARENTS % 4, unit="SDs", size=SIZE)
    assert few.slopes[0].flags == ("few families (4)",)
    exact = clustered_ols(X @ [2, 1], X, PARENTS, unit="SDs", size=SIZE)
    assert exact.slopes[0].value == pytest.approx(2)
    assert {(slope.p, slope.reason) for slope in exact.slopes} == {(None, "no variation between families")}
