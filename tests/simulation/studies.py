"""Studies whose truth is known: reports, choices and answers, as they come and as they are hard to analyse."""

from __future__ import annotations

from typing import Any

import msgspec

from motivtui.simulation.truth import CategoryTruth, JudgeTruth, ManipulationTruth, ModelTruth, Truth
from motivtui.study.manipulation import Group

_CLEAN = ModelTruth(
    level=50.0, within_sd=6.0, heaping_5=0.0, heaping_10=0.0, refuses=0.0, truncates=0.0, unreadable=0.0,
    out_of_range=0.0, fails=0.0, ties=0.0,
)  # fmt: skip
ONE_KIND = {"tasks": CategoryTruth()}


def clean(**changes: Any) -> ModelTruth:
    """A model that answers everything and rounds to whole numbers only."""
    return msgspec.structs.replace(_CLEAN, **changes)


def reports() -> Truth:
    """Reports of three models on families of tasks, in the middle of the scale; the placebo does nothing."""
    return Truth(
        families=20,
        tasks_per_family=3,
        instruments=("pre-self-report",),
        models={"alpha": clean(), "bravo": clean(spread=1.2), "charlie": clean(level=55.0)},
        manipulations={
            "placebo": ManipulationTruth(group=Group.PLACEBO),
            "money": ManipulationTruth(effect=4),
            "encourage": ManipulationTruth(effect=4, group=Group.POSITIVE_INTRINSIC),
        },
        categories=ONE_KIND,
    )


def kinds() -> Truth:
    """The same in several categories that do not differ."""
    return Truth(
        families=30,
        tasks_per_family=2,
        instruments=("pre-self-report",),
        models={"alpha": clean(), "bravo": clean()},
        manipulations={},
        categories={name: CategoryTruth() for name in ("one", "two", "three")},
    )


def unrelated_tasks() -> Truth:
    """Tasks that share nothing with their family: what takes tasks as independent is right here."""
    return Truth(
        families=60,
        tasks_per_family=1,
        family_sd=0,
        task_sd=8,
        instruments=("pre-self-report", "execution", "post-self-report"),
        models={"alpha": clean(), "bravo": clean(within_sd=12.0)},
        manipulations={},
        categories=ONE_KIND,
    )


def hard() -> Truth:
    """What real runs have: a ceiling, heaping, refusals that hang on category and manipulation, lost replies."""
    return Truth(
        families=24,
        tasks_per_family=3,
        instruments=("pre-self-report",),
        models={"alpha": ModelTruth(level=84, heaping_5=0.6, heaping_10=0.3), "bravo": ModelTruth(refuses=0.1)},
        manipulations={
            "placebo": ManipulationTruth(group=Group.PLACEBO),
            "money": ManipulationTruth(effect=6),
            "futility": ManipulationTruth(group=Group.DEMOTIVATION, effect=-14, refusal=1.2),
        },
        categories={
            "one": CategoryTruth(),
            "two": CategoryTruth(effect=6),
            "ethics": CategoryTruth(effect=-3, refusal=2.0),
        },
    )


def offers() -> Truth:
    """Choices between tasks of as many families, where two models have no love of the first place."""
    return Truth(
        families=80,
        tasks_per_family=1,
        pairs=40,
        family_sd=0,
        task_sd=12,
        instruments=("pre-self-report", "choice"),
        models={"alpha": clean(position_bias=0.0), "bravo": clean(position_bias=0.6)},
        manipulations={
            "neutral": ManipulationTruth(choice=0.0),
            "money": ManipulationTruth(choice=1.0),
        },
        categories=ONE_KIND,
    )


def equal_offers() -> Truth:
    """Choices that hang on the tasks and the place alone."""
    return Truth(
        families=30,
        tasks_per_family=1,
        repeats=1,
        pairs=150,
        pair_sd=0,
        instruments=("choice",),
        models={"alpha": clean(position_bias=0.0), "bravo": clean(position_bias=0.6)},
        manipulations={},
        categories=ONE_KIND,
    )


def exact_reports() -> Truth:
    """Reports without noise, so that what choices hang on is known."""
    model = clean(within_sd=0.0, choice_slope=0.0)
    return Truth(
        families=80,
        tasks_per_family=1,
        pairs=40,
        pair_sd=0,
        family_sd=0,
        task_sd=12,
        instruments=("pre-self-report", "choice"),
        models={"alpha": clean(within_sd=0.0), "bravo": model},
        manipulations={},
        categories=ONE_KIND,
    )


def many_models() -> Truth:
    """Twelve models whose effects differ; what a manipulation does on average is nothing, or 4 points.

    What tasks do to an effect is each model's own.
    """
    return Truth(
        families=10,
        tasks_per_family=2,
        shared=0,
        instruments=("pre-self-report",),
        models={f"model-{number}": clean() for number in range(12)},
        manipulations={
            "placebo": ManipulationTruth(group=Group.PLACEBO, between_models=4),
            "money": ManipulationTruth(effect=4, between_models=4),
        },
        categories=ONE_KIND,
    )


def many_models_alike() -> Truth:
    """The same where half of what tasks do to an effect is common to all models."""
    return msgspec.structs.replace(many_models(), shared=0.5)


def written_answers() -> Truth:
    """Answers to tasks, some longer under a manipulation, rated by three judges: one likes its own, one is harsh."""
    return Truth(
        families=24,
        tasks_per_family=2,
        repeats=1,
        instruments=("pre-self-report", "execution", "judge"),
        models={"alpha": clean(tokens=150), "bravo": clean(tokens=100)},
        judges={
            "alpha": JudgeTruth(self_preference=0.5),
            "bravo": JudgeTruth(),
            "sigma": JudgeTruth(severity=0.6),
        },
        manipulations={
            "placebo": ManipulationTruth(group=Group.PLACEBO),
            "futility": ManipulationTruth(group=Group.DEMOTIVATION, effect=-10, tokens=-0.3),
        },
        categories=ONE_KIND,
    )
