"""Instruments: what is asked about a task, and on which scales it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    """When an instrument is used, relative to the task being done, and what it needs.

    `pre`: before. `choice`: two tasks, one is to be chosen and done. `execute`: the task itself. The others wait for
    an execution: `post` and `check` continue its conversation (each on a branch of its own, never fed back), `judge`
    shows its answer to another model.
    """

    PRE = "pre"
    CHOICE = "choice"
    EXECUTE = "execute"
    POST = "post"
    CHECK = "check"
    JUDGE = "judge"


NEEDS_EXECUTION = frozenset({Phase.POST, Phase.CHECK, Phase.JUDGE})
"""Phases whose trials cannot begin before their execution is complete."""


class ItemKind(StrEnum):
    """`scale`: a rating. `option`: the number of one of several things to choose from; a tie is an answer too."""

    SCALE = "scale"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that gets a score: whole numbers from `minimum` to `maximum`, both included.

    `label` is the word that replies in prose use for it; `is_reversed` marks a reverse-keyed item (fear). `question`
    is its wording in the list that stands for `{items}`.
    """

    name: str
    label: str
    minimum: int = 1
    maximum: int = 100
    is_reversed: bool = False
    kind: ItemKind = ItemKind.SCALE
    question: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire, or (without items) the task itself: a template, items, a reason asked for *after* the scores.

    `template` holds markers (`{task}`, `{items}`, `{format}` … see `study.prompt`), each replaced once and never again
    inside what was put in. `max_tokens` must let every score through whatever the reason's length: scores stand first
    (see `score_tokens`). `stop` ends a reply where the endpoint can do that. `shuffles_items`: every trial has an order
    of its own. `is_strict`: only a reply in exactly the wanted form counts. `control_only`: asked under no
    manipulation. `repeats` is the instrument's own number of repeats; None: the study's.
    """

    id: str
    title: str
    phase: Phase
    template: str
    items: tuple[Item, ...]
    max_tokens: int
    reason_max_chars: int = 0
    stop: tuple[str, ...] = ()
    shuffles_items: bool = False
    is_strict: bool = False
    control_only: bool = False
    repeats: int | None = None

    @property
    def asks_reason(self) -> bool:
        """Whether a reason is asked for."""
        return self.reason_max_chars > 0

    @property
    def needs_execution(self) -> bool:
        """Whether its trials wait for an execution."""
        return self.phase in NEEDS_EXECUTION

    @property
    def score_tokens(self) -> int:
        """An upper bound of the tokens that the scores alone take: one a character of the longest score-only reply."""
        longest = "".join(
            f'"{item.name}": {max(item.minimum, item.maximum, key=lambda bound: len(str(bound)))}, '
            for item in self.items
        )
        return len(longest) + 2

    def ordered(self, order: Sequence[str] = ()) -> tuple[Item, ...]:
        """The items in the order in which a trial asks them; no order: the instrument's own."""
        by_name = {item.name: item for item in self.items}
        return tuple(by_name[name] for name in order) if order else self.items

    def reply_format(self, order: Sequence[str] = ()) -> str:
        """The sentence-sized picture of the wanted reply, with no number that an echo could be taken for."""
        fields = [f'"{item.name}": <{_range(item)}>' for item in self.ordered(order)]
        if self.asks_reason:
            fields.append('"reason": "<one short sentence>"')
        return "{" + ", ".join(fields) + "}"

    def reply_schema(self, order: Sequence[str] = ()) -> dict[str, Any] | None:
        """JSON Schema of the wanted reply: scores first, in the order asked, then the reason; None: free text."""
        if not self.items:
            return None
        properties: dict[str, Any] = {
            item.name: {"type": "integer", "minimum": item.minimum, "maximum": item.maximum}
            for item in self.ordered(order)
        }
        if self.asks_reason:
            properties["reason"] = {"type": "string", "maxLength": self.reason_max_chars}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


def _range(item: Item) -> str:
    if item.kind is ItemKind.OPTION and item.maximum - item.minimum == 1:
        return f"{item.minimum} or {item.maximum}"
    return f"whole number from {item.minimum} to {item.maximum}"
