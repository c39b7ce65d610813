"""Do failures go with a task's categories, and with how motivated the model says it is for the same task? By logit.

Of each answer under one manipulation (the control's): the categories together, and a score from another instrument,
which was asked in a conversation of its own. Clustered by family. One model and instrument at a time; what
goes with a failure need not be its cause.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats import logit
from motivtui.stats.answers import Answers, Failure, answers, instruments
from motivtui.stats.estimate import Estimate, Size, not_available, share
from motivtui.stats.measures import Measure, Measured, measured
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, p_value, with_interval
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

FEWEST = 10
"""Failures, and answers that are none, without which nothing is fitted."""
FEW_A_COLUMN = 5
METHOD = "logit, CR1 by family, normal"
FIRTH = "separated: no maximum of the likelihood, Firth's penalty instead"


@dataclass(frozen=True, slots=True)
class CategoryFailures:
    """The share of a category's answers that failed; a task counts in each of its categories."""

    category: str
    failed: Estimate


@dataclass(frozen=True, slots=True)
class ReportFailures:
    """`odds_ratio` of a failure for 10 points more of `report`, tasks of the same categories compared.

    `categories` is the joint Wald χ² of the categories, tasks of the same report compared.
    """

    report: Measure
    odds_ratio: Estimate
    categories: Estimate


@dataclass(frozen=True, slots=True)
class FailureModel:
    """One kind of failure of one instrument of one model under one manipulation.

    `categories_alone`: the joint Wald χ² of the categories without any report.
    """

    model: str
    instrument: str
    judge: str | None
    decoding: str
    manipulation: str
    kind: Failure
    answers: int
    failures: int
    by_category: tuple[CategoryFailures, ...]
    categories_alone: Estimate
    by_report: tuple[ReportFailures, ...]

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        by = f" by judge {self.judge}" if self.judge else ""
        alone = self.categories_alone
        said = f"NA ({alone.reason})" if alone.p is None else f"χ² {p_value(alone.p)}"
        reports = "".join(
            f"; for 10 points more of {one.report} odds × {with_interval(one.odds_ratio)}" for one in self.by_report
        )
        return (
            f"{self.model}, {self.instrument}{by} ({self.decoding}) under {self.manipulation}: "
            f"{self.failures:,} of {count(self.answers, 'answer')} {self.kind}; categories {said}{reports}."
        )


def failure_models(table: ScoreTable, manipulation: str = CONTROL_ID) -> tuple[FailureModel, ...]:
    """Two for each instrument that was answered under the manipulation. Judges' own failures have no reports."""
    code = table.manipulation.code(manipulation)
    reports = measured(table)
    found = []
    for rows in instruments(table):
        own = answers(table, rows[table.manipulation.codes[rows] == code])
        if len(own):
            first = int(own.rows[0])
            others = [
                one
                for one in reports.get(table.model.text(first), ())
                if one.measure.instrument != table.instrument.name(first) and one.under(code).any()
            ]
            found += [_model(table, own, kind, manipulation, others) for kind in Failure]
    return tuple(found)


def _model(
    table: ScoreTable, own: Answers, kind: Failure, manipulation: str, reports: Sequence[Measured]
) -> FailureModel:
    failed, first = own.failed[kind], int(own.rows[0])
    names, belongs = _categories(table, own.rows)
    return FailureModel(
        model=table.model.text(first),
        instrument=table.instrument.text(first),
        judge=table.judge.name(first),
        decoding=table.decoding.text(first),
        manipulation=manipulation,
        kind=kind,
        answers=len(own),
        failures=int(failed.sum()),
        by_category=tuple(
            CategoryFailures(name, share(int(failed[of].sum()), int(of.sum()), of="answer"))
            for name, of in zip(names, belongs.T > 0, strict=True)
        ),
        categories_alone=_fitted(own, failed, belongs, None)[1],
        by_report=tuple(
            ReportFailures(
                one.measure, *_fitted(own, failed, belongs, _scores(own, one, table.manipulation.code(manipulation)))
            )
            for one in reports
        ),
    )


def _categories(table: ScoreTable, rows: Ints) -> tuple[list[str], Floats]:
    """The categories by name, and 1 or 0 for each answer and category."""
    import numpy as np

    split = [(level or "").split(";") for level in table.categories.levels]
    present = set(np.unique(table.categories.codes[rows]).tolist())
    names = sorted({name for code in present for name in split[code] if name})
    by_level = np.array([[float(name in of_level) for name in names] for of_level in split])
    return names, by_level.reshape(len(split), len(names))[table.categories.codes[rows]]


