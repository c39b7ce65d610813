"""Whether models use an item alike, once their total score is held fixed: differential item functioning (DIF).

Item ~ total, + model, + total by model, by least squares (as R's lordif does with ordinal logits): what R² gains, and
Wald F of the models' columns alone, clustered by family. A difference is one between these models on these tasks; it
may be the item's, or that the total, which has errors of its own, does not hold everything fixed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.clustered_ols import r_squared
from motivtui.stats.estimate import ROUNDING, Estimate, Size, not_available
from motivtui.stats.internal_consistency import item_scores
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.regression import UNIT, wald_f
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, number, p_value
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FEWEST_TASKS = 10
MODERATE, LARGE = 0.035, 0.07
"""Gains of R² from which differences are called moderate and large (Jodoin & Gierl 2001)."""
ENOUGH_FAMILIES = 100
"""With fewer the clustered F of several columns rejects a true null too often (40 families: in 9 of 100 studies)."""
TOTAL_FLAG = "the item is part of its total"
Cell = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class ItemFunctioning:
    """One item of several models. Each number is a gain of R² with the F of what was added.

    `uniform`: models differ by a constant at every total; `non_uniform`: by more at some totals than at others;
    `either`: both together, whose p is adjusted over the instrument's items. `size`: "negligible", "moderate" or
    "large", of `either`; "" where there is none. `shifts`: each model's mean distance from what its totals predict for
    all models, in scale points.
    """

    instrument: str
    judge: str | None
    decoding: str
    manipulation: str
    item: str
    models: tuple[str, ...]
    left_out: tuple[str, ...]
    uniform: Estimate
    non_uniform: Estimate
    either: Estimate
    size: str
    shifts: tuple[tuple[str, float], ...]

    @property
    def sentence(self) -> str:
        """What can be said, of these models and tasks only."""
        by = f" by judge {self.judge}" if self.judge else ""
        who = f"{self.instrument} · {self.item}{by} ({self.decoding}) under {self.manipulation}"
        left = f"; too few tasks: {', '.join(self.left_out)}" if self.left_out else ""
        found = self.either
        if found.value is None or found.p is None:
            return f"{who}: used alike by models NA ({found.reason}){left}."
        test = p_value(found.p) if found.p_adj is None else f"adjusted {p_value(found.p_adj)}"
        return (
            f"{who}: at the same total these {count(len(self.models), 'model')} differ by ΔR² {number(found.value)} "
            f"({self.size}; {test}); {count(found.n_tasks, 'task')} in "
            f"{count(found.n_parents, 'family', 'families')}{left}."
        )


def item_functioning(table: ScoreTable, manipulation: str = CONTROL_ID) -> tuple[ItemFunctioning, ...]:
    """One for each item of an instrument with two rated items or more that several models were asked."""
    import numpy as np

    rows = table.where(table.item_kind, ItemKind.SCALE)
    rows = rows[table.manipulation.codes[rows] == table.manipulation.code(manipulation)]
    cells: dict[Cell, dict[str, Ints]] = defaultdict(dict)
    for part in table.split(rows, table.model, table.phase, table.instrument, table.judge, table.decoding):
        row = int(part[0])
        cell = table.instrument.text(row), table.judge.name(row), table.decoding.text(row)
        if len(np.unique(table.item.codes[part])) > 1:
            cells[cell][table.model.text(row)] = part
    found = []
    for cell, by_model in cells.items():
        if len(by_model) > 1:
            found += _of_instrument(table, cell, by_model, manipulation)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Scores:
    """values[entry, item], an entry a task of a model with a score on every item."""

    values: Floats
    models: Ints
    tasks: Ints
    families: Ints
    rows: int
    names: tuple[str, ...]
    used: tuple[str, ...]
    left_out: tuple[str, ...]


def _scores(table: ScoreTable, by_model: dict[str, Ints]) -> _Scores:
    import numpy as np

    items = np.unique(np.concatenate([table.item.codes[rows] for rows in by_model.values()]))
    parts: dict[str, tuple[Floats, Ints, Ints, Ints]] = {}
    left: list[str] = []
    for model, rows in by_model.items():
        own = [rows[table.item.codes[rows] == item] for item in items]
        found = item_scores(table, own) if all(len(one) for one in own) else None
        complete = ~np.isnan(found.values).any(axis=1) if found else np.empty(0, dtype=bool)
        if found is None or int(complete.sum()) < FEWEST_TASKS:
            left.append(model)
            continue
        counts = found.counts[complete].sum(axis=1)
        parts[model] = found.values[complete], found.tasks[complete], found.families[complete], counts
    names = tuple(str(table.item.levels[item]) for item in items)
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return _Scores(np.empty((0, len(items))), nothing, nothing, nothing, 0, names, (), tuple(left))
    values, tasks, families, counts = (np.concatenate(side) for side in zip(*parts.values(), strict=True))
    models = np.repeat(np.arange(len(parts)), [len(one[0]) for one in parts.values()])
    return _Scores(values, models, tasks, families, int(counts.sum()), names, tuple(parts), tuple(left))


def _of_instrument(
    table: ScoreTable, cell: Cell, by_model: dict[str, Ints], manipulation: str
) -> list[ItemFunctioning]:
    instrument, judge, decoding = cell
    scores = _scores(table, by_model)
    found = []
    for place, name in enumerate(scores.names):
        uniform, non_uniform, either = _gains(scores, place)
        found.append(
            ItemFunctioning(
                instrument=instrument,
                judge=judge,
                decoding=decoding,
                manipulation=manipulation,
                item=name,
                models=scores.used,
                left_out=scores.left_out,
                uniform=uniform,
                non_uniform=non_uniform,
                either=either,
                size=_size(either.value),
                shifts=_shifts(scores, place),
            )
        )
    changed = adjusted([one.either for one in found], "items")
    return [replace(one, either=either or one.either) for one, either in zip(found, changed, strict=True)]


def _gains(scores: _Scores, place: int) -> tuple[Estimate, Estimate, Estimate]:
    """What models add to the total, what their slopes add to that, and both."""
    import numpy as np

    method = "OLS, gain of R², Wald F of the models, CR1 by family"
    size = Size(scores.rows // max(len(scores.names), 1), len(np.unique(scores.tasks)))
    families = len(np.unique(scores.families))
    reason = _unfit(scores, place)
    if reason:
        none = not_available(reason, unit=UNIT, method=method, size=size, parents=families)
        return none, none, none
    y, total = scores.values[:, place], scores.values.mean(axis=1)
    centred = (total - total.mean())[:, None]
    dummies = (scores.models[:, None] == np.arange(1, len(scores.used))).astype(np.float64)
    slopes = dummies * centred
    both = np.column_stack([dummies, slopes])

    def gain(given: Floats, added: Floats) -> Estimate:
        value = r_squared(y, np.column_stack([given, added])) - r_squared(y, given)
        tested = wald_f(_rest(y, given), _rest(added, given), scores.families, size, absorbed=given.shape[1])
        if tested.value is None:
            return replace(tested, method=method)
        few = (f"{families} families: rejects too often",) if families < ENOUGH_FAMILIES else ()
        return replace(
            tested, value=max(value, 0.0), method=method, n_models=len(scores.used), flags=(TOTAL_FLAG, *few)
        )

    return gain(centred, dummies), gain(np.column_stack([centred, dummies]), slopes), gain(centred, both)


def _rest(values: Floats, given: Floats) -> Floats:
    """What an intercept and `given` leave of `values`."""
    import numpy as np

    design = np.column_stack([np.ones(len(given)), given])
    found: Floats = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return found


def _unfit(scores: _Scores, place: int) -> str:
    if len(scores.used) < 2:
        return f"{count(len(scores.used), 'model')} with {FEWEST_TASKS} complete tasks, 2 are needed"
    y, total = scores.values[:, place], scores.values.mean(axis=1)
    for name, values in (("item", y), ("total", total)):
        if float(values.std()) <= ROUNDING * float(abs(values).max()):
            return f"the {name} does not vary"
    if float(abs(_rest(y, total[:, None])).max()) <= 1e-9 * float(abs(y).max()):
        return "the item is the total"
    return ""


def _size(gain: float | None) -> str:
    if gain is None:
        return ""
    return "large" if gain >= LARGE else "moderate" if gain >= MODERATE else "negligible"


def _shifts(scores: _Scores, place: int) -> tuple[tuple[str, float], ...]:
    import numpy as np

    if _unfit(scores, place):
        return ()
    left = _rest(scores.values[:, place], scores.values.mean(axis=1)[:, None])
    means = np.bincount(scores.models, weights=left) / np.bincount(scores.models)
    return tuple(zip(scores.used, means.tolist(), strict=True))
