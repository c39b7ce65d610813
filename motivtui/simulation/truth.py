"""What is true of a simulated run: every parameter of the generator. Owns the values; draws nothing.

Points are those of a scale from 1 to 100 unless said otherwise, rates and shares are 0 to 1, effects on rates and on
choices are log odds. What follows for the estimates of an analysis is `estimands`' matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from motivtui.errors import UsageError
from motivtui.study.manipulation import CONTROL_ID, Group

PREFIX = "simulated/"
"""Stands before the name of every model of a simulated run, so that no table or file can be taken for data."""

Rate = Annotated[float, Meta(ge=0, le=1)]
Spread = Annotated[float, Meta(ge=0, le=100)]
Count = Annotated[int, Meta(ge=1, le=100_000)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
Word = Annotated[str, Meta(pattern=r"^[a-z]{2,20}$")]


class ModelTruth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One model. `level`: its mean report under the control; `spread` multiplies what tasks differ by.

    `within_sd`: of its repeats. `heaping_5`, `heaping_10`: the shares of reports that it rounds to multiples of 5, of
    10. `position_bias`: log odds of the first place on the page; `choice_slope`: of a task that it is 10 points more
    motivated for. `refuses`, `truncates`, `unreadable`, `out_of_range`, `fails` (calls without a reply) and `ties`
    (choices of both or neither) are rates. `tokens`: the median length of its answers. `quality`: what judges see in
    them, on a scale from 1 to 7. `own_effects`: points by which a manipulation does more with this model than
    otherwise. `refusal_slope`: log odds that 10 points more of motivation than usual add to a refusal; other than 0,
    what is missing hangs on what it would have been. `item_shifts`: points by which it answers items of the breakdown
    otherwise than their level says.
    """

    level: float = 62.0
    spread: Annotated[float, Meta(ge=0, le=10)] = 1.0
    within_sd: Spread = 6.0
    heaping_5: Rate = 0.3
    heaping_10: Rate = 0.1
    position_bias: float = 0.3
    choice_slope: float = 0.6
    refuses: Rate = 0.02
    truncates: Rate = 0.005
    unreadable: Rate = 0.01
    out_of_range: Rate = 0.003
    fails: Rate = 0.005
    ties: Rate = 0.02
    tokens: Annotated[float, Meta(ge=1, le=100_000)] = 320.0
    quality: float = 4.6
    own_effects: Mapping[str, float] = msgspec.field(default_factory=dict)
    refusal_slope: float = 0.0
    item_shifts: Mapping[str, float] = msgspec.field(default_factory=dict)


class ManipulationTruth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One manipulation. `effect` in points, of a model like the others; `between_models`: the SD of models' own.

    `refusal`: log odds added. `tokens`: on their logarithm. `choice`: log odds of the task that carries its note;
    None: it has no note.
    """

    group: Group = Group.POSITIVE_EXTRINSIC
    effect: float = 0.0
    between_models: Spread = 0.0
    refusal: float = 0.0
    tokens: float = 0.0
    choice: float | None = None
    wordings: Annotated[int, Meta(ge=1, le=20)] = 3


class CategoryTruth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One category of tasks: points that it adds to the report, log odds that it adds to refusals."""

    effect: float = 0.0
    refusal: float = 0.0


