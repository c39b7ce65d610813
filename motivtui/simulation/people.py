"""People who rate the tasks of a simulated run, as like to its models as is wanted. Knows no analysis."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from motivtui.simulation.scale import MAXIMUM, MINIMUM, written
from motivtui.simulation.truth import Name, Rate, Spread, Truth
from motivtui.simulation.world import draw_world
from motivtui.study.design import Study

MIDDLE = 50.0
"""What people give a task on average."""


class PeopleTruth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """People, in points. `like`: by how many points a task is rated higher for each point that a model likes it more.

    `own_sd`: of what all people see in a task and no model does. `severity`: raters lie evenly between so many points
    above and below all of them. `noise_sd`: of one rating. `leaves_out`: the share of the tasks that a rater skips.
    """

    raters: Annotated[int, Meta(ge=1, le=10_000)] = 6
    like: Mapping[Name, float] = msgspec.field(default_factory=dict)
    own_sd: Spread = 6.0
    severity: Spread = 5.0
    noise_sd: Spread = 8.0
    leaves_out: Rate = 0.0


def people_ratings(people: PeopleTruth, truth: Truth, study: Study, seed: int) -> Iterator[tuple[str, str, int]]:
    """Rater, task and value of each rating, of the run with this seed. Models that are not in the run count nothing."""
    world = draw_world(truth, study, seed)
    chance = random.Random(f"people {seed}")  # noqa: S311 (a simulation)
    for task in study.tasks:
        level = MIDDLE + chance.gauss(0, people.own_sd)
        for model, weight in people.like.items():
            if model in truth.models:
                level += weight * (world.levels[model, task.id] - truth.models[model].level)
        for number, severity in enumerate(severities(people), start=1):
            value = written(level - severity + chance.gauss(0, people.noise_sd), MINIMUM, MAXIMUM)
            if chance.random() >= people.leaves_out:
                yield f"person-{number:02}", task.id, value


def severities(people: PeopleTruth) -> list[float]:
    """How much lower than on average each rater rates, in points; together they add up to 0."""
    steps = max(people.raters - 1, 1)
    return [people.severity * (2 * place / steps - 1) * (people.raters > 1) for place in range(people.raters)]
