"""Whose scores of tasks go with people's more: models in pairs, and all at once.

Two correlations with the same ratings hang together; so their difference is resampled as one number, and what a model
adds is what R² loses without it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from motivtui.stats import association
from motivtui.stats.clustered_ols import clustered_ols
from motivtui.stats.estimate import Estimate, not_available, t_two_sided
from motivtui.stats.human_ratings import HumanRating
from motivtui.stats.humans import people_of, with_people
from motivtui.stats.measures import Measure, Measured, Shared, measured, only_under
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.resampling import DRAWS, SEED, bootstrapped
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, number, p_value, with_interval
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats


@dataclass(frozen=True, slots=True)
class HumanContrast:
    """Which of two models' scores go with people's more: r of `one` less r of `other`, over the tasks with all three.

    `difference` has its interval by resampling families; `williams` is the published test (Williams 1959), which takes
    tasks as independent.
    """

    one: str
    other: str
    measure: Measure
    manipulation: str
    r_one: float | None
    r_other: float | None
    difference: Estimate
    williams: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of these two models and these tasks only."""
        test = "" if self.williams.p is None else f", Williams {p_value(self.williams.p)} (tasks as independent)"
        return (
            f"{self.one} against {self.other}, {self.measure} under {self.manipulation} with people's ratings: r "
            f"differs by {with_interval(self.difference, signed=True)}{test}; "
            f"{count(self.difference.n_tasks, 'task')} in {count(self.difference.n_parents, 'family', 'families')}."
        )


@dataclass(frozen=True, slots=True)
class HumanRegression:
    """People's ratings on the scores of several models at once, all standardised.

    `semipartial` is what R² loses without a model, `inflation` its variance inflation factor; in the models' order.
    """

    measure: Measure
    manipulation: str
    models: tuple[str, ...]
    slopes: tuple[Estimate, ...]
    semipartial: tuple[float | None, ...]
    inflation: tuple[float | None, ...]
    r_squared: float | None

    @property
    def sentence(self) -> str:
        """What can be said, of these models and these tasks only."""
        slope = self.slopes[0]
        what = f"{self.measure} under {self.manipulation}, people's ratings on the scores of {', '.join(self.models)}"
        tasks = f"{count(slope.n_tasks, 'task')} in {count(slope.n_parents, 'family', 'families')}"
        if self.r_squared is None:
            return f"{what}: NA ({slope.reason}); {tasks}."
        alone = ", ".join(
            f"{model} {number(part or 0)}" for model, part in zip(self.models, self.semipartial, strict=True)
        )
        return f"{what}: R² {number(self.r_squared)}, of which only with {alone}; {tasks}."


def _by_measure(table: ScoreTable) -> dict[Measure, list[tuple[str, Measured]]]:
    """The models of each measure, where there are two or more."""
    found: dict[Measure, list[tuple[str, Measured]]] = {}
    for model, parts in measured(table).items():
        for part in parts:
            found.setdefault(part.measure, []).append((model, part))
    return {measure: models for measure, models in found.items() if len(models) > 1}


def human_contrasts(
    table: ScoreTable,
    ratings: Sequence[HumanRating],
    *,
    manipulation: str = CONTROL_ID,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[HumanContrast, ...]:
    """Every pair of models of each measure. Williams' p is adjusted over the pairs."""
    code = table.manipulation.code(manipulation)
    people = people_of(table, ratings)
    table = only_under(table, code)
    found: list[HumanContrast] = []
    for measure, models in _by_measure(table).items():
        ones = []
        for (one, part), (other, other_part) in combinations(models, 2):
            means, both = with_people(table, [part, other_part], people, code)
            r_one, r_other, difference, williams = _contrast(means, both, draws, seed)
            ones.append(HumanContrast(one, other, measure, manipulation, r_one, r_other, difference, williams))
        changed = adjusted([one.williams for one in ones], "pairs of models")
        found += [replace(one, williams=test or one.williams) for one, test in zip(ones, changed, strict=True)]
    return tuple(found)


def _contrast(
    means: Floats, both: Shared, draws: int, seed: int
) -> tuple[float | None, float | None, Estimate, Estimate]:
    import numpy as np

    x, y = both.values.T
    reason = association.unrelated(means, x) or association.unrelated(means, y)
    if reason:
        none = not_available(reason, unit="difference of r", size=both.size)
        return None, None, none, none
    h, one, other = (association.standardised(side) for side in (means, x, y))
    first, second = association.moments(h, one), association.moments(h, other)
    difference = bootstrapped(
        partial(_difference, width=first.shape[1]),
        np.column_stack([first, second]),
        both.families,
        unit="difference of r",
        size=both.size,
        draws=draws,
        seed=seed,
    )
    r_one, r_other, between = float((h * one).mean()), float((h * other).mean()), float((one * other).mean())
    williams = williams_t(r_one, r_other, between, len(h))
    counted = replace(williams, n_rows=both.size.rows, n_tasks=both.size.tasks, n_parents=difference.n_parents)
    return r_one, r_other, difference, counted


def _difference(sums: Floats, *, width: int) -> Floats:
    found: Floats = association.r_of(sums[:, :width]) - association.r_of(sums[:, width:])
    return found


def williams_t(r12: float, r13: float, r23: float, n: int) -> Estimate:
    """Williams' test that two correlations with the same third thing (1) are equal, in Steiger's form (1980)."""
    method = f"Williams t, {association.INDEPENDENT}"
    unit = "difference of r"
    determinant = 1 - r12**2 - r13**2 - r23**2 + 2 * r12 * r13 * r23
    mean = (r12 + r13) / 2
    if n < 4:
        return not_available("fewer than 4 tasks with all three", unit=unit, method=method)
    spread = 2 * (n - 1) / (n - 3) * determinant + mean**2 * (1 - r23) ** 3
    if 1 - r23 < 1e-12 or spread <= 1e-12:
        return not_available("the two models' scores are the same", unit=unit, method=method)
    t = (r12 - r13) * math.sqrt((n - 1) * (1 + r23) / spread)
    return Estimate(
        r12 - r13,
        method=method,
        unit=unit,
        statistic=t,
        df=float(n - 3),
        p=t_two_sided(t, n - 3),
        reason="a test has no interval",
        flags=(association.INDEPENDENT,),
    )


def human_regressions(
    table: ScoreTable, ratings: Sequence[HumanRating], *, manipulation: str = CONTROL_ID
) -> tuple[HumanRegression, ...]:
    """One for each measure that several models have."""
    import numpy as np

    code = table.manipulation.code(manipulation)
    people = people_of(table, ratings)
    table = only_under(table, code)
    found = []
    for measure, models in _by_measure(table).items():
        means, both = with_people(table, [part for _, part in models], people, code)
        standard = [_standardised(one) for one in (means, *both.values.T)]
        fitted = clustered_ols(standard[0], np.column_stack(standard[1:]), both.families, unit="SDs", size=both.size)
        names = tuple(model for model, _ in models)
        found.append(
            HumanRegression(
                measure, manipulation, names, fitted.slopes, fitted.semipartial, fitted.inflation, fitted.r_squared
            )
        )
    return tuple(found)


def _standardised(values: Floats) -> Floats:
    """The same where they do not vary, which is then told."""
    return values if not len(values) or float(values.std()) == 0 else association.standardised(values)
