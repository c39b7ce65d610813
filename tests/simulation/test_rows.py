"""Runs as rows: the same as in a database, and the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from motivtui.errors import UsageError
from motivtui.simulation.rows import Plan, simulated_rows
from motivtui.simulation.truth import JudgeTruth, ManipulationTruth, ModelTruth, Truth
from motivtui.simulation.write import write_run
from motivtui.stats.table import TABLE_COLUMNS
from motivtui.store.connection import open_reader
from motivtui.store.flat_rows import trial_rows

EVERYTHING = (
    "pre-self-report", "pre-breakdown", "choice", "execution", "post-self-report", "post-similar",
    "manipulation-check", "judge",
)  # fmt: skip


def everything() -> Truth:
    """Every instrument, and every way in which a reply can go wrong."""
    return Truth(
        families=4,
        pairs=3,
        instruments=EVERYTHING,
        models={
            "alpha": ModelTruth(
                refuses=0.1, truncates=0.1, unreadable=0.1, out_of_range=0.1, fails=0.2, ties=0.2, tokens=900
            ),
            "bravo": ModelTruth(),
        },
        judges={"alpha": JudgeTruth(self_preference=1), "omega": JudgeTruth(severity=0.5)},
    )


def test_rows_are_those_of_a_database(tmp_path: Path) -> None:
    truth = everything()
    written = write_run(truth, tmp_path / "run.db", 5)
    reader = open_reader(tmp_path / "run.db")
    try:
        stored = list(trial_rows(reader, written.run, columns=TABLE_COLUMNS))
    finally:
        reader.close()

    assert simulated_rows(truth, 5) == stored


def test_every_status_and_state_occurs() -> None:
    rows = simulated_rows(everything(), 5)

    assert {row["status"] for row in rows} >= {"ok", "refused", "truncated", "missing", "out_of_range", "tie"}
    assert {row["state"] for row in rows} == {"complete", "error", "skipped"}
    assert {row["finish_reason"] for row in rows} == {"stop", "length", None}
    assert all((row["value"] is None) == (row["status"] != "ok") for row in rows)


def test_a_run_hangs_on_its_seed_alone() -> None:
    plan = Plan(everything(), 3)

    first = list(plan.rows(3))
    other = list(plan.rows(4))

    assert list(plan.rows(3)) == first == simulated_rows(everything(), 3)
    assert [row["value"] for row in other] != [row["value"] for row in first]
    assert [row["task"] for row in other] == [row["task"] for row in first]


def test_values_are_on_their_scales() -> None:
    for row in simulated_rows(everything(), 1):
        if row["value"] is not None:
            assert row["scale_minimum"] <= row["value"] <= row["scale_maximum"]


def test_nothing_after_an_execution_that_failed_has_a_score() -> None:
    truth = replace(everything(), models={"alpha": ModelTruth(fails=1.0)})

    after = [row for row in simulated_rows(truth, 1) if row["execution"] is not None]

    assert after
    assert {row["state"] for row in after} == {"skipped"}


def test_a_manipulation_without_a_note_is_in_no_choice() -> None:
    truth = replace(everything(), manipulations={"money": ManipulationTruth(choice=1.0), "guilt": ManipulationTruth()})

    choices = [row for row in simulated_rows(truth, 1) if row["phase"] == "choice"]

    assert {row["manipulation"] for row in choices} == {"none", "money"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"instruments": ("nothing",)}, "no instrument 'nothing'"),
        ({"instruments": ("post-self-report",)}, "needs executions"),
        ({"instruments": ("execution", "judge")}, "judges need"),
        ({"instruments": ("pre-self-report",), "judges": {"omega": JudgeTruth()}}, "judges need"),
    ],
)
def test_a_study_that_cannot_be_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Plan(Truth(**changes))  # type: ignore[arg-type]
