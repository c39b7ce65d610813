"""The Bradley-Terry model of paired comparisons: log odds of winning = θ of one - θ of the other + δ for the place.

Owns the fit (maximum likelihood, or with a ridge where that does not exist), the connections between what is compared,
and ranks with intervals; knows no table. Bradley & Terry (1952), Ford (1957) for when a maximum exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.logit import Fit, clustered, fit, has_maximum

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

RIDGE = 1.0
"""λ where a ridge is needed and none was given: a Gaussian prior for each θ with variance 1."""


@dataclass(frozen=True, slots=True)
class Contests:
    """Offers of the same two in the same way: `wins` of the one shown first (a tie counts a half) in `n`.

    `first`, `second`: codes of what is compared. `notes`: 1 the first carried the note, -1 the second, 0 none.
    `clusters`: the pair of tasks.
    """

    first: Ints
    second: Ints
    wins: Floats
    n: Floats
    notes: Floats
    clusters: Ints


@dataclass(frozen=True, slots=True)
class Strengths:
    """θ of each, adding up to 0, with their covariance; δ and the note's γ with standard errors, None where left out.

    `ridge` is λ; 0: maximum likelihood. `parts[k]` is the part that k belongs to: between parts nothing was compared.
    """

    theta: Floats
    covariance: Floats
    position: tuple[float, float] | None
    note: tuple[float, float] | None
    ridge: float
    deviance: float
    deviance_df: int
    parts: Ints
    is_strong: bool
    is_clustered: bool


def strengths(contests: Contests, units: int, *, ridge: float | None, is_clustered: bool) -> Strengths:
    """Fit `units` strengths; `ridge`: λ, None: as much as is needed, 0 or RIDGE.

    `is_clustered`: covariance CR1 by cluster. A ridge's covariance has the prior's part added, so that it is the
    posterior's where the model holds.
    """
    import numpy as np

    parts, is_strong = connections(contests, units)
    basis = np.vstack([np.eye(units - 1), -np.ones((1, units - 1))])
    x, names = _design(contests, basis, units)
    y = contests.wins / contests.n
    found = None if ridge or not is_strong else fit(x, y, contests.n)
    if found is not None and not has_maximum(x, y, found):
        found = None
    penalty = None
    used = 0.0
    if found is None:
        used = ridge or RIDGE
        penalty = np.zeros((x.shape[1], x.shape[1]))
        penalty[: units - 1, : units - 1] = used * basis.T @ basis
        found = fit(x, y, contests.n, ridge=penalty)
    covariance = _covariance(x, y, contests, found, penalty) if is_clustered else None
    spread = found.inverse if covariance is None else covariance
    k = units - 1
    extra = {
        name: (float(found.beta[k + place]), float(np.sqrt(max(spread[k + place, k + place], 0.0))))
        for place, name in enumerate(names)
    }
    return Strengths(
        theta=basis @ found.beta[:k],
        covariance=basis @ spread[:k, :k] @ basis.T,
        position=extra.get("position"),
        note=extra.get("note"),
        ridge=used,
        deviance=_deviance(y, contests.n, found.probabilities),
        deviance_df=len(y) - x.shape[1],
        parts=parts,
        is_strong=is_strong,
        is_clustered=covariance is not None,
    )


def connections(contests: Contests, units: int) -> tuple[Ints, bool]:
    """The part that each unit belongs to, and whether any two are connected by wins in both directions."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    won, lost = contests.wins > 0, contests.wins < contests.n
    winners = np.concatenate([contests.first[won], contests.second[lost]])
    losers = np.concatenate([contests.second[won], contests.first[lost]])
    graph = coo_array((np.ones(len(winners)), (winners, losers)), shape=(units, units)).tocsr()
    _, parts = connected_components(graph, directed=True, connection="weak")
    strong, _ = connected_components(graph, directed=True, connection="strong")
    return np.asarray(parts), bool(strong == 1)


def _design(contests: Contests, basis: Floats, units: int) -> tuple[Floats, list[str]]:
    """Columns of the strengths, and those of place and note as far as they can be told from them."""
    import numpy as np

    rows = np.arange(len(contests.n))
    who = np.zeros((len(rows), units))
    who[rows, contests.first] += 1
    who[rows, contests.second] -= 1
    x = who @ basis
    rank = _rank(x)
    names = []
    for name, column in (("position", np.ones(len(rows))), ("note", contests.notes)):
        wider = np.column_stack([x, column])
        # Where they cannot be told apart, a ridge would decide it: better to say so.
        found = _rank(wider)
        if found > rank:
            x, rank = wider, found
            names.append(name)
    return x, names


def _rank(x: Floats) -> int:
    import numpy as np

    return int(np.linalg.matrix_rank(x.T @ x, hermitian=True))


def _covariance(x: Floats, y: Floats, contests: Contests, found: Fit, penalty: Floats | None) -> Floats | None:
    covariance = clustered(x, y, contests.n, found, contests.clusters)
    if covariance is None or penalty is None:
        return covariance
    added: Floats = covariance + found.inverse @ penalty @ found.inverse
    return added


def _deviance(y: Floats, n: Floats, probabilities: Floats) -> float:
    from scipy.special import xlogy

    explained = xlogy(y, probabilities) + xlogy(1 - y, 1 - probabilities)
    return float(2 * (n * (xlogy(y, y) + xlogy(1 - y, 1 - y) - explained)).sum())


def rank_intervals(found: Strengths, level: float, *, draws: int, seed: int) -> tuple[Ints, Ints, Ints]:
    """The rank of each within its part (1: the strongest), and the ends of its interval.

    From `draws` of all θ together, normal with their covariance.
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(found.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    drawn = found.theta + generator.standard_normal((draws, len(found.theta))) @ root.T
    best, low, high = (np.zeros(len(found.theta), dtype=np.int64) for _ in range(3))
    for part in np.unique(found.parts):
        inside = found.parts == part
        ranks = _ranks(drawn[:, inside])
        best[inside] = _ranks(found.theta[None, inside])[0]
        tail = (1 - level) / 2
        low[inside], high[inside] = np.quantile(ranks, (tail, 1 - tail), axis=0, method="inverted_cdf")
    return best, low, high


def _ranks(values: Floats) -> Ints:
    import numpy as np

    ranks: Ints = np.argsort(np.argsort(-values, axis=1, kind="stable"), axis=1, kind="stable") + 1
    return ranks


def compared(contests: Contests, units: int) -> tuple[Floats, Floats]:
    """How often each was compared, and how often it won; a tie is half a win."""
    import numpy as np

    both = np.concatenate([contests.first, contests.second])
    times: Floats = np.asarray(np.bincount(both, np.tile(contests.n, 2), units), dtype=np.float64)
    won = np.concatenate([contests.wins, contests.n - contests.wins])
    return times, np.asarray(np.bincount(both, won, units), dtype=np.float64)
