"""Studies whose truth is known, each made for one analysis: nothing bends the scale, nothing else is going on."""

from __future__ import annotations

import msgspec

from motivtui.simulation.truth import CategoryTruth, JudgeTruth, ManipulationTruth, Truth
from motivtui.study.manipulation import Group
from tests.simulation import finders_missing as missing
from tests.simulation.studies import ONE_KIND, clean, reports


def components() -> Truth:
    """The breakdown by two models that are alike: three items of the level, two of how able a task lets one feel."""
    return Truth(
        families=120,
        tasks_per_family=1,
        able_sd=7,
        instruments=("pre-breakdown",),
        models={"alpha": clean(), "bravo": clean()},
        manipulations={},
        categories=ONE_KIND,
    )


def unrelated_items() -> Truth:
    """The same where nothing but chance is in any item."""
    return msgspec.structs.replace(components(), family_sd=0, task_sd=0, able_sd=0)


def one_item_differs() -> Truth:
    """The same where one model rates the value of tasks 6 points higher than its level says."""
    return msgspec.structs.replace(
        components(),
        models={"alpha": clean(), "bravo": clean(item_shifts={"value": 6.0})},
    )


def levels_apart() -> Truth:
    """The same where one model's level is 8 points higher, and no item is answered otherwise."""
    return msgspec.structs.replace(components(), models={"alpha": clean(), "bravo": clean(level=58.0)})


def wordings() -> Truth:
    """Every task in each of three wordings once."""
    return Truth(
        families=60,
        tasks_per_family=1,
        repeats=3,
        wording_sd=3,
        instruments=("pre-self-report",),
        models={"alpha": clean(), "bravo": clean(within_sd=10.0)},
        manipulations={"money": ManipulationTruth(effect=4, wordings=3)},
        categories=ONE_KIND,
    )


def hard_work() -> Truth:
    """Longer answers to tasks that a model likes more; the placebo does nothing."""
    return Truth(
        families=40,
        tasks_per_family=2,
        repeats=1,
        wording_sd=0,
        tokens_slope=0.3,
        instruments=("pre-self-report", "execution", "post-self-report"),
        models={"alpha": clean(tokens=150), "bravo": clean(tokens=120)},
        manipulations={
            "placebo": ManipulationTruth(group=Group.PLACEBO),
            "money": ManipulationTruth(effect=6, tokens=0.1),
        },
        categories=ONE_KIND,
    )


def idle_work() -> Truth:
    """Lengths that hang on nothing."""
    return msgspec.structs.replace(
        hard_work(),
        tokens_slope=0.0,
        manipulations={"placebo": ManipulationTruth(group=Group.PLACEBO), "money": ManipulationTruth(effect=6)},
    )


def marks() -> Truth:
    """Answers rated by three judges in the middle of their scale."""
    return Truth(
        families=60,
        tasks_per_family=1,
        repeats=1,
        wording_sd=0,
        criterion_sd=0.5,
        instruments=("execution", "judge"),
        models={"alpha": clean(tokens=150, quality=4.0)},
        judges={"one": JudgeTruth(halo=0.4), "two": JudgeTruth(severity=0.3, halo=0.4), "three": JudgeTruth(halo=0.4)},
        manipulations={},
        categories=ONE_KIND,
    )


def long_answers() -> Truth:
    """Answers under three conditions, better and longer where the model is moved."""
    return Truth(
        families=40,
        tasks_per_family=1,
        repeats=1,
        wording_sd=0,
        tokens_slope=0.3,
        tokens_sd=0.2,
        quality_slope=0.6,
        instruments=("execution", "judge"),
        models={"alpha": clean(tokens=150, quality=4.0)},
        judges={"one": JudgeTruth(halo=0.2)},
        manipulations={"placebo": ManipulationTruth(), "money": ManipulationTruth(effect=8)},
        categories=ONE_KIND,
    )


def refusals() -> Truth:
    """A third of the answers refused, whatever task and manipulation."""
    kinds = ("one", "two", "three")
    return Truth(
        families=60,
        tasks_per_family=2,
        repeats=1,
        wording_sd=0,
        instruments=("pre-self-report", "pre-breakdown"),
        models={"alpha": clean(refuses=0.3)},
        manipulations={"placebo": ManipulationTruth(group=Group.PLACEBO), "money": ManipulationTruth(effect=4)},
        categories={name: CategoryTruth() for name in kinds},
    )


def refusals_of_a_kind() -> Truth:
    """Refusals that hang on the category and on the manipulation, but not on the report within a category."""
    return msgspec.structs.replace(
        refusals(),
        manipulations={"placebo": ManipulationTruth(), "guilt": ManipulationTruth(effect=-3, refusal=0.8)},
        categories={"one": CategoryTruth(), "two": CategoryTruth(effect=4, refusal=1.2), "three": CategoryTruth()},
    )


def hidden() -> Truth:
    """Missing not at random: what a model is motivated least for, it refuses most; its reports are exact."""
    return Truth(
        families=80,
        tasks_per_family=1,
        repeats=1,
        task_sd=8,
        wording_sd=0,
        instruments=("pre-self-report", "pre-breakdown"),
        models={"alpha": clean(refuses=0.3, within_sd=0.0, refusal_slope=-1.2)},
        manipulations={"futility": ManipulationTruth(effect=-10, group=Group.DEMOTIVATION)},
        categories=ONE_KIND,
    )


def smallest() -> Truth:
    """An effect that is as large as the study finds in 80 of 100 runs."""
    truth = msgspec.structs.replace(
        reports(), wording_sd=0, models={"alpha": clean()}, manipulations={"money": ManipulationTruth(effect=1)}
    )
    return msgspec.structs.replace(truth, manipulations={"money": ManipulationTruth(effect=missing.smallest(truth))})


def liked_tasks() -> Truth:
    """Tasks that people and models rate; the third model has less in common with people."""
    return Truth(
        families=80,
        tasks_per_family=1,
        repeats=2,
        wording_sd=0,
        instruments=("pre-self-report",),
        models={name: clean() for name in ("alpha", "bravo", "charlie")},
        manipulations={},
        categories=ONE_KIND,
    )


FILLERS = {f"filler{chr(97 + place)}": 0.0 for place in range(20)}


def idle_words() -> Truth:
    """Reasons of words that families of tasks like more or less, none of which goes with the score."""
    return Truth(
        families=40,
        tasks_per_family=5,
        repeats=1,
        family_sd=12,
        instruments=("pre-self-report",),
        models={"alpha": clean(), "bravo": clean()},
        manipulations={},
        categories=ONE_KIND,
        words=FILLERS,
    )


def telling_words() -> Truth:
    """The same with a word of high scores and one of low ones."""
    return msgspec.structs.replace(idle_words(), words=FILLERS | {"gladly": 2.0, "dully": -2.0})


def once() -> Truth:
    """A run to be compared with another one."""
    return Truth(
        families=30,
        tasks_per_family=2,
        wording_sd=0,
        instruments=("pre-self-report",),
        models={"alpha": clean(refuses=0.15), "bravo": clean(refuses=0.15)},
        manipulations={"money": ManipulationTruth(effect=4, wordings=1)},
        categories=ONE_KIND,
    )


def once_more() -> Truth:
    """The other one: bravo is 3 points higher, refuses more often and is moved by 4 points more."""
    bravo = clean(level=53.0, refuses=0.3, own_effects={"money": 4.0})
    return msgspec.structs.replace(once(), models={"alpha": once().models["alpha"], "bravo": bravo})
