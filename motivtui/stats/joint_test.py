"""Whether several means are all 0, jointly, clustered by family: Hotelling's T² with a CR1 covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import ROUNDING

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints


@dataclass(frozen=True, slots=True)
class JointTest:
    """F on q and G-q degrees of freedom. What is None: `reason` says why."""

    f: float | None
    df: float | None
    df2: float | None
    p: float | None
    reason: str = ""


def joint_f(values: Floats, parents: Ints, *, magnitude: float) -> JointTest:
    """That the means of the columns of `values[task, column]` are all 0.

    T² = m'C⁻¹m with C the CR1 covariance of the means; F = T²·(G-q)/(q(G-1)), which is exact where each family has one
    task and the values are normal. `magnitude`: the largest size of what `values` were computed from.
    """
    import numpy as np
    from scipy.special import fdtrc

    n, q = values.shape
    _, codes = np.unique(parents, return_inverse=True)
    families = int(codes.max(initial=-1)) + 1
    if families <= q:
        return JointTest(None, None, None, None, f"{families} families for {q} differences")
    means = values.mean(axis=0)
    sums = np.zeros((families, q))
    np.add.at(sums, codes, values - means)
    if np.linalg.svd(sums, compute_uv=False)[-1] <= ROUNDING * magnitude * n:
        return JointTest(None, None, None, None, "the differences do not vary between families")
    covariance = families / (families - 1) * sums.T @ sums / n**2
    t2 = float(means @ np.linalg.solve(covariance, means))
    f = t2 * (families - q) / (q * (families - 1))
    return JointTest(f, float(q), float(families - q), float(fdtrc(q, families - q, f)))
