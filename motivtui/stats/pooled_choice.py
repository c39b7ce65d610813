"""How often the task with the note is chosen by several models, and for whom the number speaks.

*Panel* and *population* as in `pooled`: these models only, or models like them; both average the models' log odds.
All choices of all models in one pot, as the published study has them, is given under `Preset.REPLICATE` only: a test
by it rejects far too often when models differ.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.choice_rows import NO_NOTED, Shifts, pair_words, unique
from motivtui.stats.choices import NO_SHARED_PAIR
from motivtui.stats.estimate import (
    LEVEL,
    Estimate,
    Size,
    clustered_mean,
    clustered_statistic,
    not_available,
    share,
    t_quantile,
    t_two_sided,
)
from motivtui.stats.manipulated_choice import Noted, as_share, noted_cells, noted_of
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.pooled import FEW_MODELS, FEWEST_MODELS
from motivtui.stats.preset import Preset
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, p_value, percent
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

NAIVE = "replication only: choices of all models and pairs taken as independent"


@dataclass(frozen=True, slots=True)
class PooledChoice:
    """Several models under one manipulation, for one instrument, judge, item and decoding.

    `by_model`: each model's own share; models without a clear choice are in `left_out`. `panel`, `population`: shares,
    averaged as log odds. `panel_shift`, `population_shift`: the mean shift. `naive`: all choices in one pot;
    None unless the preset asks for it.
    """

    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    by_model: tuple[tuple[str, float], ...]
    left_out: tuple[str, ...]
    panel: Estimate
    population: Estimate
    panel_shift: Estimate
    population_shift: Estimate
    naive: Estimate | None

    @property
    def sentence(self) -> str:
        """What can be said of these models, and what, if anything, of others."""
        by = f" by judge {self.judge}" if self.judge else ""
        these = count(len(self.by_model), "model")
        test = "" if self.panel.p is None else f", {p_value(self.panel.p)} against one half"
        left = f"; without a clear choice: {', '.join(self.left_out)}" if self.left_out else ""
        naive = "" if self.naive is None else f"; all choices in one pot {percent(self.naive)} (replication only)"
        return (
            f"{self.instrument} · {self.item}{by} ({self.decoding}) under {self.manipulation}: for these {these} only, "
            f"the task with the note was chosen {percent(self.panel)}{test}; taking them as a sample of models, "
            f"for these tasks {percent(self.population)}; {count(self.panel.n_parents, 'pair')}{left}{naive}."
        )


def pooled_choices(table: ScoreTable, preset: Preset = Preset.ROBUST) -> tuple[PooledChoice, ...]:
    """One for each manipulation of a choice that several models were asked. p is adjusted within an item."""
    cells: dict[tuple[str, str | None, str, str], dict[str, Ints]] = defaultdict(dict)
    for group, rows in table.groups(ItemKind.OPTION):
        cells[group.instrument, group.judge, group.item, group.decoding][group.model] = rows
    found: list[PooledChoice] = []
    for cell, by_model in cells.items():
        if len(by_model) > 1:
            found += _of_item(table, cell, by_model, preset)
    return tuple(found)


def _of_item(
    table: ScoreTable, cell: tuple[str, str | None, str, str], by_model: Mapping[str, Ints], preset: Preset
) -> list[PooledChoice]:
    parts: dict[int, dict[str, Noted]] = defaultdict(dict)
    for model, rows in by_model.items():
        for part in noted_cells(table, rows):
            parts[int(table.manipulation.codes[part[0]])][model] = noted_of(table, rows, part)
    names = [str(table.manipulation.levels[code]) for code in sorted(parts)]
    found = [_pooled(cell, name, parts[code], preset) for name, code in zip(names, sorted(parts), strict=True)]
    for field in ("panel", "population", "panel_shift", "population_shift"):
        new = adjusted([getattr(one, field) for one in found], "manipulations")
        found = [replace(one, **{field: estimate}) for one, estimate in zip(found, new, strict=True)]  # type: ignore[arg-type]
    return found


def _pooled(
    cell: tuple[str, str | None, str, str], name: str, models: Mapping[str, Noted], preset: Preset
) -> PooledChoice:
    import numpy as np

    instrument, judge, item, decoding = cell
    usable = {model: one for model, one in models.items() if len(one.taken)}
    shifted = [one.shifts for one in usable.values() if len(one.shifts.values)]
    everything = np.concatenate([one.taken for one in models.values()])
    return PooledChoice(
        instrument=instrument,
        judge=judge,
        item=item,
        decoding=decoding,
        manipulation=name,
        by_model=tuple((model, one.share) for model, one in usable.items()),
        left_out=tuple(model for model in models if model not in usable),
        panel=panel_share(list(usable.values())),
        population=_population_share(list(usable.values())),
        panel_shift=_panel_shift(shifted),
        population_shift=_population_shift(shifted),
        naive=replace(share(int(everything.sum()), len(everything), is_tested=True), flags=(NAIVE,))
        if preset is Preset.REPLICATE
        else None,
    )


def panel_share(models: list[Noted]) -> Estimate:
    """The mean of the models' log odds, as a share: clustered by pair, t on G-1 degrees of freedom.

    A model that always chose the same varies by nothing that could be seen: it adds the variance of log odds with half
    a choice more on both sides, a pair counting once (Woolf 1955, Haldane 1956).
    """
    import numpy as np

    method = "mean log odds, CR1 by pair, t(G-1)"
    if not models:
        return not_available(NO_NOTED, unit="share", method=method)
    pairs = np.concatenate([one.pairs for one in models])
    size = Size(len(pairs), len(unique(pairs)))
    influence = np.concatenate([_influence(one) * len(pairs) / len(models) for one in models])
    value = math.fsum(one.log_odds for one in models) / len(models)
    found = clustered_statistic(value, influence, pairs, unit="share", size=size, is_tested=True)
    flags = tuple(flag.replace("families", "pairs") for flag in found.flags)
    found = replace(found, method=method, n_models=len(models), reason=pair_words(found.reason), flags=flags)
    always = [one for one in models if one.share in (0.0, 1.0)]
    if always and size.tasks > 1:
        found = _with_unseen(found, always, len(models))
    return as_share(found)


def _influence(one: Noted) -> Floats:
    """Of each choice on the log odds of its model, over the number of choices; 0 where all are the same."""
    p = one.share
    if p in (0.0, 1.0):
        return one.taken * 0.0
    scaled: Floats = (one.taken - p) / (len(one.taken) * p * (1 - p))
    return scaled


def _with_unseen(found: Estimate, always: list[Noted], n_models: int) -> Estimate:
    """The variance of the models that always chose the same added."""
    df = found.n_parents - 1
    quantile = t_quantile(0.5 + LEVEL / 2, df)
    value = found.value or 0.0
    seen = 0.0 if found.low is None or found.high is None else (found.high - found.low) / 2 / quantile
    unseen = sum(1 / (len(unique(one.pairs)) + 0.5) + 2.0 for one in always) / n_models**2
    se = math.sqrt(seen**2 + unseen)
    t = value / se
    flag = f"{count(len(always), 'model')} always chose the same"
    return replace(
        found,
        low=value - quantile * se,
        high=value + quantile * se,
        statistic=t,
        df=float(df),
        p=t_two_sided(t, df),
        reason="",
        flags=(*found.flags, flag),
    )


def _population_share(models: list[Noted]) -> Estimate:
    import numpy as np

    found = _over_models(np.array([one.log_odds for one in models]), sum(len(one.taken) for one in models))
    pairs = len(unique(np.concatenate([one.pairs for one in models]))) if models else 0
    found = replace(found, n_parents=pairs, n_tasks=pairs, method="mean log odds, " + found.method)
    return as_share(found) if found.value is not None else found


def _over_models(values: Floats, rows: int) -> Estimate:
    """The mean of the models' values as a sample of models: t on M-1 degrees of freedom, against 0."""
    import numpy as np

    method = "t over models (M-1)"
    n = len(values)
    if n < FEWEST_MODELS:
        reason = f"{count(n, 'model')}, {FEWEST_MODELS} are needed"
        return replace(not_available(reason, unit="share", method=method, size=Size(rows, 0)), n_models=n)
    found = clustered_mean(values, np.arange(n), unit="share", size=Size(rows, 0), is_tested=True, magnitude=1.0)
    flags = (f"few models ({n})",) if n < FEW_MODELS else ()
    reason = "no variation between models" if found.low is None else ""
    return replace(found, method=method, n_models=n, flags=flags, reason=reason)


def _panel_shift(models: list[Shifts]) -> Estimate:
    import numpy as np

    if not models:
        return not_available(NO_SHARED_PAIR, unit="share")
    pairs = np.concatenate([one.pairs for one in models])
    means = [float(one.values.mean()) for one in models]
    n, m = len(pairs), len(models)
    influence = [(one.values - mean) * n / (len(one.values) * m) for one, mean in zip(models, means, strict=True)]
    size = Size(sum(one.rows for one in models), len(unique(pairs)))
    found = clustered_statistic(
        math.fsum(means) / m, np.concatenate(influence), pairs, unit="share", size=size, is_tested=True
    )
    flags = tuple(flag.replace("families", "pairs") for flag in found.flags)
    method = "mean over models, CR1 by pair, t(G-1)"
    return replace(found, method=method, n_models=m, reason=pair_words(found.reason), flags=flags)


def _population_shift(models: list[Shifts]) -> Estimate:
    import numpy as np

    values = np.array([float(one.values.mean()) for one in models])
    found = _over_models(values, sum(one.rows for one in models))
    pairs = len(unique(np.concatenate([one.pairs for one in models]))) if models else 0
    return replace(found, n_parents=pairs, n_tasks=pairs)
