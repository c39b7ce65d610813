"""The cells of a plan, single prompts, and the plan that is kept between questions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from motivtui.conduct.planning import plan_study
from motivtui.engine.commands import Plan as PlanCommand
from motivtui.engine.planned import LatestPlan, answer_of, plan_asked_for
from motivtui.errors import MotivError, UsageError
from motivtui.settings import Settings, read_settings
from tests.engine.conftest import request


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folders = {"DATA": tmp_path / "data", "CACHE": tmp_path / "cache", "DB": tmp_path / "runs.db"}
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    environment = {f"MOTIV_{name}": str(path) for name, path in folders.items()}
    return read_settings({}, environment | {"MOTIV_CONFIG": str(tmp_path / "config.toml")})


def _command(tasks: int = 3, **more: Any) -> PlanCommand:
    own = {name: more.pop(name) for name in ("prompts", "cells", "ordinals", "task") if name in more}
    return PlanCommand(id=1, request=request(tasks=tasks, **more), **own)


def _answer(settings: Settings, command: PlanCommand) -> Any:
    return answer_of(command, *LatestPlan(settings).of(command))


def test_cells_add_up_to_the_plan(settings: Settings) -> None:
    command = _command(4, repeats=3, instruments=["pre-self-report", "execute"], cells=1000)
    _, plan = plan_asked_for(settings, command)
    answer = _answer(settings, command)
    counts = Counter((one.task, one.manipulation, one.instrument) for one in plan.trials)
    assert {(one.task, one.manipulation, one.instrument): one.calls for one in answer.cells} == counts
    assert sum(one.calls for one in answer.cells) == answer.trials == len(plan.trials)
    assert answer.cell_count == len(answer.cells) == 4 * 2 * 2
    first = {one.ordinal: one for one in plan.trials}
    for cell in answer.cells:
        trial = first[cell.ordinal]
        assert (trial.task, trial.manipulation, trial.instrument) == (cell.task, cell.manipulation, cell.instrument)


def test_cells_stand_in_the_study_s_order(settings: Settings) -> None:
    """The trials' own order is shuffled."""
    command = _command(5, instruments=["pre-self-report", "execute"], cells=1000)
    _, plan = plan_asked_for(settings, command)
    study, answer = plan.study, _answer(settings, command)
    order = [
        (task.id, instrument.id, manipulation.id)
        for task in study.tasks
        for instrument in study.instruments
        for manipulation in study.manipulations
    ]
    assert [(one.task, one.instrument, one.manipulation) for one in answer.cells] == order
    assert [one.ordinal for one in answer.cells] != sorted(one.ordinal for one in answer.cells)


def test_a_choice_is_a_cell_of_a_pair(settings: Settings) -> None:
    answer = _answer(settings, _command(4, instruments=["choice"], cells=1000))
    assert answer.cells
    assert all(one.other_task is not None and one.other_task != one.task for one in answer.cells)
    assert sum(one.calls for one in answer.cells) == answer.trials


@pytest.mark.parametrize("wanted", [0, 1, 5, 1000])
def test_no_more_cells_than_were_asked_for(settings: Settings, wanted: int) -> None:
    answer = _answer(settings, _command(4, cells=wanted))
    assert len(answer.cells) == min(wanted, 8)
    assert answer.cell_count == (8 if wanted else 0)


def test_the_prompts_of_certain_trials(settings: Settings) -> None:
    answer = _answer(settings, _command(3, ordinals=(5, 2)))
    assert {one.ordinal for one in answer.prompts} == {2, 5}
    assert all(one.messages for one in answer.prompts)
    assert _answer(settings, _command(3, ordinals=(99_999,))).prompts == ()
    assert [one.ordinal for one in _answer(settings, _command(3, ordinals=(4, 4, 99))).prompts] == [4]
    both = _answer(settings, _command(3, prompts=2, ordinals=(6,)))
    assert [one.ordinal for one in both.prompts][-1] == 6
    assert len(both.prompts) == 3


@pytest.fixture
def plannings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every plan that is made."""
    made: list[object] = []

    def counted(*args: Any, **kwargs: Any) -> Any:
        made.append(args[0])
        return plan_study(*args, **kwargs)

    monkeypatch.setattr("motivtui.engine.planned.plan_study", counted)
    monkeypatch.setattr("motivtui.conduct.locked_plan.plan_study", counted)
    return made


def test_looking_at_one_prompt_after_another_plans_once(settings: Settings, plannings: list[object]) -> None:
    latest = LatestPlan(settings)
    plan, _ = latest.of(_command())
    for ordinal in (1, 2, 3):
        assert latest.of(_command(ordinals=(ordinal,)))[0] is plan
    assert len(plannings) == 1


def test_another_request_is_planned_anew(settings: Settings, plannings: list[object]) -> None:
    latest = LatestPlan(settings)
    for command in (
        _command(),
        _command(ordinals=(1,), repeats=2),
        _command(ordinals=(1,), seed=3),
        _command(ordinals=(1,), task="Count to three"),
        _command(ordinals=(1,), task="Count to four"),
    ):
        latest.of(command)
    assert len(plannings) == 5


def test_a_plan_without_prompts_always_counts_edited_files(settings: Settings) -> None:
    folder = settings.materials_folder / "tasks"
    latest = LatestPlan(settings)
    assert latest.of(_command(3))[0] is not latest.of(_command(3))[0]
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("nonsense = [", encoding="utf-8")
    assert latest.of(_command(3, ordinals=(1,)))[0].trials, "the plan that was shown is still there to be looked at"
    with pytest.raises(MotivError, match=r"broken\.toml"):
        latest.of(_command(3))


def test_after_an_error_the_last_good_plan_is_still_kept(settings: Settings, plannings: list[object]) -> None:
    latest = LatestPlan(settings)
    plan, _ = latest.of(_command())
    with pytest.raises(UsageError):
        latest.of(_command(task="   "))
    assert latest.of(_command(ordinals=(1,)))[0] is plan
    assert len(plannings) == 1
