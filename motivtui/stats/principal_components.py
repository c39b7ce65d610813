"""Principal components of a correlation matrix, rotated: what is computed of several items, whatever these are.

Owns Kaiser-Meyer-Olkin, Bartlett's test, Horn's parallel analysis, rotation with Kaiser's normalisation (the rotation
itself is statsmodels'), scores and Tucker's congruence. Knows no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motivtui.stats.table import Floats

QUANTILE = 0.95
"""An eigenvalue counts if it is above this quantile of those of unrelated items."""
SINGULAR = 1e-10


class Rotation(StrEnum):
    """`varimax` keeps the factors uncorrelated; `quartimin` (oblimin, γ = 0) lets them correlate."""

    VARIMAX = "varimax"
    QUARTIMIN = "quartimin"


@dataclass(frozen=True, slots=True)
class Components:
    """Of `z[case, item]`: `loadings[item, factor]`, `scores[case, factor]` (variance 1) and the factors' `phi`.

    The factors are in the order of their sums of squares, each with the sign that makes its large
    (keyed) loadings positive.
    `weights[item, factor]` are the eigenvectors turned like the factors (V·R).
    """

    loadings: Floats
    scores: Floats
    phi: Floats
    weights: Floats
    eigenvalues: Floats


def kaiser_meyer_olkin(correlations: Floats) -> tuple[float, Floats]:
    """How much of the items' correlation is shared with others: overall and of each item (Kaiser 1974)."""
    import numpy as np

    inverse = np.linalg.inv(correlations)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse / np.outer(scale, scale)
    off = ~np.eye(len(correlations), dtype=bool)
    r, q = np.where(off, correlations**2, 0), np.where(off, partial**2, 0)
    return float(r.sum() / (r.sum() + q.sum())), r.sum(axis=0) / (r.sum(axis=0) + q.sum(axis=0))


def bartlett(correlations: Floats, cases: int) -> tuple[float, int, float]:
    """χ², degrees of freedom and p of the items being unrelated (Bartlett 1951); cases taken as independent."""
    import numpy as np
    from scipy.special import chdtrc

    items = len(correlations)
    _, determinant = np.linalg.slogdet(correlations)
    statistic = float(-(cases - 1 - (2 * items + 5) / 6) * determinant)
    df = items * (items - 1) // 2
    return statistic, df, float(chdtrc(df, max(0.0, statistic)))


def parallel_eigenvalues(items: int, cases: int, draws: int, seed: int) -> Floats:
    """The QUANTILE of each eigenvalue that as many unrelated normal items have in as many cases (Horn 1965).

    Covariances are drawn as they are distributed (Wishart, by Bartlett's decomposition), which costs no cases.
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    roots = np.tril(generator.standard_normal((draws, items, items)), -1)
    place = np.arange(items)
    roots[:, place, place] = np.sqrt(generator.chisquare(cases - 1 - place, size=(draws, items)))
    covariances = roots @ roots.transpose(0, 2, 1)
    scale = np.sqrt(covariances[:, place, place])
    values = np.linalg.eigvalsh(covariances / (scale[:, :, None] * scale[:, None, :]))[:, ::-1]
    found: Floats = np.quantile(values, QUANTILE, axis=0)
    return found


def above(eigenvalues: Floats, chance: Floats) -> int:
    """How many eigenvalues, from the first on, are above those of chance."""
    is_above = (eigenvalues > chance).tolist()
    return is_above.index(False) if False in is_above else len(is_above)


def components(z: Floats, factors: int, rotation: Rotation, keys: Floats | None = None) -> Components:
    """The first components of standardised items (mean 0, population SD 1), rotated.

    `keys` are 1, or -1 for an item that is asked the other way round: what the factors' signs go by.
    """
    import numpy as np

    values, vectors = np.linalg.eigh(z.T @ z / len(z))
    values, vectors = values[::-1], vectors[:, ::-1]
    kept, roots = vectors[:, :factors], np.sqrt(values[:factors])
    turn, loadings = _rotated(kept * roots, rotation)
    order = np.argsort(-(loadings**2).sum(axis=0), kind="stable")
    keyed = loadings[:, order] * (np.ones(len(loadings)) if keys is None else keys)[:, None]
    signs = np.where((keyed * abs(keyed)).sum(axis=0) < 0, -1.0, 1.0)
    turn, loadings = turn[:, order] * signs, loadings[:, order] * signs
    return Components(loadings, z @ (kept / roots) @ turn, turn.T @ turn, kept @ turn, values)


def _rotated(unrotated: Floats, rotation: Rotation) -> tuple[Floats, Floats]:
    """The turn of the scores and the loadings; items weigh alike while it is looked for (Kaiser)."""
    import numpy as np
    from statsmodels.multivariate.factor_rotation import rotate_factors

    if unrotated.shape[1] == 1:
        return np.eye(1), unrotated
    lengths = np.sqrt((unrotated**2).sum(axis=1))[:, None]
    lengths[lengths <= SINGULAR] = 1
    loadings, turn = rotate_factors(unrotated / lengths, rotation.value, max_tries=1_000, tol=1e-7)
    return turn, loadings * lengths


def congruence(one: Floats, other: Floats) -> Floats:
    """Tucker's φ of every column of loadings with every other: φ[one, other]."""
    import numpy as np

    found: Floats = one.T @ other / np.sqrt(np.outer((one**2).sum(axis=0), (other**2).sum(axis=0)))
    return found


def best_match(phi: Floats) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """For each row the column that it goes with, each column once, and its sign, so that the sum of |φ| is largest."""
    rows = range(len(phi))
    places = max(permutations(rows), key=lambda order: sum(abs(float(phi[row, order[row]])) for row in rows))
    return places, tuple(-1.0 if phi[row, places[row]] < 0 else 1.0 for row in rows)
