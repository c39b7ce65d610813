"""The breakdown's factors: which cases, all models and each, the published scores, and what cannot be had."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from motivtui.stats.factor_solution import FactorSolution, matched
from motivtui.stats.factors import COMPONENTS, REPORT, factor_solutions
from motivtui.stats.preset import Preset
from motivtui.stats.principal_components import Rotation
from tests.stats.rows import Row, rating, table

TRUE = np.array([[0.9, 0], [0.8, 0], [0, 0.9], [0, -0.8], [0.85, 0]])  # want: interest, challenge, value; able


def breakdown(tasks: int = 400, seed: int = 1, loadings: Any = TRUE, level: float = 0, **changes: Any) -> list[Row]:
    """A model's answers: two true factors, the report 0.8 of the first and 0.3 of the second."""
    generator = np.random.default_rng(seed)
    factors = generator.normal(size=(tasks, 2))
    items = factors @ np.asarray(loadings).T + 0.4 * generator.normal(size=(tasks, 5))
    report = factors @ [0.8, 0.3] + 0.3 * generator.normal(size=tasks)
    return [
        rating(50 + 10 * value + level, f"t{task}", f"f{task // 4}", **({"instrument": "b", "item": item} | changes))
        for task in range(tasks)
        for item, value in zip((*COMPONENTS, REPORT), (*items[task], report[task]), strict=True)
    ]


def solve(rows: list[Row], **options: Any) -> tuple[FactorSolution, ...]:
    return factor_solutions(table(rows), draws=200, **options)


def test_the_true_factors_are_found_and_the_report_goes_with_them() -> None:
    panel, own = solve(breakdown(2_000))
    assert (panel.model, own.model, panel.n_cases, panel.n_parents) == ("all models", "m", 2_000, 500)
    want, able = panel.factors
    assert abs(np.array(want.loadings))[[0, 1, 4]].min() > 0.85
    assert abs(np.array(able.loadings))[[0, 1, 4]].max() < 0.1
    assert able.loadings[2] > 0.85
    assert able.loadings[3] < -0.85
    # Of the report's variance, 0.64 + 0.09 + 0.09, the factors hold most; scores of components are not quite they.
    assert panel.r_squared == pytest.approx(0.8, abs=0.06)
    assert want.slope.value == pytest.approx(0.8 / np.sqrt(0.82), abs=0.06)
    assert want.semipartial == pytest.approx(want.slope.value**2 if want.slope.value else None)
    assert (panel.suggested, want.slope.df) == (2, 499)
    assert np.array(panel.phi) == pytest.approx(np.eye(2), abs=1e-9)
    assert "2 factors hold" in panel.sentence
    assert "none excluded" in panel.sentence


def test_levels_of_models_make_no_factor() -> None:
    rows = [*breakdown(model="m"), *breakdown(model="n", seed=2, level=400)]
    (panel, *_) = solve(rows)
    (alone, *_) = solve(breakdown())
    assert panel.suggested == 2
    assert panel.eigenvalues[0] == pytest.approx(alone.eigenvalues[0], abs=0.2)
    assert (panel.n_models, panel.n_cases, panel.n_tasks) == (2, 800, 400)


def test_each_model_is_compared_with_all() -> None:
    other = TRUE[[2, 3, 0, 1, 4]]  # another model's interest and challenge are what its mastery and fear are
    rows = [
        row
        for n, loadings in enumerate((TRUE, TRUE, TRUE, other))
        for row in breakdown(loadings=loadings, seed=n, model=f"m{n}")
    ]
    _, *models = solve(rows)
    congruences = [[factor.congruence or 0 for factor in one.factors] for one in models]
    assert min(map(min, congruences[:3])) > 0.95
    assert min(congruences[3]) < 0.85
    assert models[0].flags == ()
    assert "is not that of all models (φ < 0.85)" in models[3].flags[0]


def test_a_models_factors_have_the_order_and_signs_of_all() -> None:
    """One model has more of the second factor: on its own it would come first, and with its sign turned, negative."""
    strong = np.array([[0.5, 0], [0.5, 0], [0, 0.9], [0, -1.4], [0.5, 0]])
    rows = [*breakdown(4_000, model="m"), *breakdown(300, model="n", seed=3, loadings=strong)]
    panel, _, own = solve(rows)
    for mine, theirs in zip(own.factors, panel.factors, strict=True):
        assert np.dot(mine.loadings, theirs.loadings) > 0
        assert (mine.congruence or 0) > 0.85
        assert mine.slope.value is not None
        assert mine.slope.value > 0
        assert mine.slope.low is not None
        assert mine.slope.low < mine.slope.value


