"""The models' retest correlations, averaged, and for whom the average speaks.

tanh of the mean of Fisher's z, as it is published. *Panel*: these models, families resampled. *Population*: models like
them, t over the models' z. Models whose repeats do not vary, or lie on a line, are left out and named.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats import association
from motivtui.stats.estimate import (
    FEW_MODELS,
    FEWEST_MODELS,
    LEVEL,
    ONE_FAMILY,
    ROUNDING,
    Estimate,
    Size,
    not_available,
    t_quantile,
)
from motivtui.stats.reliability import Repeats, repeats_of
from motivtui.stats.resampling import DRAWS, METHOD, SEED, family_sums, family_weights, percentile_interval
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints


@dataclass(frozen=True, slots=True)
class PooledReliability:
    """One item under one manipulation: Pearson's r of the first and the second usable repeat, averaged over models.

    `left_out`: why a model's r is not among them, by model.
    """

    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    by_model: tuple[tuple[str, float], ...]
    left_out: tuple[tuple[str, str], ...]
    panel: Estimate
    population: Estimate

    @property
    def sentence(self) -> str:
        """What can be said of these models, and what, if anything, of others."""
        by = f" by judge {self.judge}" if self.judge else ""
        left = "; left out: " + ", ".join(f"{model} ({why})" for model, why in self.left_out) if self.left_out else ""
        return (
            f"{self.instrument} · {self.item}{by} ({self.decoding}) under {self.manipulation}, asked again, for these "
            f"{count(len(self.by_model), 'model')} only: r {with_interval(self.panel)}; taking them as a sample of "
            f"models {with_interval(self.population)}; {count(self.panel.n_tasks, 'repeated task')} in "
            f"{count(self.panel.n_parents, 'family', 'families')}{left}."
        )


def pooled_reliabilities(table: ScoreTable, *, draws: int = DRAWS, seed: int = SEED) -> tuple[PooledReliability, ...]:
    """One for each item and manipulation that several models were asked."""
    cells: dict[tuple[str, str | None, str, str, str], dict[str, Ints]] = defaultdict(dict)
    for group, rows in table.groups(ItemKind.SCALE):
        for part in table.split(rows, table.manipulation):
            name = table.manipulation.text(int(part[0]))
            cells[group.instrument, group.judge, group.item, group.decoding, name][group.model] = part
    return tuple(_pooled(table, cell, models, draws, seed) for cell, models in cells.items() if len(models) > 1)


def _pooled(
    table: ScoreTable,
    cell: tuple[str, str | None, str, str, str],
    rows: Mapping[str, Ints],
    draws: int,
    seed: int,
) -> PooledReliability:
    import numpy as np

    usable: dict[str, Repeats] = {}
    by_model: list[tuple[str, float]] = []
    left: list[tuple[str, str]] = []
    for model, part in rows.items():
        repeats = repeats_of(table, part)
        r, reason = _r(repeats)
        if reason:
            left.append((model, reason))
        else:
            usable[model] = repeats
            by_model.append((model, r))
    z = np.arctanh([r for _, r in by_model])
    tasks = max((one.size.tasks for one in usable.values()), default=0)
    size = Size(sum(2 * one.size.tasks for one in usable.values()), tasks)
    panel = _panel(usable, z, draws, seed, size)
    return PooledReliability(*cell, tuple(by_model), tuple(left), panel, _population(z, size, panel.n_parents))


def _r(repeats: Repeats) -> tuple[float, str]:
    """Pearson's r of the first two repeats, or why there is none."""
    import numpy as np

    if repeats.size.tasks < association.FEWEST:
        return math.nan, f"{repeats.size.tasks} repeated tasks, {association.FEWEST} are needed"
    one, other = repeats.scores[:, 0], repeats.scores[:, 1]
    if association.unrelated(one, other):
        return math.nan, "one of the repeats does not vary"
    r = float(np.corrcoef(one, other)[0, 1])
    return r, "the repeats lie on a line" if 1 - abs(r) < ROUNDING else ""


def _panel(models: Mapping[str, Repeats], z: Floats, draws: int, seed: int, size: Size) -> Estimate:
    """The mean z with families resampled, a family with all that the models share of it."""
    import numpy as np

    method = f"mean of Fisher's z over models, {METHOD}"
    if not len(z):
        return replace(not_available("no model has a correlation", unit="r", method=method), n_models=0)
    families = np.unique(np.concatenate([one.families for one in models.values()]))
    found = Estimate(
        math.tanh(float(z.mean())),
        method=method,
        unit="r",
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=len(families),
        n_models=len(z),
        reason=ONE_FAMILY,
    )
    if len(families) < 2:
        return found
    weights = family_weights(len(families), draws, seed)
    drawn = np.zeros(draws)
    for repeats in models.values():
        x, y = (association.standardised(one) for one in repeats.scores[:, :2].T)
        sums = family_sums(repeats.families, association.moments(x, y))
        own = np.searchsorted(families, np.unique(repeats.families))
        with np.errstate(divide="ignore", invalid="ignore"):  # r of 1 in one model, of -1 in another
            drawn += np.arctanh(association.r_of(weights[:, own] @ sums))
    interval = percentile_interval(np.tanh(drawn / len(z)))
    if interval is None:
        return replace(found, reason="too many resamples do not vary")
    return replace(found, low=interval[0], high=interval[1], reason="")


def _population(z: Floats, size: Size, parents: int) -> Estimate:
    """The mean z of a sample of models: t on M-1 degrees of freedom."""
    method = "t over the models' Fisher z (M-1)"
    m = len(z)
    if m < FEWEST_MODELS:
        reason = f"{count(m, 'model')}, {FEWEST_MODELS} are needed"
        return replace(not_available(reason, unit="r", method=method, size=size, parents=parents), n_models=m)
    mean, se = float(z.mean()), float(z.std(ddof=1)) / math.sqrt(m)
    found = Estimate(
        math.tanh(mean),
        method=method,
        unit="r",
        df=float(m - 1),
        n_rows=size.rows,
        n_tasks=size.tasks,
        n_parents=parents,
        n_models=m,
        reason="no variation between models",
        flags=(f"few models ({m})",) if m < FEW_MODELS else (),
    )
    if se <= ROUNDING:
        return found
    half = t_quantile(0.5 + LEVEL / 2, m - 1) * se
    return replace(found, low=math.tanh(mean - half), high=math.tanh(mean + half), reason="")
