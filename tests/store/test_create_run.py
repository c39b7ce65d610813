"""A new run: its plan and its materials, exactly as they were, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError
from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.run_rows import RunRecord, materials_hash
from motivtui.store.store import Store
from motivtui.study.design import Study, WordingRule
from motivtui.study.expansion import expand
from motivtui.study.instrument import Item
from motivtui.study.manipulation import Group, Placement
from tests.store.samples import INSTRUMENT, MANIPULATIONS, planned, rows, small_study, still_open


def test_trials_come_back_equal_and_in_order(store: Store, db: Path) -> None:
    study = replace(small_study(), wording_rule=WordingRule.ALL)
    trials = expand(study)
    run = store.create_run(RunRecord(study, "study", {}), trials)
    found = still_open(db, run)
    assert [one.trial for one in found] == trials
    assert {one.next_attempt for one in found} == {1}
    assert len({one.id for one in found}) == len(trials) == 2 * 2 * 4 * 2
    assert any(len(one.trial.messages) == 2 for one in found)  # with a system message
    assert len({one.trial.parameters["decoding"] for one in found}) == 2


def test_equal_prompts_are_stored_once(store: Store, db: Path) -> None:
    study = small_study(repeats=4)
    planned(store, study)
    prompts = {trial.messages for trial in expand(study)}
    assert rows(db, "SELECT count(*) FROM prompt") == [(len(prompts),)]
    assert len(prompts) < len(expand(study)) / 4
    planned(store, replace(study, name="again"))
    assert rows(db, "SELECT count(*) FROM prompt") == [(len(prompts),)]


def test_the_study_and_its_materials_are_kept(store: Store, db: Path) -> None:
    study = small_study()
    run = store.create_run(RunRecord(study, "probe", {"motivtui": "1.2"}), expand(study))
    reader = open_reader(db)
    try:
        record = queries.run_record(reader, run)
        assert queries.instruments_of(reader, run) == {INSTRUMENT.id: INSTRUMENT}
    finally:
        reader.close()
    assert record["study"] == study.as_record()
    assert record["versions"] == {"motivtui": "1.2"}
    assert (record["kind"], record["name"], record["seed"]) == ("probe", "small", 7)
    assert record["materials_hash"] == materials_hash(study)
    assert rows(db, "SELECT id, family, category, categories, task_set, prompt FROM task ORDER BY id") == [
        (task.id, task.family, "writing", "writing;other", "motiv", task.prompt) for task in study.tasks
    ]
    assert rows(db, "SELECT id, wording, manipulation_group, placement, text FROM manipulation") == [
        ("futility", 1, "demotivation", "system", "Nobody will read it."),
        ("money", 1, "positive-extrinsic", "prefix", "You get $100."),
        ("money", 2, "positive-extrinsic", "prefix", "A hundred dollars 💰 for you."),
        ("none", 1, "control", "prefix", ""),
    ]


def test_a_plan_that_is_refused_leaves_nothing(store: Store, db: Path) -> None:
    study = small_study()
    trials = expand(study)
    twice = [*trials, replace(trials[0], ordinal=len(trials) + 1)]
    with pytest.raises(DatabaseError, match="UNIQUE"):
        store.create_run(RunRecord(study, "study", {}), twice)
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        store.create_run(RunRecord(replace(study, tasks=study.tasks[:1]), "study", {}), trials)
    with pytest.raises(DatabaseError, match="CHECK"):
        store.create_run(RunRecord(study, "other", {}), trials)
    broken = replace(study.tasks[0], prompt="\udcff")
    with pytest.raises(DatabaseError, match="cannot hold"):
        store.create_run(RunRecord(replace(study, tasks=(broken, study.tasks[1])), "study", {}), trials)
    for table in ("run", "task", "manipulation", "instrument", "item", "trial", "prompt"):
        assert rows(db, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608


def test_ids_are_easy_to_type_and_differ(store: Store) -> None:
    study = small_study(tasks=1, repeats=1)
    ids = {planned(store, study) for _ in range(20)}
    assert len(ids) == 20
    for one in ids:
        assert len(one) == 6
        assert one.isalnum()
        assert "l" not in one


def _task(**change: object) -> Callable[[Study], Study]:
    return lambda study: replace(study, tasks=(replace(study.tasks[0], **change), *study.tasks[1:]))  # type: ignore[arg-type]


def _manipulation(**change: object) -> Callable[[Study], Study]:
    return lambda study: replace(study, manipulations=(*MANIPULATIONS[:2], replace(MANIPULATIONS[2], **change)))  # type: ignore[arg-type]


def _instrument(**change: object) -> Callable[[Study], Study]:
    return lambda study: replace(study, instruments=(replace(INSTRUMENT, **change),))  # type: ignore[arg-type]


def _item(**change: object) -> Callable[[Study], Study]:
    return _instrument(items=(INSTRUMENT.items[0], replace(INSTRUMENT.items[1], **change)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        _task(prompt="Prompt 0 in other words"),
        _task(family="other"),
        _task(categories=("other", "writing")),
        _task(set="own"),
        _manipulation(wordings=("Nobody will ever read it.",)),
        _manipulation(wordings=("Nobody will read it.", "No one will.")),
        _manipulation(placement=Placement.PREFIX),
        _manipulation(group=Group.PLACEBO),
        _manipulation(title="Vain"),
        _instrument(template="{task} {format}"),
        _instrument(title="Other"),
        _instrument(max_tokens=201),
        _instrument(reason_max_chars=81),
        _instrument(items=(Item("fear", "Fear", 0, 10, is_reversed=True), Item("motivation", "Motivation"))),
        _item(label="Dread"),
        _item(minimum=1),
        _item(maximum=9),
        _item(is_reversed=False),
    ],
)
def test_the_hash_of_the_materials_hangs_on_every_word(change: Callable[[Study], Study]) -> None:
    assert materials_hash(change(small_study())) != materials_hash(small_study())


def test_the_hash_of_the_materials_hangs_on_nothing_else(store: Store, db: Path) -> None:
    study = small_study()
    planned(store, study)
    planned(store, replace(study, name="other", seed=99, repeats=1, models=("m9",)))
    ((first,), (second,)) = rows(db, "SELECT materials_hash FROM run")
    assert first == second == materials_hash(study)
    assert rows(db, "SELECT count(DISTINCT study_hash) FROM run") == [(2,)]
