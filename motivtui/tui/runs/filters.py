"""The filters and the order of a run's trials, as the user sets them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from motivtui.store.browse_queries import Sort, SortKey, TrialFilters
from motivtui.tui.words import score

KINDS = ("words", "models", "manipulations", "instruments", "outcomes", "score")
"""What can be filtered by, in the order of the bar."""

ListKind = Literal["models", "manipulations", "instruments"]
_LISTS = ("models", "manipulations", "instruments")
_ORDER = tuple(SortKey)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is filtered and how it is sorted; every change gives a new one."""

    filters: TrialFilters = field(default_factory=TrialFilters)
    sort: Sort = field(default_factory=Sort)

    @property
    def is_all(self) -> bool:
        """Whether every trial is shown."""
        return all(not self.words_of(kind) for kind in KINDS)

    @property
    def is_planned_order(self) -> bool:
        """Whether the list is the plan as it stands, so that no result changes its order."""
        return self.is_all and self.sort.key is SortKey.ORDINAL

    def words_of(self, kind: str) -> str:
        """What the bar says of a filter; empty: it is not set."""
        if kind == "words":
            return self.filters.words.strip()
        if kind in _LISTS:
            return ", ".join(getattr(self.filters, kind))
        if kind == "outcomes":
            return ", ".join((*self.filters.states, *self.filters.statuses))
        return self._score_words()

    def _score_words(self) -> str:
        low, high, item = self.filters.low, self.filters.high, self.filters.item
        if low is None and high is None:
            return item or ""
        name = item or "score"
        if low is None:
            return f"{name} ≤ {score(high)}"
        return f"{name} ≥ {score(low)}" if high is None else f"{name} {score(low)} to {score(high)}"

    def with_words(self, words: str) -> Chosen:
        """Every word must occur in the reply."""
        return replace(self, filters=replace(self.filters, words=words))

    def with_list(self, kind: ListKind, values: Sequence[str]) -> Chosen:
        """Only these models, manipulations or instruments; none: all."""
        wanted = tuple(values)
        if kind == "models":
            return replace(self, filters=replace(self.filters, models=wanted))
        if kind == "manipulations":
            return replace(self, filters=replace(self.filters, manipulations=wanted))
        return replace(self, filters=replace(self.filters, instruments=wanted))

    def with_outcomes(self, states: Sequence[str], statuses: Sequence[str]) -> Chosen:
        """Only trials in these states, with these statuses of the score."""
        return replace(self, filters=replace(self.filters, states=tuple(states), statuses=tuple(statuses)))

    def with_score(self, item: str | None, low: float | None, high: float | None) -> Chosen:
        """The item that is looked at, and the least and the most of its values."""
        return replace(self, filters=replace(self.filters, item=item, low=low, high=high))

    def without(self, kind: str) -> Chosen:
        """That filter is not set."""
        if kind == "words":
            return self.with_words("")
        if kind in _LISTS:
            return self.with_list(cast("ListKind", kind), ())
        return self.with_outcomes((), ()) if kind == "outcomes" else self.with_score(None, None, None)

    def all_shown(self) -> Chosen:
        """No filter is set; the order stays."""
        return Chosen(TrialFilters(), self.sort)

    def sorted_by(self, key: SortKey) -> Chosen:
        """By that; by the same once more: the other way round."""
        is_descending = not self.sort.is_descending if key is self.sort.key else key is SortKey.VALUE
        return replace(self, sort=Sort(key, is_descending))

    def next_order(self) -> Chosen:
        """By what comes next."""
        return self.sorted_by(_ORDER[(_ORDER.index(self.sort.key) + 1) % len(_ORDER)])

    def turned(self) -> Chosen:
        """The other way round."""
        return replace(self, sort=Sort(self.sort.key, not self.sort.is_descending))
