"""Does what a manipulation does to the report go with what it does to the outcome? A check that looks like mediation.

The manipulation is given at random, the report is not: that it and the outcome move together may have any common cause.
So this is association, and every sentence says so; how strong a common cause would have to be is said beside it.

With two conditions and task fixed effects everything is in the tasks' differences: a and c are their means, b the
slope of the outcome's on the mediator's, c' what is left at no difference of the mediator; c = c' + ab exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.clustered_ols import clustered_ols
from motivtui.stats.effort import REPORT
from motivtui.stats.estimate import FEW_FAMILIES, ONE_FAMILY, ROUNDING, Estimate, Size, clustered_mean, not_available
from motivtui.stats.executions import ITEM, executions
from motivtui.stats.measures import Measure, Measured, excluded_under, measured
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.resampling import DRAWS, METHOD, SEED, bootstrap_p, percentile_interval, resampled
from motivtui.stats.table import ScoreTable
from motivtui.stats.task_scores import pairs_of
from motivtui.stats.wording import count, left_out, p_value, with_interval
from motivtui.study.instrument import Phase
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

CAPTION = "association, not causal mediation: b is not randomised"
POINTS = "scale points"
FEWEST = 4
NOT_FITTED = "not fitted"
RHOS = tuple(step / 10 for step in range(-9, 10))
_AFTER = frozenset({Phase.POST, Phase.JUDGE})


@dataclass(frozen=True, slots=True)
class Mediation:
    """One manipulation against the control, over the tasks that have mediator and outcome under both.

    `a`: the mediator's difference. `b`: the outcome's change for one point more of the mediator's difference. `c`: the
    outcome's difference, of which `indirect` (ab) goes with the mediator and `direct` (c') does not. `sensitivity`:
    ab if the errors of mediator and outcome correlated ρ, for each ρ (Imai, Keele & Yamamoto 2010); it is 0 at
    `rho_at_zero`. `caption` belongs under every picture of it.
    """

    model: str
    manipulation: str
    mediator: Measure
    outcome: Measure
    excluded: Mapping[str, int]
    a: Estimate
    b: Estimate
    c: Estimate
    direct: Estimate
    indirect: Estimate
    rho_at_zero: float | None
    sensitivity: tuple[tuple[float, float], ...]
    caption: str = CAPTION

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        tests = "" if self.indirect.p is None else f", {p_value(self.indirect.p)}"
        if self.indirect.p_adj is not None:
            tests += f", adjusted {p_value(self.indirect.p_adj)}"
        rho = "" if self.rho_at_zero is None else f"; none of it if errors correlate {self.rho_at_zero:+.2f}"
        return (
            f"{self.model}, {self.manipulation} against {CONTROL_ID}: {self.outcome} differs by "
            f"{with_interval(self.c, signed=True)} {self.c.unit}, of which {with_interval(self.indirect, signed=True)} "
            f"goes with {self.mediator}{tests}{rho} ({self.caption}); {count(self.c.n_tasks, 'complete task')} in "
            f"{count(self.c.n_parents, 'family', 'families')}; scores {left_out(self.excluded)}."
        )


def mediations(
    table: ScoreTable, *, report: tuple[str, str] = REPORT, draws: int = DRAWS, seed: int = SEED
) -> tuple[Mediation, ...]:
    """Each manipulation of each model with the report as mediator; outcomes are length, post ratings and judgements.

    p of ab is adjusted over the manipulations of one outcome.
    """
    control = table.manipulation.code(CONTROL_ID)
    if control < 0:
        return ()
    done = executions(table)
    found: list[Mediation] = []
    for model, parts in measured(table).items():
        mediators = [one for one in parts if (one.measure.instrument, one.measure.item) == report]
        after = [one for one in parts if table.phase.text(int(one.rows[0])) in _AFTER]
        outcomes = [*(one.effort for one in done.get(model, [])), *after]
        for mediator in mediators:
            for outcome in outcomes:
                found += _of_outcome(table, model, mediator, outcome, control, draws, seed)
    return tuple(found)


def _of_outcome(
    table: ScoreTable, model: str, mediator: Measured, outcome: Measured, control: int, draws: int, seed: int
) -> list[Mediation]:
    import numpy as np

    codes = np.intersect1d(table.manipulation.codes[mediator.rows], table.manipulation.codes[outcome.rows]).tolist()
    found = [
        _mediation(table, model, (mediator, outcome), (code, control), draws, seed)
        for code in codes
        if code != control and control in codes
    ]
    changed = adjusted([one.indirect for one in found], "manipulations")
    return [replace(one, indirect=indirect or one.indirect) for one, indirect in zip(found, changed, strict=True)]


def _mediation(
    table: ScoreTable,
    model: str,
    parts: tuple[Measured, Measured],
    conditions: tuple[int, int],
    draws: int,
    seed: int,
) -> Mediation:
    both = _complete(parts, conditions)
    unit = ITEM if parts[1].measure.item == ITEM else POINTS
    reason = both.unfit()
    none = not_available(reason or NOT_FITTED, unit=unit, size=both.size, parents=len(set(both.families.tolist())))
    base = Mediation(
        model=model,
        manipulation=str(table.manipulation.levels[conditions[0]]),
        mediator=parts[0].measure,
        outcome=parts[1].measure,
        excluded=_excluded(table, parts, conditions),
        a=_mean(both.mediator, both, 0, POINTS),
        b=none,
        c=_mean(both.outcome, both, 1, unit),
        direct=none,
        indirect=none,
        rho_at_zero=None,
        sensitivity=(),
    )
    if reason:
        return base
    fitted = clustered_ols(both.outcome, both.mediator[:, None], both.families, unit=f"{unit} a point", size=both.size)
    indirect, direct = _resampled(both, unit, draws, seed)
    rho, curve = sensitivity(both.mediator, both.outcome)
    return replace(base, b=fitted.slopes[0], direct=direct, indirect=indirect, rho_at_zero=rho, sensitivity=curve)


@dataclass(frozen=True, slots=True)
class _Complete:
    """The differences of mediator and outcome; `magnitudes`: the largest size of a score of each."""

    mediator: Floats
    outcome: Floats
    families: Ints
    size: Size
    magnitudes: tuple[float, float]

    def unfit(self) -> str:
        """Why there is no slope; empty: there is one."""
        if self.size.tasks < FEWEST:
            return f"{count(self.size.tasks, 'complete task')}, {FEWEST} are needed"
        if float(self.mediator.std()) <= ROUNDING * self.magnitudes[0]:
            return "the mediator's difference is the same in every task"
        if float(self.outcome.std()) <= ROUNDING * self.magnitudes[1]:
            return "the outcome's difference is the same in every task"
        return ""


def _complete(parts: tuple[Measured, Measured], conditions: tuple[int, int]) -> _Complete:
    import numpy as np

    one, other = (pairs_of(part.scores, conditions[:1], conditions[1:]) for part in parts)
    tasks, mine, theirs = np.intersect1d(one.tasks, other.tasks, assume_unique=True, return_indices=True)
    rows = 0
    for part in parts:
        places = np.searchsorted(part.scores.tasks, tasks)
        rows += int(part.scores.counts[places][:, list(conditions)].sum())
    return _Complete(
        one.differences[mine],
        other.differences[theirs],
        one.families[mine],
        Size(rows, len(tasks)),
        (one.magnitude, other.magnitude),
    )


def _mean(differences: Floats, both: _Complete, which: int, unit: str) -> Estimate:
    if not len(differences):
        return not_available("no task has both under both", unit=unit)
    magnitude = both.magnitudes[which]
    return clustered_mean(differences, both.families, unit=unit, size=both.size, is_tested=True, magnitude=magnitude)


def _excluded(table: ScoreTable, parts: Sequence[Measured], conditions: Sequence[int]) -> Mapping[str, int]:
    """Why ratings have no score, under both conditions; executions have none by nature."""
    rated = [part for part in parts if part.measure.item != ITEM]
    found: dict[str, int] = {}
    for condition in conditions:
        for reason, n in excluded_under(table, rated, condition).items():
            found[reason] = found.get(reason, 0) + n
    return found


def _resampled(both: _Complete, unit: str, draws: int, seed: int) -> tuple[Estimate, Estimate]:
    """ab, tested against 0, and c', each with the interval of families resampled."""
    import numpy as np

    m, y = both.mediator, both.outcome
    columns = np.column_stack([np.ones(len(m)), m, y, m * m, m * y])
    n, sum_m, sum_y, sum_mm, sum_my = resampled(both.families, columns, draws, seed).T
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = sum_mm - sum_m**2 / n
        slope = np.where(spread > ROUNDING * sum_mm, (sum_my - sum_m * sum_y / n) / spread, np.nan)
        indirect = slope * sum_m / n
        direct = sum_y / n - indirect
    b = float(((m - m.mean()) @ y) / ((m - m.mean()) @ m))
    ab = b * float(m.mean())
    families = len(np.unique(both.families))
    found = _interval(ab, indirect, both, unit, families)
    tested = replace(found, p=bootstrap_p(indirect)) if found.low is not None else found
    return tested, _interval(float(y.mean()) - ab, direct, both, unit, families)


