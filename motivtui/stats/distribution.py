"""Is the scale used? The raw usable values of each group, repeats not averaged: moments, quantiles, ends of the scale.

Describes; tests nothing and compares nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Estimate, Size, clustered_mean
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.wording import count, left_out, subject, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
CEILING = 0.15
"""More than this share at one end of the scale: what lies beyond it cannot be told apart (Terwee et al. 2007)."""
MOST_BINS = 20


@dataclass(frozen=True, slots=True)
class Histogram:
    """`counts[i]` values lie from `edges[i]` up to, not including, `edges[i + 1]`. Edges lie between whole numbers."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values of one group under one manipulation; None: all of them together.

    `quantiles` are those at PROBABILITIES (type 7); shares are 0 to 1, of the usable values. `skew` and `kurtosis`
    (excess) are corrected for bias, None where there are fewer than 3 (4) values or all are the same.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str | None
    total: int
    n: int
    excluded: Mapping[str, int]
    minimum: float
    maximum: float
    mean: Estimate
    sd: float | None
    quantiles: tuple[float, ...] | None
    skew: float | None
    kurtosis: float | None
    at_minimum: float | None
    at_maximum: float | None
    multiples_of_5: float | None
    multiples_of_10: float | None
    distinct: int
    histogram: Histogram

    @property
    def flags(self) -> tuple[str, ...]:
        """Whether values pile up at an end of the scale."""
        ends = (("floor", self.at_minimum), ("ceiling", self.at_maximum))
        return tuple(f"{name}: {share:.0%} at the end" for name, share in ends if share is not None and share > CEILING)

    @property
    def sentence(self) -> str:
        """What can be said, of this group only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        under = "" if self.manipulation is None else f" under {self.manipulation}"
        spread = "" if self.sd is None else f", SD {self.sd:.1f}"
        ends = f"; {', '.join(self.flags)}" if self.flags else ""
        return (
            f"{who}{under}: mean {with_interval(self.mean)}{spread}, {count(self.distinct, 'distinct value')}{ends}; "
            f"n = {self.n:,} of {self.total:,}, {left_out(self.excluded)}."
        )


def distributions(table: ScoreTable, *, by_manipulation: bool = False) -> tuple[Distribution, ...]:
    """One for each group of ratings, or for each of its manipulations."""
    groups = table.groups(ItemKind.SCALE)
    if not by_manipulation:
        return tuple(_distribution(table, group, rows, None) for group, rows in groups)
    return tuple(
        _distribution(table, group, part, table.manipulation.text(int(part[0])))
        for group, rows in groups
        for part in table.split(rows, table.manipulation)
    )


def moments(values: Floats) -> tuple[float | None, float | None, float | None]:
    """Standard deviation (n-1), skewness and excess kurtosis, both corrected for bias: G1, G2 of Joanes & Gill 1998."""
    n = len(values)
    if n < 2:
        return None, None, None
    errors = values - math.fsum(values) / n
    sd = math.sqrt(math.fsum(errors**2) / (n - 1))
    if sd <= 1e-12 * float(abs(values).max()):
        return 0.0, None, None
    second = math.fsum(errors**2) / n
    skew = kurtosis = None
    if n > 2:
        skew = math.sqrt(n * (n - 1)) / (n - 2) * math.fsum(errors**3) / n / second**1.5
    if n > 3:
        excess = math.fsum(errors**4) / n / second**2 - 3
        kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
    return sd, skew, kurtosis


def _distribution(table: ScoreTable, group: Group, rows: Ints, manipulation: str | None) -> Distribution:
    import numpy as np

    usable = table.usable(rows)
    values = table.value[usable]
    n = len(values)
    low, high = float(np.nanmin(table.scale_minimum[rows])), float(np.nanmax(table.scale_maximum[rows]))
    sd, skew, kurtosis = moments(values)
    size = Size(n, len(np.unique(table.tasks(usable))))
    return Distribution(
        *group,
        manipulation=manipulation,
        total=len(rows),
        n=n,
        excluded=table.excluded(rows),
        minimum=low,
        maximum=high,
        mean=clustered_mean(values, table.family.codes[usable], unit="scale points", size=size),
        sd=sd,
        quantiles=tuple(float(one) for one in np.quantile(values, PROBABILITIES)) if n else None,
        skew=skew,
        kurtosis=kurtosis,
        at_minimum=float((values == low).mean()) if n else None,
        at_maximum=float((values == high).mean()) if n else None,
        multiples_of_5=float((values % 5 == 0).mean()) if n else None,
        multiples_of_10=float((values % 10 == 0).mean()) if n else None,
        distinct=len(np.unique(values)),
        histogram=_histogram(values, low, high),
    )


def _histogram(values: Floats, low: float, high: float) -> Histogram:
    """Bins of the same number of scale points each, as few points as give at most MOST_BINS."""
    import numpy as np

    width = math.ceil((high - low + 1) / MOST_BINS)
    bins = math.ceil((high - low + 1) / width)
    edges = low - 0.5 + width * np.arange(bins + 1)
    counts, _ = np.histogram(values, edges)
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))
