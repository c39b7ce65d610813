"""What each manipulation does: the difference from the control within tasks, and from the placebo where there is one.

Every number is of one model, instrument, judge, item and decoding; nothing here speaks for other models. The primary
interval is clustered by family. What rests on ranks or signs is computed from the families' means for the same reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.effect_size import d_z, g_av
from motivtui.stats.estimate import ROUNDING, Estimate, Size, clustered_mean, equivalence_p, not_available
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.signed_rank import signed_rank
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.task_scores import Pairs, TaskScores, pairs_of, task_scores
from motivtui.stats.wording import count, left_out, p_value, subject, with_interval
from motivtui.study.instrument import ItemKind, Phase
from motivtui.study.manipulation import CONTROL_ID
from motivtui.study.manipulation import Group as ManipulationGroup

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

POINTS = "scale points"
NO_PAIR = "no task has a score under both"
JUDGES_EQUIVALENT = 0.2
"""How many points of a judge's scale count as none."""
EQUIVALENT = 0.05
"""The share of the scale's range that a difference must lie within to count as none: 5 points of 100, 0.2 of 1 to 5."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Wilcoxon's signed ranks over the families' mean differences, zeros dropped. `statistic`: the smaller rank sum.

    `up`, `down`, `same` count the families. What is None: `reason` says why.
    """

    statistic: float | None
    p: float | None
    up: int
    down: int
    same: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ManipulationEffect:
    """One group under one manipulation.

    `mean` is over tasks. `difference` is from the control, `from_placebo` from the mean of the placebos, both within
    tasks; None: there is no such comparison to make (it is the control, or a placebo, itself; the study has none).
    `equivalence_p` is that of the difference lying within ±`equivalence_bound` scale points, and
    `placebo_equivalence_p` that of the difference from the placebos.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    manipulation_group: str
    total: int
    n: int
    excluded: Mapping[str, int]
    mean: Estimate
    difference: Estimate | None
    from_placebo: Estimate | None
    d_z: Estimate | None
    g_av: Estimate | None
    ranks: Ranks | None
    equivalence_bound: float
    equivalence_p: float | None
    placebo_equivalence_p: float | None

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        rows = f"{self.n:,} of {self.total:,} scores, {left_out(self.excluded)}"
        difference = self.difference
        if difference is None:
            return f"{who} under {self.manipulation}: mean {with_interval(self.mean)}; {rows}."
        tests = [p_value(difference.p)] if difference.p is not None else []
        if difference.p_adj is not None:
            tests.append(f"adjusted {p_value(difference.p_adj)}")
        within = f"{count(difference.n_tasks, 'task')} in {count(difference.n_parents, 'family', 'families')}"
        return (
            f"{who}: {self.manipulation} against {CONTROL_ID} {with_interval(difference, signed=True)} points"
            f"{''.join(f', {one}' for one in tests)}; {within}; {rows}."
        )


def manipulation_effects(table: ScoreTable) -> tuple[ManipulationEffect, ...]:
    """Each group's manipulations, the control first. p is adjusted within a group."""
    return tuple(effect for group, rows in table.groups(ItemKind.SCALE) for effect in _of_group(table, group, rows))


def _of_group(table: ScoreTable, group: Group, rows: Ints) -> list[ManipulationEffect]:
    scores = task_scores(table, rows)
    cells = table.split(rows, table.manipulation)
    kinds = {int(table.manipulation.codes[cell[0]]): table.manipulation_group.name(int(cell[0])) for cell in cells}
    placebos = [code for code, kind in kinds.items() if kind == ManipulationGroup.PLACEBO]
    found = [_effect(table, group, cell, scores, placebos, kinds) for cell in cells]
    differences = adjusted([one.difference for one in found], "manipulations")
    beyond = adjusted([one.from_placebo for one in found], "manipulations")
    return [
        replace(one, difference=difference, from_placebo=placebo)
        for one, difference, placebo in zip(found, differences, beyond, strict=True)
    ]


def _effect(
    table: ScoreTable,
    group: Group,
    rows: Ints,
    scores: TaskScores,
    placebos: list[int],
    kinds: Mapping[int, str | None],
) -> ManipulationEffect:
    import numpy as np

    code = int(table.manipulation.codes[rows[0]])
    control = table.manipulation.code(CONTROL_ID)
    own = ~np.isnan(scores.means[:, code])
    pairs = pairs_of(scores, [code], [control]) if code != control and control in kinds else None
    over = pairs_of(scores, [code], placebos) if placebos and code != control and code not in placebos else None
    bound = equivalence_bound(table, rows)
    difference = _difference(pairs) if pairs else None
    from_placebo = _difference(over) if over else None
    return ManipulationEffect(
        *group,
        manipulation=str(table.manipulation.levels[code]),
        manipulation_group=str(kinds[code]),
        total=len(rows),
        n=len(table.usable(rows)),
        excluded=table.excluded(rows),
        mean=clustered_mean(
            scores.means[own, code],
            scores.families[own],
            unit=POINTS,
            size=Size(int(scores.counts[own, code].sum()), int(own.sum())),
        ),
        difference=difference,
        from_placebo=from_placebo,
        d_z=d_z(pairs.differences, pairs.families, pairs.size, magnitude=pairs.magnitude) if pairs else None,
        g_av=g_av(pairs.manipulated, pairs.control, pairs.families, pairs.size) if pairs else None,
        ranks=ranks_of(pairs.differences, pairs.families, pairs.magnitude) if pairs else None,
        equivalence_bound=bound,
        equivalence_p=equivalence_p(difference, bound) if difference else None,
        placebo_equivalence_p=equivalence_p(from_placebo, bound) if from_placebo else None,
    )


def equivalence_bound(table: ScoreTable, rows: Ints) -> float:
    """How many points of the scale of `rows` count as no difference; judges' scales are short, theirs is their own."""
    import numpy as np

    if len(rows) and table.phase.name(int(rows[0])) == Phase.JUDGE:
        return JUDGES_EQUIVALENT
    span = float(np.nanmax(table.scale_maximum[rows]) - np.nanmin(table.scale_minimum[rows]))
    return round(EQUIVALENT * span, 1) or EQUIVALENT * span


def _difference(pairs: Pairs) -> Estimate:
    if not pairs.size.tasks:
        return not_available(NO_PAIR, unit=POINTS)
    return clustered_mean(
        pairs.differences, pairs.families, unit=POINTS, size=pairs.size, is_tested=True, magnitude=pairs.magnitude
    )


def ranks_of(differences: Floats, parents: Ints, magnitude: float) -> Ranks:
    """Wilcoxon's test over the mean differences of the parents: exact up to 50, normal beyond."""
    import numpy as np

    if not len(differences):
        return Ranks(None, None, 0, 0, 0, NO_PAIR)
    _, codes = np.unique(parents, return_inverse=True)
    means = np.bincount(codes, weights=differences) / np.bincount(codes)
    means[abs(means) <= ROUNDING * magnitude] = 0
    up, down = int((means > 0).sum()), int((means < 0).sum())
    same = len(means) - up - down
    if up + down < 2:
        return Ranks(None, None, up, down, same, "fewer than 2 families differ")
    # What rounding leaves would break ties that are ones.
    decimals = 9 - int(np.ceil(np.log10(abs(means).max())))
    statistic, p = signed_rank(np.round(means[means != 0], decimals))
    return Ranks(statistic, p, up, down, same)
