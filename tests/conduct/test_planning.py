"""From a request to a plan: what is added, refused, overridden, said and frozen."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from motivtui.conduct.conducting import Means, conditions_of
from motivtui.conduct.lock import lock_path
from motivtui.conduct.locked_plan import lock_plan, plan_of_file
from motivtui.conduct.planning import settings_for
from motivtui.conduct.request import StudyRequest
from motivtui.conduct.warnings import warnings
from motivtui.errors import UsageError
from motivtui.settings import Settings
from motivtui.study.expansion import trial_count
from motivtui.study.trial import TaskOrder
from tests.conduct.conftest import Planned

PAIRS = """
set = "mine"
category = "other"
title = "Other"

[[task]]
id = "alone"
title = "Alone"
subtasks = ["Do it."]
[[pair]]
first = "taste-this.1"
second = "object-uses.1"
manipulated = "second"

[[pair]]
first = "object-uses.1"
second = "quick-facts.1"
manipulated = "first"
"""
ALL = {"instruments": ["all"], "judges": ["scripted/wordy"], "manipulations": ["none", "money"], "repeats": 1}


def test_what_is_not_said_has_a_default(planned: Planned) -> None:
    plan = planned()
    assert plan.study.models == ("scripted/steady",)
    assert [one.id for one in plan.study.manipulations] == ["none"]
    assert [one.id for one in plan.study.instruments] == ["pre-self-report"]
    assert plan.study.repeats == 2
    assert plan.product().endswith("= 8 calls")


def test_every_instrument_and_its_number_of_calls(planned: Planned) -> None:
    plan = planned(**ALL)
    tasks, conditions = 4, 2
    cells = tasks * conditions
    assert plan.calls == {
        "choice": 2 * (2 + 4),  # two pairs: two orders without a note, two orders × two sides with it
        "execution": cells,
        "judge": cells,
        "manipulation-check": cells,
        "post-self-report": cells,
        "post-similar": tasks,
        "pre-breakdown": cells,
        "pre-self-report": cells,
    }
    assert sum(plan.calls.values()) == len(plan.trials) == trial_count(plan.study)
    assert f"{len(plan.trials)} calls" in plan.product()


def test_choices_are_balanced(planned: Planned) -> None:
    plan = planned(**ALL)
    shown = Counter(
        (trial.task, trial.manipulation, trial.choice.order, trial.choice.manipulated)
        for trial in plan.trials
        if trial.choice
    )
    assert set(shown.values()) == {1}
    assert {one[2] for one in shown} == {TaskOrder.GIVEN, TaskOrder.SWAPPED}
    assert {one[3] for one in shown if one[1] == "none"} == {None}
    assert {one[3] for one in shown if one[1] == "money"} == {"first", "second"}


def test_an_execution_is_added_where_it_is_needed(planned: Planned) -> None:
    plan = planned(instruments=["post-self-report"])
    assert [one.id for one in plan.study.instruments] == ["execution", "post-self-report"]
    assert plan.added == ("execution",)
    assert any("execution is added" in line for line in warnings(plan))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"instruments": ["judge"]}, "needs a judge"),
        ({"instruments": ["judge"], "judges": ["scripted/steady"]}, "its own answers"),
        ({"instruments": ["choice"], "tasks": {"ids": ["quick-facts.1"]}}, "no pair"),
        ({"instruments": ["choice"], "choice": {"from": "library"}}, "no pair"),
        ({"max_tokens_of": {"pre-self-report": 3}}, "max_tokens_of: 3 could cut a score"),
        ({"parameters": {"max_tokens": 3}}, "max_tokens: 3 could cut a score"),
        ({"parameters_of": {"scripted/steady": {"max_tokens": 3}}}, "could cut a score of pre-self-report"),
        (
            {
                "instruments": ["judge"],
                "judges": ["scripted/wordy"],
                "parameters_of": {"scripted/wordy": {"max_tokens": 9}},
            },
            "could cut a score of judge",
        ),
        ({"name": "\udcff"}, "not valid UTF-8"),
        ({"repeats_of": {"\udcff": 1}}, "not valid UTF-8"),
        ({"repeats_of": {"execition": 2}}, "no instrument execition"),
        ({"models": ["nobody/knows-it-at-all"]}, "nobody/knows-it-at-all"),
    ],
)
def test_what_cannot_be_is_refused(planned: Planned, record: dict[str, object], words: str) -> None:
    from motivtui.errors import MotivError

    with pytest.raises(MotivError) as caught:
        planned(**record)
    assert words in caught.value.message
    assert caught.value.hint


def test_a_model_may_judge_itself_when_that_is_wanted(planned: Planned) -> None:
    plan = planned(instruments=["judge"], judges=["scripted/steady"], allow_self_judge=True)
    assert "scripted/steady judges its own answers" in warnings(plan)


def test_numbers_and_parameters_of_one(planned: Planned) -> None:
    plan = planned(
        instruments=["execution", "pre-self-report"],
        repeats_of={"execution": 3},
        max_tokens_of={"execution": 77},
        parameters={"temperature": 0.5},
        models=["scripted/steady", "scripted/wordy"],
        parameters_of={"scripted/wordy": {"temperature": 0.1}},
    )
    executions = [trial for trial in plan.trials if trial.instrument == "execution"]
    assert len(executions) == 4 * 3 * 2
    assert {trial.parameters["max_tokens"] for trial in executions} == {77}
    heat = {trial.model: trial.parameters["temperature"] for trial in plan.trials}
    assert heat == {"scripted/steady": 0.5, "scripted/wordy": 0.1}


def test_the_nearest_word_about_the_longest_reply_wins(planned: Planned) -> None:
    plan = planned(
        instruments=["execution", "pre-self-report"],
        models=["scripted/steady", "scripted/wordy"],
        parameters={"max_tokens": 90},
        max_tokens_of={"execution": 77},
        parameters_of={"scripted/wordy": {"max_tokens": 80}},
    )
    limits = {(trial.model, trial.instrument): trial.parameters["max_tokens"] for trial in plan.trials}
    assert limits == {
        ("scripted/steady", "execution"): 77,
        ("scripted/steady", "pre-self-report"): 90,
        ("scripted/wordy", "execution"): 80,
        ("scripted/wordy", "pre-self-report"): 80,
    }


def test_a_judge_may_have_a_budget_that_the_models_could_not_have(planned: Planned) -> None:
    plan = planned(
        instruments=["judge", "pre-breakdown"],
        judges=["scripted/wordy"],
        parameters_of={"scripted/wordy": {"max_tokens": 200}},
        max_tokens_of={"pre-breakdown": 333},
    )
    limits = {trial.instrument: trial.parameters["max_tokens"] for trial in plan.trials}
    assert (limits["judge"], limits["pre-breakdown"]) == (200, 333)


def test_the_materials_own_pairs(tmp_path: Path, planned: Planned) -> None:
    mine = tmp_path / "pairs.toml"
    mine.write_text(PAIRS, encoding="utf-8")
    three, two = (["taste-this.1", "object-uses.1", "quick-facts.1"][:count] for count in (3, 2))

    def pairs(tasks: list[str], **choice: int) -> list[tuple[str, str, str]]:
        asked = {"from": "library", **choice}
        plan = planned(instruments=["choice"], choice=asked, tasks={"ids": tasks}, materials=[str(mine)])
        return [(one.first, one.second, one.manipulated) for one in plan.study.pairs]

    first, second = ("taste-this.1", "object-uses.1", "second"), ("object-uses.1", "quick-facts.1", "first")
    assert pairs(three) == [first, second]
    assert pairs(two) == [first], "the other pair has a task that was not chosen"
    assert pairs(three, pairs=1) == [first]


def test_more_trials_than_fit_are_refused_before_they_are_made(planned: Planned) -> None:
    everything = {"limit": 2000}
    with pytest.raises(UsageError, match="calls are more than one run holds"):
        planned(**ALL | {"manipulations": ["all"], "repeats": 1000, "tasks": everything})


def test_limits_go_on_top_of_the_settings(settings: Settings) -> None:
    request = StudyRequest.from_record({"limits": {"concurrency": 3, "retries": 0, "idle_s": 9, "disk_floor_mb": 1}})
    changed = settings_for(request, settings)
    assert (changed.concurrency, changed.limits.retries, changed.limits.idle_s) == (3, 0, 9)
    assert changed.limits.total_s == settings.limits.total_s
    assert settings_for(StudyRequest(), settings) == settings


def test_a_price_that_nobody_knows_is_refused_with_a_limit(planned: Planned, settings: Settings) -> None:
    plan = planned(models=["unpriced/m"])
    with pytest.raises(UsageError, match="nobody knows the price of unpriced/m"):
        conditions_of(settings, plan.endpoints, Means(max_cost_usd=1))
    assert conditions_of(settings, plan.endpoints, Means(max_cost_usd=1, allow_unpriced=True)).max_cost_usd == 1
    assert conditions_of(settings, plan.endpoints, Means()).max_cost_usd is None


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"manipulations": ["money"]}, "no control"),
        ({"manipulations": ["none", "money"]}, "no placebo"),
        ({"manipulations": ["none", "money"], "wordings": "first"}, "one wording of money"),
        ({"repeats": 1}, "one repeat"),
        ({"repeats_of": {"execution": 2}}, "repeats_of: execution does not take part"),
        ({"parameters_of": {"scripted/wordy": {"temperature": 1}}}, "scripted/wordy does not take part"),
        ({"repeats": 2}, "two repeats"),
        ({"tasks": {"ids": ["quick-facts.1"]}}, "one family"),
        ({"instruments": ["choice"], "choice": {"orders": "first"}}, "one order"),
        ({"instruments": ["choice"], "choice": {"sides": "first"}}, "one side"),
        ({"instruments": ["choice"], "choice": {"pairs": 1000}}, "pairs instead of 1,000"),
        ({"instruments": ["judge"], "judges": ["scripted/wordy"]}, "one judge"),
        ({"instruments": ["post-self-report"]}, "without a pre report"),
        ({"instruments": ["execution"], "max_tokens_of": {"execution": 50}}, "may be cut"),
        (
            {"models": ["scripted/steady", "priced/m"], "parameters_of": {"priced/m": {"decoding": "schema"}}},
            "decoding",
        ),
    ],
)
def test_what_could_not_be_analysed_later_is_said(planned: Planned, record: dict[str, object], words: str) -> None:
    assert any(words in line for line in warnings(planned(**record))), warnings(planned(**record))


def test_a_sound_study_has_nothing_to_be_warned_of(planned: Planned) -> None:
    plan = planned(manipulations=["none", "money", "placebo-format"], repeats=3, instruments=["pre-self-report"])
    assert warnings(plan) == []


def test_a_lock_is_followed_until_something_changes(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "study.toml"
    record = {"tasks": {"limit": 2}, "manipulations": ["none", "money"]}
    request = StudyRequest.from_record(record)
    assert plan_of_file(file, request, settings).lock is None
    state = lock_plan(file, plan_of_file(None, request, settings), {"motivtui": "x"})
    again = plan_of_file(file, request, settings).lock
    assert again is not None
    assert (again.hash, again.is_followed) == (state.hash, True)
    for change, part in (({"repeats": 5}, "design"), ({"seed": 3}, "plan"), ({"analysis": "replicate"}, "analysis")):
        changed = plan_of_file(file, StudyRequest.from_record(record | change), settings).lock
        assert changed is not None
        assert not changed.is_followed
        assert any(part in words for words in changed.differences), (part, changed.differences)
    with pytest.raises(UsageError, match="locked already"):
        lock_plan(file, plan_of_file(None, request, settings), {})


def test_a_changed_word_of_the_materials_departs_from_the_lock(tmp_path: Path, settings: Settings) -> None:
    file, mine = tmp_path / "study.toml", tmp_path / "mine.toml"
    mine.write_text('[[manipulation]]\nid = "mine"\ntitle = "M"\ngroup = "placebo"\nwordings = ["One."]\n')
    request = StudyRequest.from_record(
        {"tasks": {"limit": 1}, "manipulations": ["none", "mine"], "materials": [str(mine)]}
    )
    lock_plan(file, plan_of_file(None, request, settings), {})
    mine.write_text(mine.read_text().replace("One.", "Two."))
    lock = plan_of_file(file, request, settings).lock
    assert lock is not None
    assert {words.split(" (")[0] for words in lock.differences} == {"the materials", "the plan"}


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        "{}",
        '{"hash": 1, "parts": 2}',
        '{"hash": "x", "parts": {"design": NaN}}',
        '{"hash": "x", "parts": {"design": {}}}',
        '{"hash": "x", "more": ' + "[" * 100_000,
        "\udcff",
        '{"hash": "' + "x" * 2**21 + '", "parts": {}}',
    ],
)
def test_a_damaged_lock_is_an_error(tmp_path: Path, settings: Settings, damage: str) -> None:
    file = tmp_path / "study.toml"
    request = StudyRequest.from_record({"tasks": {"limit": 1}})
    lock_plan(file, plan_of_file(None, request, settings), {})
    lock_path(file).write_text(damage, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UsageError, match="not a lock"):
        plan_of_file(file, request, settings)


def test_a_lock_changed_by_hand_is_an_error(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "study.toml"
    request = StudyRequest.from_record({"tasks": {"limit": 1}})
    lock_plan(file, plan_of_file(None, request, settings), {})
    document = json.loads(lock_path(file).read_text())
    document["parts"]["analysis"] = "replicate"
    lock_path(file).write_text(json.dumps(document))
    with pytest.raises(UsageError, match="not that of its parts"):
        plan_of_file(file, request, settings)