def _interval(value: float, drawn: Floats, both: _Complete, unit: str, families: int) -> Estimate:
    interval = percentile_interval(drawn) if families > 1 else None
    low, high = interval or (None, None)
    return Estimate(
        value,
        low,
        high,
        method=METHOD,
        unit=unit,
        n_rows=both.size.rows,
        n_tasks=both.size.tasks,
        n_parents=families,
        reason="" if interval else ONE_FAMILY if families < 2 else "too many resamples do not vary",
        flags=(f"few families ({families})",) if 1 < families < FEW_FAMILIES else (),
    )


def sensitivity(mediator: Floats, outcome: Floats) -> tuple[float, tuple[tuple[float, float], ...]]:
    """The correlation of errors at which ab would be 0, and ab at each of RHOS, of the tasks' differences, which vary.

    ab(ρ) = a·σ₁/σ₂·(ρ̃ - ρ·√((1-ρ̃²)/(1-ρ²))), with ρ̃ the correlation of the differences, σ₁ and σ₂ the SDs of the
    outcome's and the mediator's (Imai, Keele & Yamamoto 2010, theorem 4).
    """
    import numpy as np

    rho = max(-1.0, min(1.0, float(np.corrcoef(mediator, outcome)[0, 1])))
    scale = float(mediator.mean() * outcome.std() / mediator.std())
    return rho, tuple((one, scale * (rho - one * math.sqrt((1 - rho**2) / (1 - one**2)))) for one in RHOS)
