"""Trends over intensities: slope and bend within tasks."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from motivtui.stats.estimate import clustered_mean
from motivtui.stats.intensity_trends import IntensityTrend, intensity_trends
from tests.stats.rows import Row, rating, table

LEVELS = {"weak": 1.0, "medium": 2.0, "strong": 3.0}


def study(scores: dict[str, list[float | None]]) -> list[Row]:
    return [
        rating(value, f"t{number}", f"f{number // 2}", name)
        for name, values in scores.items()
        for number, value in enumerate(values)
    ]


SCORES: dict[str, list[float | None]] = {
    "none": [50, 50, 50, 50, 50, 50],
    "weak": [51, 54, 48, 60, 55, 52],
    "medium": [58, 60, 51, 70, 57, 59],
    "strong": [60, 61, 57, 73, 66, 58],
}


def test_slope_and_bend_are_those_of_the_classical_contrasts() -> None:
    (found,) = intensity_trends(table(study(SCORES)), LEVELS)
    weak, medium, strong = (np.array(SCORES[name], dtype=float) for name in LEVELS)
    families = np.arange(6) // 2
    linear = clustered_mean((strong - weak) / 2, families, unit="x", is_tested=True)
    bend = clustered_mean(medium - (weak + strong) / 2, families, unit="x", is_tested=True)
    for one, wanted in ((found.linear, linear), (found.quadratic, bend)):
        assert (one.value, one.low, one.p) == pytest.approx((wanted.value, wanted.low, wanted.p))
    assert "over weak, medium, strong" in found.sentence


def test_levels_need_not_be_evenly_spaced() -> None:
    rows = study({name: [10 + 3 * at, 20 + 3 * at, 7 + 3 * at, 9.0] for name, at in (("a", 0), ("b", 1), ("c", 5))})
    (found,) = intensity_trends(table(rows), {"a": 0, "b": 1, "c": 5})
    assert found.linear.value == pytest.approx(9 / 4)
    assert found.quadratic.value == pytest.approx(0, abs=1e-9)


def test_two_levels_have_no_bend_and_one_has_no_trend() -> None:
    (found,) = intensity_trends(table(study(SCORES)), {"weak": 1, "strong": 3})
    assert found.quadratic.reason == "2 levels"
    assert intensity_trends(table(study(SCORES)), {"weak": 1}) == ()


def test_only_tasks_with_a_score_under_every_level() -> None:
    (found,) = intensity_trends(table(study(SCORES | {"weak": [None] * 6})), LEVELS)
    assert found.linear.reason == "no usable score"
    (some,) = intensity_trends(table(study(SCORES | {"weak": [None, *SCORES["weak"][1:]]})), LEVELS)
    assert some.linear.n_tasks == 5


def test_it_survives_json() -> None:
    found = intensity_trends(table(study(SCORES)), LEVELS)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[IntensityTrend, ...]) == found
