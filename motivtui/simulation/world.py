"""What was drawn once for a run: how its families and tasks differ, and what each manipulation does with them.

Everything is drawn at once, from the seed and in a fixed order, so that it does not hang on the order of the trials.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from motivtui.simulation.truth import Truth
from motivtui.study.design import Study
from motivtui.study.manipulation import CONTROL_ID
from motivtui.study.task import Task


@dataclass(frozen=True, slots=True)
class World:
    """The draws of a run, in points; models by their names in the truth.

    `effects[model, manipulation]`: what a manipulation does with a model. `levels[model, task]`: the report expected
    under the control. `moves[model, task, manipulation]`: by how much it moves under a manipulation, the model's effect
    among it. `wordings[manipulation, number]`: what a wording adds; `able[task]`: how able a task lets one feel.
    `pairs[first, second]`: the log odds of the first task that no report tells.

    The wordings of a manipulation add up to 0: an effect is that of its wordings together.
    """

    effects: dict[tuple[str, str], float]
    levels: dict[tuple[str, str], float]
    moves: dict[tuple[str, str, str], float]
    wordings: dict[tuple[str, int], float]
    able: dict[str, float]
    pairs: dict[tuple[str, str], float]


def drawn_effects(truth: Truth, seed: int) -> dict[tuple[str, str], float]:
    """The effects (model, manipulation) of the run that `draw_world` draws with the same seed, in points."""
    return _effects(truth, _chance(seed))


def draw_world(truth: Truth, study: Study, seed: int) -> World:
    """Draw what differs between the families, tasks, models and wordings of one run."""
    chance = _chance(seed)
    effects = _effects(truth, chance)
    families = tuple(dict.fromkeys(task.family for task in study.tasks))
    level = _Shared(truth, chance, families, study.tasks, truth.family_sd, truth.task_sd)
    levels = {
        (model, task.id): own.level + own.spread * (truth.categories[task.category].effect + level.of(model, task))
        for model, own in truth.models.items()
        for task in study.tasks
    }
    moves: dict[tuple[str, str, str], float] = {}
    for name in truth.manipulations:
        differing = _Shared(truth, chance, families, study.tasks, truth.effect_family_sd, truth.effect_task_sd)
        for model in truth.models:
            effect = effects[model, name]
            for task in study.tasks:
                moves[model, task.id, name] = effect + differing.of(model, task)
    return World(
        effects=effects,
        levels=levels,
        moves=moves,
        wordings=_wordings(truth, chance),
        able={task.id: chance.gauss(0, truth.able_sd) for task in study.tasks},
        pairs={(pair.first, pair.second): chance.gauss(0, truth.pair_sd) for pair in study.pairs},
    )


def expected_report(world: World, model: str, task: str, manipulation: str, wording: int) -> float:
    """The report that repeats of a trial vary around, in points, before it is put on the scale."""
    level = world.levels[model, task]
    if manipulation == CONTROL_ID:
        return level
    return level + world.moves[model, task, manipulation] + world.wordings[manipulation, wording]


def _chance(seed: int) -> random.Random:
    return random.Random(f"world {seed}")  # noqa: S311 (a simulation)


def _effects(truth: Truth, chance: random.Random) -> dict[tuple[str, str], float]:
    """The first thing that is drawn."""
    return {
        (model, name): one.effect + own.own_effects.get(name, 0.0) + chance.gauss(0, 1) * one.between_models
        for name, one in truth.manipulations.items()
        for model, own in truth.models.items()
    }


def _wordings(truth: Truth, chance: random.Random) -> dict[tuple[str, int], float]:
    found = {}
    for name, one in truth.manipulations.items():
        drawn = [chance.gauss(0, truth.wording_sd) for _ in range(one.wordings)]
        mean = math.fsum(drawn) / len(drawn)
        found.update({(name, number): value - mean for number, value in enumerate(drawn, start=1)})
    return found


class _Shared:
    """Deviations of families and of tasks in them; `truth.shared` of their variance is common to all models."""

    def __init__(
        self,
        truth: Truth,
        chance: random.Random,
        families: Sequence[str],
        tasks: Sequence[Task],
        family_sd: float,
        task_sd: float,
    ) -> None:
        names: tuple[Any, ...] = (None, *truth.models)
        common, own = math.sqrt(truth.shared), math.sqrt(1 - truth.shared)
        self._drawn: dict[tuple[str | None, str], float] = {}
        for name in names:
            weight = common if name is None else own
            for keys, sd in ((families, family_sd), ([task.id for task in tasks], task_sd)):
                # A task may have its family's name: told apart by what stands before it.
                kind = "family " if keys is families else "task "
                self._drawn.update({(name, kind + key): weight * chance.gauss(0, sd) for key in keys})

    def of(self, model: str, task: Task) -> float:
        """What the model's deviation for a task comes to, its family's among it."""
        family, own = f"family {task.family}", f"task {task.id}"
        drawn = self._drawn
        return drawn[None, family] + drawn[model, family] + drawn[None, own] + drawn[model, own]
