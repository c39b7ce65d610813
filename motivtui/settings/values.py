"""What can be set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from motivtui.study.parameters import Decoding

BUILT_IN_MODEL = "local/smollm2-135m"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one call may take, in seconds of monotonic time, and how often a failed one is tried again."""

    first_byte_s: float = 60.0
    """From sending to the first sign of the reply."""
    idle_s: float = 60.0
    """Between two pieces of a streamed reply."""
    total_s: float = 600.0
    """From sending to the end, whatever trickles in between."""
    retries: int = 3
    """Further attempts after one that failed for a passing reason."""
    disk_floor_mb: int = 64
    """Begin no call with less room than this on the database's disk, in MB (2**20 bytes)."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """A user's own OpenAI-compatible endpoint; its models are called `NAME/MODEL`.

    Prices in dollars a million tokens; both None: nobody knows what a call costs.
    """

    name: str
    api_base: str
    api_key_env: str | None = None
    decoding: Decoding = Decoding.FREE
    input_usd_per_million: float | None = None
    output_usd_per_million: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `sources` says for each name where its value came from."""

    db: Path
    model: str
    concurrency: int
    limits: Limits
    endpoints: tuple[EndpointSettings, ...]
    materials: tuple[Path, ...]
    config_file: Path
    data_folder: Path
    cache_folder: Path
    sources: Mapping[str, str] = field(default_factory=dict)
    local_slots: int = 1
    """How many trials a local model answers at once. With more than one, a seed no longer reproduces a reply."""

    @property
    def materials_folder(self) -> Path:
        """Where the user's own tasks, manipulations and instruments lie."""
        return self.data_folder / "materials"

    @property
    def models_folder(self) -> Path:
        """Where weights are cached."""
        return self.cache_folder / "models"

    @property
    def locks_folder(self) -> Path:
        """Where running runs hold their locks."""
        return self.cache_folder / "locks"
