"""The design of a study. Its seeded expansion into trials is `study.expansion`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from motivtui.study.instrument import Instrument, Phase
from motivtui.study.manipulation import Manipulation
from motivtui.study.parameters import Parameters
from motivtui.study.task import Pair, Task


class WordingRule(StrEnum):
    """Which wordings of a manipulation are used.

    `rotate`: each task and repeat meets one wording, all wordings equally often within each repeat and in all, and a
    task another one in each repeat until it has met them all (the default: no more calls than one wording, yet no
    result hangs on a single sentence). `first`: only the first. `all`: every wording, fully crossed.
    """

    ROTATE = "rotate"
    FIRST = "first"
    ALL = "all"


class Counterbalance(StrEnum):
    """What a choice is balanced over: `both` orders of the tasks (or both sides of the note), or only the `first`."""

    BOTH = "both"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Study:
    """What is to be run. `parameters` maps each model id, judges among them, to its sampling parameters.

    `pairs` are the pairs of tasks that choices offer; `orders` and `sides` say what a choice is balanced over: the
    order of its tasks, and which of them carries the manipulation's note. `has_token_scores`: where an endpoint gives
    the probabilities of its tokens, a second score is made of them.
    """

    name: str
    seed: int
    models: tuple[str, ...]
    tasks: tuple[Task, ...]
    manipulations: tuple[Manipulation, ...]
    instruments: tuple[Instrument, ...]
    repeats: int
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    wording_rule: WordingRule = WordingRule.ROTATE
    judges: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    orders: Counterbalance = Counterbalance.BOTH
    sides: Counterbalance = Counterbalance.BOTH
    has_token_scores: bool = False

    def as_record(self) -> dict[str, Any]:
        """The design in plain values (materials by id; their content is stored beside it)."""
        record: dict[str, Any] = {
            "name": self.name,
            "seed": self.seed,
            "models": list(self.models),
            "tasks": [task.id for task in self.tasks],
            "manipulations": [manipulation.id for manipulation in self.manipulations],
            "instruments": [instrument.id for instrument in self.instruments],
            "repeats": self.repeats,
            "wording_rule": str(self.wording_rule),
            "parameters": {model: self.parameters_of(model).as_record() for model in (*self.models, *self.judges)},
        }
        if self.judges:
            record["judges"] = list(self.judges)
        if self.has_choice:
            record["pairs"] = [[pair.first, pair.second, pair.manipulated] for pair in self.pairs]
            record["orders"], record["sides"] = str(self.orders), str(self.sides)
        if self.has_token_scores:
            record["token_scores"] = True
        return record

    @property
    def has_choice(self) -> bool:
        """Whether any instrument offers pairs of tasks."""
        return any(instrument.phase is Phase.CHOICE for instrument in self.instruments)

    def of_phase(self, *phases: Phase) -> tuple[Instrument, ...]:
        """The instruments of these phases, in the study's order."""
        return tuple(instrument for instrument in self.instruments if instrument.phase in phases)

    def repeats_of(self, instrument: Instrument) -> int:
        """How often each cell of an instrument is asked."""
        return self.repeats if instrument.repeats is None else instrument.repeats

    def parameters_of(self, model: str) -> Parameters:
        """The parameters of one model."""
        return self.parameters.get(model, Parameters())
