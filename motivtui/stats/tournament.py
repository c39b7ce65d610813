"""The Bradley-Terry model of paired comparisons: log odds of winning = θ of one - θ of the other + δ for the place.

Owns the fit (maximum likelihood, or with a ridge where that does not exist), the connections between what is compared,
and ranks with intervals; knows no table. Bradley & Terry (1952), Ford (1957) for when a maximum exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.logit import clustered_meat, fit, has_maximum, solved, weighted_products

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

RIDGE = 1.0
"""λ where a ridge is needed and none was given: a Gaussian prior for each θ with variance 1."""
TOLD_APART = 1e-9
"""Sum of squares of what the strengths leave of a column of -1, 0 and 1, above which it is more than rounding."""


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
    who, names = _sides(contests, units), _distinct_columns(contests, parts)
    extra = {"position": np.ones(len(contests.n)), "note": contests.notes}
    x = _joined(who, [extra[name] for name in names])
    y = contests.wins / contests.n
    # The sum of θ changes no odds; pulling it to 0 leaves one maximum, and that of all θ with this sum.
    found = None if ridge or not is_strong else fit(x, y, contests.n, ridge=_penalty(np.ones((units, units)), names))
    if found is not None and not has_maximum(x, y, found):
        found = None
    used = 0.0
    if found is None:
        used = ridge or RIDGE
        found = fit(x, y, contests.n, ridge=_penalty(used * np.eye(units), names))
    rank = units - 1 + len(names)
    meat = clustered_meat(x, y, contests.n, found, contests.clusters, rank=rank) if is_clustered else None
    spread = found.inverse
    if meat is not None:
        spread = spread @ (meat + _penalty(used * np.eye(units), names)) @ spread
    covariance = spread[:units, :units] - spread[:units, :units].mean(axis=0)
    errors = np.sqrt(np.maximum(np.diag(spread), 0.0))
    told = {name: (float(found.beta[k]), float(errors[k])) for k, name in enumerate(names, start=units)}
    return Strengths(
        theta=found.beta[:units] - found.beta[:units].mean(),
        covariance=covariance - covariance.mean(axis=1, keepdims=True),
        position=told.get("position"),
        note=told.get("note"),
        ridge=used,
        deviance=_deviance(y, contests.n, found.probabilities),
        deviance_df=len(y) - rank,
        parts=parts,
        is_strong=is_strong,
        is_clustered=meat is not None,
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


def _sides(contests: Contests, units: int) -> Floats:
    """1 for who is shown first and -1 for the other, by contest and unit: sparse, as a contest is between two."""
    import numpy as np
    from scipy.sparse import coo_array

    n = len(contests.n)
    places = (np.tile(np.arange(n), 2), np.concatenate([contests.first, contests.second]))
    sides: Floats = coo_array((np.repeat([1.0, -1.0], n), places), shape=(n, units)).tocsr()
    return sides


def _joined(who: Floats, columns: list[Floats]) -> Floats:
    """The sparse design of the strengths, with more columns after them."""
    from scipy.sparse import csr_array, hstack

    joined: Floats = csr_array(hstack([who, *(csr_array(column[:, None]) for column in columns)]))
    return joined


def _penalty(of_strengths: Floats, names: list[str]) -> Floats:
    """A penalty for the strengths, none for the columns after them."""
    import numpy as np

    return np.pad(of_strengths, (0, len(names)))


def _distinct_columns(contests: Contests, parts: Ints) -> list[str]:
    """Which of position and note can be told from the strengths, and from each other.

    Where they cannot be told apart, a ridge would decide it: better to say so.
    """
    import numpy as np

    n, units = len(contests.n), len(parts)
    who = _sides(contests, units)
    columns = np.column_stack([np.ones(n), contests.notes])
    products = weighted_products(who, np.ones(n)) + (parts[:, None] == parts)
    left = columns - who @ solved(products, who.T @ columns)
    names: list[str] = []
    for place, name in enumerate(("position", "note")):
        own = left[:, place]
        if place and names:
            own = own - left[:, 0] * (left[:, 0] @ own) / (left[:, 0] @ left[:, 0])
        if float(own @ own) > TOLD_APART:
            names.append(name)
    return names


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
    noise = generator.standard_normal((draws, len(found.theta)))
    best, low, high = (np.zeros(len(found.theta), dtype=np.int64) for _ in range(3))
    tail = (1 - level) / 2
    for part in np.unique(found.parts):
        inside = np.flatnonzero(found.parts == part)
        values, vectors = np.linalg.eigh(found.covariance[np.ix_(inside, inside)])
        drawn = found.theta[inside] + noise[:, inside] @ (vectors * np.sqrt(np.maximum(values, 0))).T
        best[inside] = _ranks(found.theta[None, inside])[0]
        low[inside], high[inside] = np.quantile(_ranks(drawn), (tail, 1 - tail), axis=0, method="inverted_cdf")
    return best, low, high


def _ranks(values: Floats) -> Ints:
    import numpy as np

    order = np.argsort(-values, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, values.shape[1] + 1)[None, :], axis=1)
    return ranks


def compared(contests: Contests, units: int) -> tuple[Floats, Floats]:
    """How often each was compared, and how often it won; a tie is half a win."""
    import numpy as np

    both = np.concatenate([contests.first, contests.second])
    times: Floats = np.asarray(np.bincount(both, np.tile(contests.n, 2), units), dtype=np.float64)
    won = np.concatenate([contests.wins, contests.n - contests.wins])
    return times, np.asarray(np.bincount(both, won, units), dtype=np.float64)
