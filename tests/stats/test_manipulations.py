"""Effects of manipulations: within tasks, clustered by family, never pooled, NA with a reason."""

from __future__ import annotations

import math
import random
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from motivtui.stats.manipulations import ManipulationEffect, manipulation_effects, ranks_of
from tests.stats.rows import Row, choice, paired, rating, table

# Hollander & Wolfe (1973), 29f., as in R's documentation of wilcox.test: depression before and after a tranquilliser.
# R: wilcox.test(x, y, paired = TRUE, alternative = "greater") gives V = 40, p-value = 0.01953.
BEFORE = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
AFTER = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])


def under(rows: list[Row], manipulation: str = "money") -> ManipulationEffect:
    (found,) = [one for one in manipulation_effects(table(rows)) if one.manipulation == manipulation]
    return found


def test_the_difference_is_the_paired_one_clustered_by_family() -> None:
    control: list[float] = [50, 40, 60, 55, 70, 30, 44]
    found = under(paired(control, [55, 48, 63, 53, 70, 42, 51], [0, 0, 0, 1, 1, 2, 2]))
    assert found.difference is not None
    # statsmodels 0.15.0: OLS of 5, 8, 3, -2, 0, 12, 7 on a constant, cov_type="cluster", use_t=True
    assert found.difference.value == pytest.approx(4.714285714285714, rel=1e-12)
    assert found.difference.low == pytest.approx(-6.5947125541345555, rel=1e-9)
    assert found.difference.high == pytest.approx(16.023283982705983, rel=1e-9)
    assert (found.difference.n_rows, found.difference.n_tasks, found.difference.n_parents) == (14, 7, 3)
    assert found.mean.value == pytest.approx(np.mean([55, 48, 63, 53, 70, 42, 51]))
    assert "+4.71 [-6.59, +16.0] points" in found.sentence
    assert "7 tasks in 3 families" in found.sentence


def test_the_control_is_compared_with_nothing() -> None:
    found = under(paired([50, 60], [55, 60], [0, 1]), "none")
    assert (found.difference, found.from_placebo, found.d_z, found.g_av, found.ranks) == (None,) * 5
    assert found.mean.value == 55
    assert "against" not in found.sentence


def test_without_a_control_there_is_no_comparison() -> None:
    found = under([rating(50, manipulation="money")])
    assert (found.difference, found.equivalence_p) == (None, None)


def test_nothing_in_common_has_a_reason() -> None:
    found = under([rating(50, "a", "f1"), rating(50, "b", "f2", "money")])
    assert found.difference is not None
    assert found.difference.reason == "no task has a score under both"
    assert found.d_z is not None
    assert found.d_z.value is None
    assert "NA (no task has a score under both)" in found.sentence


def test_everything_missing_has_a_reason() -> None:
    found = under([rating(None, status="refused"), rating(None, manipulation="money")])
    assert (found.n, found.total, found.excluded, found.mean.reason) == (0, 1, {"missing": 1}, "no usable score")


def test_a_constant_difference_has_no_p() -> None:
    found = under(paired([10, 30, 70], [17, 37, 77], [0, 1, 2]))
    assert found.difference is not None
    assert (found.difference.value, found.difference.p) == (7, None)
    assert found.difference.reason == "no variation between families"
    assert found.d_z is not None
    assert found.d_z.reason == "the differences do not vary"


def test_what_goes_beyond_the_placebo() -> None:
    rows = paired([50, 60, 40], [60, 72, 52], [0, 1, 2])
    for name, added in (("placebo", 4), ("filler", 8)):
        shifted = [(50 + added, "t0", "f0"), (60 + added + 1, "t1", "f1"), (40 + added - 1, "t2", "f2")]
        rows += [rating(*one, name, manipulation_group="placebo") for one in shifted]
    found = under(rows)
    assert found.from_placebo is not None
    assert found.from_placebo.value == pytest.approx(np.mean([60 - 56, 72 - 67, 52 - 45]))
    assert found.from_placebo.n_rows == 9
    placebo = under(rows, "placebo")
    assert placebo.from_placebo is None
    assert placebo.difference is not None
    assert placebo.difference.value == 4
    assert under(paired([50], [60], [0])).from_placebo is None


def test_one_placebo_is_enough_for_a_task() -> None:
    rows = [
        rating(60, "a", "f1", "money"),
        rating(50, "a", "f1", "placebo"),
        rating(None, "a", "f1", "filler", manipulation_group="placebo"),
        rating(80, "b", "f2", "money"),
        rating(60, "b", "f2", "filler", manipulation_group="placebo"),
    ]
    found = under(rows).from_placebo
    assert found is not None
    assert (found.value, found.n_tasks) == (15, 2)


