"""Least squares with slopes and intervals clustered by family: CR1, t on G-1 degrees of freedom, by statsmodels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from motivtui.stats.estimate import FEW_FAMILIES, NO_VARIATION, ONE_FAMILY, ROUNDING, Estimate, Size, not_available

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

METHOD = "OLS, CR1 by family, t(G-1)"
DEPENDENT = "the predictors depend on each other"
CONSTANT = "what is to be explained does not vary"


@dataclass(frozen=True, slots=True)
class Regression:
    """A slope for each column, in the columns' order, and R².

    `semipartial` is what R² loses without each column, `inflation` the factor that the other columns make a slope's
    variance larger by (VIF). What is None: the slopes say why.
    """

    slopes: tuple[Estimate, ...]
    r_squared: float | None
    semipartial: tuple[float | None, ...]
    inflation: tuple[float | None, ...]


def clustered_ols(values: Floats, columns: Floats, parents: Ints, *, unit: str, size: Size) -> Regression:
    """`values` on an intercept and `columns[task, column]`; each slope is tested against 0."""
    import numpy as np

    k = columns.shape[1]
    families = len(np.unique(parents))
    reason = _unfit(values, columns)
    if reason:
        none = not_available(reason, unit=unit, method=METHOD, size=size, parents=families)
        return Regression((none,) * k, None, (None,) * k, (None,) * k)
    full = r_squared(values, columns)
    others = [np.delete(columns, place, axis=1) for place in range(k)]
    return Regression(
        _slopes(values, columns, parents, unit, size),
        full,
        tuple(full - r_squared(values, rest) for rest in others),
        tuple(1 / (1 - r_squared(columns[:, place], rest)) for place, rest in enumerate(others)),
    )


def r_squared(values: Floats, columns: Floats) -> float:
    """The share of the variance of `values`, which vary, that an intercept and `columns` explain."""
    import numpy as np

    design = columns - columns.mean(axis=0)
    centred = values - values.mean()
    if not design.shape[1]:
        return 0.0
    slopes, *_ = np.linalg.lstsq(design, centred, rcond=None)
    errors = centred - design @ slopes
    return float(1 - errors @ errors / (centred @ centred))


def _unfit(values: Floats, columns: Floats) -> str:
    import numpy as np

    n, k = columns.shape
    if n < k + 2:
        return f"{n} tasks for {k} predictors"
    if float(values.std()) <= ROUNDING * float(abs(values).max()):
        return CONSTANT
    spread = columns.std(axis=0)
    if (spread <= ROUNDING * abs(columns).max(axis=0)).any():
        return "a predictor does not vary"
    standard = (columns - columns.mean(axis=0)) / spread
    return DEPENDENT if np.linalg.matrix_rank(standard, tol=1e-9 * np.sqrt(n)) < k else ""


def _slopes(values: Floats, columns: Floats, parents: Ints, unit: str, size: Size) -> tuple[Estimate, ...]:
    import numpy as np
    from statsmodels.regression.linear_model import OLS

    _, codes = np.unique(parents, return_inverse=True)
    families = int(codes.max()) + 1
    fitted = OLS(values, np.column_stack([np.ones(len(values)), columns])).fit()
    found = [
        Estimate(
            float(slope),
            method=METHOD,
            unit=unit,
            n_rows=size.rows,
            n_tasks=size.tasks,
            n_parents=families,
            reason=ONE_FAMILY,
            flags=(f"few families ({families})",) if 1 < families < FEW_FAMILIES else (),
        )
        for slope in fitted.params[1:]
    ]
    if families < 2:
        return tuple(found)
    clustered = fitted.get_robustcov_results("cluster", groups=codes, use_t=True)  # the default would be normal
    with np.errstate(invalid="ignore"):  # of an exact fit rounding can leave a variance below 0
        errors = clustered.bse
    floors = ROUNDING * float(values.std()) / columns.std(axis=0)
    return tuple(
        _tested(one, clustered, place) if errors[place] > floor else replace(one, reason=NO_VARIATION)
        for place, (one, floor) in enumerate(zip(found, floors, strict=True), start=1)
    )


def _tested(slope: Estimate, fitted: Any, place: int) -> Estimate:
    low, high = fitted.conf_int(1 - slope.level)[place]
    return replace(
        slope,
        low=float(low),
        high=float(high),
        statistic=float(fitted.tvalues[place]),
        df=float(slope.n_parents - 1),
        p=float(fitted.pvalues[place]),
        reason="",
    )
