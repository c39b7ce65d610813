"""Does the same question get the same score again? One model, instrument, item and manipulation at a time.

What is asked again is a task in one wording: another wording is another question. Intervals take tasks as independent,
as the published ones do, which each `method` says; those of α and of the limits of agreement are clustered by family.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.agreement import krippendorff
from motivtui.stats.estimate import LEVEL, ROUNDING, Estimate, Size, not_available
from motivtui.stats.limits_of_agreement import LimitsOfAgreement, limits_of_agreement
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import Group, ScoreTable, combined
from motivtui.stats.wording import count, left_out, number, subject, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FEWEST = 3
POINTS = "scale points"


@dataclass(frozen=True, slots=True)
class Reliability:
    """One group under one manipulation; what is repeated are tasks with two usable repeats or more.

    `r` is Pearson's, of the first usable repeat and the second. `icc` is ICC(1,1), of a single score; `icc_mean` is
    ICC(1,k), of the mean of `repeats` (the average number; Shrout & Fleiss 1979). `within_sd` is the SD of one task's
    scores; two scores of it differ by less than `repeatability` in 95 of 100 cases (Bland & Altman 1999), and by
    `mean_difference` on average. `limits` are of the second repeat minus the first. `alpha` is Krippendorff's, interval
    metric, of all repeats.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    repeats: float | None
    r: Estimate
    icc: Estimate
    icc_mean: Estimate
    within_sd: Estimate
    repeatability: float | None
    mean_difference: float | None
    limits: LimitsOfAgreement
    alpha: Estimate
    flags: tuple[str, ...]

    @property
    def band(self) -> str:
        """What the whole interval of `icc` is called, as "poor to moderate" (Koo & Li 2016); "": there is none."""
        if self.icc.low is None or self.icc.high is None:
            return ""
        names = dict.fromkeys(_band(end) for end in (self.icc.low, self.icc.high))
        return " to ".join(names)

    @property
    def sentence(self) -> str:
        """What can be said, of this model under this manipulation only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        rows = f"{self.n:,} of {self.total:,} scores, {left_out(self.excluded)}"
        band = f" ({self.band})" if self.band else ""
        within = "" if self.within_sd.value is None else f", SD within a task {number(self.within_sd.value)} points"
        return (
            f"{who} under {self.manipulation}, asked again: ICC(1,1) {with_interval(self.icc)}{band}{within}; "
            f"{count(self.icc.n_tasks, 'repeated task')}; {rows}."
        )


def _band(icc: float) -> str:
    return "poor" if icc < 0.5 else "moderate" if icc < 0.75 else "good" if icc <= 0.9 else "excellent"


def reliabilities(table: ScoreTable, *, draws: int = DRAWS, seed: int = SEED) -> tuple[Reliability, ...]:
    """One for each group and manipulation; `draws` resamples of the families for α's interval."""
    return tuple(
        _reliability(table, group, part, draws, seed)
        for group, rows in table.groups(ItemKind.SCALE)
        for part in table.split(rows, table.manipulation)
    )


@dataclass(frozen=True, slots=True)
class Repeats:
    """`scores[task, repeat]` from the left, NaN behind the last one; only tasks with two or more.

    `tasks` and `families`: the codes of each task and of its family; a task in several wordings is there with each.
    """

    scores: Floats
    size: Size
    tasks: Ints
    families: Ints
    has_other_executions: bool


