"""The seeded plan: complete, reproducible, balanced, in shuffled order."""

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motivtui.study.design import Study, WordingRule
from motivtui.study.expansion import expand, trial_count
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.manipulation import CONTROL_ID, Group, Manipulation, Placement
from motivtui.study.parameters import Decoding, Parameters
from motivtui.study.task import Task
from motivtui.study.trial import MAX_SEED, Trial


def make_study(
    *,
    seed: int = 1,
    models: int = 1,
    tasks: int = 2,
    wordings: tuple[int, ...] = (0, 3),
    instruments: int = 1,
    repeats: int = 1,
    rule: WordingRule = WordingRule.ROTATE,
) -> Study:
    """A study; `wordings` holds the number of wordings of each manipulation (0: the control)."""
    return Study(
        name="study",
        seed=seed,
        models=tuple(f"model-{number}" for number in range(models)),
        tasks=tuple(
            Task(f"task-{number}", f"family-{number // 2}", ("other",), f"Do {number}.") for number in range(tasks)
        ),
        manipulations=tuple(
            Manipulation(
                f"told-{place}" if count else CONTROL_ID,
                "title",
                Group.PLACEBO if count else Group.CONTROL,
                tuple(f"wording {number} of {place}" for number in range(1, count + 1)),
                Placement.SYSTEM if place % 2 else Placement.PREFIX,
            )
            for place, count in enumerate(wordings)
        ),
        instruments=tuple(
            Instrument(
                f"asked-{number}", "title", Phase.PRE, f"{{task}} ({number}) {{format}}", (Item("a", "a"),), 50 + number
            )
            for number in range(instruments)
        ),
        repeats=repeats,
        wording_rule=rule,
    )


studies = st.builds(
    make_study,
    seed=st.integers(-(2**40), 2**40),
    models=st.integers(1, 3),
    tasks=st.integers(1, 7),
    wordings=st.tuples(st.just(0), st.integers(1, 6), st.integers(1, 4)),
    instruments=st.integers(1, 2),
    repeats=st.integers(1, 6),
    rule=st.sampled_from(WordingRule),
)


def cell(trial: Trial) -> tuple[str, str, str, int, str, int]:
    return trial.model, trial.task, trial.manipulation, trial.wording, trial.instrument, trial.repeat


@settings(deadline=None)
@given(study=studies)
def test_the_plan_is_the_product_each_trial_once(study: Study) -> None:
    trials = expand(study)
    assert len(trials) == trial_count(study)
    assert [trial.ordinal for trial in trials] == list(range(1, len(trials) + 1))
    assert len({trial.key for trial in trials}) == len(trials)
    assert len({cell(trial) for trial in trials}) == len(trials)
    assert all(0 <= trial.seed < MAX_SEED for trial in trials)
    met = {(trial.model, trial.task, trial.manipulation, trial.instrument, trial.repeat) for trial in trials}
    assert met == set(
        product(
            study.models,
            (task.id for task in study.tasks),
            (manipulation.id for manipulation in study.manipulations),
            (instrument.id for instrument in study.instruments),
            range(1, study.repeats + 1),
        )
    )


@settings(deadline=None)
@given(study=studies)
def test_the_same_study_gives_the_same_plan(study: Study) -> None:
    assert expand(study) == expand(replace(study))


@settings(deadline=None)
@given(study=studies, other=st.integers(-(2**40), 2**40))
def test_the_seed_decides_the_sampling_seeds(study: Study, other: int) -> None:
    if other == study.seed:
        other += 1
    seeds = {trial.key: trial.seed for trial in expand(replace(study, wording_rule=WordingRule.ALL))}
    changed = {trial.key: trial.seed for trial in expand(replace(study, wording_rule=WordingRule.ALL, seed=other))}
    assert seeds.keys() == changed.keys()
    assert seeds != changed


@pytest.mark.parametrize("other", [2, 0, -1, 2**33 + 1])
def test_another_seed_gives_another_order(other: int) -> None:
    study = make_study(tasks=20, rule=WordingRule.ALL)
    order = [trial.key for trial in expand(study)]
    changed = [trial.key for trial in expand(replace(study, seed=other))]
    assert sorted(order) == sorted(changed)
    assert order != changed


def test_the_plan_is_the_same_on_every_machine() -> None:
    trials = expand(make_study(tasks=3, repeats=2))
    assert [(trial.task, trial.manipulation, trial.wording, trial.repeat) for trial in trials[:4]] == [
        ("task-2", "none", 1, 1),
        ("task-1", "none", 1, 1),
        ("task-1", "none", 1, 2),
        ("task-2", "none", 1, 2),
    ]
    assert (trials[0].key, trials[0].seed) == (
        "f03ea2e100c5a582b13519ea4ca652e6ab9e5f958a930f8c75b166d7993f8ea4",
        1411954236,
    )


