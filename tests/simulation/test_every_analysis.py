"""No analysis of the registry is left out of the proof."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import pytest

from motivtui.analysis.views import VIEWS
from tests.simulation.every_analysis import WITH_TRUTH, WITHOUT_TRUTH, Results, found_in, one_run, results
from tests.simulation.page import Pairs, cells_of, one_study, size_of, table
from tests.simulation.scenarios import KNOWN, REMARKS, SCENARIOS
from tests.simulation.tally import Run

FAMILIES = 24
"""Fewer than on the page: what is asserted is within 4.3 standard errors of these."""


@pytest.fixture(scope="module")
def run() -> Run:
    return one_run(FAMILIES)


@pytest.fixture(scope="module")
def found(run: Run) -> Callable[[str], Pairs]:
    """What a view gives; analysed once."""
    return cache(partial(found_in, run))


@pytest.fixture(scope="module")
def given(run: Run) -> Results:
    return list(results(run))


def test_every_analysis_has_a_truth_or_a_reason_why_it_has_none() -> None:
    assert set(WITH_TRUTH) | set(WITHOUT_TRUTH) == set(VIEWS)
    assert not set(WITH_TRUTH) & set(WITHOUT_TRUTH)
    assert all(WITHOUT_TRUTH.values())


def test_every_analysis_has_something_to_say_of_the_study(given: Results) -> None:
    assert [view.name for view, several in given if not several] == []


@pytest.mark.parametrize("view", WITH_TRUTH)
def test_every_analysis_with_a_truth_is_held_against_it(found: Callable[[str], Pairs], view: str) -> None:
    assert found(view)
    for one, true in found(view):
        estimate = one.estimate
        assert cells_of(one, true)
        if estimate is not None and true is not None and estimate.low is not None and estimate.high is not None:
            # One run: within 4.3 standard errors, not within its interval.
            reach = 2.2 * (estimate.high - estimate.low) / 2
            assert abs((estimate.value or 0.0) - true) <= reach, f"{one.name}: {estimate}, true {true:.4f}"


def test_the_second_table_names_every_analysis(run: Run, given: Results, found: Callable[[str], Pairs]) -> None:
    named = {line.split(" | ")[0].removeprefix("| ") for line in one_study(run, given, found) if line.startswith("| ")}

    assert named >= set(VIEWS)


def test_what_is_known_is_of_scenarios_that_there_are() -> None:
    assert {name for name, _ in (*KNOWN, *REMARKS)} <= set(SCENARIOS)


def test_a_scenario_says_what_is_true_and_how_large_it_is() -> None:
    for scenario in SCENARIOS.values():
        assert scenario.about.endswith(".")
        assert "task" in size_of(scenario.truth)


def test_a_cell_cannot_end_a_row() -> None:
    assert list(table(("a",), [("x|y",)])) == ["| a |", "|---|", "| x\\|y |"]