def repeats_of(table: ScoreTable, rows: Ints) -> Repeats:
    """The usable repeats among `rows`, in the order in which they were asked."""
    import numpy as np

    usable = table.usable(rows)
    # Before tasks are looked at, repeats are put in the order in which they were asked.
    usable = usable[np.lexsort((table.repeat[usable], np.nan_to_num(table.execution_repeat[usable])))]
    wordings = table.wording[usable].astype(np.int64)
    units = combined((table.tasks(usable), 0), (wordings, int(wordings.max(initial=0)) + 1))
    order = np.argsort(units, kind="stable")
    _, starts, counts = np.unique(units[order], return_index=True, return_counts=True)
    unit = np.repeat(np.arange(len(counts)), counts)
    scores = np.full((len(counts), int(counts.max(initial=0))), np.nan)
    scores[unit, np.arange(len(unit)) - starts[unit]] = table.value[usable[order]]
    kept = usable[order][(counts >= 2)[unit]]
    executions = table.execution_repeat[kept]
    firsts = usable[order][starts][counts >= 2]
    return Repeats(
        scores[counts >= 2],
        Size(len(kept), int((counts >= 2).sum())),
        table.tasks(firsts),
        table.family.codes[firsts],
        bool(len(np.unique(executions[~np.isnan(executions)])) > 1),
    )


def _reliability(table: ScoreTable, group: Group, rows: Ints, draws: int, seed: int) -> Reliability:
    import numpy as np

    repeats = repeats_of(table, rows)
    n = repeats.size.tasks
    reason = "" if n >= FEWEST else f"{n} repeated tasks, {FEWEST} are needed"
    if not reason and float(np.nanstd(repeats.scores)) <= ROUNDING * float(np.nanmax(abs(repeats.scores))):
        reason = "the scores do not vary"
    estimates = [replace(one, n_parents=len(np.unique(repeats.families))) for one in _estimates(repeats, reason)]
    within = estimates[3].value
    return Reliability(
        *group,
        manipulation=table.manipulation.text(int(rows[0])),
        total=len(rows),
        n=len(table.usable(rows)),
        excluded=table.excluded(rows),
        repeats=repeats.size.rows / n if n else None,
        r=estimates[0],
        icc=estimates[1],
        icc_mean=estimates[2],
        within_sd=estimates[3],
        repeatability=None if within is None else 1.96 * math.sqrt(2) * within,
        mean_difference=None if n < FEWEST else _mean_difference(repeats.scores),
        limits=_limits(repeats),
        alpha=_alpha(repeats, reason, draws, seed),
        flags=("repeats go on from executions of their own",) if repeats.has_other_executions else (),
    )


def _limits(repeats: Repeats) -> LimitsOfAgreement:
    pairs = repeats.scores[:, :2] if repeats.size.tasks else repeats.scores.reshape(0, 2)
    return limits_of_agreement(pairs[:, 0], pairs[:, 1], repeats.families)


def _alpha(repeats: Repeats, reason: str, draws: int, seed: int) -> Estimate:
    if reason:
        return not_available(reason, unit="α (interval)", size=repeats.size)
    return krippendorff(repeats.scores, repeats.families, is_ordinal=False, size=repeats.size, draws=draws, seed=seed)


def _estimates(repeats: Repeats, reason: str) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """The correlation, both intraclass correlations and the SD within tasks; a `reason`: none of them."""
    if reason:
        names = (("Pearson", "r"), ("ICC(1,1)", "ICC"), ("ICC(1,k)", "ICC"), ("one-way ANOVA", POINTS))
        none = [not_available(reason, unit=unit, method=method, size=repeats.size) for method, unit in names]
        return none[0], none[1], none[2], none[3]
    pairs = repeats.scores[:, :2]
    return pearson(pairs[:, 0], pairs[:, 1]), *intraclass(repeats.scores)


