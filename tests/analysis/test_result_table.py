from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest

from motivtui.analysis.asked import Asked
from motivtui.analysis.result_figures import MOST_ROWS, figures_of
from motivtui.analysis.result_table import (
    NUMBER_COLUMNS,
    excluded_of,
    keys_of,
    number_table,
    numbers_of,
    sentence_of,
    summary_table,
)
from motivtui.analysis.run_table import RunTable
from motivtui.analysis.views import VIEWS
from motivtui.plots.figure import Boxes, Forest, Histogram
from motivtui.stats.estimate import Estimate, not_available
from motivtui.stats.measures import Measure
from motivtui.stats.table import ScoreTable
from motivtui.store.connection import open_reader
from tests.analysis.simulated import BREAKDOWN, CHOICE, SCALE, simulated, study


class Rule(StrEnum):
    ONE = "one rule"


@dataclass(frozen=True, slots=True)
class Part:
    category: str
    mean: Estimate
    rank: int


@dataclass(frozen=True, slots=True)
class Result:
    model: str
    judge: str | None
    measure: Measure
    rule: Rule
    total: int
    n: int
    excluded: Mapping[str, int]
    effect: Estimate
    other: Estimate | None
    sd: float | None
    parts: tuple[Part, ...]
    pairs: tuple[tuple[str, float], ...]
    plain: tuple[float, ...]
    reason: str = ""
    flags: tuple[str, ...] = field(default=("few families (3)",))

    @property
    def sentence(self) -> str:
        return f"{self.model} said so."


MEASURE = Measure("pre", None, "motivation", "free")
EFFECT = Estimate(1.5, -1.0, 4.0, unit="points", method="CR1", df=4.0, p=0.2, p_adj=0.4, n_rows=9, n_tasks=3)
ONE = Result(
    "a/one", None, MEASURE, Rule.ONE, 10, 8, {"error": 1, "refused": 2}, EFFECT, None, None,
    (Part("maths", not_available("no score", unit="points"), 2),), (("b/two", 0.5),), (0.1, 0.25), "too few",
)  # fmt: skip


def test_what_a_result_is_of_comes_from_its_values() -> None:
    assert keys_of(ONE) == {"model": "a/one", "judge": None, "measure": str(MEASURE), "rule": "one rule"}
    assert (sentence_of(ONE), sentence_of(ONE.parts[0])) == ("a/one said so.", "")
    assert excluded_of(ONE) == "2 refused, 1 error"


def test_every_number_is_told_once_with_its_name_and_reason() -> None:
    found = {one.name: one for one in numbers_of(ONE)}
    assert list(found) == [
        "total", "n", "excluded", "effect", "sd", "parts · maths · mean", "parts · maths · rank", "pairs · b/two",
        "plain", "reason", "flags",
    ]  # fmt: skip
    assert found["effect"].estimate == EFFECT
    assert (found["sd"].value, found["sd"].reason) == (None, "too few")
    assert (found["parts · maths · mean"].value, found["parts · maths · mean"].reason) == (None, "no score")
    assert (found["parts · maths · rank"].value, found["pairs · b/two"].value) == (2, 0.5)
    assert found["plain"].value == "0.1; 0.25"
    assert "other" not in found  # there is no such comparison to make


def test_the_table_of_numbers_has_everything_of_an_estimate() -> None:
    table = number_table([ONE])
    assert table.header == ("model", "judge", "measure", "rule", *NUMBER_COLUMNS)
    row = dict(zip(table.header, next(row for row in table.rows if row[4] == "effect"), strict=True))
    assert (row["value"], row["low"], row["high"], row["p"], row["p_adj"], row["df"]) == (1.5, -1.0, 4.0, 0.2, 0.4, 4.0)
    assert (row["rows"], row["tasks"], row["models"], row["unit"], row["method"]) == (9, 3, 1, "points", "CR1")
    assert all(len(row) == len(table.header) for row in table.rows)


def test_what_results_share_is_said_once() -> None:
    other = Result(
        "b/two", None, MEASURE, Rule.ONE, 10, 10, {}, EFFECT, EFFECT, 2.0, (), (), (), flags=()
    )  # fmt: skip
    table = summary_table([ONE, other], ("other",))
    assert table.shared == {"measure": str(MEASURE), "rule": "one rule"}
    assert table.columns == ("model", "n", "other", "effect", "excluded", "flags")
    assert table.rows[0] == ("a/one", "8/10", None, EFFECT, "2 refused, 1 error", "few families (3)")
    assert table.sentences == ("a/one said so.", "b/two said so.")
    assert summary_table([ONE]).shared == {}
    assert summary_table([]).rows == ()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> ScoreTable:
    """Three models, two instruments, choices."""
    db: Path = tmp_path_factory.mktemp("results") / "results.db"
    made = study(families=10, models=("a/one", "b/two", "c/three"), instruments=(SCALE, BREAKDOWN, CHOICE))
    run = simulated(db, made)
    reader = open_reader(db)
    try:
        return RunTable(reader, run).table
    finally:
        reader.close()


@pytest.mark.parametrize("name", [name for name, view in VIEWS.items() if name not in {"multiverse", "dif"}])
def test_every_analysis_has_tables_and_its_figures_have_data(table: ScoreTable, name: str) -> None:
    view = VIEWS[name]
    results = view.compute(table, Asked(draws=200))
    numbers = number_table(results)
    assert all(len(row) == len(numbers.header) for row in numbers.rows)
    summary = summary_table(results, view.shown)
    assert len(summary.rows) == len(summary.sentences) == len(results)
    assert all(len(row) == len(summary.columns) for row in summary.rows)
    for figure in figures_of(results, view.shown):
        assert figure.as_table().rows
        if isinstance(figure, Forest | Boxes):
            assert len(figure.rows if isinstance(figure, Forest) else figure.boxes) <= MOST_ROWS


def test_a_forest_is_of_what_the_analysis_is_about(table: ScoreTable) -> None:
    view = VIEWS["manipulations"]
    results = view.compute(table)
    figures = [one for one in figures_of(results, view.shown) if isinstance(one, Forest)]
    rows = [row for figure in figures for row in figure.rows]
    compared = [one.difference for one in results if one.difference is not None]
    assert sorted(row.estimate for row in rows if row.estimate is not None) == sorted(
        one.value for one in compared if one.value is not None
    )
    assert {row.label for row in rows} == {"encourage", "futility", "guilt", "money", "placebo-format"}
    # Models of one item stand under each other.
    groups = list(dict.fromkeys(row.group for figure in figures for row in figure.rows if " · " in row.group))
    assert groups[:4] == ["interest · one", "interest · two", "interest · three", "enjoyment · one"]
    assert all("excluded" in figure.note and "intervals" in figure.note for figure in figures)


def test_scores_are_drawn_over_their_scale(table: ScoreTable) -> None:
    view = VIEWS["overview"]
    results = view.compute(table)
    figures = figures_of(results, view.shown)
    assert all(isinstance(one, Histogram) for one in figures)
    counted = sum(group.n for one in figures if isinstance(one, Histogram) for group in one.groups)
    assert counted == sum(one.n for one in results)
    assert figures_of([]) == ()
