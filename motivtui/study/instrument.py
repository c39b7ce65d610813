"""Instruments: what is asked about a task, and on which scales it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    """When an instrument is used, relative to the task being done."""

    PRE = "pre"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that gets a score: whole numbers from `minimum` to `maximum`, both included.

    `label` is the word that replies in prose use for it; `is_reversed` marks a reverse-keyed item (fear).
    """

    name: str
    label: str
    minimum: int = 1
    maximum: int = 100
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire: a template around the task, items, and a reason asked for *after* the scores.

    `template` holds the markers `{task}` and `{format}`, each replaced once and never again inside what was put in.
    `max_tokens` must let every score through whatever the reason's length: scores stand first (see `score_tokens`).
    """

    id: str
    title: str
    phase: Phase
    template: str
    items: tuple[Item, ...]
    max_tokens: int
    reason_max_chars: int = 0

    @property
    def asks_reason(self) -> bool:
        """Whether a reason is asked for."""
        return self.reason_max_chars > 0

    @property
    def score_tokens(self) -> int:
        """An upper bound of the tokens that the scores alone take: one a character of the longest score-only reply."""
        longest = "".join(
            f'"{item.name}": {max(item.minimum, item.maximum, key=lambda bound: len(str(bound)))}, '
            for item in self.items
        )
        return len(longest) + 2

    def reply_format(self) -> str:
        """The sentence-sized picture of the wanted reply, with no number that an echo could be taken for."""
        fields = [f'"{item.name}": <whole number from {item.minimum} to {item.maximum}>' for item in self.items]
        if self.asks_reason:
            fields.append('"reason": "<one short sentence>"')
        return "{" + ", ".join(fields) + "}"

    def reply_schema(self) -> dict[str, Any]:
        """JSON Schema of the wanted reply: scores first, in the items' order, then the reason."""
        properties: dict[str, Any] = {
            item.name: {"type": "integer", "minimum": item.minimum, "maximum": item.maximum} for item in self.items
        }
        if self.asks_reason:
            properties["reason"] = {"type": "string", "maxLength": self.reason_max_chars}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