def test_p_is_adjusted_within_a_group_only() -> None:
    generator = np.random.default_rng(4)
    rows = []
    for model in ("one", "two"):
        for manipulation, effect in (("none", 0), ("a", 2), ("b", 4), ("c", 8)):
            for task in range(12):
                value = float(50 + effect + generator.normal(0, 6))
                rows.append(rating(value, f"t{task}", f"f{task}", manipulation, model=model))
    found = manipulation_effects(table(rows))
    for model in ("one", "two"):
        tested = [one.difference for one in found if one.model == model and one.difference]
        raw = [one.p for one in tested if one.p is not None]
        assert len(raw) == 3
        assert [one.p_adj for one in tested] == pytest.approx(list(stats.false_discovery_control(raw)))
        assert {one.adjustment for one in tested} == {"Benjamini-Hochberg over 3 manipulations"}


def test_ranks_are_those_of_r() -> None:
    found = ranks_of(AFTER - BEFORE, np.arange(9), 3.1)
    assert found.statistic == 45 - 40
    assert found.p == pytest.approx(2 * 0.01953, abs=1e-5)
    assert (found.up, found.down, found.same) == (2, 7, 0)


def test_ranks_are_of_families_and_drop_zeros() -> None:
    parents = np.repeat(np.arange(10), 2)
    spread = np.tile([1.0, -1.0], 10)
    means = np.append(AFTER - BEFORE, 0)
    assert ranks_of(means[parents] + spread, parents, 3.1).p == pytest.approx(2 * 0.01953, abs=1e-5)
    assert ranks_of(means[parents] + spread, parents, 3.1).same == 1
    assert ranks_of(np.zeros(4), np.arange(4), 50).reason == "fewer than 2 families differ"


def test_a_family_with_many_tasks_ranks_by_its_mean() -> None:
    parents = np.array([0, 0, 0, 0, 1, 2, 3])
    differences = np.array([1, 1, 1, 1, -2, 3, 4.0])  # by sums, the first would rank last, with the largest
    assert ranks_of(differences, parents, 100).statistic == 2
    assert ranks_of(-differences, parents, 100).statistic == 2


def test_what_rounding_leaves_is_no_difference() -> None:
    assert ranks_of(np.array([1e-14, 5, -3, 2]), np.arange(4), 100).same == 1
    rows = []
    for number, base in enumerate((10, 33, 71)):
        for manipulation, shift in (("none", 0), ("money", 7)):
            scores = (base + shift, base + shift + 1, base + shift + 1)
            rows += [
                rating(value, f"t{number}", f"f{number}", manipulation, repeat=n) for n, value in enumerate(scores)
            ]
    found = under(rows)
    assert found.difference is not None
    assert found.difference.value == pytest.approx(7)
    assert found.difference.reason == "no variation between families"
    assert found.d_z is not None
    assert found.d_z.reason == "the differences do not vary"


def test_no_difference_but_what_rounding_leaves_has_no_p() -> None:
    scores = (50.1, 50.2, 50.4)
    sums = {math.fsum(scores[:2]) + scores[2], scores[2] + scores[1] + scores[0]}
    assert len(sums) == 2  # the order of the repeats shows in the last digit
    rows = []
    for number in range(4):
        for manipulation, order in (("none", scores), ("money", scores[:: -1 if number % 2 else 1])):
            rows += [rating(value, f"t{number}", f"f{number}", manipulation, repeat=n) for n, value in enumerate(order)]
    found = under(rows).difference
    assert found is not None
    assert found.value == pytest.approx(0, abs=1e-12)
    assert (found.p, found.reason) == (None, "no variation between families")


def test_ties_that_rounding_broke_are_ties() -> None:
    exact = np.array([0.5, 0.5, -0.5, 1.5, 2.5, -1.5, 3.5])
    broken = exact + np.array([1e-14, -1e-14, 2e-14, 0, 0, 3e-14, 0])
    parents = np.arange(7)
    assert ranks_of(broken, parents, 100) == ranks_of(exact, parents, 100)


@pytest.mark.parametrize(("maximum", "bound"), [(100, 5), (5, 0.2), (10, 0.5)])
def test_what_counts_as_no_difference_is_a_twentieth_of_the_scale(maximum: int, bound: float) -> None:
    rows = [row | {"scale_maximum": maximum} for row in paired([2, 3, 4], [2, 3, 5], [0, 1, 2])]
    assert under(rows).equivalence_bound == pytest.approx(bound, abs=0.051)


def test_a_judges_scale_has_a_bound_of_its_own() -> None:
    changed: dict[str, Any] = {"phase": "judge", "judge": "j", "scale_maximum": 7}
    assert under([row | changed for row in paired([2, 3, 4], [2, 3, 5], [0, 1, 2])]).equivalence_bound == 0.2


