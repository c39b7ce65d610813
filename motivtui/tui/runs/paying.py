"""Whether going on with a run may cost money. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from motivtui.settings import Settings

_FREE = ("local/", "scripted/")


def may_cost(models: Iterable[str], settings: Settings) -> list[str]:
    """The models whose calls may have to be paid: all but local and scripted ones, and endpoints priced at nothing."""
    free = (
        *_FREE,
        *(
            f"{one.name}/"
            for one in settings.endpoints
            if one.input_usd_per_million == 0 and one.output_usd_per_million == 0
        ),
    )
    return sorted({model for model in models if not model.startswith(free)})
