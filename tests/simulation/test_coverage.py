"""Do the intervals of the analyses hold the truth, and do their tests leave true nulls alone, as often as they say?

Each scenario is simulated with many seeds: few of them here, SOAK_SEEDS with `pytest -m soak`, as many on the page that
`python -m tests.simulation.page` writes. `pytest -s` shows the tables.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import pytest

from tests.simulation import recovery
from tests.simulation.scenarios import KNOWN, SCENARIOS
from tests.simulation.studies import many_models
from tests.simulation.tally import Tally, faults_of, report, tallies

SEEDS = 12
OTHERWISE = {
    "reports": 8, "written_answers": 8, "components": 8, "hard_work": 8, "idle_work": 8, "many_models": 8,
    "many_models_alike": 8, "kinds": 20, "equal_offers": 8, "unrelated_items": 16, "long_answers": 40,
}  # fmt: skip
"""Scenarios of many estimates need fewer runs (and cost more), one of few tests more."""
SOAK_SEEDS = int(os.environ.get("MOTIV_SOAK_SEEDS", "200"))


def seeds_of(name: str) -> range:
    """Few enough for every commit, and enough to see standard errors that are half as large as they should be."""
    return range(OTHERWISE.get(name, SEEDS))


def check(name: str, seeds: Iterable[int]) -> None:
    """Simulate a scenario, show its table, and hold every estimate to what it says."""
    scenario = SCENARIOS[name]
    found = tallies(scenario.truth, scenario.finders, seeds, of_runs=scenario.of_runs)
    sys.stdout.write(report(name, found) + "\n")
    faults = [
        f"{one}: {fault}" for one, tally in found.items() if (name, one) not in KNOWN for fault in faults_of(tally)
    ]
    assert any(tally.runs for tally in found.values())
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", SCENARIOS)
def test_intervals_cover_and_tests_keep_their_level(name: str) -> None:
    check(name, seeds_of(name))


@pytest.mark.soak
@pytest.mark.parametrize("name", SCENARIOS)
def test_intervals_cover_and_tests_keep_their_level_in_many_runs(name: str) -> None:
    check(name, range(SOAK_SEEDS))


def test_an_interval_that_is_too_short_is_noticed() -> None:
    assert faults_of(Tally(covered=[1.0] * 30 + [0.0] * 10))
    assert not faults_of(Tally(covered=[1.0] * 37 + [0.0] * 3))
    assert faults_of(Tally(rejected=[1.0] * 10 + [0.0] * 30))
    assert not faults_of(Tally(rejected=[1.0] * 3 + [0.0] * 37))


def test_averaging_models_before_the_test_is_noticed() -> None:
    # The published way: when models differ, it speaks of these alone, and of models like them far too surely.
    truth = many_models()
    found = tallies(truth, (recovery.of_panel_taken_for_population,), range(SEEDS))
    assert faults_of(found["panel taken for population"])
