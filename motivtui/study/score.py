"""Scores: what was read out of a reply, with its evidence, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ScoreStatus(StrEnum):
    """How a score was found, or why it is missing. Only `ok` and `repaired` carry a value.

    `tie`: asked to choose, the reply chose both, or neither; that is an answer, but no value.
    """

    OK = "ok"
    REPAIRED = "repaired"
    OUT_OF_RANGE = "out_of_range"
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    INVALID = "invalid"
    ERROR = "error"
    TIE = "tie"


SCORED = frozenset({ScoreStatus.OK, ScoreStatus.REPAIRED})


@dataclass(frozen=True, slots=True)
class Evidence:
    """The place in the reply that a score was read from: characters `start` to `end` (end excluded)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Score:
    """One item's score; `value` is None unless the status is ok or repaired: a missing score is never 0.

    The value is a whole number, unless the reply gave a fraction within the scale (status repaired, noted).
    `evidence` points at the number itself, also for a value that was refused (850, "not 70"); None: nothing was found.
    `note` says in a few words what was wrong or how it was read.
    """

    item: str
    value: float | None
    status: ScoreStatus
    evidence: Evidence | None = None
    note: str = ""
