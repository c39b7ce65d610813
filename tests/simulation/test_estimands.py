"""True values: computed ones against very large simulated runs, and what must hold of them."""

from __future__ import annotations

import math
import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.simulation.estimands import PANEL, TrueValue, true_values
from motivtui.simulation.expected import normal_mean
from motivtui.simulation.rows import Plan, simulated_rows
from motivtui.simulation.scale import MAXIMUM, MINIMUM, moments_of, plain_moments, written
from motivtui.simulation.truth import CategoryTruth, JudgeTruth, ManipulationTruth, ModelTruth, Truth, logistic
from motivtui.stats.table import score_table
from tests.simulation import recovery
from tests.simulation.known import known_values
from tests.simulation.tally import Found, tallies

LEVELS = st.floats(-50, 150)
SPREADS = st.floats(0.5, 40)


def by_key(truth: Truth, seed: int = 1) -> dict[tuple[str, str, str, str | None], TrueValue]:
    return {(one.analysis, one.estimand, one.model, one.manipulation): one for one in true_values(truth, seed)}


@given(LEVELS, st.sampled_from([1, 5, 10]))
def test_what_is_written_is_the_nearest_number_of_the_step_on_the_scale(level: float, step: int) -> None:
    found = written(level, MINIMUM, MAXIMUM, step)

    assert MINIMUM <= found <= MAXIMUM
    assert found % step == 0 or found == MINIMUM
    if MINIMUM + step <= level <= MAXIMUM:
        assert abs(found - level) <= step / 2


@given(LEVELS, SPREADS, st.floats(0, 1), st.floats(0, 1))
def test_the_expected_number_is_on_the_scale(mean: float, sd: float, fives: float, tens: float) -> None:
    first, second = moments_of(ModelTruth(heaping_5=fives, heaping_10=tens), mean, sd)

    assert MINIMUM - 1e-9 <= first <= MAXIMUM + 1e-9
    assert second >= first**2 - 1e-6


@pytest.mark.parametrize(("mean", "sd"), [(62, 8), (95, 12), (3, 5), (50, 0)])
def test_expected_numbers_are_the_means_of_many(mean: float, sd: float) -> None:
    own = ModelTruth(heaping_5=0.3, heaping_10=0.4)
    chance = random.Random(1)
    steps = chance.choices([10, 5, 1], [0.4, 0.3, 0.3], k=200_000)
    drawn = [written(chance.gauss(mean, sd), MINIMUM, MAXIMUM, step) for step in steps]

    first, second = moments_of(own, mean, sd)

    assert first == pytest.approx(fmean(drawn), abs=0.15)
    assert second == pytest.approx(fmean(one**2 for one in drawn), rel=0.01)


def test_expected_ratings_by_hand() -> None:
    # Of a level of 4 without spread 4 is written; of one at 4.5, half are 4 and half 5 (the bound has no mass else).
    assert plain_moments(4, 0, 1, 7) == (4, 16)
    assert plain_moments(4.5, 1e-9, 1, 7)[0] == pytest.approx(4.5)


def test_the_mean_of_a_logistic_of_a_normal() -> None:
    # By symmetry one half; and for a wide normal, near the probit approximation Φ(x/√(1.7²+σ²)).
    assert normal_mean(logistic, 0, 2) == pytest.approx(0.5, abs=1e-12)
    approximate = 0.5 * math.erfc(-1 / math.sqrt(2 * (1.7**2 + 1)))
    assert normal_mean(logistic, 1, 1) == pytest.approx(approximate, abs=0.01)


def test_where_nothing_bends_the_scale_the_true_values_are_the_parameters() -> None:
    model = ModelTruth(level=50, within_sd=6, heaping_5=0, heaping_10=0, refuses=0)
    truth = Truth(
        models={"alpha": model}, manipulations={"money": ManipulationTruth(effect=7)}, categories={"x": CategoryTruth()}
    )

    found = by_key(truth)

    name = "simulated/alpha"
    assert found["distribution", "mean", name, "none"].value == pytest.approx(50, abs=1e-3)
    assert found["manipulations", "difference", name, "money"].value == pytest.approx(7, abs=1e-3)
    # Rounding to whole numbers adds a twelfth to the variance within tasks.
    assert found["reliability", "ICC(1,1)", name, "none"].value == pytest.approx(52 / (52 + 36 + 1 / 12), abs=1e-4)


