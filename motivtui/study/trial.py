"""Trials: the cells of a study, each one call to one model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motivtui.study.canonical import content_hash
from motivtui.study.prompt import Message
from motivtui.study.task import Side

MAX_SEED = 2**31 - 1


class TaskOrder(StrEnum):
    """How the two tasks of a choice are shown: `given` has the pair's first task as Task 1, `swapped` as Task 2."""

    GIVEN = "given"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class Choice:
    """What makes a choice trial: the pair's second task, the order shown, and which of the pair carries the note.

    `manipulated` names the task of the pair, not the place on the page; None: the control, no note.
    """

    other_task: str
    order: TaskOrder
    manipulated: Side | None


@dataclass(frozen=True, slots=True)
class Trial:
    """One planned call: model × task × manipulation × wording × instrument × repeat.

    `ordinal` is its place in the run (from 1); `wording` and `repeat` count from 1. `key` is the hash of model,
    messages, parameters and place in the design, so equal keys mean the same trial. `seed`, for the sampler, follows
    from the study's seed and the key.

    `model` is the one that is studied. `judge` answers in its place where the instrument is a judge's. `continues` is
    the key of the execution that the trial waits for: its answer is put into `messages` when it is there
    (`study.prompt.fill`). `item_order` holds the names of the items as this trial asks them; empty: the instrument's.
    """

    ordinal: int
    key: str
    model: str
    task: str
    manipulation: str
    wording: int
    instrument: str
    repeat: int
    seed: int
    messages: tuple[Message, ...]
    parameters: Mapping[str, Any]
    continues: str | None = None
    judge: str | None = None
    choice: Choice | None = None
    item_order: tuple[str, ...] = ()

    @property
    def respondent(self) -> str:
        """The model that is called."""
        return self.judge or self.model


def trial_key(model: str, messages: tuple[Message, ...], parameters: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
    """The key of a trial; `cell` names its place in the design (so that repeats differ)."""
    spoken = [[message.role, message.text] for message in messages]
    return content_hash({"model": model, "messages": spoken, "parameters": dict(parameters), "cell": dict(cell)})


def trial_seed(study_seed: int, key: str) -> int:
    """The sampling seed of a trial, 0 to MAX_SEED − 1: from the study's seed and the trial's key, never its place."""
    return int(content_hash([study_seed, key])[:12], 16) % MAX_SEED
