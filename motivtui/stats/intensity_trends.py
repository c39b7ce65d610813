"""How scores go with the intensity of a manipulation, where a study has the same message in several intensities.

Orthogonal polynomials within tasks, the means clustered by family. One model, instrument, judge, item and decoding at a
time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Estimate, Size, clustered_mean, not_available
from motivtui.stats.manipulations import POINTS
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.task_scores import complete, task_scores
from motivtui.stats.wording import count, p_value, subject, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Ints


@dataclass(frozen=True, slots=True)
class IntensityTrend:
    """How scores go with the intensity of manipulations that differ in nothing else.

    `linear`: points a step of intensity. `quadratic`: by how many points the middle lies above (+: below) the line
    between the ends; NA for two levels. Over the tasks that have a score under every level.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    levels: tuple[tuple[str, float], ...]
    linear: Estimate
    quadratic: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these levels only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        test = "" if self.linear.p is None else f", {p_value(self.linear.p)}"
        return (
            f"{who}: over {', '.join(name for name, _ in self.levels)}, {with_interval(self.linear, signed=True)} "
            f"points a step{test}; bend {with_interval(self.quadratic, signed=True)}; "
            f"{count(self.linear.n_tasks, 'task')} in {count(self.linear.n_parents, 'family', 'families')}."
        )


def intensity_trends(table: ScoreTable, levels: Mapping[str, float]) -> tuple[IntensityTrend, ...]:
    """One for each group that has two of the manipulations in `levels` (manipulation → its intensity) or more."""
    found = []
    for group, rows in table.groups(ItemKind.SCALE):
        present = {table.manipulation.text(int(cell[0])) for cell in table.split(rows, table.manipulation)}
        own = sorted(((name, at) for name, at in levels.items() if name in present), key=lambda one: one[1])
        if len({at for _, at in own}) > 1:
            found.append(_trend(table, group, rows, own))
    return tuple(found)


def _trend(table: ScoreTable, group: Group, rows: Ints, levels: list[tuple[str, float]]) -> IntensityTrend:
    import numpy as np

    codes = [table.manipulation.code(name) for name, _ in levels]
    kept = complete(task_scores(table, rows), codes)
    means, size = kept.means[:, codes], Size(int(kept.counts[:, codes].sum()), len(kept.means))
    at = np.array([level for _, level in levels])
    magnitude = float(abs(means).max(initial=0))
    estimates = []
    for power in (1, 2):
        if len(np.unique(at)) <= power:
            estimates.append(not_available(f"{len(np.unique(at))} levels", unit=POINTS, size=size))
            continue
        weights = np.linalg.pinv(np.vander(at, power + 1, increasing=True))[-1]
        scale = 1.0 if power == 1 else float((at.max() - at.min()) ** 2 / 4)
        estimates.append(
            clustered_mean(
                means @ weights * -scale if power == 2 else means @ weights,
                kept.families,
                unit=POINTS,
                size=size,
                is_tested=True,
                magnitude=magnitude,
            )
        )
    return IntensityTrend(*group, levels=tuple(levels), linear=estimates[0], quadratic=estimates[1])
