"""How small an effect a run could have found: what must stand beside every difference that it did not find."""

from __future__ import annotations

from dataclasses import dataclass

from motivtui.stats.estimate import Estimate
from motivtui.stats.manipulations import manipulation_effects
from motivtui.stats.power import ALPHA, POWER, detectable
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, number, subject, with_interval
from motivtui.study.manipulation import CONTROL_ID


@dataclass(frozen=True, slots=True)
class Detectable:
    """One group under one manipulation: the difference from the control, and the smallest that is found with `power`.

    `smallest` is in scale points, None where the difference has no interval (`difference.reason` says why).
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: dict[str, int]
    difference: Estimate
    smallest: float | None
    power: float
    alpha: float

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        found = (
            f"NA ({self.difference.reason})"
            if self.smallest is None
            else f"a true difference of {number(self.smallest)} points is found in {self.power:.0%} of the studies"
        )
        within = f"{count(self.difference.n_tasks, 'task')} in {count(self.difference.n_parents, 'family', 'families')}"
        return (
            f"{who}: {self.manipulation} against {CONTROL_ID}, {found} like this one at α = {self.alpha:g}; found was "
            f"{with_interval(self.difference, signed=True)}; {within}."
        )


def detectable_effects(table: ScoreTable) -> tuple[Detectable, ...]:
    """One for each group and manipulation but the control."""
    return tuple(
        Detectable(
            one.model,
            one.instrument,
            one.judge,
            one.item,
            one.decoding,
            one.manipulation,
            one.total,
            one.n,
            dict(one.excluded),
            one.difference,
            detectable(one.difference),
            POWER,
            ALPHA,
        )
        for one in manipulation_effects(table)
        if one.difference is not None
    )
