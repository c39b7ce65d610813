"""Wilcoxon's signed-rank test, exact also where values are tied.

scipy enumerates all signs when there are ties, up to a second a test. The distribution of the sum of ranks is a product
of two-point distributions, which takes a hundred microseconds.
"""

from __future__ import annotations

from typing import Any

MOST_EXACT = 50
"""Beyond that, the normal approximation with correction for ties, as in scipy and R."""


def signed_rank(values: Any) -> tuple[float, float]:
    """(the smaller of the two sums of ranks, two-sided p) of values of which none is 0."""
    import numpy as np
    from scipy.stats import rankdata, wilcoxon

    if len(values) > MOST_EXACT:
        tested = wilcoxon(values, method="asymptotic")
        return float(tested.statistic), float(tested.pvalue)
    doubled = np.rint(2 * rankdata(abs(values))).astype(int)  # middle ranks are halves
    up, total = int(doubled[values > 0].sum()), int(doubled.sum())
    distribution = np.ones(1)
    for rank in doubled:
        longer = np.zeros(len(distribution) + rank)
        longer[: len(distribution)] += distribution / 2
        longer[rank:] += distribution / 2
        distribution = longer
    low, high = distribution[: up + 1].sum(), distribution[up:].sum()
    return min(up, total - up) / 2, float(min(1.0, 2 * min(low, high)))
