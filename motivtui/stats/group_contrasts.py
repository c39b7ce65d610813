"""Groups of manipulations against each other, within tasks: enhancing and demotivating, gain and loss and so on.

A task's score under a group is the mean over the group's manipulations that it has a score under. Every number is of
one model, instrument, judge, item and decoding. A group is a few wordings that somebody chose: that they stand for all
ways to appeal to a motive is not tested, how much they differ among themselves is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.effect_size import d_z
from motivtui.stats.estimate import Estimate, Size, clustered_mean, equivalence_p, not_available
from motivtui.stats.joint_test import joint_f
from motivtui.stats.manipulations import NO_PAIR, POINTS, equivalence_bound
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.task_scores import Pairs, TaskScores, complete, pairs_of, task_scores
from motivtui.stats.wording import count, left_out, p_value, subject, with_interval
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import Group as ManipulationGroup

if TYPE_CHECKING:
    from motivtui.stats.table import Ints

ENHANCING = (
    ManipulationGroup.POSITIVE_EXTRINSIC,
    ManipulationGroup.POSITIVE_INTRINSIC,
    ManipulationGroup.NEGATIVE_EXTRINSIC,
)
CONTRASTS: tuple[tuple[str, Sequence[ManipulationGroup], Sequence[ManipulationGroup]], ...] = (
    ("enhancing - demotivating", ENHANCING, (ManipulationGroup.DEMOTIVATION,)),
    ("extrinsic - intrinsic", (ManipulationGroup.POSITIVE_EXTRINSIC,), (ManipulationGroup.POSITIVE_INTRINSIC,)),
    ("gain - loss", (ManipulationGroup.POSITIVE_EXTRINSIC,), (ManipulationGroup.NEGATIVE_EXTRINSIC,)),
)
"""What is compared: everything meant to raise motivation with what is meant to lower it; promises with appeals to
meaning; promises with threats. The last two hold the other thing that groups differ in as it is."""
FEW_MANIPULATIONS = 4


@dataclass(frozen=True, slots=True)
class Side:
    """The manipulations of one side, and whether they differ among themselves.

    `heterogeneity` is the largest difference between the means of two of them, in scale points, with the joint F of
    all differences: over the tasks that have a score under each, clustered by family.
    """

    manipulations: tuple[str, ...]
    heterogeneity: Estimate


@dataclass(frozen=True, slots=True)
class GroupContrast:
    """One contrast in one group of scores.

    `difference` is over the tasks with a score on both sides; `complete` over those with a score under every one of
    the manipulations, to see whether it matters who is missing. `equivalence_p`: that the difference lies within
    ±`equivalence_bound` points.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    contrast: str
    total: int
    n: int
    excluded: Mapping[str, int]
    one: Side
    other: Side
    difference: Estimate
    complete: Estimate
    d_z: Estimate
    equivalence_bound: float
    equivalence_p: float | None

    @property
    def sentence(self) -> str:
        """What can be said, of this model, these tasks and these manipulations only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        sides = f"{', '.join(self.one.manipulations)} against {', '.join(self.other.manipulations)}"
        found = self.difference
        tests = [p_value(found.p)] if found.p is not None else []
        if found.p_adj is not None:
            tests.append(f"adjusted {p_value(found.p_adj)}")
        within = f"{count(found.n_tasks, 'task')} in {count(found.n_parents, 'family', 'families')}"
        return (
            f"{who}: {self.contrast} ({sides}) {with_interval(found, signed=True)} points"
            f"{''.join(f', {one}' for one in tests)}; {within}; "
            f"{self.n:,} of {self.total:,} scores, {left_out(self.excluded)}."
        )


def group_contrasts(table: ScoreTable) -> tuple[GroupContrast, ...]:
    """The contrasts that have a manipulation on both sides.

    p is adjusted within a group of scores, after Holm: these contrasts are laid down beforehand.
    """
    found: list[GroupContrast] = []
    for group, rows in table.groups(ItemKind.SCALE):
        codes = _codes_by_kind(table, rows)
        scores = task_scores(table, rows)
        own = []
        for name, one, other in CONTRASTS:
            sides = [[code for kind in side for code in codes.get(kind, ())] for side in (one, other)]
            if all(sides):
                own.append(_contrast(table, group, rows, scores, name, sides[0], sides[1]))
        differences = adjusted([one.difference for one in own], "contrasts", is_planned=True)
        found += [replace(one, difference=two or one.difference) for one, two in zip(own, differences, strict=True)]
    return tuple(found)


def _codes_by_kind(table: ScoreTable, rows: Ints) -> dict[str, list[int]]:
    """The manipulations, by code, of each group of them."""
    found: dict[str, list[int]] = {}
    for cell in table.split(rows, table.manipulation):
        first = int(cell[0])
        found.setdefault(table.manipulation_group.text(first), []).append(int(table.manipulation.codes[first]))
    return found


def _contrast(
    table: ScoreTable, group: Group, rows: Ints, scores: TaskScores, name: str, one: list[int], other: list[int]
) -> GroupContrast:
    import numpy as np

    concerned = rows[np.isin(table.manipulation.codes[rows], [*one, *other])]
    pairs = pairs_of(scores, one, other)
    bound = equivalence_bound(table, concerned)
    few = tuple(
        f"{len(codes)} manipulations {side}: says little of others"
        for side, codes in zip(name.split(" - "), (one, other), strict=True)
        if len(codes) < FEW_MANIPULATIONS
    )
    difference = _difference(pairs)
    return GroupContrast(
        *group,
        contrast=name,
        total=len(concerned),
        n=len(table.usable(concerned)),
        excluded=table.excluded(concerned),
        one=_side(table, scores, one),
        other=_side(table, scores, other),
        difference=replace(difference, flags=(*difference.flags, *few)),
        complete=_difference(pairs_of(complete(scores, [*one, *other]), one, other)),
        d_z=d_z(pairs.differences, pairs.families, pairs.size, magnitude=pairs.magnitude),
        equivalence_bound=bound,
        equivalence_p=equivalence_p(difference, bound),
    )


def _difference(pairs: Pairs) -> Estimate:
    if not pairs.size.tasks:
        return not_available(NO_PAIR, unit=POINTS)
    return clustered_mean(
        pairs.differences, pairs.families, unit=POINTS, size=pairs.size, is_tested=True, magnitude=pairs.magnitude
    )


def _side(table: ScoreTable, scores: TaskScores, codes: list[int]) -> Side:
    import numpy as np

    names = tuple(str(table.manipulation.levels[code]) for code in codes)
    kept = complete(scores, codes)
    means, families = kept.means[:, codes], kept.families
    size = Size(int(kept.counts[:, codes].sum()), len(means))
    method = "largest difference of two means, joint Wald F of all, CR1 by family"
    if len(codes) < 2:
        return Side(names, not_available("one manipulation only", unit=POINTS, method=method, size=size))
    if not len(means):
        return Side(names, not_available("no task has a score under each", unit=POINTS, method=method))
    largest = float(np.ptp(means.mean(axis=0)))
    tested = joint_f(means[:, 1:] - means[:, :1], families, magnitude=float(abs(means).max()))
    return Side(
        names,
        Estimate(
            largest,
            method=method,
            unit=POINTS,
            statistic=tested.f,
            df=tested.df,
            df2=tested.df2,
            p=tested.p,
            n_rows=size.rows,
            n_tasks=size.tasks,
            n_parents=len(np.unique(families)),
            reason=tested.reason or "the largest of several differences has no interval here",
        ),
    )
