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


def of_table(function: Callable[..., tuple[Any, ...]]) -> Compute:
    """An analysis of a table, with what it takes of what was asked."""
    return lambda table, asked: function(table, **asked.of(function))
