"""How well families are predicted from the others: what R² would be worth for tasks of a new family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from motivtui.stats.estimate import ROUNDING

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

LEVERED = 1e-8
"""Below that a family alone decides a coefficient, so that it cannot be left out of the fit by formula."""


def predicted_r_squared(values: Floats, given: Floats, columns: Floats, parents: Ints) -> float | None:
    """1 - PRESS/PRESS0, each family predicted by least squares over the others; PRESS0 without `columns`.

    `given`: the columns that both have (the intercept, or one for each model). None: there is nothing to predict.
    """
    import numpy as np

    _, codes = np.unique(parents, return_inverse=True)
    if codes.max(initial=-1) < 1 or not columns.shape[1]:
        return None
    without = _press(values, given, codes)
    if without <= ROUNDING * float(values @ values):
        return None
    return 1 - _press(values, np.column_stack([given, columns]), codes) / without


def _press(values: Floats, columns: Floats, codes: Ints) -> float:
    """The sum of the squared errors of families that were left out of the fit, by the block of the hat matrix."""
    import numpy as np

    orthonormal, triangle = np.linalg.qr(columns)
    u, s, _ = np.linalg.svd(triangle)
    basis = orthonormal @ u[:, s > 1e-9 * s.max(initial=0)]
    errors = values - basis @ (basis.T @ values)
    order = np.argsort(codes, kind="stable")
    total = 0.0
    for own in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        block = np.eye(basis.shape[1]) - basis[own].T @ basis[own]
        if float(np.linalg.eigvalsh(block)[0]) > LEVERED:
            # (I - H)⁻¹e by Woodbury, so that the matrix is never larger than there are columns.
            left = errors[own] + basis[own] @ np.linalg.solve(block, basis[own].T @ errors[own])
        else:
            rest = np.setdiff1d(order, own)
            slopes, *_ = np.linalg.lstsq(columns[rest], values[rest], rcond=None)
            left = values[own] - columns[own] @ slopes
        total += float(left @ left)
    return total
