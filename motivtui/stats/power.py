"""How large an effect a study can see, and how many tasks it needs: before it is run, or from a run's spread.

Tasks of one family are alike, so n tasks count as n / (1 + (m-1)·ICC), m the tasks of a family (Kish 1965), and the
test is t on G-1 degrees of freedom for G families, as in `manipulations`. Choices are simulated in `choice_power`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from motivtui.errors import UsageError
from motivtui.stats.estimate import ROUNDING, Estimate, standard_error, t_quantile
from motivtui.stats.table import ScoreTable
from motivtui.stats.task_scores import Pairs, pairs_of, task_scores
from motivtui.stats.wording import count, number, subject
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

ALPHA = 0.05
POWER = 0.8
MOST_FAMILIES = 1_000_000
NODES = 400
"""Of the numerical integration: more change nothing before the seventh decimal."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How differences from the control vary: their SD over tasks in points, and how alike tasks of a family are.

    `icc`: the share of the variance that lies between families, from 0 (tasks of a family are no more alike than
    others) to 1. `per_family`: Σm²/Σm of the families' tasks. `source` says where this is from. What is None could not
    be had, and `reason` says why.
    """

    sd: float | None
    icc: float | None
    per_family: float
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EffectPlan:
    """What `tasks` tasks in `families` families can show of a difference from the control.

    `d_z`: the effect in SDs of the difference; `effect`: in points, None where no SD is known. It is found with
    probability `power` by a two-sided test at `alpha`. `effective_tasks`: as many independent tasks would say as much.
    """

    tasks: int
    families: int
    icc: float
    design_effect: float
    effective_tasks: float
    d_z: float
    effect: float | None
    power: float
    alpha: float

    @property
    def sentence(self) -> str:
        """What such a study can see, if the spread is as assumed."""
        points = "" if self.effect is None else f" ({number(self.effect)} points)"
        return (
            f"{count(self.tasks, 'task')} in {count(self.families, 'family', 'families')} (ICC {self.icc:.2f}, design "
            f"effect {self.design_effect:.2f}) say as much as {self.effective_tasks:.0f} independent ones: a "
            f"difference of {number(self.d_z)} SDs{points} is found in {100 * self.power:.0f} of 100 studies "
            f"at α = {self.alpha:g}."
        )


def design_effect(per_family: float, icc: float) -> float:
    """How many times more tasks are needed because `per_family` tasks share a family (unequal: Σm²/Σm)."""
    return 1 + (per_family - 1) * icc


def smallest_effect(
    tasks: int,
    families: int,
    *,
    icc: float,
    sd: float | None = None,
    power: float = POWER,
    alpha: float = ALPHA,
    per_family: float | None = None,
) -> EffectPlan:
    """The smallest difference that `tasks` in `families` find with `power`; `sd`: that of the differences, in points.

    `per_family`: Σm²/Σm of families with m tasks each; None: all have the same. Raises UsageError for a study that
    cannot be tested, or for numbers that are none.
    """
    _check(tasks, families, icc, power, alpha, sd)
    deff = design_effect(tasks / families if per_family is None else per_family, icc)
    effective = tasks / deff
    d = _noncentrality(families - 1, power, alpha) / math.sqrt(effective)
    effect = None if sd is None else d * sd
    return EffectPlan(tasks, families, icc, deff, effective, d, effect, power, alpha)


def power_of(tasks: int, families: int, d_z: float, *, icc: float, alpha: float = ALPHA) -> float:
    """The probability that a difference of `d_z` SDs is found. Raises UsageError as `smallest_effect` does."""
    _check(tasks, families, icc, POWER, alpha, None)
    effective = tasks / design_effect(tasks / families, icc)
    return _power(abs(d_z) * math.sqrt(effective), families - 1, alpha)


def tasks_needed(
    d_z: float, *, per_family: int, icc: float, power: float = POWER, alpha: float = ALPHA, sd: float | None = None
) -> EffectPlan:
    """The fewest whole families of `per_family` tasks that find a difference of `d_z` SDs with `power`.

    `d_z` and `power` of the plan are those that this many tasks have: `power` at least what was asked for. Raises
    UsageError for an effect of 0, or one so small that a million families would not do.
    """
    if not (math.isfinite(d_z) and d_z != 0):
        raise UsageError("No number of tasks finds an effect of 0.", hint="Give the smallest effect that would matter.")
    _check(2 * max(per_family, 1), 2, icc, power, alpha, sd)
    if per_family < 1:
        raise UsageError(f"A family of {per_family} tasks is none.", hint="Give 1 or more tasks a family.")

    def reached(families: int) -> bool:
        return power_of(families * per_family, families, d_z, icc=icc, alpha=alpha) >= power

    if not reached(MOST_FAMILIES):
        raise UsageError(
            f"A difference of {d_z:g} SDs is too small to plan for: a million families would not do.",
            hint="Give the smallest effect that would matter.",
        )
    low, high = 1, MOST_FAMILIES
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    tasks = high * per_family
    deff = design_effect(per_family, icc)
    found = power_of(tasks, high, d_z, icc=icc, alpha=alpha)
    effect = None if sd is None else abs(d_z) * sd
    return EffectPlan(tasks, high, icc, deff, tasks / deff, abs(d_z), effect, found, alpha)


def detectable(estimate: Estimate, *, power: float = POWER, alpha: float = ALPHA) -> float | None:
    """The smallest true value that an estimate with this standard error finds with `power`, in the estimate's unit.

    To stand beside what is not significant; None where the estimate has no t interval. Not "observed power": the
    estimate's own value plays no part.
    """
    se = standard_error(estimate)
    if se is None or estimate.df is None:
        return None
    return _noncentrality(estimate.df, power, alpha) * se


def _check(tasks: int, families: int, icc: float, power: float, alpha: float, sd: float | None) -> None:
    problems = (
        (families < 2, f"{count(families, 'family', 'families')} cannot be tested.", "Plan with 2 families or more."),
        (tasks < families, f"{count(tasks, 'task')} cannot fill {families} families.", "Give a task to each family."),
        (not 0 <= icc <= 1, f"An ICC of {icc:g} cannot be.", "Give a share from 0 to 1."),
        (not 0 < alpha < 1, f"A level of {alpha:g} cannot be.", "Give a share between 0 and 1, such as 0.05."),
        (not alpha < power < 1, f"A power of {power:g} cannot be planned for.", "Give a share between α and 1."),
        (sd is not None and not 0 < sd < math.inf, f"An SD of {sd} cannot be.", "Give a number of points above 0."),
    )
    for is_wrong, message, hint in problems:
        if is_wrong:
            raise UsageError(message, hint=hint)


@cache
def _nodes() -> tuple[Floats, Floats]:
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights


def _power(noncentrality: float, df: float, alpha: float) -> float:
    """Of the two-sided t test: the mean, over the SDs that a study may find, of what a normal test would have.

    scipy's noncentral t is the same where it is a number; from about 10 standard errors it may be NaN.
    """
    import numpy as np
    from scipy.special import chdtri, ndtr

    nodes, weights = _nodes()
    spread = np.sqrt(chdtri(df, (1 - nodes) / 2) / df) * t_quantile(1 - alpha / 2, df)
    return float(weights @ (ndtr(noncentrality - spread) + ndtr(-noncentrality - spread))) / 2


def _noncentrality(df: float, power: float, alpha: float) -> float:
    """How many standard errors an effect must have."""
    from scipy.optimize import brentq

    top = 1.0
    while _power(top, df, alpha) < power:
        top *= 2
    return float(brentq(lambda value: _power(value, df, alpha) - power, 0.0, top, xtol=1e-10))


def spreads(table: ScoreTable) -> tuple[Spread, ...]:
    """How the differences from the control varied in a run: one for each group and manipulation."""
    found = []
    for group, rows in table.groups(ItemKind.SCALE):
        scores = task_scores(table, rows)
        control = table.manipulation.code(CONTROL_ID)
        for part in table.split(rows, table.manipulation):
            code = int(table.manipulation.codes[part[0]])
            if control < 0 or code == control:
                continue
            who = subject(group.model, group.instrument, group.judge, group.item, group.decoding)
            who += f" under {table.manipulation.levels[code]}"
            found.append(spread_of(pairs_of(scores, [code], [control]), who))
    return tuple(found)


def spread_of(pairs: Pairs, source: str) -> Spread:
    """SD and ICC of paired differences, the ICC from the one-way analysis of variance, not below 0.

    Families of one task only leave the ICC open.
    """
    import numpy as np

    differences, families = pairs.differences, pairs.families
    n = len(differences)
    if n < 2:
        return Spread(None, None, 1.0, source, "fewer than 2 tasks have a score under both")
    _, codes, sizes = np.unique(families, return_inverse=True, return_counts=True)
    per_family = float((sizes**2).sum() / n)
    sd = float(differences.std(ddof=1))
    if sd <= ROUNDING * pairs.magnitude:
        return Spread(None, None, per_family, source, "the differences do not vary")
    if len(sizes) < 2 or len(sizes) == n:
        reason = "one family only" if len(sizes) < 2 else "no family has two tasks"
        return Spread(sd, None, per_family, source, reason)
    return Spread(sd, _icc(differences, codes, sizes), per_family, source)


def _icc(values: Floats, codes: Ints, sizes: Ints) -> float:
    import numpy as np

    n, groups = len(values), len(sizes)
    means = np.bincount(codes, weights=values) / sizes
    between = float(sizes @ (means - values.mean()) ** 2) / (groups - 1)
    within = float(((values - means[codes]) ** 2).sum()) / (n - groups)
    k = (n - float(sizes @ sizes) / n) / (groups - 1)
    return min(1.0, max(0.0, (between - within) / (between + (k - 1) * within)))
