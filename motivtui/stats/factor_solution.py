"""One solution: items reduced to rotated components, and a report on these; which cases go in is `factors`' matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats import principal_components as pca
from motivtui.stats.association import AVERAGED, INDEPENDENT
from motivtui.stats.clustered_ols import clustered_ols
from motivtui.stats.component_slopes import Reduction, unconditional
from motivtui.stats.estimate import ROUNDING, Estimate, Size
from motivtui.stats.principal_components import Rotation
from motivtui.stats.wording import count, left_out, number

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FEW_CASES = 50
CONGRUENT = 0.85
PUBLISHED = "published scores (Z·V·R): they correlate and are not scaled; p takes the components as given"


@dataclass(frozen=True, slots=True)
class Factor:
    """`loadings`: one for each component, in their order. `slope`: of the report on it, both standardised.

    Its interval and p are those of components that were estimated from the same answers; those of the published scores
    take the components as given.
    `semipartial` is what R² loses without the factor. `congruence` is Tucker's φ with the same factor of all models;
    None: it is a factor of all models.
    """

    loadings: tuple[float, ...]
    sum_of_squares: float
    slope: Estimate
    semipartial: float | None
    congruence: float | None = None


@dataclass(frozen=True, slots=True)
class FactorSolution:
    """One model's solution, or (named "all models") that of all of them with each model's means taken out.

    `chance` are the eigenvalues that unrelated items would have (parallel analysis), `suggested` how many are above.
    `bartlett` is χ² and its p. `phi` are the factors' correlations. Without `factors`, `reason` says why.
    """

    model: str
    manipulation: str
    instrument: str
    decoding: str
    components: tuple[str, ...]
    report: str
    rotation: Rotation
    n_models: int
    n_cases: int
    n_tasks: int
    n_parents: int
    excluded: Mapping[str, int]
    factors: tuple[Factor, ...] = ()
    communalities: tuple[float, ...] = ()
    phi: tuple[tuple[float, ...], ...] = ()
    eigenvalues: tuple[float, ...] = ()
    chance: tuple[float, ...] = ()
    suggested: int | None = None
    kmo: float | None = None
    kmo_by_component: tuple[float, ...] = ()
    bartlett: Estimate | None = None
    r_squared: float | None = None
    reason: str = ""
    flags: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What can be said, of these answers only."""
        who = f"{self.model}, {self.instrument} under {self.manipulation} ({self.decoding})"
        rests = (
            f"{count(self.n_cases, 'complete case')} of {count(self.n_tasks, 'task')} in "
            f"{count(self.n_parents, 'family', 'families')} and {count(self.n_models, 'model')}; scores "
            f"{left_out(self.excluded)}"
        )
        if self.r_squared is None:
            return f"{who}: no factors (NA: {self.reason}); {rests}."
        flags = f"; {', '.join(self.flags)}" if self.flags else ""
        of_variance = sum(self.communalities) / len(self.communalities)
        return (
            f"{who}: {count(len(self.factors), 'factor')} hold {100 * of_variance:.0f} % of the variance of "
            f"{', '.join(self.components)} ({self.suggested} above chance) and go with {self.report}, "
            f"R² {number(self.r_squared)}; {rests}{flags}."
        )


@dataclass(frozen=True, slots=True)
class Cases:
    """`values[case, item]`, the report last, with codes of tasks, families and models."""

    values: Floats
    tasks: Ints
    families: Ints
    models: Ints
    rows: int

    def centred(self) -> Cases:
        """The same with each model's means taken out."""
        import numpy as np

        values = self.values.copy()
        for model in np.unique(self.models):
            values[self.models == model] -= values[self.models == model].mean(axis=0)
        return replace(self, values=values)


@dataclass(frozen=True, slots=True)
class Options:
    """How it is to be done. `is_legacy`: with the published scores."""

    factors: int
    rotation: Rotation
    reverse_keyed: tuple[str, ...]
    draws: int
    seed: int
    is_legacy: bool


