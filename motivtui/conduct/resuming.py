"""What a run is resumed with: as it was last carried out, but for what is said now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from motivtui.conduct.conducting import Means
from motivtui.settings import Settings


def settings_as_before(settings: Settings, before: Mapping[str, Any], concurrency: int | None) -> Settings:
    """The settings with the retries and calls at once of the last session; `concurrency`: what is said now."""
    limits = replace(settings.limits, retries=before.get("retries", settings.limits.retries))
    at_once = before.get("concurrency", settings.concurrency) if concurrency is None else concurrency
    return replace(settings, limits=limits, concurrency=at_once)


def means_as_before(
    before: Mapping[str, Any],
    *,
    max_cost_usd: float | None,
    allow_unpriced: bool,
    is_streamed: bool,
    processes: int | None = None,
) -> Means:
    """The means of the last session; a new limit of cost takes the old one's place, the rest is added to it."""
    return Means(
        max_cost_usd=before.get("max_cost_usd") if max_cost_usd is None else max_cost_usd,
        allow_unpriced=allow_unpriced or bool(before.get("allow_unpriced")),
        is_streamed=is_streamed or bool(before.get("is_streamed")),
        processes=processes,
    )
