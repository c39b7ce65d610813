"""How much is written, how motivated the model says it is, how good the answer is judged: what goes with what.

Between tasks and within them are two questions: tasks that need many words may be liked or not, whatever a
manipulation does to one and the same task. Both stand side by side. Length is no measure of how hard a model tries;
it is what can be counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats import association
from motivtui.stats.estimate import LEVEL, ROUNDING, Estimate, Size, not_available, share, t_two_sided
from motivtui.stats.executions import Executions, excluded_executions, executions
from motivtui.stats.measures import Measure, Measured, Shared, excluded_under, measured, shared
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.preset import Preset
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, left_out, p_value, percent, with_interval
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

MUCH_TRUNCATED = 0.05
REPORT = ("pre-self-report", "motivation")
"""The instrument and the item that the model says its motivation with."""
REFUSAL = ("refusal",)
"""Categories of tasks that a model should not do: a short answer to these is no lack of effort."""
WITHIN = "repeated-measures r, CR1 by family on Fisher's z, t(G-1)"


@dataclass(frozen=True, slots=True)
class EffortRelation:
    """The length of the executions (log tokens) and one other measure of the same model.

    Under `manipulation`, over tasks: `spearman`, `kendall`; `spearman_censored`: executions that were cut off are tied
    for the longest (None: fewer than 5 % were); `spearman_without_refusal`: without tasks that should be refused
    (None: there are none). `partial` is the r of the report and this measure with length held (None: it is the
    report's own, or there is no report). Over all manipulations: `within` tasks, and `between` the tasks' means.
    """

    model: str
    manipulation: str
    effort: Measure
    measure: Measure
    truncated: Estimate
    excluded: Mapping[str, int]
    excluded_executions: Mapping[str, int]
    spearman: Estimate
    kendall: Estimate
    spearman_censored: Estimate | None
    spearman_without_refusal: Estimate | None
    within: Estimate
    between: Estimate
    partial: Estimate | None

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        test = "" if self.spearman.p is None else f", {p_value(self.spearman.p)}"
        within = with_interval(self.within)
        return (
            f"{self.model}, length of the execution and {self.measure}: over tasks under {self.manipulation} "
            f"ρ {with_interval(self.spearman)}{test}; within tasks over the manipulations r {within}, "
            f"between tasks r {with_interval(self.between)}; {count(self.spearman.n_tasks, 'task')} with both in "
            f"{count(self.spearman.n_parents, 'family', 'families')}; cut off {percent(self.truncated)}; scores "
            f"{left_out(self.excluded)}; executions {left_out(self.excluded_executions)}."
        )


@dataclass(frozen=True, slots=True)
class _Options:
    code: int
    report: tuple[str, str]
    refusal: frozenset[str]
    preset: Preset
    draws: int
    seed: int


def effort_relations(
    table: ScoreTable,
    *,
    manipulation: str = CONTROL_ID,
    report: tuple[str, str] = REPORT,
    refusal_categories: Sequence[str] = REFUSAL,
    preset: Preset = Preset.ROBUST,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[EffortRelation, ...]:
    """Each model's executions with each of its ratings. p of `spearman` and `within` is adjusted within a model.

    REPLICATE: `within` and `between` with the published intervals, which take tasks as independent.
    """
    code = table.manipulation.code(manipulation)
    if code < 0:
        return ()
    options = _Options(code, report, frozenset(refusal_categories), preset, draws, seed)
    ratings = measured(table)
    found: list[EffortRelation] = []
    for model, done in executions(table).items():
        for one in done:
            parts = ratings.get(model, [])
            relations = [_relation(table, model, one, part, parts, options) for part in parts]
            spearmans = adjusted([relation.spearman for relation in relations], "measures")
            withins = adjusted([relation.within for relation in relations], "measures")
            found += [
                replace(relation, spearman=spearman or relation.spearman, within=within or relation.within)
                for relation, spearman, within in zip(relations, spearmans, withins, strict=True)
            ]
    return tuple(found)


def _relation(
    table: ScoreTable, model: str, done: Executions, part: Measured, parts: Sequence[Measured], options: _Options
) -> EffortRelation:
    code = options.code
    both = shared([done.effort, part], code)
    cut, complete = done.truncated(table, code)
    within, between = _over_manipulations(done.effort, part, options)
    return EffortRelation(
        model=model,
        manipulation=str(table.manipulation.levels[code]),
        effort=done.effort.measure,
        measure=part.measure,
        truncated=share(cut, complete, of="complete execution"),
        excluded=excluded_under(table, [part], code),
        excluded_executions=excluded_executions(table, done.rows_under(code, table)),
        spearman=_spearman(both.values, both),
        kendall=association.clustered_kendall(both.values[:, 0], both.values[:, 1], both.families, size=both.size),
        spearman_censored=_censored(table, done, both, code) if cut > MUCH_TRUNCATED * complete else None,
        spearman_without_refusal=_without_refusal(table, both, options),
        within=within,
        between=between,
        partial=_partial(done.effort, part, parts, options),
    )


def _spearman(values: Floats, both: Shared, kept: Bools | None = None) -> Estimate:
    if kept is None:
        return association.clustered_spearman(values[:, 0], values[:, 1], both.families, size=both.size)
    # Of the rows behind the tasks that are kept, only the share is known.
    n = int(kept.sum())
    size = Size(round(both.size.rows * n / max(len(kept), 1)), n)
    return association.clustered_spearman(values[kept, 0], values[kept, 1], both.families[kept], size=size)


def _censored(table: ScoreTable, done: Executions, both: Shared, code: int) -> Estimate:
    """Tasks with an execution that was cut off would be longer by nobody knows how much: they share the first rank."""
    import numpy as np

    rows = done.rows_under(code, table)
    cut = np.isin(both.tasks, table.tasks(rows[done.is_truncated[rows]]))
    values = both.values.copy()
    values[cut, 0] = values[:, 0].max(initial=0) + 1
    return _spearman(values, both)


def _without_refusal(table: ScoreTable, both: Shared, options: _Options) -> Estimate | None:
    import numpy as np

    refused = [bool(options.refusal & set((level or "").split(";"))) for level in table.categories.levels]
    rows = np.flatnonzero(np.array(refused, dtype=bool)[table.categories.codes])
    kept = ~np.isin(both.tasks, np.unique(table.tasks(rows)))
    return None if kept.all() else _spearman(both.values, both, kept)


def _over_manipulations(effort: Measured, part: Measured, options: _Options) -> tuple[Estimate, Estimate]:
    """Within tasks that have both under two manipulations or more, and between the means of all that have both."""
    import numpy as np

    tasks, mine, theirs = np.intersect1d(
        effort.scores.tasks, part.scores.tasks, assume_unique=True, return_indices=True
    )
    x, y = effort.scores.means[mine], part.scores.means[theirs]
    present = ~np.isnan(x) & ~np.isnan(y)
    rows = (effort.scores.counts[mine] + part.scores.counts[theirs]) * present
    families = effort.scores.families[mine]
    some = present.any(axis=1)
    counts = present.sum(axis=1)[some]
    mean_x, mean_y = (np.where(present, one, 0).sum(axis=1)[some] / counts for one in (x, y))
    size = Size(int(rows[some].sum()), int(some.sum()))
    if options.preset is Preset.REPLICATE:
        between = association.independent_pearson(mean_x, mean_y, size=size, parents=len(np.unique(families[some])))
    else:
        between = association.clustered_pearson(
            mean_x, mean_y, families[some], size=size, draws=options.draws, seed=options.seed
        )
    several = present & (present.sum(axis=1) > 1)[:, None]
    place, condition = np.nonzero(several)
    size = Size(int(rows[several].sum()), int(several.any(axis=1).sum()))
    within = repeated_measures_r(
        x[place, condition],
        y[place, condition],
        tasks[place],
        families[place],
        size=size,
        is_clustered=options.preset is Preset.ROBUST,
    )
    return within, between


def repeated_measures_r(
    x: Floats, y: Floats, tasks: Ints, parents: Ints, *, size: Size, is_clustered: bool = True
) -> Estimate:
    """The r that tasks have in common when their means are taken out (Bland & Altman 1995; Bakdash & Marusich 2017).

    Not `is_clustered`: with the published interval and test, on N - tasks - 1 degrees of freedom.
    """
    import numpy as np

    _, codes = np.unique(tasks, return_inverse=True)
    counts = np.bincount(codes)
    df = len(x) - len(counts) - 1
    if df < 2:
        return not_available("too few tasks under several manipulations", unit="r", method=WITHIN, size=size)
    one, other = (side - (np.bincount(codes, weights=side) / counts)[codes] for side in (x, y))
    if any(float(centred.std()) <= ROUNDING * float(abs(side).max()) for centred, side in ((one, x), (other, y))):
        return not_available("one of the two does not vary within tasks", unit="r", method=WITHIN, size=size)
    one, other = one / one.std(), other / other.std()
    r = max(-1.0, min(1.0, float((one * other).mean())))
    if is_clustered:
        influence = one * other - r * (one**2 + other**2) / 2
        return association.fisher_clustered(r, influence, parents, size=size, method=WITHIN)
    return _published_within(r, df, size, len(np.unique(parents)))


def _published_within(r: float, df: int, size: Size, families: int) -> Estimate:
    from scipy.special import ndtri

    found = Estimate(
        r,
        method=f"repeated-measures r, Fisher z, {association.INDEPENDENT}",
        unit="r",
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=families,
        reason=association.ON_A_LINE,
        flags=(association.INDEPENDENT,),
    )
    if 1 - abs(r) < ROUNDING:
        return found
    half = float(ndtri(0.5 + LEVEL / 2)) / math.sqrt(df - 1)
    t = r * math.sqrt(df / (1 - r**2))
    low, high = math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
    return replace(found, low=low, high=high, statistic=t, df=float(df), p=t_two_sided(t, df), reason="")


def _partial(effort: Measured, part: Measured, parts: Sequence[Measured], options: _Options) -> Estimate | None:
    """R of the report and the measure with log tokens held; the report is the one of the same decoding, if any."""
    reports = [one for one in parts if (one.measure.instrument, one.measure.item) == options.report]
    reports.sort(key=lambda one: one.measure.decoding != part.measure.decoding)
    if not reports or part in reports:
        return None
    every = shared([effort, reports[0], part], options.code)
    return partial_r(every.values[:, 1], every.values[:, 2], every.values[:, 0], every.families, size=every.size)


def partial_r(x: Floats, y: Floats, held: Floats, parents: Ints, *, size: Size) -> Estimate:
    """Pearson's r of what `held` leaves of x and y, clustered by family."""
    method = "partial r, CR1 by family on Fisher's z, t(G-1)"
    reason = association.unrelated(x, y) or association.unrelated(x, held)
    if reason:
        return not_available(reason, unit="r", method=method, size=size)
    z = association.standardised(held)
    one, other = (side - side.mean() - z * (z * side).mean() for side in (x, y))
    scales = float(one.std()), float(other.std())
    if scales[0] <= 1e-9 * float(x.std()) or scales[1] <= 1e-9 * float(y.std()):
        return not_available("length says it all: nothing is left", unit="r", method=method, size=size)
    one, other = one / scales[0], other / scales[1]
    r = max(-1.0, min(1.0, float((one * other).mean())))
    influence = one * other - r * (one**2 + other**2) / 2
    return association.fisher_clustered(r, influence, parents, size=size, method=method)
