"""Which tasks, manipulations and instruments are chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motivtui.errors import UsageError
from motivtui.materials import Materials, select_instruments, select_manipulations, select_tasks
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.manipulation import Group, Manipulation
from motivtui.study.task import Task


def _materials() -> Materials:
    """Three categories of 4, 3 and 2 families with 3 tasks each; some also `b`; and a small set of its own."""
    tasks = [
        Task(f"{category}{family}.{number}", f"{category}{family}", (category, *extra), "p")
        for category, families in (("a", 4), ("b", 3), ("c", 2))
        for family in range(families)
        for number in (1, 2, 3)
        for extra in ([("b",)] if category == "a" and family == 0 else [()])
    ]
    tasks += [Task(f"own/{n}", f"own/{n % 2 + 1}", ("c",), "p", "own") for n in range(1, 5)]
    manipulations = [
        Manipulation("none", "N", Group.CONTROL),
        Manipulation("p1", "P", Group.PLACEBO, ("x",)),
        Manipulation("money", "M", Group.POSITIVE_EXTRINSIC, ("x",)),
        Manipulation("p2", "P", Group.PLACEBO, ("x",)),
    ]
    instrument = Instrument("one", "One", Phase.PRE, "{task}", (Item("x", "x"),), 99)
    return Materials(
        tasks={task.id: task for task in tasks},
        pairs=(),
        categories={"a": "A", "b": "B", "c": "C"},
        manipulations={one.id: one for one in manipulations},
        instruments={"one": instrument, "two": replace(instrument, id="two")},
        sources=(),
    )


ALL = _materials()


def _ids(**choice: Any) -> list[str]:
    return [task.id for task in select_tasks(ALL, **choice)]


def test_everything_in_library_order() -> None:
    assert _ids() == list(ALL.tasks)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["b1.2"], ["b1.2"]),
        (["b1"], ["b1.1", "b1.2", "b1.3"]),
        (["c1", "a0.1"], ["a0.1", "c1.1", "c1.2", "c1.3"]),
        (["?1.3"], ["a1.3", "b1.3", "c1.3"]),
        (["[bc]1"], ["b1.1", "b1.2", "b1.3", "c1.1", "c1.2", "c1.3"]),
        (["own/*", "own/1"], ["own/1", "own/2", "own/3", "own/4"]),
        (["own/1"], ["own/1"]),  # a task and a family both: the task
        (["family:own/1"], ["own/2", "own/4"]),
    ],
)
def test_ids_are_tasks_families_or_globs(names: list[str], expected: list[str]) -> None:
    assert _ids(ids=names) == expected


def test_filters_all_hold() -> None:
    assert _ids(categories=["b"])[:3] == ["a0.1", "a0.2", "a0.3"]  # also b
    assert _ids(categories=["b"], ids=["a*"]) == ["a0.1", "a0.2", "a0.3"]
    assert _ids(sets=["own"]) == ["own/1", "own/2", "own/3", "own/4"]
    assert len(_ids(sets=["own", "motiv"])) == len(ALL.tasks)


@pytest.mark.parametrize(
    ("choice", "message", "hint"),
    [
        ({"ids": ["b9.1", "b1", "zz*"]}, "Unknown task: b9.1, zz*", "b"),
        ({"ids": [""]}, "Unknown task: ", "Known"),
        ({"ids": ["x" * 100_000]}, "Unknown task: x", "Known"),
        ({"categories": ["A"]}, "Unknown category: A", "Known: a, b, c"),
        ({"sets": ["ownn"]}, "Unknown set: ownn", "Did you mean own"),
        ({"ids": ["a1"], "sets": ["own"]}, "No task fits", "motiv tasks"),
        ({"per_category": 0}, "per category: 0", "whole number from 1"),
        ({"limit": -1}, "limit: -1", "whole number from 1"),
    ],
)
def test_what_cannot_be_chosen(choice: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        _ids(**choice)
    assert caught.value.message.startswith(message)
    assert hint in caught.value.hint
    assert len(caught.value.message) < 500


def test_per_category_takes_distinct_families_and_main_categories() -> None:
    chosen = select_tasks(ALL, per_category=3, sets=["motiv"])
    assert Counter(task.category for task in chosen) == {"a": 3, "b": 3, "c": 3}
    families = Counter(task.family for task in chosen)
    assert sorted(families.values()) == [1, 1, 1, 1, 1, 1, 1, 2]  # c has two families only
    only_b = select_tasks(ALL, per_category=2, categories=["b"])
    assert [task.category for task in only_b] == ["b", "b"]


def test_limit_is_balanced_over_categories() -> None:
    counts = Counter(task.category for task in select_tasks(ALL, limit=8, seed=3))
    assert sorted(counts.values()) == [2, 3, 3]
    assert len(select_tasks(ALL, limit=10_000)) == len(ALL.tasks)
    assert len(select_tasks(ALL, categories=["b"], limit=4)) == 4
    assert len(select_tasks(ALL, per_category=2, limit=5)) == 5


def test_a_sample_is_the_same_today_and_tomorrow() -> None:
    """Written out: a change of the way of sampling changes every study that was planned with it."""
    assert _ids(limit=4, seed=1) == ["a1.3", "a3.1", "b0.2", "c0.1"]
    assert len({tuple(_ids(limit=4, seed=seed)) for seed in range(20)}) > 10


@settings(deadline=None)
@given(seed=st.integers(), size=st.integers(1, 30), name=st.sampled_from(["limit", "per_category"]))
def test_a_larger_sample_holds_the_smaller_one_in_library_order(seed: int, size: int, name: str) -> None:
    small, large = _ids(seed=seed, **{name: size}), _ids(seed=seed, **{name: size + 1})
    assert set(small) <= set(large)
    assert small == sorted(small, key=list(ALL.tasks).index)
    assert len(set(small)) == len(small)


def test_manipulations_by_id_group_or_all() -> None:
    def ids(*names: str) -> list[str]:
        return [one.id for one in select_manipulations(ALL, names)]

    assert ids("money", "none") == ["money", "none"]
    assert ids("placebo", "p1", "control") == ["p1", "p2", "none"]
    assert ids("p2", "all") == ["p2", "none", "p1", "money"]
    assert ids() == []
    with pytest.raises(UsageError, match="Unknown manipulation: mony") as caught:
        ids("mony", "p1")
    assert "Did you mean money" in caught.value.hint


def test_instruments_by_id_phase_or_all() -> None:
    assert [one.id for one in select_instruments(ALL, ["two", "pre", "two"])] == ["two", "one"]
    assert len(select_instruments(ALL, ["all"])) == 2
    with pytest.raises(UsageError, match="Unknown instrument: post"):
        select_instruments(ALL, ["post"])