def test_the_panel_s_value_is_the_mean_of_its_models_and_of_this_run() -> None:
    truth = Truth()
    for seed in (1, 2):
        found = by_key(truth, seed)
        own = [found["manipulations", "difference", f"simulated/{name}", "guilt"].value for name in truth.models]
        assert found["pooled", "difference", PANEL, "guilt"].value == pytest.approx(fmean(own))
    one, other = (by_key(truth, seed)["pooled", "difference", "population", "guilt"].value for seed in (1, 2))
    assert one == other


def test_a_model_without_a_love_of_the_first_place_takes_both_equally() -> None:
    truth = Truth(models={"alpha": ModelTruth(position_bias=0)})

    for (_, estimand, _, _), one in by_key(truth).items():
        if estimand == "first shown":
            assert one.value == pytest.approx(0.5)


def test_missing_scores_change_the_mean_and_less_the_difference() -> None:
    truth = Truth(models={"alpha": ModelTruth(refuses=0.3)})

    found = by_key(truth)

    mean = found["distribution", "mean", "simulated/alpha", "futility"]
    assert mean.complete is not None
    assert abs(mean.value - mean.complete) > 1


def large(families: int) -> Truth:
    """Many families, every difficulty: estimates are then near the truth, or the truth is wrong."""
    return Truth(
        families=families,
        tasks_per_family=2,
        pairs=families,
        instruments=("pre-self-report", "choice", "execution", "post-self-report", "judge"),
        models={"alpha": ModelTruth(level=84, refuses=0.08, heaping_5=0.6), "bravo": ModelTruth(position_bias=1)},
        judges={"alpha": JudgeTruth(self_preference=0.7), "omega": JudgeTruth(severity=0.4)},
        manipulations={"futility": ManipulationTruth(effect=-14, refusal=1.2, choice=-1.5, tokens=-0.2)},
        categories={"one": CategoryTruth(effect=5), "two": CategoryTruth(effect=-5, refusal=1.5)},
    )


FINDERS = (
    recovery.of_distribution, recovery.of_manipulations, recovery.of_pooled, recovery.of_categories,
    recovery.of_reliability, recovery.of_correlations, recovery.of_statuses, recovery.of_choices, recovery.of_judges,
    recovery.of_judge_biases,
)  # fmt: skip


def find_the_true_values(families: int) -> None:
    truth = large(families)
    table = score_table(simulated_rows(truth, 1))
    known = known_values(truth, 1)
    found: list[Found] = [one for finder in FINDERS for one in finder(table)]

    assert {one.name.split(":")[0] for one in found} >= {"distribution", "manipulations", "judges", "choices"}
    far = []
    for one in found:
        estimate, true = one.estimate, known.get(one.key) if one.key else None
        if true is None or estimate is None or estimate.value is None or estimate.low is None or estimate.high is None:
            continue
        if abs(estimate.value - true) > 2.2 * (estimate.high - estimate.low) / 2:  # 4.3 standard errors
            far.append(f"{one.name} {one.key}: {estimate}, true {true:.4f}")
    assert not far, "\n".join(far)


def test_large_runs_find_the_true_values() -> None:
    find_the_true_values(60)


@pytest.mark.soak
def test_larger_runs_find_the_true_values() -> None:
    find_the_true_values(300)


def test_an_effect_that_is_not_there_is_noticed() -> None:
    """The tally itself can fail: rows of one truth, held to another."""
    truth = large(40)
    plan = Plan(truth)
    other = Truth(**{name: getattr(truth, name) for name in truth.__struct_fields__ if name != "manipulations"},
                  manipulations={"futility": ManipulationTruth(effect=-10, refusal=1.2, choice=-1.5)})  # fmt: skip

    found = tallies(other, (recovery.of_manipulations,), range(2), plan)

    assert fmean(found["manipulations: difference"].covered) < 0.5