def _scores(own: Answers, report: Measured, code: int) -> Floats:
    """The report's task score of each answer; NaN: it has none."""
    import numpy as np

    tasks = report.scores.tasks
    place = np.minimum(np.searchsorted(tasks, own.tasks), len(tasks) - 1)
    found: Floats = np.where(tasks[place] == own.tasks, report.scores.means[place, code], np.nan)
    return found


def _fitted(own: Answers, failed: Bools, belongs: Floats, report: Floats | None) -> tuple[Estimate, Estimate]:
    """The odds ratio for 10 points of the report, if any, and the joint test of the categories."""
    import numpy as np

    has = ~np.isnan(report) if report is not None else np.ones(len(own), dtype=bool)
    y, families = failed[has].astype(np.float64), own.families[has]
    size, parents = Size(int(has.sum()), len(np.unique(own.tasks[has]))), len(np.unique(families))

    def na(reason: str) -> tuple[Estimate, Estimate]:
        none = not_available(reason, unit="odds ratio", method=METHOD, size=size, parents=parents)
        return none, replace(none, unit="χ²")

    events = int(y.sum())
    if min(events, len(y) - events) < FEWEST:
        return na(f"{events} failures and {len(y) - events} other answers, {FEWEST} of each are needed")
    columns = [np.ones(len(y))]
    if report is not None:
        slope = (report[has] - report[has].mean()) / 10
        if float(slope.std()) <= 1e-12 * float(abs(report[has]).max()):
            return na("the report does not vary")
        columns.append(slope)
    fixed = len(columns)
    x = _independent(columns, belongs[has])
    weights = np.ones(len(y))
    found = None if logit.is_separated_by_a_column(x, y) else logit.fit(x, y, weights)
    flags: tuple[str, ...] = ()
    if found is None or not logit.has_maximum(x, y, found):
        found, flags = logit.fit(x, y, weights, is_firth=True), (FIRTH,)
    if events < FEW_A_COLUMN * x.shape[1]:
        flags = (*flags, f"{events} failures for {x.shape[1]} columns")
    covariance = logit.clustered(x, y, weights, found, families)
    if covariance is None:
        return na("one family only")
    odds = na("no report")[0]
    if report is not None:
        odds = _odds_ratio(float(found.beta[1]), float(covariance[1, 1]), size, parents, flags)
    return odds, _joint(found.beta[fixed:], covariance[fixed:, fixed:], size, parents, flags)


def _independent(columns: list[Floats], belongs: Floats) -> Floats:
    """The columns and those categories that the ones before do not add up to."""
    import numpy as np

    x = np.column_stack(columns)
    for column in belongs.T:
        wider = np.column_stack([x, column])
        if logit.is_full_rank(wider):
            x = wider
    return x


def _odds_ratio(beta: float, variance: float, size: Size, parents: int, flags: tuple[str, ...]) -> Estimate:
    if variance <= 0:
        return not_available("no variation between families", unit="odds ratio", method=METHOD, size=size)
    found = logit.wald(
        beta, math.sqrt(variance), unit="odds ratio", method=METHOD, size=size, parents=parents, flags=flags
    )
    ends = (None if one is None else math.exp(min(one, 700.0)) for one in (found.value, found.low, found.high))
    value, low, high = ends
    return replace(found, value=value, low=low, high=high)


def _joint(beta: Floats, covariance: Floats, size: Size, parents: int, flags: tuple[str, ...]) -> Estimate:
    import numpy as np
    from scipy.special import chdtrc

    q = len(beta)
    reason = "no two categories to compare" if not q else ""
    if not reason and parents <= q:
        reason = f"{parents} families for {q + 1} categories"
    if not reason and np.linalg.matrix_rank(covariance, hermitian=True) < q:
        reason = "too few families vary within their categories"
    if reason:
        return not_available(reason, unit="χ²", method=METHOD, size=size, parents=parents)
    value = float(beta @ np.linalg.solve(covariance, beta))
    return Estimate(
        value,
        method=f"Wald χ², {METHOD}",
        unit="χ²",
        statistic=value,
        df=float(q),
        p=float(chdtrc(q, value)),
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=parents,
        reason="a test statistic has no interval",
        flags=flags,
    )
