"""Which figures results get: signs only for differences, calibration, specification curves."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.analysis.asked import Asked
from motivtui.analysis.check_figures import MOST_CURVES
from motivtui.analysis.result_figures import figures_of
from motivtui.analysis.run_table import RunTable
from motivtui.analysis.views import VIEWS
from motivtui.plots.figure import Calibration, Curves, Forest
from motivtui.plots.terminal import drawn
from motivtui.stats.table import ScoreTable
from motivtui.store.connection import open_reader
from tests.analysis.simulated import simulated, study


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> ScoreTable:
    db: Path = tmp_path_factory.mktemp("figures") / "results.db"
    run = simulated(db, study(families=12))
    reader = open_reader(db)
    try:
        return RunTable(reader, run).table
    finally:
        reader.close()


@pytest.mark.parametrize(
    ("name", "has_signs", "reference"),
    [
        ("manipulations", True, 0.0),
        ("manipulated_choice", False, 0.5),
        ("reliability", False, 0.0),
        ("means", False, 0.0),
    ],
)
def test_only_differences_have_a_sign(table: ScoreTable, name: str, reference: float, *, has_signs: bool) -> None:
    view = VIEWS[name]
    forests = [one for one in figures_of(view.compute(table), view.shown) if isinstance(one, Forest)]
    assert forests
    for one in forests:
        assert (one.has_signs, one.reference) == (has_signs, reference)
        assert ("+" in drawn(one, 100, None).text) is has_signs


def test_a_logistic_choice_is_checked_by_its_bins(table: ScoreTable) -> None:
    view = VIEWS["logistic_choice"]
    results = view.compute(table)
    figures = figures_of(results, view.shown)
    assert isinstance(figures[0], Forest)
    calibrations = [one for one in figures if isinstance(one, Calibration)]
    groups = [group for one in calibrations for group in one.groups]
    assert sum(group.n for group in groups) == sum(one.n for one in results if one.calibration)
    for group in groups:
        for part in group.bins:
            assert part.low is not None
            assert part.high is not None
            assert 0 <= part.low <= part.observed <= part.high <= 1
    assert all("Wilson" in one.note and "excluded" in one.note for one in calibrations)


def test_a_multiverse_has_a_curve_an_effect_with_its_default_marked(table: ScoreTable) -> None:
    view = VIEWS["multiverse"]
    results = view.compute(table, Asked(draws=200))
    figures = figures_of(results, view.shown)
    drawings = [one for one in figures if isinstance(one, Curves)]
    curves = [curve for one in drawings for curve in one.curves]
    assert isinstance(figures[0], Curves)
    assert len(curves) == len(results) == len({curve.name for curve in curves})
    assert all(len(one.curves) <= MOST_CURVES for one in drawings)
    for curve, result in zip(curves, results, strict=True):
        (default,) = (one for one in curve.specifications if one.is_default)
        assert default.estimate == result.default.value
        assert len(curve.specifications) == len(result.specifications)
    (forest,) = (one for one in figures if isinstance(one, Forest))
    assert sorted(str(row.second) for row in forest.rows) == sorted(str(one.median) for one in results)
