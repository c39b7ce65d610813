"""Slopes of a report on components that were estimated from the same answers: how sure they are, all in all.

Least squares takes the components as given, but in other answers they would turn, and what one of them holds would be
found in another. Here a slope is a function of the correlations of items and report alone (components, rotation and
regression in one), so that its variance follows from theirs: the families' influence on each correlation, times how
far the slope moves with it (delta method, by central differences). Owns this variance, not the estimates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats import principal_components as pca
from motivtui.stats.estimate import ROUNDING, Estimate

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

METHOD = "OLS, components estimated from the same answers (delta method), CR1 by family, t(G-1)"
STEP = 1e-3
"""How far a correlation is moved: the rotation is exact to 1e-7."""
LEAST = 1e-5
"""The smallest eigenvalue that leaves room to move correlations in."""
GIVEN = "components taken as given: the items nearly depend on each other"


@dataclass(frozen=True, slots=True)
class Reduction:
    """How items became components, and the loadings[item, factor] that came out of it."""

    rotation: pca.Rotation
    keys: Floats
    loadings: Floats


def unconditional(slopes: tuple[Estimate, ...], values: Floats, families: Ints, how: Reduction) -> tuple[Estimate, ...]:
    """`slopes` of the standardised report (the last column of `values[case, item]`) with tests that hold all in all.

    A slope without an interval stays as it is; all of them do, with a flag, where items nearly depend on each other.
    """
    import numpy as np
    from scipy.special import stdtr, stdtrit

    if float(np.linalg.eigvalsh(np.corrcoef(values[:, :-1], rowvar=False))[0]) < LEAST:
        return tuple(replace(slope, flags=(*slope.flags, GIVEN)) for slope in slopes)
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    errors = influence(z, families, how)
    groups, n = len(errors), len(z)
    variance = groups / max(groups - 1, 1) * (n - 1) / (n - how.loadings.shape[1] - 1) * (errors**2).sum(axis=0)
    reach = -stdtrit(max(groups - 1, 1), 0.5 - np.array([slope.level for slope in slopes]) / 2)
    found = []
    for slope, se, t in zip(slopes, np.sqrt(variance).tolist(), reach.tolist(), strict=True):
        if slope.value is None or slope.low is None or not se > ROUNDING:
            found.append(slope)
            continue
        statistic = slope.value / se
        found.append(
            replace(
                slope,
                low=slope.value - t * se,
                high=slope.value + t * se,
                statistic=statistic,
                p=float(2 * stdtr(groups - 1, -abs(statistic))),
                method=METHOD,
            )
        )
    return tuple(found)


def influence(z: Floats, families: Ints, how: Reduction) -> Floats:
    """How far each family moves each slope: influence[family, factor], from standardised items, the report last."""
    import numpy as np

    together = z.T @ z / len(z)
    items, report = together[:-1, :-1], together[:-1, -1]
    _, codes = np.unique(families, return_inverse=True)

    def moves(one: int, other: int) -> Floats:
        """Of each family on one correlation, both standard deviations included."""
        squares = (z[:, one] ** 2 + z[:, other] ** 2) / 2
        found: Floats = np.bincount(codes, weights=z[:, one] * z[:, other] - together[one, other] * squares) / len(z)
        return found

    step = min(STEP, float(np.linalg.eigvalsh(items)[0]) / 2)
    turns = _turns(items, how)
    found = np.zeros((int(codes.max()) + 1, len(turns)))
    for one in range(len(items)):
        found += np.outer(moves(one, -1), turns[:, one])
        for other in range(one + 1, len(items)):
            moved = np.zeros_like(items)
            moved[one, other] = moved[other, one] = step
            ends = [_turns(items + side * moved, how) for side in (1, -1)]
            found += np.outer(moves(one, other), (ends[0] - ends[1]) @ report / (2 * step))
    return found


def _turns(correlations: Floats, how: Reduction) -> Floats:
    """What makes slopes of the items' correlations with the report: turns[factor, item], in the loadings' order."""
    import numpy as np

    values, vectors = np.linalg.eigh(correlations)
    # As many standardised cases as items that correlate just so.
    cases = np.sqrt(len(values)) * (vectors * np.sqrt(values)).T
    solved = pca.components(cases, how.loadings.shape[1], how.rotation, how.keys)
    found = np.linalg.solve(solved.phi, np.linalg.solve(cases, solved.scores).T)
    places, signs = pca.best_match(pca.congruence(how.loadings, solved.loadings))
    turned: Floats = found[list(places)] * np.array(signs)[:, None]
    return turned
