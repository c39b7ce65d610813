"""Which wording a task meets: balanced in every repeat and in all, and never the same twice before all were met."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.study.design import Study, WordingRule
from motivtui.study.instrument import Phase
from motivtui.study.manipulation import Group, Manipulation
from motivtui.study.wordings import wordings_of
from tests.study.studies import CONTROL, a_study, a_task, an_instrument


def told(count: int, name: str = "told") -> Manipulation:
    return Manipulation(name, "title", Group.PLACEBO, tuple(f"wording {number}" for number in range(1, count + 1)))


def study_of(tasks: int, rule: WordingRule = WordingRule.ROTATE, seed: int = 1) -> Study:
    return a_study(
        (an_instrument(Phase.PRE),),
        tasks=tuple(a_task(number) for number in range(tasks)),
        wording_rule=rule,
        seed=seed,
        pairs=(),
    )


def is_level(counts: Counter[int], wordings: int) -> bool:
    numbers = [counts[number] for number in range(1, wordings + 1)]
    return max(numbers) - min(numbers) <= 1


@given(st.integers(1, 12), st.integers(1, 7), st.integers(1, 9), st.integers())
def test_rotate_is_level_in_each_repeat_and_in_all(tasks: int, wordings: int, repeats: int, seed: int) -> None:
    study = study_of(tasks, seed=seed)
    everything: Counter[int] = Counter()
    for repeat in range(1, repeats + 1):
        met = Counter(number for place in range(tasks) for number in wordings_of(study, place, told(wordings), repeat))
        assert set(met) <= set(range(1, wordings + 1))
        assert is_level(met, wordings)
        everything += met
        assert is_level(everything, wordings)


@given(st.integers(1, 12), st.integers(1, 7), st.integers())
def test_rotate_shows_a_task_every_wording_before_any_again(tasks: int, wordings: int, seed: int) -> None:
    study = study_of(tasks, seed=seed)
    for place in range(tasks):
        for start in (1, wordings + 1):
            met = [wordings_of(study, place, told(wordings), repeat) for repeat in range(start, start + wordings)]
            assert sorted(number for (number,) in met) == list(range(1, wordings + 1))


@pytest.mark.parametrize("repeat", [1, 5])
def test_first_and_all(repeat: int) -> None:
    assert wordings_of(study_of(3, WordingRule.FIRST), 2, told(4), repeat) == [1]
    assert wordings_of(study_of(3, WordingRule.ALL), 2, told(4), repeat) == [1, 2, 3, 4]


@pytest.mark.parametrize("rule", WordingRule)
def test_the_control_has_one(rule: WordingRule) -> None:
    assert wordings_of(study_of(3, rule), 1, CONTROL, 3) == [1]


def test_seed_and_manipulation_decide_where_the_rotation_begins() -> None:
    assert len({tuple(wordings_of(study_of(1, seed=seed), 0, told(3), 1)) for seed in range(40)}) == 3
    assert len({tuple(wordings_of(study_of(1), 0, told(3, f"told-{number}"), 1)) for number in range(40)}) == 3
