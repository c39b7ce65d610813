"""Resampling families: the bootstrap that the analyses share. Seeded, so that the same table gives the same interval.

A statistic that is a function of sums over tasks needs no copies of the data: each family's sums are weighted by how
often the family was drawn. Owns the drawing and the interval (percentiles, type 7); knows no statistic.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from motivtui.stats.estimate import FEW_FAMILIES, LEVEL, ONE_FAMILY, Estimate, Size, not_available

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

DRAWS = 2_000
SEED = 20_260_101
FEWEST_USABLE = 0.9
"""The share of the draws that must give a number: an interval from the lucky ones only would say too much."""
METHOD = "families resampled"
NOTHING_VARIES = "the scores do not vary"
TOO_FEW_DRAWS = "too many resamples do not vary"


@lru_cache(maxsize=8)
def family_weights(families: int, draws: int, seed: int) -> Floats:
    """How often each family was drawn: weights[draw, family], each draw of as many families as there are. Read-only."""
    import numpy as np

    generator = np.random.default_rng(seed)
    weights: Floats = generator.multinomial(families, np.full(families, 1 / families), size=draws).astype(np.float64)
    weights.setflags(write=False)
    return weights


def family_sums(parents: Ints, columns: Floats) -> Floats:
    """The sums of `columns[task, column]` by family: sums[family, column], families in the order of their codes."""
    import numpy as np

    _, codes = np.unique(parents, return_inverse=True)
    return np.column_stack([np.bincount(codes, weights=column) for column in columns.T])


def resampled(parents: Ints, columns: Floats, draws: int, seed: int) -> Floats:
    """The sums of `columns[task, column]` in each resample of the families: sums[draw, column]."""
    sums = family_sums(parents, columns)
    found: Floats = family_weights(len(sums), draws, seed) @ sums
    return found


def percentile_interval(values: Floats) -> tuple[float, float] | None:
    """The interval that LEVEL of the draws lie in; None: too many of them gave no number."""
    import numpy as np

    usable = values[np.isfinite(values)]
    if not len(usable) or len(usable) < FEWEST_USABLE * len(values):
        return None
    low, high = np.quantile(usable, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    return float(low), float(high)


def bootstrap_p(values: Floats) -> float | None:
    """Two-sided p of 0: twice the smaller share of draws on a side of it, never 0; None: as for the interval."""
    import numpy as np

    usable = values[np.isfinite(values)]
    if not len(usable) or len(usable) < FEWEST_USABLE * len(values):
        return None
    smaller = min(int((usable <= 0).sum()), int((usable >= 0).sum()))
    return min(1.0, 2 * (smaller + 1) / (len(usable) + 1))


def bootstrapped(
    statistic: Callable[[Floats], Floats],
    columns: Floats,
    parents: Ints,
    *,
    unit: str,
    size: Size,
    draws: int,
    seed: int,
) -> Estimate:
    """A statistic of the sums of `columns[task, column]`, with the interval of the families resampled.

    `statistic` takes sums[draw, column] and gives a number for each draw, NaN where there is none.
    """
    import numpy as np

    families = len(np.unique(parents))
    value = float(statistic(columns.sum(axis=0)[None, :])[0])
    if not np.isfinite(value):
        return not_available(NOTHING_VARIES, unit=unit, method=METHOD, size=size, parents=families)
    interval = percentile_interval(statistic(resampled(parents, columns, draws, seed))) if families > 1 else None
    low, high = interval or (None, None)
    return Estimate(
        value,
        low,
        high,
        method=METHOD,
        unit=unit,
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=families,
        reason="" if interval else ONE_FAMILY if families < 2 else TOO_FEW_DRAWS,
        flags=(f"few families ({families})",) if 1 < families < FEW_FAMILIES else (),
    )
