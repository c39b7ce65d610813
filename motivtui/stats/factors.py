"""What motivation is made of: the components of the breakdown, reduced to a few factors, and the report on these.

A case is a task of a model that has a score of every component and of the report. The primary solution is of all
models with each model's means taken out, so that no factor is a difference between models; each model's own solution
stands beside it with Tucker's congruence. It describes these answers; it does not show what the model has inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from motivtui.stats.factor_solution import Cases, FactorSolution, Options, matched, solution
from motivtui.stats.measures import Measured, excluded_under, measured, only_under, shared
from motivtui.stats.preset import Preset
from motivtui.stats.principal_components import Rotation
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable
from motivtui.study.manipulation import CONTROL_ID

COMPONENTS = ("interest", "challenge", "mastery", "fear", "value")
REPORT = "motivation"
REVERSED = ("fear",)
"""Components that are asked the other way round: a factor that holds them positively is turned."""
PANEL = "all models"


def factor_solutions(
    table: ScoreTable,
    *,
    manipulation: str = CONTROL_ID,
    components: Sequence[str] = COMPONENTS,
    report: str = REPORT,
    reverse_keyed: Sequence[str] = REVERSED,
    factors: int = 2,
    rotation: Rotation = Rotation.VARIMAX,
    preset: Preset = Preset.ROBUST,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[FactorSolution, ...]:
    """For each instrument (and decoding) that asks all `components` and the `report`: all models, then each.

    REPLICATE: one solution of the tasks' means over models, with the published scores (Z·V·R), which correlate.
    """
    import numpy as np

    code = table.manipulation.code(manipulation)
    table = only_under(table, code)
    options = Options(factors, rotation, tuple(reverse_keyed), draws, seed, preset is Preset.REPLICATE)
    found: list[FactorSolution] = []
    for (instrument, decoding), models in _breakdowns(table, (*components, report)).items():
        base = FactorSolution(
            PANEL, manipulation, instrument, decoding, tuple(components), report, rotation, len(models), 0, 0, 0, {}
        )
        parts = [part for one in models.values() for part in one]
        base = replace(base, excluded=excluded_under(table, parts, code))
        if preset is Preset.REPLICATE:
            found.append(solution(base, _averaged(list(models.values()), code), options))
            continue
        by_model = [_cases(one, code, place) for place, one in enumerate(models.values())]
        together = Cases(
            np.concatenate([one.values for one in by_model]),
            np.concatenate([one.tasks for one in by_model]),
            np.concatenate([one.families for one in by_model]),
            np.concatenate([one.models for one in by_model]),
            sum(one.rows for one in by_model),
        )
        panel = solution(base, together.centred(), options)
        found.append(panel)
        for name, cases in zip(models, by_model, strict=True):
            own = replace(base, model=name, n_models=1, excluded=excluded_under(table, models[name], code))
            found.append(matched(solution(own, cases.centred(), options), panel))
    return tuple(found)


def _breakdowns(table: ScoreTable, items: Sequence[str]) -> dict[tuple[str, str], dict[str, list[Measured]]]:
    """By instrument and decoding, then by model: the parts of the items, where there are all of them."""
    found: dict[tuple[str, str], dict[str, list[Measured]]] = {}
    for model, parts in measured(table).items():
        asked = {
            (one.measure.instrument, one.measure.decoding, one.measure.item): one
            for one in parts
            if one.measure.judge is None
        }
        for cell in dict.fromkeys((instrument, decoding) for instrument, decoding, _ in asked):
            if all((*cell, item) in asked for item in items):
                found.setdefault(cell, {})[model] = [asked[(*cell, item)] for item in items]
    return found


def _cases(parts: Sequence[Measured], code: int, model: int) -> Cases:
    import numpy as np

    both = shared(parts, code)
    return Cases(both.values, both.tasks, both.families, np.full(len(both.tasks), model), both.size.rows)


def _averaged(models: Sequence[Sequence[Measured]], code: int) -> Cases:
    """The tasks that every model has all scores of, averaged over the models."""
    import numpy as np

    both = shared([part for parts in models for part in parts], code)
    values = both.values.reshape(len(both.tasks), len(models), len(models[0])).mean(axis=1)
    return Cases(values, both.tasks, both.families, np.zeros(len(both.tasks), dtype=np.int64), both.size.rows)
