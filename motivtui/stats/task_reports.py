"""What a model reports on each task under the control, in sessions of their own: to be held against its choices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from motivtui.stats.estimate import LEVEL, Estimate, Size, not_available
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.task_scores import task_scores
from motivtui.study.instrument import ItemKind, Phase
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

REPORTS = (Phase.PRE, Phase.POST)
"""Where models report on tasks themselves: what a judge says is no report."""


def report_groups(table: ScoreTable) -> list[tuple[Group, Ints]]:
    """The groups that are reports, with their rows."""
    return [
        (group, rows)
        for group, rows in table.groups(ItemKind.SCALE)
        if group.judge is None and table.phase.name(int(rows[0])) in REPORTS
    ]


def reports_for(group: Group, reports: list[tuple[Group, Ints]]) -> list[tuple[Group, Ints]]:
    """The reports of the model of `group`, in its decoding mode; where it has none in that, all of them."""
    own = [(report, rows) for report, rows in reports if report.model == group.model]
    return [(report, rows) for report, rows in own if report.decoding == group.decoding] or own


def report_scores(table: ScoreTable, rows: Ints) -> dict[str, float]:
    """The mean report on each task under the control, by the task's name; tasks without one are left out."""
    found = task_scores(table, rows)
    code = table.manipulation.code(CONTROL_ID)
    means = found.means[:, code].tolist() if code >= 0 else []
    named = zip(found.rows.tolist(), means, strict=False)
    return {table.task.text(row): mean for row, mean in named if not math.isnan(mean)}


def rank_correlation(one: Floats, other: Floats) -> Estimate:
    """Spearman's correlation, its interval by Fisher's z with the standard error of Bonett & Wright (2000).

    Ties have their mean rank; p is that of t on n-2 degrees of freedom.
    """
    import numpy as np
    from scipy.special import ndtri
    from scipy.stats import rankdata, spearmanr

    n = len(one)
    size = Size(n, n)
    method = "Spearman, Fisher z (Bonett & Wright), taken as independent"
    if n < 4:
        return not_available(f"{n} with a report, 4 are needed", unit="ρ", method=method, size=size)
    ranks = [rankdata(np.round(values, 9)) for values in (one, other)]
    if min(float(rank.std()) for rank in ranks) <= 0:
        return not_available("one side does not vary", unit="ρ", method=method, size=size)
    found = spearmanr(*ranks)
    rho = max(-1.0, min(1.0, float(found.statistic)))
    if 1 - abs(rho) < 1e-12:
        reason = "the order is the same, or reversed, throughout"
        return Estimate(rho, method=method, unit="ρ", n_rows=n, n_tasks=n, reason=reason)
    half = float(ndtri(0.5 + LEVEL / 2)) * math.sqrt((1 + rho**2 / 2) / (n - 3))
    z = math.atanh(rho)
    return Estimate(
        rho,
        math.tanh(z - half),
        math.tanh(z + half),
        method=method,
        unit="ρ",
        df=float(n - 2),
        p=float(found.pvalue),
        n_rows=n,
        n_tasks=n,
    )
