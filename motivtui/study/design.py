"""The design of a study and its seeded expansion into trials. The same study gives the same plan, trial for trial."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from motivtui.study.canonical import content_hash
from motivtui.study.instrument import Instrument
from motivtui.study.manipulation import Manipulation
from motivtui.study.parameters import Parameters
from motivtui.study.prompt import Message, compose
from motivtui.study.task import Task
from motivtui.study.trial import Trial, trial_key, trial_seed


class WordingRule(StrEnum):
    """Which wordings of a manipulation are used.

    `rotate`: each task and repeat meets one wording, all wordings equally often within each repeat and in all, and a
    task another one in each repeat until it has met them all (the default: no more calls than one wording, yet no
    result hangs on a single sentence). `first`: only the first. `all`: every wording, fully crossed.
    """

    ROTATE = "rotate"
    FIRST = "first"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Study:
    """What is to be run. `parameters` maps each model id to its sampling parameters."""

    name: str
    seed: int
    models: tuple[str, ...]
    tasks: tuple[Task, ...]
    manipulations: tuple[Manipulation, ...]
    instruments: tuple[Instrument, ...]
    repeats: int
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    wording_rule: WordingRule = WordingRule.ROTATE

    def as_record(self) -> dict[str, Any]:
        """The design in plain values (materials by id; their content is stored beside it)."""
        return {
            "name": self.name,
            "seed": self.seed,
            "models": list(self.models),
            "tasks": [task.id for task in self.tasks],
            "manipulations": [manipulation.id for manipulation in self.manipulations],
            "instruments": [instrument.id for instrument in self.instruments],
            "repeats": self.repeats,
            "wording_rule": str(self.wording_rule),
            "parameters": {model: self.parameters_of(model).as_record() for model in self.models},
        }

    def parameters_of(self, model: str) -> Parameters:
        """The parameters of one model."""
        return self.parameters.get(model, Parameters())


def expand(study: Study) -> list[Trial]:
    """Every trial of the study in the seeded order in which it is run.

    The order is shuffled, so that neither time nor a warming endpoint goes with a condition.
    """
    trials = [trial for model in study.models for trial in _cells(study, model)]
    # The seed as text: of a number, Python's generator drops the sign.
    random.Random(str(study.seed)).shuffle(trials)  # noqa: S311 (a plan, not a secret)
    return [replace(trial, ordinal=ordinal) for ordinal, trial in enumerate(trials, start=1)]


def trial_count(study: Study) -> int:
    """How many trials `expand` makes, without making them."""
    per_task = sum(
        manipulation.wording_count if study.wording_rule is WordingRule.ALL else 1
        for manipulation in study.manipulations
    )
    return len(study.models) * len(study.tasks) * per_task * len(study.instruments) * study.repeats


def _cells(study: Study, model: str) -> Iterator[Trial]:
    """The trials of one model, in the order of the materials."""
    parameters = study.parameters_of(model)
    for instrument in study.instruments:
        limit = parameters.max_tokens if parameters.max_tokens is not None else instrument.max_tokens
        record = replace(parameters, max_tokens=limit).as_record()
        for place, task in enumerate(study.tasks):
            for manipulation in study.manipulations:
                for repeat in range(1, study.repeats + 1):
                    for wording in _wordings(study, place, manipulation, repeat):
                        messages = compose(instrument, task, manipulation, wording)
                        cell = _Cell(task.id, manipulation.id, wording, instrument.id, repeat)
                        yield _trial(study.seed, model, messages, record, cell)


def _wordings(study: Study, place: int, manipulation: Manipulation, repeat: int) -> list[int]:
    """The wording numbers (from 1) that the task at `place` meets in one repeat."""
    count = manipulation.wording_count
    if study.wording_rule is WordingRule.ALL:
        return list(range(1, count + 1))
    if study.wording_rule is WordingRule.FIRST:
        return [1]
    offset = int(content_hash([study.seed, manipulation.id])[:8], 16)
    return [(offset + place + _shift(len(study.tasks), count, repeat - 1)) % count + 1]


def _shift(tasks: int, wordings: int, repeat: int) -> int:
    """By how many wordings the rotation has moved on when a repeat (from 0) begins.

    Each repeat goes on where the one before it ended, so that all wordings come equally often. That alone would bring a
    task back to its first wording before it has met the others whenever `tasks` and `wordings` have a divisor in
    common, so at that point the rotation moves on by one more.
    """
    return repeat * tasks + repeat * math.gcd(tasks, wordings) // wordings


@dataclass(frozen=True, slots=True)
class _Cell:
    """A trial's place in the design."""

    task: str
    manipulation: str
    wording: int
    instrument: str
    repeat: int


def _trial(seed: int, model: str, messages: tuple[Message, ...], parameters: Mapping[str, Any], cell: _Cell) -> Trial:
    key = trial_key(model, messages, parameters, asdict(cell))
    return Trial(
        ordinal=0,
        key=key,
        model=model,
        task=cell.task,
        manipulation=cell.manipulation,
        wording=cell.wording,
        instrument=cell.instrument,
        repeat=cell.repeat,
        seed=trial_seed(seed, key),
        messages=messages,
        parameters=parameters,
    )
