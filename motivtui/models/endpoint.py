"""Who a participant is: the name a user gives it, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from motivtui.settings import Secret
from motivtui.study.parameters import Parameters

Price = tuple[float, float]
"""Dollars a token: of the prompt, of the reply."""


class Kind(StrEnum):
    """What stands behind a model id."""

    LOCAL = "local"
    CUSTOM = "custom"
    LITELLM = "litellm"
    SCRIPTED = "scripted"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model that can take part.

    `model` is the user's id, `wire_model` litellm's. Trials of one `lane` (provider, or one endpoint) share a limit of
    calls at once: `max_concurrency`, None: the run's. `defaults` are the parameters used unless the user says
    otherwise. `api_base` None: the provider's own address. `price` None: nobody knows what a call costs.
    """

    model: str
    kind: Kind
    wire_model: str
    lane: str
    defaults: Parameters
    api_base: str | None = None
    api_key: Secret | None = None
    max_concurrency: int | None = None
    price: Price | None = None

    @property
    def address(self) -> str:
        """Where the calls go, for records: never holds a key."""
        return self.api_base or self.lane
