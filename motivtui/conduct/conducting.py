"""What a run is carried out with: conditions and participants, the same for the command line and for the engine."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from motivtui.errors import UsageError
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.local import find_model
from motivtui.models.local.engine import DEFAULT_CONTEXT, default_threads
from motivtui.models.participants import Participants, WeightsOf
from motivtui.runner import Conditions, RetryRule
from motivtui.settings import Settings

MANY_CALLS, MANY_STREAMS = 32, 8
"""From so many calls at once on, processes of their own were measured to make more of them (`make bench`)."""

WeightsFetcher = Callable[[Settings, str], Path]
"""Name of a local model → its weights, fetched first when they are not here."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a run may use.

    `max_cost_usd`: of all its sessions together; None: no limit. `allow_unpriced`: models whose price nobody knows may
    take part in spite of it. `is_streamed`: stream every call. `processes`: how many processes of their own make the
    calls to endpoints; 0: none, they are made in this one; None: as many as pay off.
    """

    max_cost_usd: float | None = None
    allow_unpriced: bool = False
    is_streamed: bool = False
    processes: int | None = None


def conditions_of(settings: Settings, endpoints: Mapping[str, Endpoint], means: Means) -> Conditions:
    """How the run is carried out. Raises UsageError: a limit of cost, and a model whose price nobody knows."""
    if means.max_cost_usd is not None and not math.isfinite(means.max_cost_usd):
        raise UsageError(f"--max-cost {means.max_cost_usd} is no amount", hint="For example: --max-cost 2.50")
    unpriced = [model for model, endpoint in endpoints.items() if endpoint.price is None]
    if means.max_cost_usd is not None and unpriced and not means.allow_unpriced:
        raise UsageError(
            f"nobody knows the price of {', '.join(unpriced)}, so no cost can be kept below ${means.max_cost_usd:g}",
            hint="Give the endpoint its prices in the configuration file, or say --allow-unpriced.",
        )
    return Conditions(
        retry=RetryRule(settings.limits.retries),
        is_streamed=means.is_streamed,
        prices={model: endpoint.price for model, endpoint in endpoints.items()},
        max_cost_usd=means.max_cost_usd,
        disk_floor_bytes=settings.limits.disk_floor_mb * 2**20,
    )


def weights_of(settings: Settings, fetch: WeightsFetcher) -> WeightsOf:
    """Where the participants find a local model: its weights (by `fetch`) and the context it is served with."""

    def weights(name: str) -> tuple[Path, int]:
        path = fetch(settings, name)
        wanted = find_model(settings.models_folder, settings.data_folder, name).n_ctx
        return path, wanted or DEFAULT_CONTEXT

    return weights


def participants_of(
    settings: Settings, endpoints: Mapping[str, Endpoint], weights: WeightsOf, means: Means
) -> Participants:
    """The participants, not open yet: use them as an async context."""
    processes = _processes(settings, endpoints, means) if means.processes is None else means.processes
    return Participants(endpoints, settings.limits, weights, default_threads(), processes)


def _processes(settings: Settings, endpoints: Mapping[str, Endpoint], means: Means) -> int:
    """One process a core, two at most, where they pay off: see `make bench`. Starting them costs a few seconds."""
    is_remote = any(endpoint.kind in (Kind.CUSTOM, Kind.LITELLM) for endpoint in endpoints.values())
    is_many = settings.concurrency >= (MANY_STREAMS if means.is_streamed else MANY_CALLS)
    return min(2, os.cpu_count() or 1) if is_remote and is_many else 0