def test_equivalence_beyond_the_placebo() -> None:
    rows = paired([50, 60, 40, 70, 52, 66], [60, 72, 50, 81, 61, 77], range(6))
    rows += [rating(one, f"t{n}", f"f{n}", "placebo") for n, one in enumerate([60, 71, 51, 80, 62, 76])]
    found = under(rows)
    assert found.equivalence_p is not None
    assert found.equivalence_p > 0.99
    assert found.placebo_equivalence_p is not None
    assert found.placebo_equivalence_p < 0.001
    assert under(rows, "placebo").placebo_equivalence_p is None


def test_equivalence_of_a_small_difference() -> None:
    generator = np.random.default_rng(1)
    control = generator.integers(40, 60, 40).astype(float)
    small = under(paired(control.tolist(), (control + generator.integers(-3, 4, 40)).tolist(), range(40)))
    large = under(paired(control.tolist(), (control + 9 + generator.integers(-3, 4, 40)).tolist(), range(40)))
    assert small.equivalence_p is not None
    assert small.equivalence_p < 0.001
    assert large.equivalence_p is not None
    assert large.equivalence_p > 0.99


@pytest.mark.parametrize("name", ["model", "instrument", "judge", "item", "decoding"])
def test_groups_are_never_pooled(name: str) -> None:
    rows = paired([50, 60], [54, 66], [0, 1])
    changed: dict[str, Any] = {name: "zzz"}
    other = [row | changed | {"value": row["value"] + 30 * (row["manipulation"] == "money")} for row in rows]
    found = [one.difference.value for one in manipulation_effects(table([*rows, *other])) if one.difference]
    assert found == [5, 35]


def test_choices_have_no_difference() -> None:
    assert manipulation_effects(table([choice(1), choice(2, manipulation="none")])) == ()


scores = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.sampled_from(["none", "money", "placebo"]), st.integers(1, 100)),
    min_size=1,
    max_size=40,
)


@given(scores, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(cases: list[tuple[int, int, str, int]], order: random.Random) -> None:
    rows = [rating(value, f"t{task}", f"f{task // 2}", name, repeat=repeat) for task, repeat, name, value in cases]
    shuffled = order.sample(rows, len(rows))
    for one, other in zip(manipulation_effects(table(rows)), manipulation_effects(table(shuffled)), strict=True):
        assert (one.manipulation, one.n, one.excluded) == (other.manipulation, other.n, other.excluded)
        assert one.mean.value == pytest.approx(other.mean.value)
        for name in ("difference", "from_placebo", "d_z", "g_av"):
            mine, theirs = getattr(one, name), getattr(other, name)
            assert (mine and mine.reason) == (theirs and theirs.reason)
            assert (mine and mine.value) == (theirs and pytest.approx(theirs.value))


@given(scores, st.integers(1, 50))
def test_a_shift_of_the_manipulated_shifts_the_difference(cases: list[tuple[int, int, str, int]], shift: int) -> None:
    def differences(added: int) -> list[float | None]:
        rows = [
            rating(value + (added if name != "none" else 0), f"t{task}", f"f{task // 2}", name, repeat=repeat)
            for task, repeat, name, value in cases
        ]
        return [one.difference.value for one in manipulation_effects(table(rows)) if one.difference]

    shifted = [None if value is None else pytest.approx(value + shift) for value in differences(0)]
    assert differences(shift) == shifted


def test_it_survives_json() -> None:
    rows = paired([50, 60, 40], [60, 72, 52], [0, 1, 2])
    found = manipulation_effects(table([*rows, rating(40, "t0", "f0", "placebo")]))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[ManipulationEffect, ...]) == found


def test_intervals_cover_and_tests_keep_their_level() -> None:
    """Families share an effect of their own: taking tasks as independent would reject far too often."""
    generator = np.random.default_rng(7)
    seeds, covered, rejected, ranked = 300, 0, 0, 0
    for _ in range(seeds):
        rows = []
        for family in range(15):
            own = generator.normal(0, 6)
            for task in range(4):
                base = generator.normal(55, 10)
                control, money = base + generator.normal(0, 4), base + own + generator.normal(0, 4)
                rows.append(rating(float(control), f"{family}-{task}", f"f{family}"))
                rows.append(rating(float(money), f"{family}-{task}", f"f{family}", "money"))
        effect = under(rows)
        difference, ranks = effect.difference, effect.ranks
        assert difference is not None
        assert difference.low is not None
        assert difference.high is not None
        assert difference.p is not None
        assert ranks is not None
        assert ranks.p is not None
        covered += difference.low <= 0 <= difference.high
        rejected += difference.p < 0.05
        ranked += ranks.p < 0.05
    margin = 3 * math.sqrt(0.95 * 0.05 / seeds) + 0.01
    assert covered / seeds == pytest.approx(0.95, abs=margin)
    assert rejected / seeds == pytest.approx(0.05, abs=margin)
    assert ranked / seeds == pytest.approx(0.05, abs=margin)
