"""Do the items of one instrument go together? Cronbach's α, reverse-keyed items turned round.

One model, instrument, judge, decoding and manipulation at a time, over the tasks with a score on every item. α is no
proof of one dimension: that is for the factors to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from motivtui.stats.agreement import intraclass
from motivtui.stats.estimate import ROUNDING, Estimate, Size, not_available
from motivtui.stats.preset import Preset
from motivtui.stats.resampling import DRAWS, SEED, bootstrapped
from motivtui.stats.table import ScoreTable
from motivtui.stats.task_scores import task_scores
from motivtui.stats.wording import count, left_out, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FEWEST = 3


@dataclass(frozen=True, slots=True)
class ItemFit:
    """One item: its correlation with the sum of the others, and α without it. None: not to be had."""

    item: str
    is_reversed: bool
    rest_correlation: float | None
    alpha_without: float | None


@dataclass(frozen=True, slots=True)
class InternalConsistency:
    """One instrument of one model under one manipulation.

    `alpha` is raw; scores of reversed items are turned round within their scale (101 - x on 1 to 100).
    """

    model: str
    instrument: str
    judge: str | None
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    items: tuple[ItemFit, ...]
    incomplete_tasks: int
    alpha: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of this model under this manipulation only."""
        by = f" by judge {self.judge}" if self.judge else ""
        turned = ", ".join(one.item for one in self.items if one.is_reversed)
        return (
            f"{self.model}, {self.instrument}{by} ({self.decoding}) under {self.manipulation}: "
            f"Cronbach's α {with_interval(self.alpha)} of {len(self.items)} items"
            f"{f' ({turned} reversed)' if turned else ''}; {count(self.alpha.n_tasks, 'task')} with a score on each, "
            f"{self.incomplete_tasks:,} without; {self.n:,} of {self.total:,} scores, {left_out(self.excluded)}."
        )


def internal_consistencies(
    table: ScoreTable, preset: Preset = Preset.ROBUST, *, draws: int = DRAWS, seed: int = SEED
) -> tuple[InternalConsistency, ...]:
    """One for each instrument with two rated items or more, and manipulation.

    Intervals resample families; `Preset.REPLICATE`: Feldt's (1965), tasks taken as independent.
    """
    import numpy as np

    rows = table.where(table.item_kind, ItemKind.SCALE)
    order = (table.model, table.phase, table.instrument, table.judge, table.decoding, table.manipulation)
    return tuple(
        _consistency(table, part, preset, draws, seed)
        for part in table.split(rows, *order)
        if len(np.unique(table.item.codes[part])) > 1
    )


def _consistency(table: ScoreTable, rows: Ints, preset: Preset, draws: int, seed: int) -> InternalConsistency:
    import numpy as np

    parts = table.split(rows, table.item)
    names = [table.item.text(int(part[0])) for part in parts]
    scores = item_scores(table, parts)
    complete = ~np.isnan(scores.values).any(axis=1)
    values, parents = scores.values[complete], scores.families[complete]
    size = Size(int(scores.counts[complete].sum()), len(values))
    row = int(rows[0])
    return InternalConsistency(
        model=table.model.text(row),
        instrument=table.instrument.text(row),
        judge=table.judge.name(row),
        decoding=table.decoding.text(row),
        manipulation=table.manipulation.text(row),
        total=len(rows),
        n=len(table.usable(rows)),
        excluded=table.excluded(rows),
        items=tuple(
            ItemFit(name, is_turned, *_fit(values, place))
            for place, (name, is_turned) in enumerate(zip(names, scores.turned, strict=True))
        ),
        incomplete_tasks=int((~complete).sum()),
        alpha=cronbach(values, parents, preset=preset, size=size, draws=draws, seed=seed),
    )


@dataclass(frozen=True, slots=True)
class ItemScores:
    """`values[task, item]`, reversed items turned round, NaN where there is none, of `counts[task, item]` usable rows.

    `tasks` and `families` are the tasks' codes in the table, `turned[item]` whether it was.
    """

    values: Floats
    counts: Ints
    tasks: Ints
    families: Ints
    turned: tuple[bool, ...]


def item_scores(table: ScoreTable, parts: Sequence[Ints]) -> ItemScores:
    """The task scores of items under one manipulation, from the rows of each of them."""
    import numpy as np

    everything = np.concatenate(parts)
    tasks, first = np.unique(table.tasks(everything), return_index=True)
    scores = np.full((len(tasks), len(parts)), np.nan)
    counts = np.zeros((len(tasks), len(parts)), dtype=np.int64)
    turned = tuple(bool(np.nan_to_num(table.is_reversed[part]).any()) for part in parts)
    for place, (part, is_turned) in enumerate(zip(parts, turned, strict=True)):
        code = int(table.manipulation.codes[part[0]])
        found = task_scores(table, part)
        own = np.searchsorted(tasks, found.tasks)
        ends = float(np.nanmin(table.scale_minimum[part]) + np.nanmax(table.scale_maximum[part]))
        scores[own, place] = ends - found.means[:, code] if is_turned else found.means[:, code]
        counts[own, place] = found.counts[:, code]
    return ItemScores(scores, counts, tasks, table.family.codes[everything[first]], turned)


def cronbach(values: Floats, parents: Ints, *, preset: Preset, size: Size, draws: int, seed: int) -> Estimate:
    """α of `values[task, item]`, none of them missing, two items or more."""
    import numpy as np

    n, k = values.shape
    reason = f"{n} complete tasks, {FEWEST} are needed" if n < FEWEST else ""
    if not reason and float(values.sum(axis=1).std()) <= ROUNDING * k * float(abs(values).max()):
        reason = "the sum of the items does not vary"
    if reason:
        return not_available(reason, unit="α", method="Cronbach's α", size=size)
    if preset is Preset.REPLICATE:
        found = intraclass(values, parents, size=size, draws=draws, seed=seed, is_published=True).ck
        return replace(found, unit="α", method=f"Cronbach's α, {found.method}")
    centred = values - values.mean(axis=0)
    columns = np.column_stack([np.ones(n), centred, centred**2, centred.sum(axis=1) ** 2])
    found = bootstrapped(partial(_alpha, k=k), columns, parents, unit="α", size=size, draws=draws, seed=seed)
    return replace(found, method=f"Cronbach's α, {found.method}")


def _alpha(sums: Floats, k: int) -> Floats:
    """α of each row of sums of 1, x, x² (by item) and (Σx)²."""
    import numpy as np

    n, x, xx, total = sums[:, 0], sums[:, 1 : k + 1], sums[:, k + 1 : 2 * k + 1], sums[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        items = (xx - x**2 / n[:, None]).sum(axis=1)
        whole = total - x.sum(axis=1) ** 2 / n
        found: Floats = k / (k - 1) * (1 - items / whole)
    found[~(whole > ROUNDING * total)] = np.nan
    return found


def _fit(values: Floats, place: int) -> tuple[float | None, float | None]:
    """An item's correlation with the sum of the others, and α without it."""
    import numpy as np

    n, k = values.shape
    if n < FEWEST:
        return None, None
    own, others = values[:, place], np.delete(values, place, axis=1)
    rest = others.sum(axis=1)
    varies = [float(one.std()) > ROUNDING * k * float(abs(values).max()) for one in (own, rest)]
    r = float(np.corrcoef(own, rest)[0, 1]) if all(varies) else None
    if k < 3 or not varies[1]:
        return r, None
    spread = others.var(axis=0).sum() / rest.var()
    return r, float((k - 1) / (k - 2) * (1 - spread))
