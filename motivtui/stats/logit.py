"""Logistic regression: maximum likelihood, Firth's for what is separated, a ridge; covariances clustered or dyadic.

Owns the fit of one design (Newton's method with halved steps) and the check whether a maximum exists; knows no table.
statsmodels fits the same model, but only warns where there is no maximum, and has neither Firth's penalty (1993) nor
standard errors under a ridge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import LEVEL, Estimate, Size

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

CONVERGED = 1e-12
"""Newton's decrement below which a step changes nothing that can be seen."""
STEPS = 200
"""At most; maximum likelihood takes about ten, Firth's for separated answers a hundred."""
FAR = 15.0
"""Log odds beyond which a fitted maximum may be one that runs away."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients, the inverse of the (penalised) information, the plain log likelihood, each row's probability."""

    beta: Floats
    inverse: Floats
    log_likelihood: float
    probabilities: Floats
    has_converged: bool

    def se(self, column: int) -> float:
        """The standard error of a coefficient if rows are independent."""
        return math.sqrt(float(self.inverse[column, column]))


def fit(x: Floats, y: Floats, weights: Floats, *, ridge: Floats | None = None, is_firth: bool = False) -> Fit:
    """Fit Pr(y) on the columns of `x`: `y` is 0 or 1, or the share of a row that stands for `weights` answers.

    `ridge`: a matrix R; the log likelihood is penalised by βᵀRβ/2 (a Gaussian prior with the inverse covariance R).
    `is_firth`: penalised by Jeffreys' prior instead. The columns must be independent, or the ridge make them so; `x`
    may be sparse, but not for Firth's.
    """
    import numpy as np

    beta = np.zeros(x.shape[1])
    now = _state(x, y, weights, beta, ridge, is_firth=is_firth)
    has_converged = False
    for _ in range(STEPS):
        step = solved(now.curvature, now.slope)
        if float(step @ now.slope) < CONVERGED:
            has_converged = True
            break
        size = min(1.0, 5.0 / max(float(abs(step).max()), 1e-300)) if is_firth else 1.0
        beta, now = _improved(x, y, weights, beta, step * size, now, ridge, is_firth=is_firth)
    return Fit(beta, _inverse(now.information), now.log_likelihood, now.probabilities, has_converged)


@dataclass(frozen=True, slots=True)
class _State:
    """Where Newton's method stands. `curvature` divides the slope into the step."""

    probabilities: Floats
    information: Floats
    curvature: Floats
    slope: Floats
    log_likelihood: float
    penalised: float


def _state(x: Floats, y: Floats, weights: Floats, beta: Floats, ridge: Floats | None, *, is_firth: bool) -> _State:
    import numpy as np

    odds = x @ beta
    p = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    variance = weights * p * (1 - p)
    information = weighted_products(x, variance)
    slope = x.T @ (weights * (y - p))
    log_likelihood = float(weights @ (y * odds - np.logaddexp(0, odds)))
    penalised = log_likelihood
    if ridge is not None:
        information = information + ridge
        slope = slope - ridge @ beta
        penalised -= 0.5 * float(beta @ ridge @ beta)
    curvature = information
    if is_firth:
        leverage = variance * ((x @ _inverse(information)) * x).sum(axis=1)
        slope = slope + x.T @ (leverage * (0.5 - p))
        penalised += 0.5 * float(np.linalg.slogdet(information)[1])
        # The penalty curves as well, as if each row had its leverage more of answers; else steps may swing for ever.
        curvature = weighted_products(x, (weights + leverage) * p * (1 - p))
    return _State(p, information, curvature, slope, log_likelihood, penalised)


def weighted_products(x: Floats, weights: Floats) -> Floats:
    """XᵀWX, dense even where `x` is sparse."""
    import numpy as np

    found = x.T @ (x * weights[:, None])
    return found if isinstance(found, np.ndarray) else np.asarray(found.toarray())


def solved(matrix: Floats, right: Floats) -> Floats:
    """The symmetric matrix into the right side; where it is not positive definite, by its pseudo-inverse."""
    import numpy as np
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    try:
        found: Floats = cho_solve(cho_factor(matrix), right)
    except LinAlgError:
        found = np.linalg.pinv(matrix, hermitian=True) @ right
    return found


def _inverse(matrix: Floats) -> Floats:
    import numpy as np

    return solved(matrix, np.eye(len(matrix)))


def _improved(
    x: Floats,
    y: Floats,
    weights: Floats,
    beta: Floats,
    step: Floats,
    now: _State,
    ridge: Floats | None,
    *,
    is_firth: bool,
) -> tuple[Floats, _State]:
    """The next place: the step, halved until it leads upwards."""
    for _ in range(30):
        found = _state(x, y, weights, beta + step, ridge, is_firth=is_firth)
        if found.penalised >= now.penalised - 1e-13 * abs(now.penalised):
            break
        step = step / 2
    return beta + step, found