class JudgeTruth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One judge, on a scale from 1 to 7: what it takes off, what it adds to its own answers, the SD of its halo.

    A judge with the name of a model is that model.
    """

    severity: float = 0.0
    self_preference: float = 0.0
    halo: Spread = 0.5


def _models() -> dict[Name, ModelTruth]:
    return {
        "alpha": ModelTruth(level=74, within_sd=5, heaping_5=0.4, heaping_10=0.2, position_bias=0.2, tokens=420),
        "bravo": ModelTruth(level=66, within_sd=3, heaping_5=0.7, spread=0.8, position_bias=0.5, quality=4.9),
        "charlie": ModelTruth(level=82, within_sd=4, position_bias=0.1, choice_slope=0.9, own_effects={"money": -3}),
        "delta": ModelTruth(level=58, within_sd=9, position_bias=1.0, choice_slope=0.3, unreadable=0.05, quality=4.0),
        "echo": ModelTruth(level=63, within_sd=7, spread=1.2, refuses=0.05, position_bias=-0.2, tokens=240),
    }


def _manipulations() -> dict[Name, ManipulationTruth]:
    return {
        "placebo": ManipulationTruth(group=Group.PLACEBO),
        "money": ManipulationTruth(effect=5, between_models=2, choice=1.1, tokens=0.05),
        "encourage": ManipulationTruth(group=Group.POSITIVE_INTRINSIC, effect=7, between_models=2, tokens=0.08),
        "guilt": ManipulationTruth(group=Group.NEGATIVE_EXTRINSIC, effect=-3, between_models=3),
        "futility": ManipulationTruth(
            group=Group.DEMOTIVATION, effect=-14, between_models=4, choice=-1.6, refusal=1.2, tokens=-0.25
        ),
    }


def _categories() -> dict[Name, CategoryTruth]:
    return {
        "mathematics": CategoryTruth(effect=2),
        "creative-writing": CategoryTruth(effect=8),
        "repetitive": CategoryTruth(effect=-12, refusal=0.5),
        "programming": CategoryTruth(effect=5),
        "refusal": CategoryTruth(effect=-3, refusal=2.5),
    }


class Truth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that is true. The control is always there; models, judges and manipulations go by their names.

    Tasks: `families` of `tasks_per_family`, or `tasks` in all, spread over as many families as evenly as possible.
    Families take the categories in turn. `family_sd`, `task_sd`: of what families, and tasks within them, add to the
    report; `effect_family_sd`, `effect_task_sd`: of what they add to an effect; `wording_sd`: of what a wording does.
    `shared`: the share of these variances that all models have in common. `pair_sd`: log odds by which pairs of tasks
    differ in choices.

    `tokens_sd`: of the logarithm of lengths, `tokens_slope`: what 10 points of motivation add to it. `quality_slope`:
    what they add to what judges see, `quality_sd` and `criterion_sd`: of answers, and of a criterion's ratings.
    `post_shift`: points from before a task to after it. `item_sd`: of the items of the breakdown, `able_sd`: of how
    able tasks let a model feel. `words` of the reasons: log odds that 10 points more of the score add to each; without
    any, all reasons are one sentence. `taste_sd`: log odds by which families of tasks like words.
    """

    name: str = "known truth"
    families: Count = 20
    tasks_per_family: Count = 2
    tasks: Count | None = None
    repeats: Annotated[int, Meta(ge=1, le=100)] = 2
    pairs: Annotated[int, Meta(ge=1, le=3_000)] = 20
    instruments: tuple[str, ...] = ("pre-self-report", "choice", "execution", "post-self-report")
    models: dict[Name, ModelTruth] = msgspec.field(default_factory=_models)
    judges: dict[Name, JudgeTruth] = msgspec.field(default_factory=dict)
    manipulations: dict[Name, ManipulationTruth] = msgspec.field(default_factory=_manipulations)
    categories: dict[Name, CategoryTruth] = msgspec.field(default_factory=_categories)
    family_sd: Spread = 6.0
    task_sd: Spread = 4.0
    shared: Rate = 0.5
    effect_family_sd: Spread = 3.0
    effect_task_sd: Spread = 2.0
    wording_sd: Spread = 1.0
    pair_sd: Spread = 0.5
    tokens_sd: Spread = 0.5
    tokens_slope: float = 0.1
    quality_slope: float = 0.2
    quality_sd: Spread = 0.7
    criterion_sd: Spread = 0.6
    post_shift: float = 2.0
    item_sd: Spread = 6.0
    able_sd: Spread = 10.0
    words: Mapping[Word, float] = msgspec.field(default_factory=dict)
    taste_sd: Spread = 0.5

    def __post_init__(self) -> None:
        for what in ("models", "categories", "instruments"):
            if not getattr(self, what):
                raise ValueError(f"a run needs {what}")
        if CONTROL_ID in self.manipulations:
            raise ValueError(f"the control ({CONTROL_ID}) is always there and has no truth of its own")
        for name, model in self.models.items():
            unknown = sorted(set(model.own_effects) - set(self.manipulations))
            if unknown:
                raise ValueError(f"models.{name}.own_effects: no manipulation {unknown[0]!r}")

    def as_record(self) -> dict[str, object]:
        """Plain values, all that a file would have to say to give the same truth."""
        record: dict[str, object] = _without_none(msgspec.to_builtins(self))
        return record

    def missing(self, model: str, category: str, manipulation: str) -> float:
        """The probability that a trial of a questionnaire gives no score: refused, failed, cut off or unreadable."""
        one = self.models[model]
        broken = one.truncates + one.unreadable + one.out_of_range
        return 1 - (1 - one.fails) * (1 - self.refusal(model, category, manipulation)) * (1 - broken)

    def refusal(self, model: str, category: str | None, manipulation: str, deviation: float = 0.0) -> float:
        """The probability that a model refuses a trial that it gets; without a category: of a choice.

        `deviation`: points of motivation above its usual level.
        """
        base = self.models[model].refuses
        if base in (0, 1):
            return base
        added = self.categories[category].refusal if category is not None else 0.0
        if manipulation != CONTROL_ID:
            added += self.manipulations[manipulation].refusal
        return logistic(math.log(base / (1 - base)) + added + self.models[model].refusal_slope * deviation / 10)


def sized(size: str) -> Truth:
    """The defaults at a size: small (a few thousand trials), study (the published one), large (with executions).

    Raises UsageError.
    """
    if size == "small":
        return Truth()
    if size == "study":
        return Truth(families=264, tasks=1305, pairs=1500, instruments=("pre-self-report", "choice"))
    if size == "large":
        return Truth(families=264, tasks=1305, pairs=1500)
    raise UsageError(f"{size!r} is no size", hint="There are small, study and large.")


def with_models(truth: Truth, count: int) -> Truth:
    """The truth with `count` models: its first ones; where it has fewer, they come again under further names."""
    known = list(truth.models.items())
    models = dict(known[:count])
    for number in range(len(known), count):
        models[f"model-{number + 1}"] = known[number % len(known)][1]
    return msgspec.structs.replace(truth, models=models)


def with_tasks(truth: Truth, count: int) -> Truth:
    """The truth with `count` tasks, as many a family as before; pairs that these do not give are left out."""
    before = truth.tasks if truth.tasks is not None else truth.families * truth.tasks_per_family
    families = max(1, round(count * min(truth.families, before) / before))
    return msgspec.structs.replace(truth, families=families, tasks=count, pairs=max(1, min(truth.pairs, count // 2)))


def logistic(x: float) -> float:
    """The probability that log odds `x` stand for."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else 1 - 1 / (1 + math.exp(x))


def _without_none(value: Any) -> Any:
    """What TOML cannot say is said by leaving it out."""
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return value
