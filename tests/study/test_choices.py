"""Choices: balanced over order and side for every pair; pairs drawn so that no task and no family has an advantage."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motivtui.study.choices import choices_of, choices_per_pair, sample_pairs
from motivtui.study.design import Counterbalance, Study
from motivtui.study.expansion import expand
from motivtui.study.instrument import Phase
from motivtui.study.manipulation import CONTROL_ID
from motivtui.study.task import Pair, Task
from motivtui.study.trial import Trial
from tests.study.studies import CONTROL, SECRET, a_manipulation, a_study, a_task, an_instrument, studies

CHOICE = an_instrument(Phase.CHOICE)


def choices(study: Study) -> list[Trial]:
    return [trial for trial in expand(study) if trial.choice is not None]


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_every_pair_is_offered_in_every_way_equally_often(study: Study) -> None:
    noted = {one.id: one.choice_note for one in study.manipulations if one.choice_note is not None}
    offered = study.of_phase(Phase.CHOICE)
    met = Counter(
        (trial.instrument, trial.model, trial.task, trial.manipulation, trial.choice, trial.repeat)
        for trial in choices(study)
    )
    assert not met or set(met.values()) == {1}
    orders = {"given", "swapped"} if study.orders is Counterbalance.BOTH else {"given"}
    for pair in study.pairs:
        own = [
            trial.choice
            for trial in choices(study)
            if trial.choice and (trial.task, trial.choice.other_task) == (pair.first, pair.second)
        ]
        sides = {"first", "second"} if study.sides is Counterbalance.BOTH else {pair.manipulated}
        times = len(study.models) * sum(study.repeats_of(instrument) for instrument in offered)
        assert Counter((one.order, one.manipulated) for one in own if one.manipulated) == {
            (order, side): times * len(noted) for order in orders for side in sides if times * len(noted)
        }
        assert Counter(one.order for one in own if one.manipulated is None) == {
            order: times for order in orders if times
        }


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_the_note_stands_at_the_task_that_the_trial_names_and_nowhere_under_the_control(study: Study) -> None:
    prompts = {task.id: task.prompt for task in study.tasks}
    notes = {one.id: one.choice_note for one in study.manipulations}
    for trial in choices(study):
        assert trial.choice is not None
        tasks = [trial.task, trial.choice.other_task]
        shown = tasks if trial.choice.order == "given" else tasks[::-1]
        (message,) = trial.messages
        first, second = message.text.split("Task 1:\n")[1].split("\n{")[0].split("\nTask 2:\n")
        assert [first.split("\n")[0], second.split("\n")[0]] == [prompts[task] for task in shown]
        if trial.choice.manipulated is None:
            assert trial.manipulation == CONTROL_ID
            assert SECRET not in message.text
            assert "Note" not in message.text
            continue
        carrier = tasks[0] if trial.choice.manipulated == "first" else tasks[1]
        carried, bare = (first, second) if shown[0] == carrier else (second, first)
        assert carried == f"{prompts[carrier]}\nNote: {notes[trial.manipulation]}"
        assert "Note" not in bare


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_the_number_of_ways_is_known_beforehand(study: Study) -> None:
    for pair in study.pairs:
        assert len(list(choices_of(study, pair))) == choices_per_pair(study)


def test_a_manipulation_without_a_note_is_left_out() -> None:
    study = a_study((CHOICE,), manipulations=(CONTROL, a_manipulation(0, has_note=False)))
    assert {trial.manipulation for trial in choices(study)} == {CONTROL_ID}
    assert choices_per_pair(study) == 2


def test_one_order_and_one_side_are_those_of_the_pair() -> None:
    study = a_study(
        (CHOICE,),
        manipulations=(a_manipulation(0),),
        pairs=(Pair("task-0", "task-2", "second"),),
        orders=Counterbalance.FIRST,
        sides=Counterbalance.FIRST,
    )
    (trial,) = choices(study)
    assert trial.choice is not None
    assert (trial.choice.order, trial.choice.manipulated) == ("given", "second")
    assert trial.messages[0].text.index("Do 0!") < trial.messages[0].text.index("Do 2!\nNote: ")


families = st.lists(st.integers(0, 5), max_size=12)
seeds = st.integers(-(2**40), 2**40)


def tasks_of(numbers: list[int]) -> list[Task]:
    return [a_task(number, family) for number, family in enumerate(numbers)]


@given(families, st.one_of(st.none(), st.integers(0, 40)), seeds)
def test_no_pair_is_of_one_family_and_none_comes_twice(numbers: list[int], count: int | None, seed: int) -> None:
    tasks = tasks_of(numbers)
    family_of = {task.id: task.family for task in tasks}
    pairs = sample_pairs(tasks, count, seed)
    assert all(family_of[pair.first] != family_of[pair.second] for pair in pairs)
    assert len({frozenset((pair.first, pair.second)) for pair in pairs}) == len(pairs)
    assert count is None or len(pairs) <= count
    assert pairs == sample_pairs(tasks[::-1], count, seed)  # nor does the order of the tasks decide


@given(families, seeds)
def test_all_pairs_are_given_when_enough_are_asked_for(numbers: list[int], seed: int) -> None:
    possible = sum(one != other for place, one in enumerate(numbers) for other in numbers[place + 1 :])
    assert len(sample_pairs(tasks_of(numbers), 1000, seed)) == possible
    assert len(sample_pairs(tasks_of(numbers), 3, seed)) == min(3, possible)


@given(st.integers(1, 10), st.integers(0, 12), seeds)
def test_tasks_are_met_equally_often_within_whole_rounds(half: int, rounds: int, seed: int) -> None:
    tasks = tasks_of(list(range(2 * half)))
    rounds = min(rounds, 2 * half - 1)
    pairs = sample_pairs(tasks, rounds * half, seed)
    met = Counter(task for pair in pairs for task in (pair.first, pair.second))
    assert met == ({task.id: rounds for task in tasks} if rounds else {})


@given(st.lists(st.integers(0, 5), max_size=12), seeds)
def test_without_a_count_each_task_comes_once_at_most(numbers: list[int], seed: int) -> None:
    pairs = sample_pairs(tasks_of(numbers), None, seed)
    met = Counter(task for pair in pairs for task in (pair.first, pair.second))
    assert not met or max(met.values()) == 1


@given(st.integers(1, 6), seeds)
def test_without_a_count_each_of_an_even_number_of_families_comes_once(half: int, seed: int) -> None:
    tasks = tasks_of(list(range(2 * half)))
    met = Counter(task for pair in sample_pairs(tasks, None, seed) for task in (pair.first, pair.second))
    assert met == {task.id: 1 for task in tasks}


def test_the_seed_decides_and_the_side_alternates() -> None:
    tasks = tasks_of(list(range(10)))
    assert sample_pairs(tasks, None, 1) != sample_pairs(tasks, None, 2)
    sides = [pair.manipulated for pair in sample_pairs(tasks, 9, 1)]
    assert sides == ["first", "second"] * 4 + ["first"]


@pytest.mark.parametrize("numbers", [[], [1], [1, 1, 1]])
def test_where_there_is_no_pair_there_is_none(numbers: list[int]) -> None:
    assert sample_pairs(tasks_of(numbers), None, 1) == ()
