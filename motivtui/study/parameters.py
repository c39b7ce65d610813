"""Sampling parameters of a call, the decoding mode among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Decoding(StrEnum):
    """How the reply's form is held. It changes what is measured, so it is recorded with every trial, never pooled."""

    FREE = "free"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a call asks of the sampler. None means: not sent, the endpoint's own default holds.

    `max_tokens` of None means the instrument's own budget. `extra` holds parameters beyond OpenAI's (top_k, min_p …).
    """

    decoding: Decoding = Decoding.FREE
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """Plain values, only what is set, in a fixed order: the form that is hashed and stored."""
        record: dict[str, Any] = {"decoding": str(self.decoding)}
        for name in ("temperature", "top_p", "max_tokens"):
            value = getattr(self, name)
            if value is not None:
                record[name] = value
        return record | {name: self.extra[name] for name in sorted(self.extra)}
