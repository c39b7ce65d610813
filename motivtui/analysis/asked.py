"""How an analysis is asked for: by which rules, with which draws, under which manipulation, with what from outside."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from motivtui.stats.human_ratings import HumanRating
from motivtui.stats.preset import Preset
from motivtui.stats.rationales import Rationale
from motivtui.stats.table import ScoreTable


@dataclass(frozen=True, slots=True)
class Asked:
    """What None is, is the analysis's own default.

    `manipulation`: the one under which analyses of a single condition look. `ratings` are people's, `rationales` the
    reasons in the replies: neither is in a table of scores.
    """

    preset: Preset = Preset.ROBUST
    draws: int | None = None
    seed: int | None = None
    manipulation: str | None = None
    ratings: tuple[HumanRating, ...] = ()
    rationales: tuple[Rationale, ...] = ()

    def of(self, function: Callable[..., Any]) -> dict[str, Any]:
        """Those of preset, draws, seed and manipulation that the function takes and that were said."""
        known = {"preset": self.preset, "draws": self.draws, "seed": self.seed, "manipulation": self.manipulation}
        taken = inspect.signature(function).parameters
        return {name: value for name, value in known.items() if name in taken and value is not None}


Compute = Callable[[ScoreTable, Asked], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class OfTable:
    """An analysis that `function` of stats makes, with what it takes of what was asked; `how`: where more is needed."""

    function: Callable[..., Any]
    how: Compute | None = None

    def __call__(self, table: ScoreTable, asked: Asked) -> tuple[Any, ...]:
        """The results."""
        if self.how is not None:
            return self.how(table, asked)
        found: tuple[Any, ...] = self.function(table, **asked.of(self.function))
        return found


def of_table(function: Callable[..., Any], how: Compute | None = None) -> OfTable:
    """The analysis that a function of stats is."""
    return OfTable(function, how)


def takes(compute: Compute, name: str) -> bool:
    """Whether `preset`, `draws`, `seed` or `manipulation` makes a difference to an analysis."""
    return isinstance(compute, OfTable) and name in inspect.signature(compute.function).parameters
