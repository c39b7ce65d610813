"""The logistic model of a choice: the place on the page, the difference of the reports, and the note.

Owns which fit is shown (maximum likelihood, or Firth's where that does not exist) and what is not available; the
analysis and its words are `logistic_choice`'s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.choice_rows import Offered, pair_words, unique
from motivtui.stats.estimate import Estimate, Size, clustered_statistic, not_available
from motivtui.stats.logit import (
    Fit,
    area_under_curve,
    clustered,
    dyadic,
    fit,
    has_maximum,
    is_full_rank,
    wald,
)

if TYPE_CHECKING:
    from motivtui.stats.table import Floats

FEWEST_EVENTS = 10
"""Fewer choices of either place say too little for a regression (Peduzzi et al. 1996)."""
SEPARATED = "the reports separate the choices: Firth's penalised likelihood"
UNSETTLED = "the fit did not settle: take its numbers as rough"
LOG_ODDS = "log odds"
PER_TEN = "log odds for 10 points"
NO_INTERVAL = "a share of likelihood has no interval here"


@dataclass(frozen=True, slots=True)
class ChoiceFit:
    """The numbers of `logistic_choice.LogisticChoice`; `probabilities`: of each choice, none where there is no fit."""

    slope: Estimate
    slope_dyadic: Estimate
    position: Estimate
    note: Estimate | None
    fit: Estimate
    auc: Estimate
    probabilities: tuple[float, ...]
    flags: tuple[str, ...]


def fit_choices(
    firsts: Floats, differences: Floats, notes: Floats | None, tasks: Offered, *, is_clustered: bool
) -> ChoiceFit:
    """Fit `firsts` (1: the first shown was chosen) on `differences` (in 10 points) and `notes` (1 first, -1 second)."""
    import numpy as np

    n = len(firsts)
    size, pairs = Size(n, len(unique(np.concatenate([tasks.first, tasks.second])))), len(unique(tasks.pairs))
    columns = [np.ones(n), differences, *([] if notes is None else [notes])]
    x = np.column_stack(columns)
    reason = _unfit(firsts, x)
    if reason:
        return _none(reason, size, pairs, has_note=notes is not None)
    ones = np.ones(n)
    found = fit(x, firsts, ones)
    is_separated = not has_maximum(x, firsts, found)
    if is_separated:
        found = fit(x, firsts, ones, is_firth=True)
    estimates = _coefficients(x, firsts, found, tasks, size, is_clustered=is_clustered, is_firth=is_separated)
    plain = fit(np.delete(x, 1, axis=1), firsts, ones)
    return ChoiceFit(
        slope=estimates[1],
        slope_dyadic=_dyadic(x, firsts, found, tasks, size, is_firth=is_separated),
        position=estimates[0],
        note=None if notes is None else estimates[2],
        fit=_likelihood(found, plain, size, pairs, is_firth=is_separated),
        auc=_area(found, firsts, tasks, size, is_clustered=is_clustered),
        probabilities=tuple(found.probabilities.tolist()),
        flags=(*((SEPARATED,) if is_separated else ()), *(() if found.has_converged else (UNSETTLED,))),
    )


def _unfit(firsts: Floats, x: Floats) -> str:
    """Why there is no regression; empty: there is."""
    events = int(firsts.sum())
    fewest = min(events, len(firsts) - events)
    if not len(firsts):
        return "no choice with a report on both tasks"
    if fewest < FEWEST_EVENTS:
        return f"{fewest} choices of one of the places, {FEWEST_EVENTS} are needed"
    if float(abs(x[:, 1] - x[0, 1]).max()) <= 1e-10:
        return "the difference of the reports does not vary"
    if not is_full_rank(x):
        return "the note goes with the place or the reports"
    return ""


def _none(reason: str, size: Size, pairs: int, *, has_note: bool) -> ChoiceFit:
    def missing(unit: str) -> Estimate:
        return not_available(reason, unit=unit, size=size, parents=pairs)

    note = missing(LOG_ODDS) if has_note else None
    return ChoiceFit(
        missing(PER_TEN), missing(PER_TEN), missing(LOG_ODDS), note, missing("McFadden R²"), missing("AUC"), (), ()
    )


def _coefficients(
    x: Floats, firsts: Floats, found: Fit, tasks: Offered, size: Size, *, is_clustered: bool, is_firth: bool
) -> list[Estimate]:
    import numpy as np

    fitted = "Firth's penalised likelihood" if is_firth else "logistic regression"
    pairs = len(unique(tasks.pairs))
    covariance = clustered(x, firsts, np.ones(len(firsts)), found, tasks.pairs) if is_clustered else found.inverse
    how = "CR1 by pair, normal" if is_clustered else "choices taken as independent, normal"
    if is_firth:
        # Of separated answers little is left to vary: residuals would say that all is known.
        covariance, how = found.inverse, "penalised information, choices taken as independent, normal"
    units = (LOG_ODDS, PER_TEN, LOG_ODDS)
    return [
        _wald(float(value), covariance, column, unit=units[column], method=f"{fitted}, {how}", size=size, parents=pairs)
        for column, value in enumerate(found.beta)
    ]


def _wald(
    value: float, covariance: Floats | None, column: int, *, unit: str, method: str, size: Size, parents: int
) -> Estimate:
    if covariance is None:
        reason = "one pair only"
    else:
        variance = float(covariance[column, column])
        if variance > 1e-20:
            return wald(value, math.sqrt(variance), unit=unit, method=method, size=size, parents=parents)
        reason = "the variance came out as none or negative: too few pairs share tasks, or vary"
    return replace(not_available(reason, unit=unit, method=method, size=size, parents=parents), value=value)


def _dyadic(x: Floats, firsts: Floats, found: Fit, tasks: Offered, size: Size, *, is_firth: bool) -> Estimate:
    pairs = len(unique(tasks.pairs))
    method = "logistic regression, dyadic by task, normal"
    if is_firth:
        return not_available(SEPARATED, unit=PER_TEN, method=method, size=size, parents=pairs)
    covariance = dyadic(x, firsts, found, tasks.first, tasks.second, tasks.pairs)
    return _wald(float(found.beta[1]), covariance, 1, unit=PER_TEN, method=method, size=size, parents=pairs)


def _likelihood(found: Fit, plain: Fit, size: Size, pairs: int, *, is_firth: bool) -> Estimate:
    from scipy.special import chdtrc

    method = "McFadden R², likelihood ratio, choices taken as independent"
    if is_firth:
        return not_available(SEPARATED, unit="McFadden R²", method=method, size=size, parents=pairs)
    ratio = max(0.0, 2 * (found.log_likelihood - plain.log_likelihood))
    return Estimate(
        1 - found.log_likelihood / plain.log_likelihood,
        method=method,
        unit="McFadden R²",
        statistic=ratio,
        df=1.0,
        p=float(chdtrc(1, ratio)),
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=pairs,
        reason=NO_INTERVAL,
    )


def _area(found: Fit, firsts: Floats, tasks: Offered, size: Size, *, is_clustered: bool) -> Estimate:
    import numpy as np

    area, influence = area_under_curve(found.probabilities.round(12), firsts == 1)
    clusters = tasks.pairs if is_clustered else np.arange(len(firsts))
    estimate = clustered_statistic(area, influence, clusters, unit="AUC", size=size)
    method = "AUC of the fitted probabilities (DeLong), " + ("CR1 by pair" if is_clustered else "choices independent")
    return replace(
        estimate,
        method=method,
        low=None if estimate.low is None else max(0.0, estimate.low),
        high=None if estimate.high is None else min(1.0, estimate.high),
        reason=pair_words(estimate.reason),
        n_parents=len(unique(tasks.pairs)),
        flags=tuple(flag.replace("families", "pairs") for flag in estimate.flags),
    )
