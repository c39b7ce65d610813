"""Trials: the cells of a study, each one call to one model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motivtui.study.canonical import content_hash
from motivtui.study.prompt import Message

MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Trial:
    """One planned call: model × task × manipulation × wording × instrument × repeat.

    `ordinal` is its place in the run (from 1); `wording` and `repeat` count from 1. `key` is the hash of model,
    messages, parameters and place in the design, so equal keys mean the same trial. `seed`, for the sampler, follows
    from the study's seed and the key.
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


def trial_key(model: str, messages: tuple[Message, ...], parameters: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
    """The key of a trial; `cell` names its place in the design (so that repeats differ)."""
    spoken = [[message.role, message.text] for message in messages]
    return content_hash({"model": model, "messages": spoken, "parameters": dict(parameters), "cell": dict(cell)})


def trial_seed(study_seed: int, key: str) -> int:
    """The sampling seed of a trial, 0 to MAX_SEED − 1: from the study's seed and the trial's key, never its place."""
    return int(content_hash([study_seed, key])[:12], 16) % MAX_SEED
