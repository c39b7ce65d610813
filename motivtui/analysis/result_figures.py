"""Which figures go with the results of an analysis: results in, descriptions of plots out. Pure; draws nothing.

What needs a picture of its own (scales, shares, statuses, matrices, checks) has one; every other analysis is drawn as a
forest of the number that it is about. What is never pooled never shares a row; models and items stand side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from motivtui.analysis.check_figures import logistic_choices, multiverses
from motivtui.analysis.forest_figures import headline_forests, headline_of, pooled_forests, rankings
from motivtui.analysis.matrix_figures import correlations, loadings
from motivtui.analysis.result_labels import MOST_ROWS, by_label
from motivtui.analysis.score_figures import categories, distributions, statuses
from motivtui.plots.figure import Figure
from motivtui.stats.logistic_choice import LogisticChoice

__all__ = ["MOST_ROWS", "by_label", "figures_of", "headline_of"]


def figures_of(results: Sequence[Any], shown: Sequence[str] = ()) -> tuple[Figure, ...]:
    """The figures of one analysis's results, in their order; none where there is nothing to draw.

    `shown`: the estimates that the analysis is about; a forest is of the first one that a result has.
    """
    if not results:
        return ()
    if isinstance(results[0], LogisticChoice):
        return tuple(logistic_choices(results, shown))
    draw = _SPECIAL.get(type(results[0]).__name__)
    return tuple(headline_forests(results, shown) if draw is None else draw(results))


def _none(_: Sequence[Any]) -> list[Figure]:
    """What it is about is drawn by another analysis, or no picture says more than its table."""
    return []


_SPECIAL: dict[str, Callable[[Sequence[Any]], list[Figure]]] = {
    "Distribution": distributions,
    "CategoryEffect": categories,
    "StatusRates": statuses,
    "Correlation": correlations,
    "PooledEffect": pooled_forests,
    "PooledChoice": pooled_forests,
    "PooledCorrelation": pooled_forests,
    "PooledReliability": pooled_forests,
    "PooledLengthEffect": pooled_forests,
    "BradleyTerry": rankings,
    "FactorSolution": loadings,
    "Multiverse": multiverses,
    "Detectable": _none,
    "MissingBounds": _none,
}
