"""The draft of a study between two times that the console is open. Pure."""

from __future__ import annotations

from dataclasses import replace

from motivtui.tui.draft import Draft
from motivtui.tui.kept import Kept


def draft_of(kept: Kept, default_model: str, now: Draft) -> Draft:
    """What was picked the last time; what is not remembered (budget, seed, judge and so on) is as it is now."""
    return replace(
        now,
        models=list(kept.models or (default_model,)),
        tasks=list(kept.tasks),
        per_category=kept.per_category,
        manipulations=list(kept.manipulations),
        instruments=list(kept.instruments),
        repeats=kept.repeats,
    )


def keep_draft(kept: Kept, draft: Draft) -> None:
    """Remember what is picked."""
    kept.models, kept.tasks = tuple(draft.models), tuple(draft.tasks)
    kept.manipulations, kept.instruments = tuple(draft.manipulations), tuple(draft.instruments)
    kept.per_category, kept.repeats = draft.per_category, draft.repeats