def test_what_is_turned_is_turned_whole() -> None:
    panel, own, _ = solve([*breakdown(60), *breakdown(60, model="n", seed=2)], rotation=Rotation.QUARTIMIN)
    first, second = own.factors
    backwards = [
        replace(
            factor,
            loadings=tuple(-one for one in factor.loadings),
            slope=replace(
                factor.slope,
                value=-(factor.slope.value or 0),
                low=-(factor.slope.high or 0),
                high=-(factor.slope.low or 0),
                statistic=-(factor.slope.statistic or 0),
            ),
        )
        for factor in (second, first)
    ]
    half = replace(own, factors=(backwards[0], first), phi=((1.0, -0.3), (-0.3, 1.0)))
    found = matched(half, panel)
    assert found.phi == ((1.0, 0.3), (0.3, 1.0))
    for one, other in zip(found.factors, own.factors, strict=True):
        assert one.loadings == other.loadings
        assert one.slope == other.slope
        assert one.congruence == pytest.approx(other.congruence)
    three = replace(own, factors=(*own.factors[:1], backwards[0]), phi=((1.0, -0.3), (-0.3, 1.0)))
    assert matched(three, panel).phi == ((1.0, 0.3), (0.3, 1.0))


def test_only_complete_cases_count_and_the_others_are_told() -> None:
    rows = breakdown(60)
    rows[3] |= {"value": None, "status": "refused"}
    rows += breakdown(60, manipulation="money")
    panel, _ = solve(rows)
    assert (panel.n_cases, panel.excluded) == (59, {"refused": 1})
    assert "59 complete cases of 59 tasks in 15 families and 1 model; scores excluded: 1 refused" in panel.sentence


def test_few_cases_are_flagged() -> None:
    assert solve(breakdown(49))[0].flags == ("few cases (49)",)
    assert solve(breakdown(50))[0].flags == ()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (breakdown(7), "7 complete cases for 5 components"),
        ([row | ({"value": 7.0} if row["item"] == "fear" else {}) for row in breakdown(60)], "fear does not vary"),
        ([row | ({"value": None} if row["item"] == "fear" else {}) for row in breakdown(60)], "0 complete cases"),
        (
            [
                *(row for row in breakdown(60) if row["item"] != "fear"),
                *(row | {"item": "fear"} for row in breakdown(60) if row["item"] == "value"),
            ],
            "the components depend on each other",
        ),
    ],
)
def test_what_cannot_be_had_has_a_reason(rows: list[Row], reason: str) -> None:
    panel, own = solve(rows)
    for one in (panel, own):
        assert one.reason.startswith(reason)
        assert (one.factors, one.r_squared) == ((), None)
        assert f"no factors (NA: {reason}" in one.sentence


def test_models_without_a_task_in_common_have_no_average() -> None:
    rows = [*breakdown(60), *(row | {"model": "n", "task": "u" + row["task"]} for row in breakdown(60))]
    (found,) = solve(rows, preset=Preset.REPLICATE)
    assert (found.n_cases, found.reason) == (0, "0 complete cases for 5 components")


def test_without_all_components_there_is_no_solution() -> None:
    assert solve([row for row in breakdown(60) if row["item"] != "fear"]) == ()
    assert solve(breakdown(60), manipulation="nothing") == ()
    assert solve(breakdown(60), factors=5)[0].reason == "5 factors of 5 components"


def test_the_published_scores_explain_as_much() -> None:
    """Z·V·R spans what the proper scores span: the same R², other slopes; models are averaged, listwise."""
    rows = [*breakdown(80, model="m"), *breakdown(70, model="n", seed=2)]
    (found,) = solve(rows, preset=Preset.REPLICATE)
    assert found.n_cases == 70
    assert found.flags[0] == "models averaged before the analysis"
    assert "Z·V·R" in found.flags[1]
    (one, *_) = solve(breakdown(80))
    (legacy,) = solve(breakdown(80), preset=Preset.REPLICATE)
    assert legacy.r_squared == pytest.approx(one.r_squared)
    assert legacy.factors[0].slope.value != pytest.approx(one.factors[0].slope.value)
    assert legacy.factors[0].loadings == pytest.approx(one.factors[0].loadings, abs=1e-5)


def test_oblique_factors_may_correlate() -> None:
    mixed = TRUE @ np.array([[1, 0], [0.5, 1]])
    (panel, *_) = solve(breakdown(2_000, loadings=mixed), rotation=Rotation.QUARTIMIN)
    assert abs(panel.phi[0][1]) > 0.2
    assert panel.rotation is Rotation.QUARTIMIN
    (straight, *_) = solve(breakdown(2_000, loadings=mixed))
    assert panel.r_squared == pytest.approx(straight.r_squared, abs=1e-5)
    assert panel.communalities == pytest.approx(straight.communalities)


def test_it_survives_json() -> None:
    found = solve([*breakdown(60), *breakdown(5, model="n")])
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[FactorSolution, ...]) == found
