from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, wilcoxon

from motivtui.stats.signed_rank import MOST_EXACT, signed_rank


def test_as_in_r() -> None:
    """R, ?wilcox.test: depression data of Hollander & Wolfe (1973), p. 29: V = 40, one-sided p = .01953."""
    before = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
    after = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
    statistic, p = signed_rank(before - after)
    assert statistic == 45 - 40
    assert p == pytest.approx(2 * 0.01953125)


@given(st.lists(st.integers(-4, 4).filter(bool), min_size=2, max_size=9))
def test_exact_with_ties(values: list[int]) -> None:
    found = np.array(values, dtype=float)
    ranks = rankdata(abs(found))
    up = ranks[found > 0].sum()
    sums = np.array(
        [sum(r for r, sign in zip(ranks, signs, strict=True) if sign) for signs in product((0, 1), repeat=len(values))]
    )
    expected = min(1.0, 2 * min((sums <= up).mean(), (sums >= up).mean()))
    assert signed_rank(found)[1] == pytest.approx(expected)


@pytest.mark.parametrize("n", [5, 20, MOST_EXACT, MOST_EXACT + 1])
def test_as_in_scipy_without_ties(n: int) -> None:
    values = np.random.default_rng(n).normal(0.3, 1, n)
    tested = wilcoxon(values, method="exact" if n <= MOST_EXACT else "asymptotic")
    statistic, p = signed_rank(values)
    assert statistic == pytest.approx(tested.statistic)
    assert p == pytest.approx(tested.pvalue)
