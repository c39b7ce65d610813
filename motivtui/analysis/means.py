"""The running means of a run, manipulation by manipulation: what the lab shows while replies come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from motivtui.stats.estimate import Estimate
from motivtui.stats.manipulations import manipulation_effects
from motivtui.stats.table import ScoreTable


@dataclass(frozen=True, slots=True)
class MeanRow:
    """One model, instrument, judge, item and decoding under one manipulation: `n` scores of `total` planned.

    `mean` is over tasks; `difference` from the control within tasks, None under the control itself or without one.
    Both in scale points, clustered by family.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    mean: Estimate
    difference: Estimate | None


def means(table: ScoreTable) -> tuple[MeanRow, ...]:
    """Each group's manipulations, the control first."""
    names = [field.name for field in fields(MeanRow)]
    return tuple(MeanRow(*(getattr(one, name) for name in names)) for one in manipulation_effects(table))