def has_maximum(x: Floats, y: Floats, found: Fit) -> bool:
    """Whether the likelihood has a maximum: no combination of columns separates the answers (Albert & Anderson 1984).

    A fit that went nowhere far is one. Else by linear programming (Konis 2007): is there a direction along which no
    answer gets less likely, and some get likelier? `y` between 0 and 1 stands for answers of both kinds.
    """
    import numpy as np

    if found.has_converged and float(abs(x @ found.beta).max(initial=0)) < FAR:
        return True
    from scipy.optimize import linprog

    x = x if isinstance(x, np.ndarray) else x.toarray()
    both = np.concatenate([x[y > 0], -x[y < 1]])
    scaled = np.unique(both / np.maximum(abs(x).max(axis=0), 1e-300), axis=0)
    best = linprog(-scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)), bounds=(-1, 1))
    return bool(-best.fun <= 1e-7)


def is_separated_by_a_column(x: Floats, y: Floats) -> bool:
    """Whether all answers of a column's rows are the same, as for a category in which nothing failed: no maximum then.

    Of columns that are 0 or more. What several columns separate together, `has_maximum` finds, with far more work.
    """
    inside = x > 0
    events, rows = inside.T @ y, inside.sum(axis=0)
    return bool((((events == 0) | (events == rows)) & (rows > 0) & (x >= 0).all(axis=0)).any())


def is_full_rank(x: Floats) -> bool:
    """Whether the columns are independent."""
    import numpy as np

    scaled = x / np.maximum(abs(x).max(axis=0, initial=0), 1e-300)
    rank = int(np.linalg.matrix_rank(scaled.T @ scaled, tol=1e-9 * max(len(x), 1)))
    return bool(rank == x.shape[1])


def clustered(x: Floats, y: Floats, weights: Floats, found: Fit, clusters: Ints) -> Floats | None:
    """The covariance of the coefficients clustered by `clusters`: CR1; None: one cluster only."""
    import numpy as np

    meat = clustered_meat(x, y, weights, found, clusters, rank=x.shape[1])
    return None if meat is None else np.asarray(found.inverse @ meat @ found.inverse)


def clustered_meat(x: Floats, y: Floats, weights: Floats, found: Fit, clusters: Ints, *, rank: int) -> Floats | None:
    """What stands between two inverses in `clustered`; `x`, of `rank` independent columns, may be sparse.

    The factor is G/(G-1)·(n-1)/(n-k), n the number of answers and k the rank.
    """
    import numpy as np

    n = float(weights.sum())
    sums = _sums(x * (weights * (y - found.probabilities))[:, None], clusters)
    groups = sums.shape[0]
    if groups < 2 or n <= rank:
        return None
    meat: Floats = groups / (groups - 1) * (n - 1) / (n - rank) * weighted_products(sums, np.ones(groups))
    return meat


def dyadic(x: Floats, y: Floats, found: Fit, one: Ints, other: Ints, pairs: Ints) -> Floats | None:
    """The covariance where any two rows that share a task may hang together (Aronow, Samii & Assenova 2015).

    `one` and `other` are the tasks of each row, `pairs` both of them. The factor is T/(T-1) for T tasks; None: fewer
    than three tasks.
    """
    import numpy as np

    scores = x * (y - found.probabilities)[:, None]
    by_task = _sums(np.concatenate([scores, scores]), np.concatenate([one, other]))
    by_pair = _sums(scores, pairs)
    tasks = len(by_task)
    if tasks < 3:
        return None
    # Two rows of one pair share both tasks, and would count twice.
    meat = by_task.T @ by_task - by_pair.T @ by_pair
    return np.asarray(tasks / (tasks - 1) * found.inverse @ meat @ found.inverse)


def _sums(scores: Floats, clusters: Ints) -> Floats:
    import numpy as np
    from scipy.sparse import csr_array

    found, codes = np.unique(clusters, return_inverse=True)
    rows = np.arange(len(codes))
    sums: Floats = csr_array((np.ones(len(codes)), (codes, rows)), shape=(len(found), len(codes))) @ scores
    return sums


def wald(
    value: float, se: float, *, unit: str, method: str, size: Size, parents: int, flags: tuple[str, ...] = ()
) -> Estimate:
    """A coefficient with the interval and the p of the normal distribution."""
    from scipy.special import ndtr, ndtri

    half = float(ndtri(0.5 + LEVEL / 2)) * se
    z = value / se
    return Estimate(
        value,
        value - half,
        value + half,
        method=method,
        unit=unit,
        statistic=z,
        p=float(2 * ndtr(-abs(z))),
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=parents,
        flags=flags,
    )


def area_under_curve(probabilities: Floats, is_event: Bools) -> tuple[float, Floats]:
    """The area under the ROC curve, ties counting half, and the influence of each row on it (DeLong et al. 1988).

    Both answers must occur. The mean of the influence values is 0.
    """
    import numpy as np
    from scipy.stats import rankdata

    n, events = len(is_event), int(is_event.sum())
    others = n - events
    ranks = rankdata(probabilities)
    placed = np.empty(n)
    placed[is_event] = (ranks[is_event] - rankdata(probabilities[is_event])) / others
    placed[~is_event] = 1 - (ranks[~is_event] - rankdata(probabilities[~is_event])) / events
    area = float(placed[is_event].mean())
    return area, (placed - area) * n / np.where(is_event, events, others)
