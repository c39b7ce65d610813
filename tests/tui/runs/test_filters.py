"""What the user sets as filters: every order of changes, and what the bar says of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.store.browse_queries import SortKey
from motivtui.tui.runs.filters import KINDS, Chosen

NAMES = st.lists(st.text("abc ä", min_size=1, max_size=4), min_size=1, max_size=3, unique=True)
LIMITS = st.one_of(st.none(), st.integers(-5, 120).map(float))


def _range(values: tuple[float | None, float | None]) -> Callable[[Chosen], Chosen]:
    return lambda chosen: chosen.with_score("fear", *values)


CHANGES: st.SearchStrategy[Callable[[Chosen], Chosen]] = st.one_of(
    st.text("abc ä", max_size=6).map(lambda words: lambda chosen: chosen.with_words(words)),
    NAMES.map(lambda names: lambda chosen: chosen.with_list("models", names)),
    NAMES.map(lambda names: lambda chosen: chosen.with_list("manipulations", names)),
    NAMES.map(lambda names: lambda chosen: chosen.with_list("instruments", names)),
    NAMES.map(lambda names: lambda chosen: chosen.with_outcomes(names, ())),
    NAMES.map(lambda names: lambda chosen: chosen.with_outcomes((), names)),
    st.tuples(LIMITS, LIMITS).map(_range),
    st.sampled_from(SortKey).map(lambda key: lambda chosen: chosen.sorted_by(key)),
    st.just(Chosen.turned),
    st.just(Chosen.next_order),
)


@given(st.lists(CHANGES, max_size=8), st.sampled_from(KINDS))
def test_clearing_one_filter_clears_it_and_nothing_else(changes: list[Callable[[Chosen], Chosen]], kind: str) -> None:
    chosen = Chosen()
    for change in changes:
        chosen = change(chosen)
    cleared = chosen.without(kind)
    assert cleared.words_of(kind) == ""
    assert cleared.sort == chosen.sort
    assert [cleared.words_of(one) for one in KINDS if one != kind] == [
        chosen.words_of(one) for one in KINDS if one != kind
    ]


@given(st.lists(CHANGES, max_size=8))
def test_clearing_one_after_the_other_is_clearing_all(changes: list[Callable[[Chosen], Chosen]]) -> None:
    chosen = Chosen()
    for change in changes:
        chosen = change(chosen)
    one_by_one = chosen
    for kind in KINDS:
        one_by_one = one_by_one.without(kind)
    assert one_by_one == chosen.all_shown()
    assert one_by_one.is_all


@given(st.sampled_from(SortKey))
def test_sorting_by_the_same_once_more_turns_the_order_and_twice_restores_it(key: SortKey) -> None:
    once = Chosen().sorted_by(key)
    assert once.sorted_by(key).sort.is_descending is not once.sort.is_descending
    assert once.sorted_by(key).sorted_by(key) == once


def test_the_next_order_comes_round_to_the_first() -> None:
    chosen, seen = Chosen(), []
    for _ in SortKey:
        seen.append(chosen.sort.key)
        chosen = chosen.next_order()
    assert set(seen) == set(SortKey)
    assert chosen.sort.key is SortKey.ORDINAL


@pytest.mark.parametrize(
    ("item", "low", "high", "said"),
    [
        (None, 50.0, None, "score ≥ 50"),
        ("fear", None, 3.5, "fear ≤ 3.5"),
        ("fear", 0.0, 0.0, "fear 0 to 0"),
        ("fear", None, None, "fear"),
        (None, None, None, ""),
    ],
)
def test_a_range_in_words(item: str | None, low: float | None, high: float | None, said: str) -> None:
    assert Chosen().with_score(item, low, high).words_of("score") == said


def test_only_the_plans_order_without_filters_hangs_on_no_result() -> None:
    assert Chosen().is_planned_order
    assert not Chosen().with_words("a").is_planned_order
    assert not Chosen().sorted_by(SortKey.VALUE).is_planned_order
    assert Chosen().turned().is_planned_order
