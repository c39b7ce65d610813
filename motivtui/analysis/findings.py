"""Several analyses of one table: which are meant, what they found, and why one has nothing to say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from motivtui.analysis.asked import Asked, takes
from motivtui.analysis.needs import lacking
from motivtui.analysis.views import AT_A_GLANCE, CONDITIONS, OVERVIEW, VIEWS, View
from motivtui.errors import UsageError
from motivtui.stats.preset import Preset
from motivtui.stats.table import ScoreTable
from motivtui.stats.table_parts import categories_in, names_in, of_category
from motivtui.study.manipulation import CONTROL_ID

ALL = "all"
ALIASES = {"distribution": "overview", "contrasts": "group_contrasts", "ratings": "humans"}
"""Other names that a user may try."""


class Scope(StrEnum):
    """For whom a number speaks: one model, these models together, or models like them."""

    MODEL = "model"
    PANEL = "panel"
    POPULATION = "population"


class By(StrEnum):
    """What analyses are apart by: models (always), manipulations, or categories of tasks as well."""

    MODEL = "model"
    MANIPULATION = "manipulation"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one view found, in the tasks of one `category` (None: all). `reason`: why there are no results."""

    view: View[Any]
    results: tuple[Any, ...]
    category: str | None = None
    reason: str = ""


def listed() -> list[View[Any]]:
    """The views that a user can name, in their order."""
    return [view for view in VIEWS.values() if view.is_listed]


def views_named(names: Sequence[str], scope: Scope = Scope.MODEL) -> list[View[Any]]:
    """The views of these names (`all`: every one; none: those at a glance), in the wanted scope, each once.

    Raises UsageError: no such analysis, or one that speaks of single models only.
    """
    wanted = [_view(name) for name in names if name != ALL]
    is_free = not names or ALL in names
    if is_free:
        wanted += listed() if ALL in names else AT_A_GLANCE
    found: dict[str, View[Any]] = {}
    for view in wanted:
        one = _in_scope(view, scope)
        if one is not None:
            found[one.name] = one
        elif not is_free:
            able = ", ".join(other.name for other in listed() if other.pooled)
            raise UsageError(
                f"{view.name} speaks of one model at a time, not of a {scope}", hint=f"Over models there are: {able}."
            )
    return list(found.values())


def _view(name: str) -> View[Any]:
    plain = name.strip().lower().replace("-", "_")
    view = VIEWS.get(ALIASES.get(plain, plain))
    if view is not None and view.is_listed:
        return view
    known = [one.name for one in listed()]
    close = get_close_matches(plain, [*known, *ALIASES], n=3, cutoff=0.5)
    said = f"Did you mean {' or '.join(close)}? " if close else ""
    raise UsageError(f"no analysis {name!r}", hint=f"{said}`motiv stats --list` lists them all.")


def _in_scope(view: View[Any], scope: Scope) -> View[Any] | None:
    if scope is Scope.MODEL or view.is_pooled:
        return view
    return VIEWS[view.pooled] if view.pooled else None


def findings(
    table: ScoreTable, views: Iterable[View[Any]], asked: Asked, by: By = By.MODEL, *, is_named: bool = True
) -> tuple[Finding, ...]:
    """What each view found. `is_named`: the user named them, so that one without results is told of, with the reason.

    Raises UsageError: no row is under the manipulation that was asked for.
    """
    known = names_in(table.manipulation)
    if asked.manipulation is not None and asked.manipulation not in known:
        close = get_close_matches(asked.manipulation, known, n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(known)}."
        raise UsageError(f"nothing was asked under {asked.manipulation!r}", hint=hint)
    parts: list[tuple[str | None, ScoreTable]] = [(None, table)]
    if by is By.CATEGORY:
        parts = [(name, of_category(table, name)) for name in categories_in(table)]
    found = [_finding(part, view, asked, by, category) for view in views for category, part in parts]
    return tuple(one for one in found if is_named or one.results)


def possible(table: ScoreTable, asked: Asked) -> list[View[Any]]:
    """The views that a run allows."""
    return [view for view in listed() if not lacking(table, asked, view.needs)]


def _finding(table: ScoreTable, view: View[Any], asked: Asked, by: By, category: str | None) -> Finding:
    if by is By.MANIPULATION and view is OVERVIEW:
        view = CONDITIONS
    reason = lacking(table, asked, view.needs)
    if reason:
        return Finding(view, (), category, reason)
    if by is By.MANIPULATION and takes(view.function, "manipulation") and asked.manipulation is None:
        names = names_in(table.manipulation)
        results = tuple(one for name in names for one in view.compute(table, replace(asked, manipulation=name)))
    else:
        results = view.compute(table, asked)
    return Finding(view, results, category, "" if results else "nothing of what is needed occurs together")


def rules_of(finding: Finding, asked: Asked) -> str:
    """Under which rules a finding stands, as far as they make a difference: preset and manipulation."""
    has_presets = takes(finding.view.function, "preset")
    said = [f"preset {asked.preset}"] if has_presets and asked.preset is Preset.REPLICATE else []
    if asked.preset is Preset.REPLICATE and not has_presets:
        said.append("the same under both presets")
    if takes(finding.view.function, "manipulation") and asked.manipulation not in (None, CONTROL_ID):
        said.append(f"under {asked.manipulation}")
    return ", ".join(said)
