from __future__ import annotations

import pytest

from motivtui.analysis.asked import Asked
from motivtui.analysis.needs import lacking
from motivtui.analysis.views import VIEWS
from motivtui.simulation.rows import simulated_rows
from motivtui.simulation.truth import sized
from motivtui.stats.preset import Preset
from motivtui.stats.table import ScoreTable, score_table
from motivtui.tui.stats_views.all_views import VIEWS as TABS
from motivtui.tui.stats_views.any_view import others
from motivtui.tui.stats_views.measures import chosen, measures_of, model_of
from motivtui.tui.stats_views.shown import StatsView


@pytest.fixture(scope="module")
def table() -> ScoreTable:
    return score_table(simulated_rows(sized("small"), seed=3))


def test_every_listed_analysis_is_a_tab_or_among_the_others() -> None:
    shown = {one.view.name for one in (*TABS, *others(TABS))}
    assert shown == {view.name for view in VIEWS.values() if view.is_listed}


@pytest.mark.parametrize("view", others(TABS), ids=lambda view: view.key)
@pytest.mark.parametrize("preset", [Preset.ROBUST, Preset.REPLICATE])
def test_any_result_is_shown(table: ScoreTable, view: StatsView, preset: Preset) -> None:
    asked = Asked(preset=preset, draws=50)
    missing = lacking(table, asked, view.view.needs)
    if missing:  # the room says so, and draws a view of nothing
        assert view.show([]).empty
        return
    results = view.view.compute(table, asked)
    assert results
    for measure in measures_of(results):
        for model in (None, *{name for one in results if (name := model_of(one))}):
            shown = view.show(chosen(results, measure, model))
            assert all(len(row.cells) == len(shown.columns) for row in shown.rows)
            assert len(shown.rows) == len(chosen(results, measure, model))
            assert shown.columns[0].at == 0
            assert all(row.sentence for row in shown.rows)


def test_most_analyses_have_something_to_say_of_a_small_simulated_run(table: ScoreTable) -> None:
    views = others(TABS)
    assert sum(not lacking(table, Asked(), view.view.needs) for view in views) > len(views) / 2
