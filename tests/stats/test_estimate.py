"""Means clustered by family, shares, adjusted p: against figures from outside; what is missing has a reason."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from motivtui.stats.effect_size import d_z, g_av, small_sample_factor
from motivtui.stats.estimate import Estimate, Size, clustered_mean, equivalence_p, share, standard_error
from motivtui.stats.multiplicity import adjusted, benjamini_hochberg, holm

# R's data set `sleep`, and `t.test(extra ~ group, data = sleep, paired = TRUE)` in its documentation:
# t = -4.0621, df = 9, p-value = 0.002833, 95 percent confidence interval -2.4598858 -0.7001142.
SLEEP_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
SLEEP = SLEEP_1 - SLEEP_2
ALONE = np.arange(10)


def test_one_task_a_family_is_the_paired_t_test_of_r() -> None:
    found = clustered_mean(SLEEP, ALONE, unit="h", is_tested=True)
    assert found.value == pytest.approx(-1.58)
    assert found.low == pytest.approx(-2.4598858, abs=5e-8)
    assert found.high == pytest.approx(-0.7001142, abs=5e-8)
    assert found.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert found.df == 9
    assert found.p == pytest.approx(0.002833, abs=5e-7)
    assert (found.n_rows, found.n_tasks, found.n_parents, found.reason) == (10, 10, 10, "")


def test_families_are_clustered_as_statsmodels_does() -> None:
    # statsmodels 0.15.0, OLS on a constant, cov_type="cluster", use_t=True.
    found = clustered_mean(
        np.array([10, 12.5, -3, 4, 4.25, 9, 1, -7.5, 20, 6, 2, 0]),
        np.array([0, 1, 2, 3, 3, 3, 4, 4, 5, 5, 5, 5]),
        unit="points",
        is_tested=True,
    )
    assert found.value == pytest.approx(4.854166666666669, rel=1e-12)
    assert found.low == pytest.approx(-0.34150767962746187, rel=1e-9)
    assert found.high == pytest.approx(10.0498410129608, rel=1e-9)
    assert found.flags == ("few families (6)",)


@pytest.mark.parametrize(
    ("values", "parents", "value", "reason"),
    [
        ([], [], None, "no usable score"),
        ([3.0, 5.0], [1, 1], 4, "one family only"),
        ([4.0, 4.0, 4.0], [1, 2, 3], 4, "no variation between families"),
        ([0.0, 0.0], [1, 2], 0, "no variation between families"),
        ([0.1 + 0.2, 0.3], [1, 2], 0.3, "no variation between families"),
        ([1.0, 3.0, 3.0, 1.0], [1, 1, 2, 2], 2, "no variation between families"),
    ],
)
def test_what_has_no_interval_says_why(
    values: list[float], parents: list[int], value: float | None, reason: str
) -> None:
    found = clustered_mean(np.array(values), np.array(parents, dtype=int), unit="points", is_tested=True)
    assert found.value == (None if value is None else pytest.approx(value))
    assert (found.low, found.high, found.p, found.statistic, found.reason) == (None, None, None, None, reason)


def test_an_estimate_without_a_number_needs_a_reason() -> None:
    wrong: tuple[dict[str, Any], ...] = ({"value": None}, {"value": 1.0}, {"value": 1.0, "low": 0.0, "reason": "half"})
    for arguments in wrong:
        with pytest.raises(ValueError, match=r"needs a reason|two ends"):
            Estimate(**arguments)


def test_an_estimate_survives_json() -> None:
    found = clustered_mean(SLEEP, ALONE, unit="h", is_tested=True)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Estimate) == found


numbers = st.lists(st.tuples(st.integers(-1000, 1000), st.integers(0, 5)), min_size=3, max_size=30)


@given(numbers, st.randoms(use_true_random=False), st.integers(-500, 500))
def test_order_does_not_matter_and_a_shift_shifts(cases: list[tuple[int, int]], random: Any, shift: int) -> None:
    values, parents = np.array([case[0] for case in cases], dtype=float), np.array([case[1] for case in cases])
    order = np.array(sorted(range(len(cases)), key=lambda _: random.random()))
    plain = clustered_mean(values, parents, unit="points", magnitude=1000)
    shuffled = clustered_mean(values[order], parents[order], unit="points", magnitude=1000)
    shifted = clustered_mean(values + shift, parents, unit="points", magnitude=1000)
    assert plain.value is not None
    assert shifted.value == pytest.approx(plain.value + shift, abs=1e-9)
    assert shuffled.value == pytest.approx(plain.value, abs=1e-9)
    assert (plain.low is None) == (shuffled.low is None) == (shifted.low is None)
    if plain.low is not None:
        assert shuffled.low == pytest.approx(plain.low, abs=1e-8)
        assert shifted.low == pytest.approx(plain.low + shift, abs=1e-8)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3 (score without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_shares_have_wilsons_interval(count: int, n: int, low: float, high: float) -> None:
    found = share(count, n)
    assert found.value == count / n
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)
    mirrored = share(n - count, n)
    assert mirrored.low is not None
    assert mirrored.low == pytest.approx(1 - high, abs=5e-5)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_shares_are_tested_exactly_as_scipy_does(case: tuple[int, int]) -> None:
    found = share(*case, is_tested=True)
    assert found.p == pytest.approx(stats.binomtest(*case).pvalue)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= case[0] / case[1] <= found.high <= 1


def test_no_trial_no_share() -> None:
    found = share(0, 0, of="answer")
    assert (found.value, found.reason) == (None, "no answer")


# Benjamini & Hochberg (1995), section 3.2: fifteen p-values, of which their procedure rejects 4 and Bonferroni's 3.
MYOCARDIAL = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
MYOCARDIAL += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000]


def test_benjamini_hochberg_is_that_of_the_paper_and_of_scipy() -> None:
    found = benjamini_hochberg(MYOCARDIAL)
    assert found == pytest.approx(stats.false_discovery_control(MYOCARDIAL))
    assert sum(p is not None and p <= 0.05 for p in found) == 4


def test_holm_is_that_of_statsmodels() -> None:
    # statsmodels 0.15.0, multipletests(method="holm")
    wanted = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1]
    assert holm(MYOCARDIAL) == pytest.approx(wanted)
    assert sum(p is not None and p <= 0.05 for p in holm(MYOCARDIAL)) == 3


def test_what_was_not_tested_does_not_count() -> None:
    assert benjamini_hochberg([0.04, None, 0.01]) == [0.04, None, 0.02]
    assert holm([None, 0.01, 0.04]) == [None, 0.02, 0.04]
    tested = clustered_mean(SLEEP, ALONE, unit="h", is_tested=True)
    untested = clustered_mean(SLEEP, ALONE, unit="h")
    first, second, third = adjusted([untested, tested, None], "effects")
    assert first == untested
    assert third is None
    assert second is not None
    assert (second.p_adj, second.adjustment) == (tested.p, "Benjamini-Hochberg over 1 effects")
    (planned,) = adjusted([tested], "contrasts", is_planned=True)
    assert planned is not None
    assert planned.adjustment == "Holm over 1 contrasts"


@given(st.lists(st.floats(0, 1), max_size=20), st.randoms(use_true_random=False))
def test_adjusted_p_is_never_smaller_and_hangs_on_no_order(p_values: list[float], random: Any) -> None:
    order = sorted(range(len(p_values)), key=lambda _: random.random())
    for adjust in (benjamini_hochberg, holm):
        found = adjust(p_values)
        assert all(after is not None and before <= after <= 1 for before, after in zip(p_values, found, strict=True))
        assert adjust([p_values[place] for place in order]) == [found[place] for place in order]


def test_equivalence_is_tested_as_in_statsmodels() -> None:
    found = clustered_mean(SLEEP, ALONE, unit="h", is_tested=True)
    # statsmodels 0.15.0, ttost_paired(group 1, group 2, -3, 3)
    assert equivalence_p(found, 3) == pytest.approx(0.002655570292658671)
    assert equivalence_p(found, 0.1) == pytest.approx(1, abs=0.01)
    assert equivalence_p(clustered_mean(SLEEP, ALONE * 0, unit="h"), 3) is None


def test_the_standard_error_comes_back() -> None:
    found = clustered_mean(SLEEP, ALONE, unit="h")
    assert standard_error(found) == pytest.approx(SLEEP.std(ddof=1) / math.sqrt(10))


def test_effect_sizes_of_the_sleep_data() -> None:
    # d_z = t/sqrt(n) (Lakens 2013, formula 7); g_av: mean difference by the root of the mean variance, both from R's t.
    found = d_z(SLEEP, ALONE, Size(20, 10), magnitude=6)
    assert found.value == pytest.approx(-4.062127683382037 / math.sqrt(10))
    found = g_av(SLEEP_1, SLEEP_2, ALONE, Size(20, 10))
    assert found.value == pytest.approx(-0.8321810813495397 * small_sample_factor(9))
    assert found.low is not None
    assert found.high is not None
    assert found.low < -0.76 < found.high


@pytest.mark.parametrize("d", [0.3, 2.0])
def test_the_error_of_an_effect_size_is_the_textbooks_where_tasks_are_independent(d: float) -> None:
    # Hedges & Olkin (1985): the variance of a standardised mean of n normal values is about (1 + d²/2)/n.
    n = 4000
    values = np.random.default_rng(2).normal(d, 1, n)
    wanted = math.sqrt((1 + d**2 / 2) / n)
    assert standard_error(d_z(values, np.arange(n), Size(n, n), magnitude=9)) == pytest.approx(wanted, rel=0.05)
    # Two independent conditions with unit variance: 2/n + d²/(4 n) of their difference by the mean SD.
    other = np.random.default_rng(3).normal(0, 1, n)
    wanted = math.sqrt((2 + d**2 / 4) / n)
    assert standard_error(g_av(values, other, np.arange(n), Size(n, n))) == pytest.approx(wanted, rel=0.05)


def test_the_small_sample_factor_is_hedges() -> None:
    # Hedges (1981), table 1: J(2) = .5642, J(10) = .9228, J(50) = .9849.
    assert [small_sample_factor(df) for df in (2, 10, 50)] == pytest.approx([0.5642, 0.9228, 0.9849], abs=1e-4)


def test_no_spread_no_effect_size() -> None:
    same = np.full(5, 3.0)
    size = Size(10, 5)
    parents = np.arange(5)
    assert d_z(same, parents, size, magnitude=50).reason == "the differences do not vary"
    assert g_av(same + 2, same, parents, size).reason == "the scores do not vary"
    assert d_z(same[:1], parents[:1], size, magnitude=50).reason == "fewer than 2 tasks"
    assert g_av(same[:2], same[:2], parents[:2], size).reason == "fewer than 3 tasks"


def test_intervals_of_effect_sizes_cover_the_truth() -> None:
    generator = np.random.default_rng(20)
    families = np.repeat(np.arange(25), 3)
    covered = np.zeros(3)
    seeds = 400
    for _ in range(seeds):
        own = generator.normal(0, 5, 25)[families]
        control = generator.normal(60, 12, 75)
        manipulated = control + 3 + own + generator.normal(0, 6, 75)
        control = control + generator.normal(0, 6, 75)
        differences = manipulated - control
        found = (
            clustered_mean(differences, families, unit="points"),
            d_z(differences, families, Size(150, 75), magnitude=100),
            g_av(manipulated, control, families, Size(150, 75)),
        )
        truth = (3, 3 / math.sqrt(25 + 72), 3 / math.sqrt((180 + 180 + 25) / 2))
        covered += [
            one.low is not None and one.high is not None and one.low <= true <= one.high
            for one, true in zip(found, truth, strict=True)
        ]
    assert covered / seeds == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / seeds) + 0.01)
