"""Least squares with a joint test of columns, clustered by family. Dependent columns are left out, not guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from motivtui.stats.estimate import NO_SCORE, ROUNDING, Estimate, Size, not_available

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

UNIT = "R²"
SINGULAR = 1e-9
"""Relative size of what rounding leaves of a sum of squares that is none."""
NO_INTERVAL = "a share of variance has no interval here"


def wald_f(values: Floats, columns: Floats, parents: Ints, size: Size, *, absorbed: int = 0) -> Estimate:
    """R² of `values` on an intercept and `columns`, with the Wald F of the columns alone (never of the intercept).

    Covariance CR1, G/(G-1)·(n-1)/(n-k); F on q and G-1 degrees of freedom. Computed in an orthonormal basis of the
    columns, which changes no joint test (Frisch, Waugh, Lovell) and shows reliably where there is nothing to test by.
    `absorbed`: how many further columns were taken out of values and columns before, as those of models are.
    """
    import numpy as np

    method = "OLS, Wald F of the categories, CR1 by family"
    basis = _basis(columns, len(values))
    n, k = basis.shape
    _, codes = np.unique(parents, return_inverse=True)
    families = int(codes.max(initial=-1)) + 1
    reason = _unfit(values, k, families)
    if reason:
        return not_available(reason, unit=UNIT, method=method, size=size, parents=families)
    beta = basis.T @ values
    errors = values - basis @ beta
    sums = np.zeros((families, k - 1))
    np.add.at(sums, codes, basis[:, 1:] * errors[:, None])
    if np.linalg.svd(sums, compute_uv=False)[-1] <= SINGULAR * float(np.linalg.norm(values - values.mean())):
        reason = "too few families vary within their categories"
        return not_available(reason, unit=UNIT, method=method, size=size, parents=families)
    covariance = families / (families - 1) * (n - 1) / (n - k - absorbed) * sums.T @ sums
    f = float(beta[1:] @ np.linalg.solve(covariance, beta[1:])) / (k - 1)
    return _found(values, errors, f, k - 1, families - 1, method, size, families)


def ols_f(values: Floats, columns: Floats, size: Size) -> Estimate:
    """R² and the classical F of the same regression, the values taken as independent: for means of families."""
    import numpy as np

    method = "OLS F over the means of families"
    basis = _basis(columns, len(values))
    n, k = basis.shape
    reason = _unfit(values, k, n)
    if reason:
        return not_available(reason, unit=UNIT, method=method, size=size, parents=n)
    beta = basis.T @ values
    errors = values - basis @ beta
    if float(np.linalg.norm(errors)) <= SINGULAR * float(np.linalg.norm(values - values.mean())):
        reason = "no variation within categories"
        return not_available(reason, unit=UNIT, method=method, size=size, parents=n)
    f = float(beta[1:] @ beta[1:]) / (k - 1) / (float(errors @ errors) / (n - k))
    return _found(values, errors, f, k - 1, n - k, method, size, n)


def adjusted_r_squared(found: Estimate) -> float | None:
    """R² of `ols_f` corrected for how many columns there are; None where there is no R²."""
    if found.value is None or found.df is None or found.df2 is None:
        return None
    return 1 - (1 - found.value) * (found.df + found.df2) / found.df2


def _unfit(values: Floats, k: int, families: int) -> str:
    """Why there is nothing to test; empty: there is."""
    if not len(values):
        return NO_SCORE
    if k < 2:
        return "fewer than 2 categories to compare"
    if len(values) <= k or families <= k:
        return f"{families} families for {k} categories"
    if float(values.std()) <= ROUNDING * float(abs(values).max()):
        return "the scores do not vary"
    return ""


def _found(
    values: Floats, errors: Floats, f: float, df: int, df2: int, method: str, size: Size, families: int
) -> Estimate:
    from scipy.special import fdtrc

    total = float(((values - values.mean()) ** 2).sum())
    return Estimate(
        1 - float(errors @ errors) / total,
        method=method,
        unit=UNIT,
        statistic=f,
        df=float(df),
        df2=float(df2),
        p=float(fdtrc(df, df2, f)),
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=families,
        reason=NO_INTERVAL,
    )


def _basis(columns: Floats, n: int) -> Floats:
    """An orthonormal basis of the intercept (first) and `columns`, without those that the ones before add up to."""
    import numpy as np

    basis: Floats = np.ones((n, 1)) / np.sqrt(max(n, 1))
    for column in columns.T:
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)  # twice is enough (Kahan)
        norm = float(np.linalg.norm(rest))
        if norm > SINGULAR * max(float(np.linalg.norm(column)), 1.0):
            basis = np.column_stack([basis, rest / norm])
    return basis
