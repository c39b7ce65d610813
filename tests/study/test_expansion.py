"""Plans with chains, judges and choices: complete, in an order that lets a chain end early, blind where it must be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings

from motivtui.study.design import Study
from motivtui.study.expansion import expand, trial_count
from motivtui.study.instrument import NEEDS_EXECUTION, Phase
from motivtui.study.manipulation import CONTROL_ID
from motivtui.study.parameters import Decoding, Parameters
from motivtui.study.prompt import Part, fill
from motivtui.study.trial import Trial
from tests.study.studies import CONTROL, MODEL, SECRET, a_manipulation, a_study, a_task, an_instrument, studies

CHAIN = tuple(an_instrument(phase) for phase in (Phase.EXECUTE, Phase.POST, Phase.CHECK, Phase.JUDGE))


def phases(study: Study) -> dict[str, Phase]:
    return {instrument.id: instrument.phase for instrument in study.instruments}


def said(trial: Trial) -> str:
    return "\n".join(message.text for message in trial.messages)


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_the_count_is_known_beforehand_and_no_trial_comes_twice(study: Study) -> None:
    trials = expand(study)
    assert len(trials) == trial_count(study)
    assert len({trial.key for trial in trials}) == len(trials)
    assert [trial.ordinal for trial in trials] == list(range(1, len(trials) + 1))
    assert trials == expand(replace(study))


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_what_continues_stands_right_after_its_execution(study: Study) -> None:
    phase_of = phases(study)
    execution: Trial | None = None
    for trial in expand(study):
        needs = phase_of[trial.instrument] in NEEDS_EXECUTION
        assert needs == (trial.continues is not None)
        assert (trial.judge is not None) == (phase_of[trial.instrument] is Phase.JUDGE)
        if not needs:
            execution = trial
            continue
        assert execution is not None
        assert phase_of[execution.instrument] is Phase.EXECUTE
        assert trial.continues == execution.key
        assert (trial.model, trial.task, trial.manipulation, trial.wording) == (
            execution.model,
            execution.task,
            execution.manipulation,
            execution.wording,
        )


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_every_execution_is_continued_in_every_way_equally_often(study: Study) -> None:
    trials = expand(study)
    met = Counter((trial.continues, trial.instrument, trial.judge) for trial in trials if trial.continues)
    for execution in (trial for trial in trials if phases(study)[trial.instrument] is Phase.EXECUTE):
        for instrument in study.instruments:
            if instrument.phase not in NEEDS_EXECUTION:
                continue
            is_asked = not instrument.control_only or execution.manipulation == CONTROL_ID
            for judge in study.judges if instrument.phase is Phase.JUDGE else (None,):
                wanted = study.repeats_of(instrument) if is_asked else 0
                assert met.pop((execution.key, instrument.id, judge), 0) == wanted
    assert not met


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_control_only_is_never_asked_under_a_manipulation(study: Study) -> None:
    only = {instrument.id for instrument in study.instruments if instrument.control_only}
    assert all(trial.manipulation == CONTROL_ID for trial in expand(study) if trial.instrument in only)


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_a_judge_is_told_neither_the_manipulation_nor_the_model(study: Study) -> None:
    for trial in expand(study):
        if trial.judge is None:
            continue
        assert trial.respondent == trial.judge
        filled = "\n".join(message.text for message in fill(trial.messages, "An answer.", trial.key))
        assert SECRET not in filled
        assert MODEL not in filled
        assert trial.manipulation not in filled
        assert not any(segment.part is Part.MANIPULATION for one in trial.messages for segment in one.segments)


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_a_continued_conversation_is_that_of_its_execution(study: Study) -> None:
    trials = expand(study)
    by_key = {trial.key: trial for trial in trials}
    for trial in trials:
        if trial.continues is None or trial.judge is not None:
            continue
        execution = by_key[trial.continues]
        assert trial.messages[: len(execution.messages)] == execution.messages
        assert [message.role for message in trial.messages[len(execution.messages) :]] == ["assistant", "user"]
        assert trial.messages[-2].text == ""
        assert SECRET not in trial.messages[-1].text


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_the_control_is_told_nothing(study: Study) -> None:
    for trial in expand(study):
        assert (SECRET in said(trial)) == (trial.manipulation != CONTROL_ID and trial.judge is None)


@settings(deadline=None, max_examples=60)
@given(study=studies())
def test_shuffled_items_are_all_there_in_the_order_shown(study: Study) -> None:
    instruments = {instrument.id: instrument for instrument in study.instruments}
    for trial in expand(study):
        instrument = instruments[trial.instrument]
        names = [item.name for item in instrument.items]
        if not instrument.shuffles_items:
            assert trial.item_order == ()
            continue
        assert sorted(trial.item_order) == sorted(names)
        text = trial.messages[-1].text
        places = [text.rindex(f'"{name}"') for name in trial.item_order]
        assert places == sorted(places)


def test_every_order_of_the_items_is_met() -> None:
    study = a_study(CHAIN, tasks=tuple(a_task(number) for number in range(20)))
    orders = Counter(trial.item_order for trial in expand(study) if trial.judge)
    assert len(orders) == 2
    assert min(orders.values()) > 15  # of 60


def test_a_judge_answers_with_its_own_parameters_and_no_form_is_held_where_none_is_wanted() -> None:
    parameters = {
        f"{MODEL}-0": Parameters(Decoding.SCHEMA, temperature=0.7),
        "judge-a": Parameters(temperature=0.0, max_tokens=99),
    }
    study = a_study((*CHAIN, an_instrument(Phase.CHOICE)), parameters=parameters)
    found = {trial.instrument: dict(trial.parameters) for trial in expand(study)}
    assert found == {
        "execute-0": {"decoding": "free", "temperature": 0.7, "max_tokens": 60},
        "post-0": {"decoding": "schema", "temperature": 0.7, "max_tokens": 60},
        "check-0": {"decoding": "schema", "temperature": 0.7, "max_tokens": 60},
        "judge-0": {"decoding": "free", "temperature": 0.0, "max_tokens": 99},
        "choice-0": {"decoding": "schema", "temperature": 0.7, "max_tokens": 60, "stop": ["ANSWER:"]},
    }


def test_token_scores_are_asked_for_only_where_scores_are() -> None:
    study = a_study(CHAIN, has_token_scores=True)
    asked = {trial.instrument: "top_logprobs" in trial.parameters for trial in expand(study)}
    assert asked == {"execute-0": False, "post-0": True, "check-0": True, "judge-0": True}


@pytest.mark.parametrize("phase", sorted(NEEDS_EXECUTION))
def test_without_an_execution_nothing_continues(phase: Phase) -> None:
    study = a_study((an_instrument(phase),))
    assert (expand(study), trial_count(study)) == ([], 0)


def test_an_instrument_may_have_repeats_of_its_own() -> None:
    execution, post, _, judge = CHAIN
    study = a_study((replace(execution, repeats=1), post, replace(judge, repeats=3)), repeats=2, judges=("a", "b"))
    trials = Counter(trial.instrument for trial in expand(study))
    assert trials == {"execute-0": 6, "post-0": 12, "judge-0": 36}


def test_adding_a_task_or_a_manipulation_changes_no_other_trial() -> None:
    study = a_study((*CHAIN, an_instrument(Phase.PRE)), manipulations=(CONTROL, a_manipulation(0)))
    larger = replace(study, tasks=(*study.tasks, a_task(4)), manipulations=(*study.manipulations, a_manipulation(1)))
    seeds = {trial.key: trial.seed for trial in expand(larger)}
    assert all(seeds[trial.key] == trial.seed for trial in expand(study))
