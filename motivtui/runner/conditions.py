"""How a run is carried out: everything that does not change what is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motivtui.runner.budget import Price
from motivtui.runner.retry import RetryRule

RATE_LIMIT_PATIENCE_S = 600.0
DISK_PATIENCE_S = 600.0
DISK_FLOOR_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Conditions:
    """`prices`: model → dollars a token (in, out), None where nobody knows.

    `max_cost_usd`: never spend more on the run, all its sessions together; None: no limit. `disk_floor_bytes`: begin no
    call with less room on the disk. A lane that is rate limited, or a disk that is full, for longer than the patience
    ends the work. `is_streamed`: stream every call, so that the time to the first token is measured; executions always
    are.
    """

    retry: RetryRule = field(default_factory=RetryRule)
    is_streamed: bool = False
    prices: Mapping[str, Price | None] = field(default_factory=dict)
    max_cost_usd: float | None = None
    disk_floor_bytes: int = DISK_FLOOR_BYTES
    disk_patience_s: float = DISK_PATIENCE_S
    rate_limit_patience_s: float = RATE_LIMIT_PATIENCE_S

    def as_record(self) -> dict[str, Any]:
        """The part that a session keeps."""
        return {
            "retries": self.retry.retries,
            "is_streamed": self.is_streamed,
            "max_cost_usd": self.max_cost_usd,
            "allow_unpriced": self.max_cost_usd is not None and None in self.prices.values(),
            "disk_floor_bytes": self.disk_floor_bytes,
        }