def solution(base: FactorSolution, cases: Cases, options: Options) -> FactorSolution:
    """`base`, which says what the cases are of, with what they come to; or with the reason why they cannot."""
    import numpy as np

    n, families = len(cases.values), len(np.unique(cases.families))
    base = replace(base, n_cases=n, n_tasks=len(np.unique(cases.tasks)), n_parents=families)
    effective = n - len(np.unique(cases.models)) + 1  # the means that were taken out are gone
    reason = _unfit(base, cases.values, effective, options.factors)
    if reason:
        return replace(base, reason=reason)
    z = cases.values[:, :-1] - cases.values[:, :-1].mean(axis=0)
    z = z / z.std(axis=0)
    correlations = z.T @ z / n
    if np.linalg.eigvalsh(correlations)[0] <= pca.SINGULAR:
        return replace(base, reason="the components depend on each other")
    keys = np.array([-1.0 if name in options.reverse_keyed else 1.0 for name in base.components])
    found = pca.components(z, options.factors, options.rotation, keys)
    report = cases.values[:, -1]
    scores = found.scores
    if options.is_legacy:
        scores = z @ found.weights
    size = Size(cases.rows, base.n_tasks)
    standard = (report - report.mean()) / report.std()
    fitted = clustered_ols(standard, scores, cases.families, unit="SDs", size=size)
    slopes = fitted.slopes
    if not options.is_legacy:
        how = Reduction(options.rotation, keys, found.loadings)
        slopes = unconditional(slopes, cases.values, cases.families, how)
    chance = pca.parallel_eigenvalues(len(correlations), effective, options.draws, options.seed)
    kmo, kmo_by_component = pca.kaiser_meyer_olkin(correlations)
    squares = (found.loadings**2).sum(axis=0)
    return replace(
        base,
        factors=tuple(
            Factor(tuple(found.loadings[:, place].tolist()), float(squares[place]), slope, semipartial)
            for place, (slope, semipartial) in enumerate(zip(slopes, fitted.semipartial, strict=True))
        ),
        communalities=tuple(np.diag(found.loadings @ found.phi @ found.loadings.T).tolist()),
        phi=tuple(tuple(row) for row in found.phi.tolist()),
        eigenvalues=tuple(found.eigenvalues.tolist()),
        chance=tuple(chance.tolist()),
        suggested=pca.above(found.eigenvalues, chance),
        kmo=kmo,
        kmo_by_component=tuple(kmo_by_component.tolist()),
        bartlett=_bartlett(correlations, effective, size, families),
        r_squared=fitted.r_squared,
        flags=_flags(n, base.n_models, options),
    )


def _unfit(base: FactorSolution, values: Floats, effective: int, factors: int) -> str:
    items = len(base.components)
    if not 1 <= factors < items:
        return f"{count(factors, 'factor')} of {count(items, 'component')}"
    if effective < items + 3:
        return f"{count(len(values), 'complete case')} for {count(items, 'component')}"
    constant = values.std(axis=0) <= ROUNDING * abs(values).max(axis=0)
    for name, is_constant in zip((*base.components, base.report), constant.tolist(), strict=True):
        if is_constant:
            return f"{name} does not vary"
    return ""


def _bartlett(correlations: Floats, cases: int, size: Size, families: int) -> Estimate:
    statistic, df, p = pca.bartlett(correlations, cases)
    return Estimate(
        statistic,
        method=f"Bartlett (1951), {INDEPENDENT}",
        unit="χ²",
        statistic=statistic,
        df=float(df),
        p=p,
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=families,
        reason="a test has no interval",
    )


def _flags(cases: int, models: int, options: Options) -> tuple[str, ...]:
    few = (f"few cases ({cases})",) if cases < FEW_CASES else ()
    if not options.is_legacy:
        return few
    return (*few, *((AVERAGED,) if models > 1 else ()), PUBLISHED)


def matched(own: FactorSolution, panel: FactorSolution) -> FactorSolution:
    """The model's factors in the order and with the signs of the panel's, each with its congruence."""
    import numpy as np

    if not own.factors or not panel.factors:
        return own
    theirs = np.column_stack([factor.loadings for factor in panel.factors])
    mine = np.column_stack([factor.loadings for factor in own.factors])
    phi = pca.congruence(theirs, mine)
    places, signs = pca.best_match(phi)
    factors = tuple(
        _turned(own.factors[place], sign, abs(float(phi[row, place])))
        for row, (place, sign) in enumerate(zip(places, signs, strict=True))
    )
    turned = np.array(own.phi)[np.ix_(places, places)] * np.outer(signs, signs)
    low = [place + 1 for place, factor in enumerate(factors) if (factor.congruence or 0) < CONGRUENT]
    flags = tuple(f"factor {place} is not that of all models (φ < {CONGRUENT})" for place in low)
    return replace(own, factors=factors, phi=tuple(tuple(row) for row in turned.tolist()), flags=(*own.flags, *flags))


def _turned(factor: Factor, sign: float, congruence: float) -> Factor:
    factor = replace(factor, congruence=congruence)
    if sign > 0:
        return factor
    slope = factor.slope
    turned = replace(
        slope,
        value=None if slope.value is None else -slope.value,
        low=None if slope.high is None else -slope.high,
        high=None if slope.low is None else -slope.low,
        statistic=None if slope.statistic is None else -slope.statistic,
    )
    return replace(factor, loadings=tuple(-loading for loading in factor.loadings), slope=turned)