def pearson(one: Floats, other: Floats) -> Estimate:
    """Pearson's r with the interval of Fisher's z; NA where a side does not vary."""
    import numpy as np
    from scipy.special import ndtri

    n = len(one)
    size = Size(2 * n, n)
    method = "Pearson, Fisher z, tasks taken as independent"
    if n < FEWEST:
        return not_available(f"fewer than {FEWEST} pairs", unit="r", method=method, size=size)
    x, y = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    if scale <= ROUNDING * n * float(max(abs(one).max(), abs(other).max())) ** 2:
        return not_available("one of the repeats does not vary", unit="r", method=method, size=size)
    r = max(-1.0, min(1.0, float(x @ y) / scale))
    found = Estimate(r, method=method, unit="r", n_rows=size.rows, n_tasks=n, reason="fewer than 4 pairs")
    if n < 4:
        return found
    if 1 - abs(r) < ROUNDING:
        return replace(found, reason="the repeats lie on a line")
    half = float(ndtri(0.5 + LEVEL / 2)) / math.sqrt(n - 3)
    return replace(found, low=math.tanh(math.atanh(r) - half), high=math.tanh(math.atanh(r) + half), reason="")


def intraclass(scores: Floats) -> tuple[Estimate, Estimate, Estimate]:
    """ICC(1,1), ICC(1,k) and the SD within tasks, of `scores[task, repeat]` with NaN for what is missing.

    Each task has two scores or more, and not all are the same. Where tasks have different numbers of repeats, k is
    (N - Σk²/N)/(tasks - 1), and the intervals are approximate.
    """
    import numpy as np

    counts = (~np.isnan(scores)).sum(axis=1)
    n, rows = len(scores), int(counts.sum())
    means = np.nansum(scores, axis=1) / counts
    grand = float(np.nansum(scores)) / rows
    df, df2 = n - 1, rows - n
    between = float(counts @ (means - grand) ** 2) / df
    within = float(np.nansum((scores - means[:, None]) ** 2)) / df2
    k = (rows - float(counts @ counts) / rows) / df
    size = Size(rows, n)
    single, mean = _ratio(between, within, k, 1, df, df2, size), _ratio(between, within, k, k, df, df2, size)
    return single, mean, _within_sd(within, df2, size)


def _ratio(between: float, within: float, k: float, of: float, df: int, df2: int, size: Size) -> Estimate:
    """The ICC of the mean of `of` scores, by F = between/within: (F-1)/(F-1+k/of)."""
    from scipy.special import fdtrc, fdtri

    found = Estimate(
        1.0,
        method=f"ICC(1,{'1' if of == 1 else 'k'}), one-way ANOVA, F interval, tasks taken as independent",
        unit="ICC",
        df=float(df),
        df2=float(df2),
        n_rows=size.rows,
        n_tasks=size.tasks,
        reason="every repeat is the same",
    )
    if within <= ROUNDING * between:
        return found
    f = between / within
    if of != 1 and f <= ROUNDING:
        return replace(found, value=None, reason="no variation between tasks")
    tail = 0.5 + LEVEL / 2
    ends = f / float(fdtri(df, df2, tail)), f, f * float(fdtri(df2, df, tail))
    # The ICC of a mean falls without bound as F goes to 0, as in the textbook.
    low, value, high = ((one - 1) / (one - 1 + k / of) for one in ends)
    return replace(found, value=value, low=low, high=high, statistic=f, p=float(fdtrc(df, df2, f)), reason="")


def _within_sd(within: float, df2: int, size: Size) -> Estimate:
    from scipy.special import chdtri

    tail = 0.5 - LEVEL / 2
    low, high = (math.sqrt(within * df2 / float(chdtri(df2, one))) for one in (tail, 1 - tail))
    return Estimate(
        math.sqrt(within),
        low,
        high,
        method="one-way ANOVA, chi-squared interval, tasks taken as independent",
        unit=POINTS,
        df=float(df2),
        n_rows=size.rows,
        n_tasks=size.tasks,
    )


def _mean_difference(scores: Floats) -> float:
    """Mean over tasks of the mean absolute difference of all pairs of a task's scores."""
    import numpy as np

    differences = abs(scores[:, :, None] - scores[:, None, :])
    counts = (~np.isnan(scores)).sum(axis=1)
    return float((np.nansum(differences, axis=(1, 2)) / (counts * (counts - 1))).mean())
