"""What the shell offers after the tab key."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.cli import completion
from tests.cli.conftest import Motiv


@pytest.mark.usefixtures("home")
def test_models_manipulations_and_instruments_are_completed_in_comma_lists() -> None:
    assert completion.models("local/s") == ["local/smollm2-135m"]
    assert completion.manipulations("none,money-") == ["none,money-loss"]
    assert completion.instruments("pre-b") == ["pre-breakdown"]


def test_runs_are_completed_and_a_broken_database_offers_nothing(motiv: Motiv, home: Path) -> None:
    assert completion.runs("") == []
    motiv("probe", "x", "-m", "scripted/steady")
    run = motiv("runs", "--json").json[0]["run"]
    assert completion.runs(run[:2]) == [run]
    (home / "results.db").write_text("broken", encoding="utf-8")
    assert completion.runs("") == []
