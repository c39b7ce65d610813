"""What a run must have for an analysis to say anything, and how it is said that it has not. Computes no statistic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from motivtui.analysis.asked import Asked
from motivtui.stats.factors import COMPONENTS
from motivtui.stats.table import ScoreTable
from motivtui.stats.table_parts import categories_in, names_in, repeats_in, wordings_in
from motivtui.study.instrument import ItemKind, Phase
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Ints


class Need(StrEnum):
    """One thing that a run has or has not."""

    RATINGS = "ratings"
    CHOICES = "choices"
    CONTROL = "control"
    MANIPULATIONS = "manipulations"
    WORDINGS = "wordings"
    REPEATS = "repeats"
    CATEGORIES = "categories"
    MODELS = "models"
    MEASURES = "measures"
    ITEMS = "items"
    BREAKDOWN = "breakdown"
    EXECUTIONS = "executions"
    JUDGES = "judges"
    PEOPLE = "people"
    REASONS = "reasons"


_LACKING: Mapping[Need, str] = {
    Need.RATINGS: "no item is a rating",
    Need.CHOICES: "no instrument asks for a choice",
    Need.CONTROL: f"nothing was asked under {CONTROL_ID}",
    Need.MANIPULATIONS: "one manipulation only",
    Need.WORDINGS: "no manipulation has several wordings",
    Need.REPEATS: "nothing was asked again",
    Need.CATEGORIES: "one category only",
    Need.MODELS: "one model only",
    Need.MEASURES: "one measure only",
    Need.ITEMS: "no instrument asks for several ratings",
    Need.BREAKDOWN: "no instrument asks for the components of motivation",
    Need.EXECUTIONS: "no task was done",
    Need.JUDGES: "no judge rated an answer",
    Need.PEOPLE: "there are no people's ratings (--ratings FILE)",
    Need.REASONS: "no reply has a reason",
}


def lacking(table: ScoreTable, asked: Asked, needs: Iterable[Need]) -> str:
    """Why an analysis with these needs has nothing to say: the first that the run does not meet; "": it meets all."""
    return next((_LACKING[need] for need in needs if not _MEETS[need](table, asked)), "")


def _ratings(table: ScoreTable) -> Ints:
    return table.where(table.item_kind, ItemKind.SCALE)


def _has_wordings(table: ScoreTable) -> bool:
    return any(len(wordings_in(table, part)) > 1 for part in table.split(_ratings(table), table.manipulation))


def _asks_for(table: ScoreTable, items: Iterable[str]) -> bool:
    parts = table.split(_ratings(table), table.instrument)
    return any(set(items) <= set(names_in(table.item, part)) for part in parts)


def _has_items(table: ScoreTable) -> bool:
    return any(len(names_in(table.item, part)) > 1 for part in table.split(_ratings(table), table.instrument))


_MEETS: Mapping[Need, Callable[[ScoreTable, Asked], bool]] = {
    Need.RATINGS: lambda table, _: bool(len(_ratings(table))),
    Need.CHOICES: lambda table, _: bool(len(table.where(table.item_kind, ItemKind.OPTION))),
    Need.CONTROL: lambda table, _: CONTROL_ID in names_in(table.manipulation),
    Need.MANIPULATIONS: lambda table, _: len(names_in(table.manipulation)) > 1,
    Need.WORDINGS: lambda table, _: _has_wordings(table),
    Need.REPEATS: lambda table, _: len(repeats_in(table, _ratings(table))) > 1,
    Need.CATEGORIES: lambda table, _: len(categories_in(table)) > 1,
    Need.MODELS: lambda table, _: len(names_in(table.model)) > 1,
    Need.MEASURES: lambda table, _: len(table.split(_ratings(table), table.instrument, table.item, table.judge)) > 1,
    Need.ITEMS: lambda table, _: _has_items(table),
    Need.BREAKDOWN: lambda table, _: _asks_for(table, COMPONENTS),
    Need.EXECUTIONS: lambda table, _: bool(len(table.where(table.phase, Phase.EXECUTE))),
    Need.JUDGES: lambda table, _: bool(names_in(table.judge)),
    Need.PEOPLE: lambda _, asked: bool(asked.ratings),
    Need.REASONS: lambda _, asked: any(one.text for one in asked.rationales),
}
