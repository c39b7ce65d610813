"""Do manipulations change how often a model refuses, or answers what cannot be read? Within tasks, against the control.

One model, instrument, judge and decoding at a time. The primary number is the difference of the shares of failures,
clustered by family; exact McNemar and Cochran's Q, as they are published, take tasks as independent, which they say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.answers import Answers, Failure, answers, first_answers, instruments, matched
from motivtui.stats.estimate import Estimate, Size, clustered_mean, not_available
from motivtui.stats.joint_test import JointTest, joint_f
from motivtui.stats.multiplicity import adjusted, benjamini_hochberg
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, number, p_value
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Ints

FEWEST = 2


@dataclass(frozen=True, slots=True)
class McNemar:
    """Exact, over the tasks that fail more often under one of two conditions. `p_adj` is after Benjamini-Hochberg.

    With one answer a condition this is McNemar's test. What is None: `reason` says why.
    """

    more: int
    fewer: int
    p: float | None
    p_adj: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FailureDifference:
    """One manipulation: the share of failures under it minus under the control, over tasks answered under both."""

    manipulation: str
    difference: Estimate
    mcnemar: McNemar


@dataclass(frozen=True, slots=True)
class Attrition:
    """One kind of failure of one instrument of one model.

    `cochran_q`: whether failures differ between any of the manipulations and the control, over the tasks with an answer
    under each, the first one; tasks taken as independent. `joint`: the same, clustered by family.
    """

    model: str
    instrument: str
    judge: str | None
    decoding: str
    kind: Failure
    planned: int
    answers: int
    failures: int
    by_manipulation: tuple[FailureDifference, ...]
    cochran_q: Estimate
    joint: JointTest

    @property
    def sentence(self) -> str:
        """What can be said, of this model and instrument only."""
        by = f" by judge {self.judge}" if self.judge else ""
        changed = [
            f"{one.manipulation} {number(100 * (one.difference.value or 0.0), signed=True)} points "
            f"({p_value(one.difference.p_adj)})"
            for one in self.by_manipulation
            if one.difference.p_adj is not None and one.difference.p_adj < 0.05
        ]
        change = ", ".join(changed) if changed else "no manipulation differs (adjusted p < .05)"
        return (
            f"{self.model}, {self.instrument}{by} ({self.decoding}): {count(self.failures, 'answer')} of "
            f"{self.answers:,} {self.kind}, {self.planned - self.answers:,} of {self.planned:,} trials without an "
            f"answer; against {CONTROL_ID}: {change}."
        )


def attrition(table: ScoreTable) -> tuple[Attrition, ...]:
    """Two for each model, instrument, judge and decoding. p is adjusted over the manipulations."""
    found = []
    for rows in instruments(table):
        own = answers(table, rows)
        found += [_of_kind(table, rows, own, kind) for kind in Failure]
    return tuple(found)


def _of_kind(table: ScoreTable, rows: Ints, own: Answers, kind: Failure) -> Attrition:
    import numpy as np

    row = int(rows[0])
    control = table.manipulation.code(CONTROL_ID)
    codes = np.unique(own.manipulations).tolist()
    found = [_difference(table, own, kind, code, control) for code in codes if code != control and control in codes]
    differences = adjusted([one.difference for one in found], "manipulations")
    exact = benjamini_hochberg([one.mcnemar.p for one in found])
    q, joint = _any(own, kind, codes)
    return Attrition(
        model=table.model.text(row),
        instrument=table.instrument.text(row),
        judge=table.judge.name(row),
        decoding=table.decoding.text(row),
        kind=kind,
        planned=own.planned,
        answers=len(own),
        failures=int(own.failed[kind].sum()),
        by_manipulation=tuple(
            replace(one, difference=difference or one.difference, mcnemar=replace(one.mcnemar, p_adj=p_adj))
            for one, difference, p_adj in zip(found, differences, exact, strict=True)
        ),
        cochran_q=q,
        joint=joint,
    )


def _difference(table: ScoreTable, own: Answers, kind: Failure, code: int, control: int) -> FailureDifference:
    pairs = matched(own, kind, code, control)
    size = Size(pairs.answers, len(pairs.tasks))
    name = str(table.manipulation.levels[code])
    if not size.tasks:
        reason = "no task has an answer under both"
        return FailureDifference(
            name, not_available(reason, unit="share", size=size), McNemar(0, 0, None, reason=reason)
        )
    differences = pairs.one - pairs.other
    difference = clustered_mean(differences, pairs.families, unit="share", size=size, is_tested=True, magnitude=1.0)
    return FailureDifference(name, difference, mcnemar(int((differences > 0).sum()), int((differences < 0).sum())))


def mcnemar(more: int, fewer: int) -> McNemar:
    """The exact test of two counts of discordant tasks."""
    from scipy.special import bdtr

    if not more + fewer:
        return McNemar(0, 0, None, reason="no task differs")
    return McNemar(more, fewer, min(1.0, 2 * float(bdtr(min(more, fewer), more + fewer, 0.5))))


def _any(own: Answers, kind: Failure, codes: list[int]) -> tuple[Estimate, JointTest]:
    """Cochran's Q (1950) over the conditions, and the joint F of the differences from the first."""
    import numpy as np
    from scipy.special import chdtrc

    method = "Cochran's Q, tasks taken as independent"
    values, families = first_answers(own, kind, codes)
    n, k = values.shape
    size, parents = Size(n * k, n), len(np.unique(families))
    reason = "one condition only" if k < 2 else f"{n} tasks with an answer under each" if n < FEWEST else ""
    differing = k * values.sum(axis=1) - values.sum(axis=1) ** 2
    if not reason and not differing.sum():
        reason = "no task fails under some conditions only"
    if reason:
        none = not_available(reason, unit="Q", method=method, size=size, parents=parents)
        return none, JointTest(None, None, None, None, reason)
    columns = values.sum(axis=0)
    q = float((k - 1) * (k * (columns**2).sum() - columns.sum() ** 2) / differing.sum())
    found = Estimate(
        q,
        method=method,
        unit="Q",
        statistic=q,
        df=float(k - 1),
        p=float(chdtrc(k - 1, q)),
        n_rows=size.rows,
        n_tasks=n,
        n_parents=parents,
        reason="a test statistic has no interval",
    )
    return found, joint_f(values[:, 1:] - values[:, :1], families, magnitude=1.0)
