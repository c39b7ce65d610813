"""Power against R's pwr, against statsmodels, and against studies that are simulated with families."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestPower

from motivtui.errors import UsageError
from motivtui.stats.estimate import Size, clustered_mean, not_available
from motivtui.stats.power import (
    EffectPlan,
    design_effect,
    detectable,
    power_of,
    smallest_effect,
    spread_of,
    spreads,
    tasks_needed,
)
from motivtui.stats.task_scores import Pairs
from tests.stats.rows import paired, table


def test_independent_tasks_are_those_of_pwr() -> None:
    # R pwr 1.3: pwr.t.test(d = 0.2, power = 0.8, type = "paired") gives n = 198.1508
    assert tasks_needed(0.2, per_family=1, icc=0).tasks == 199
    assert smallest_effect(199, 199, icc=0).d_z == pytest.approx(0.2, abs=5e-4)
    assert power_of(199, 199, 0.2, icc=0) >= 0.8 > power_of(198, 198, 0.2, icc=0)


@pytest.mark.parametrize("n", [5, 20, 264])
def test_the_smallest_effect_is_that_of_statsmodels(n: int) -> None:
    wanted = TTestPower().solve_power(nobs=n, power=0.8, alpha=0.05)
    assert smallest_effect(n, n, icc=0.5).d_z == pytest.approx(wanted, rel=1e-5)
    assert power_of(n, n, 0.3, icc=0) == pytest.approx(TTestPower().power(0.3, n, 0.05), rel=1e-6)


def test_families_cost_their_design_effect() -> None:
    assert design_effect(5, 0.3) == pytest.approx(2.2)
    found = tasks_needed(0.2, per_family=5, icc=0.3, sd=12)
    assert found.design_effect == pytest.approx(2.2)
    assert found.tasks % 5 == 0
    assert 198.2 * 2.2 <= found.tasks <= 198.2 * 2.2 + 10  # the few more are for the fewer degrees of freedom
    assert found.effect == pytest.approx(2.4)
    assert found.power >= 0.8
    assert power_of(found.tasks - 5, found.families - 1, 0.2, icc=0.3) < 0.8
    assert f"{found.tasks} tasks in {found.families} families (ICC 0.30, design effect 2.20)" in found.sentence


def test_families_that_are_alike_throughout_are_the_units() -> None:
    assert smallest_effect(100, 20, icc=1).d_z == pytest.approx(smallest_effect(20, 20, icc=0).d_z)


def test_unequal_families_cost_more() -> None:
    equal, unequal = smallest_effect(100, 20, icc=0.3), smallest_effect(100, 20, icc=0.3, per_family=9.0)
    assert unequal.d_z > equal.d_z


@pytest.mark.parametrize("df", [1, 2, 7, 60, 5000])
@pytest.mark.parametrize("noncentrality", [0.1, 1.0, 2.8, 4.5])
def test_power_is_that_of_the_noncentral_t(df: int, noncentrality: float) -> None:
    bound = stats.t.ppf(0.975, df)
    wanted = stats.nct.sf(bound, df, noncentrality) + stats.nct.cdf(-bound, df, noncentrality)
    assert power_of(df + 1, df + 1, noncentrality / math.sqrt(df + 1), icc=0) == pytest.approx(wanted, abs=2e-6)


@settings(deadline=None)
@given(st.integers(2, 60), st.integers(1, 8), st.floats(0, 1), st.floats(0.2, 0.99))
def test_what_is_planned_has_the_power(families: int, per_family: int, icc: float, power: float) -> None:
    plan = smallest_effect(families * per_family, families, icc=icc, power=power)
    assert power_of(plan.tasks, families, plan.d_z, icc=icc) == pytest.approx(power, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        ((5, 1), {"icc": 0.1}),
        ((3, 5), {"icc": 0.1}),
        ((30, 5), {"icc": 1.1}),
        ((30, 5), {"icc": math.nan}),
        ((30, 5), {"icc": 0.1, "power": 1.0}),
        ((30, 5), {"icc": 0.1, "power": 0.01}),
        ((30, 5), {"icc": 0.1, "alpha": 0.0}),
        ((30, 5), {"icc": 0.1, "sd": 0.0}),
    ],
)
def test_what_cannot_be_planned_is_refused(arguments: tuple[int, int], settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        smallest_effect(*arguments, **settings)
    assert caught.value.hint


@pytest.mark.parametrize(("d_z", "per_family"), [(0.0, 5), (math.nan, 5), (1e-7, 5), (0.2, 0)])
def test_effects_that_no_study_finds_are_refused(d_z: float, per_family: int) -> None:
    with pytest.raises(UsageError):
        tasks_needed(d_z, per_family=per_family, icc=0.1)


def test_the_sign_of_an_effect_does_not_matter() -> None:
    assert tasks_needed(-0.3, per_family=2, icc=0.2) == tasks_needed(0.3, per_family=2, icc=0.2)


def test_what_an_estimate_could_have_found() -> None:
    values = np.random.default_rng(1).normal(0, 2, 30)
    found = clustered_mean(values, np.arange(30), unit="points", is_tested=True)
    sd = float(values.std(ddof=1))
    assert detectable(found) == pytest.approx(smallest_effect(30, 30, icc=0).d_z * sd)
    assert detectable(found, power=0.95) == pytest.approx(smallest_effect(30, 30, icc=0, power=0.95).d_z * sd)
    assert detectable(not_available("nothing", unit="points")) is None


def pairs(differences: Any, families: Any) -> Pairs:
    n = len(differences)
    return Pairs(
        np.asarray(differences, dtype=float) + 50, np.full(n, 50.0), np.arange(n), np.asarray(families), Size(n, n)
    )


def test_the_icc_is_that_of_shrout_and_fleiss() -> None:
    # Shrout & Fleiss (1979), table 2: six targets, four judges; ICC(1,1) = .17
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = spread_of(pairs([one for row in ratings for one in row], np.repeat(np.arange(6), 4)), "")
    assert found.icc == pytest.approx(0.166, abs=5e-4)
    assert found.sd == pytest.approx(np.std(ratings, ddof=1))
    assert found.per_family == 4


@pytest.mark.parametrize(
    ("differences", "families", "reason"),
    [
        ([1], [0], "fewer than 2 tasks have a score under both"),
        ([1, 1, 1], [0, 0, 1], "the differences do not vary"),
        ([1, 2, 3], [0, 0, 0], "one family only"),
        ([1, 2, 3], [0, 1, 2], "no family has two tasks"),
    ],
)
def test_what_has_no_icc_says_why(differences: list[float], families: list[int], reason: str) -> None:
    found = spread_of(pairs(differences, families), "")
    assert (found.icc, found.reason) == (None, reason)


def test_no_icc_is_below_none() -> None:
    assert spread_of(pairs([1, -1, 1.5, -1], [0, 0, 1, 1]), "").icc == 0


def test_a_run_gives_the_spread_of_each_manipulation() -> None:
    rows = paired([50, 40, 60, 55], [55, 48, 61, 53], [0, 0, 1, 1])
    (found,) = spreads(table(rows))
    assert found.source == "m, want · want (free) under money"
    assert found.sd == pytest.approx(np.std([5, 8, 1, -2], ddof=1))
    assert found.icc is not None
    assert spreads(table(paired([50], [40], [0])[1:])) == ()


def test_it_survives_json() -> None:
    found = smallest_effect(100, 20, icc=0.3, sd=4.0)
    assert msgspec.json.decode(msgspec.json.encode(found), type=EffectPlan) == found


def found_in(studies: int, plan: EffectPlan) -> float:
    """How many simulated studies find the plan's effect with the test that the analyses use."""
    generator = np.random.default_rng(6)
    per_family = plan.tasks // plan.families
    families = np.repeat(np.arange(plan.families), per_family)
    found = 0
    for _ in range(studies):
        own = generator.normal(0, math.sqrt(plan.icc), plan.families)
        values = plan.d_z + own[families] + generator.normal(0, math.sqrt(1 - plan.icc), plan.tasks)
        p = clustered_mean(values, families, unit="", is_tested=True).p
        found += p is not None and p < plan.alpha
    return found / studies


@pytest.mark.parametrize(("families", "per_family", "icc"), [(12, 5, 0.3), (60, 3, 0.5), (30, 1, 0.0)])
def test_simulated_studies_have_the_power(families: int, per_family: int, icc: float) -> None:
    plan = smallest_effect(families * per_family, families, icc=icc)
    assert found_in(600, plan) == pytest.approx(0.8, abs=3 * math.sqrt(0.8 * 0.2 / 600) + 0.01)


@pytest.mark.soak
@pytest.mark.parametrize(("families", "per_family", "icc"), [(12, 5, 0.3), (60, 3, 0.5), (8, 10, 0.1)])
def test_simulated_studies_have_the_power_at_full_size(families: int, per_family: int, icc: float) -> None:
    plan = smallest_effect(families * per_family, families, icc=icc)
    assert found_in(6000, plan) == pytest.approx(0.8, abs=3 * math.sqrt(0.8 * 0.2 / 6000) + 0.01)