def test_conditions_are_interleaved() -> None:
    trials = expand(make_study(models=2, tasks=50, wordings=(0, 3, 3)))
    in_material_order = sorted(trials, key=cell)
    assert trials != [replace(trial, ordinal=place) for place, trial in enumerate(in_material_order, start=1)]
    for quarter in range(4):
        part = trials[quarter * 75 : (quarter + 1) * 75]
        for count in Counter((trial.model, trial.manipulation) for trial in part).values():
            assert 3 <= count <= 25  # 12.5 expected of each of the six
        assert len({(trial.model, trial.manipulation) for trial in part}) == 6


def test_all_crosses_the_wordings() -> None:
    trials = expand(make_study(wordings=(0, 3), rule=WordingRule.ALL))
    assert Counter((trial.manipulation, trial.wording) for trial in trials) == {
        ("none", 1): 2,
        ("told-1", 1): 2,
        ("told-1", 2): 2,
        ("told-1", 3): 2,
    }


def test_first_uses_only_the_first_wording() -> None:
    assert {trial.wording for trial in expand(make_study(tasks=9, repeats=4, rule=WordingRule.FIRST))} == {1}


@settings(deadline=None)
@given(study=studies)
def test_rotate_is_balanced_within_one(study: Study) -> None:
    study = replace(study, wording_rule=WordingRule.ROTATE)
    trials = [trial for trial in expand(study) if trial.model == study.models[0] and trial.instrument == "asked-0"]
    for manipulation in study.manipulations:
        own = [trial for trial in trials if trial.manipulation == manipulation.id]
        numbers = range(1, manipulation.wording_count + 1)
        assert {trial.wording for trial in own} <= set(numbers)
        in_all = Counter(trial.wording for trial in own)
        assert max(in_all[number] for number in numbers) - min(in_all[number] for number in numbers) <= 1
        for repeat in range(1, study.repeats + 1):
            once = Counter(trial.wording for trial in own if trial.repeat == repeat)
            assert max(once[number] for number in numbers) - min(once[number] for number in numbers) <= 1
            if len(study.tasks) >= len(numbers):
                assert set(once) == set(numbers)


@settings(deadline=None)
@given(tasks=st.integers(1, 8), count=st.integers(1, 8), seed=st.integers())
def test_rotate_lets_each_task_meet_every_wording(tasks: int, count: int, seed: int) -> None:
    study = make_study(seed=seed, tasks=tasks, wordings=(count,), repeats=count)
    for task in study.tasks:
        met = [trial.wording for trial in expand(study) if trial.task == task.id]
        assert sorted(met) == list(range(1, count + 1))


def test_rotate_does_not_tie_the_wordings_of_two_manipulations_together() -> None:
    study = make_study(tasks=1, wordings=tuple([3] * 40))
    assert len({trial.wording for trial in expand(study)}) == 3


def test_a_trial_holds_the_wording_it_names() -> None:
    for trial in expand(make_study(tasks=6, wordings=(0, 3, 2), rule=WordingRule.ALL)):
        said = "\n".join(message.text for message in trial.messages)
        if trial.manipulation == CONTROL_ID:
            assert "wording" not in said
        else:
            assert said.startswith(f"wording {trial.wording} of {trial.manipulation.removeprefix('told-')}")
            assert said.count("wording") == 1


def test_the_instrument_gives_the_token_limit_unless_one_is_set() -> None:
    study = make_study(models=2, instruments=2)
    study = replace(study, parameters={"model-1": Parameters(Decoding.SCHEMA, temperature=0.0, max_tokens=7)})
    found = {(trial.model, trial.instrument): dict(trial.parameters) for trial in expand(study)}
    assert found == {
        ("model-0", "asked-0"): {"decoding": "free", "max_tokens": 50},
        ("model-0", "asked-1"): {"decoding": "free", "max_tokens": 51},
        ("model-1", "asked-0"): {"decoding": "schema", "temperature": 0.0, "max_tokens": 7},
        ("model-1", "asked-1"): {"decoding": "schema", "temperature": 0.0, "max_tokens": 7},
    }


def test_the_record_names_everything_that_was_chosen() -> None:
    study = replace(make_study(seed=4), parameters={"model-0": Parameters(top_p=0.5, extra={"top_k": 3, "min_p": 0.1})})
    assert study.as_record() == {
        "name": "study",
        "seed": 4,
        "models": ["model-0"],
        "tasks": ["task-0", "task-1"],
        "manipulations": ["none", "told-1"],
        "instruments": ["asked-0"],
        "repeats": 1,
        "wording_rule": "rotate",
        "parameters": {"model-0": {"decoding": "free", "top_p": 0.5, "min_p": 0.1, "top_k": 3}},
    }
