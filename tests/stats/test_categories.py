"""Categories: means with several labels a task, and joint tests against statsmodels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.categories import CategoryEffect, category_effects
from motivtui.stats.estimate import Estimate, Size
from motivtui.stats.regression import ols_f, wald_f
from tests.stats.rows import Row, rating, table

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

VALUES = [52, 61, 48, 70, 66, 73, 58, 55, 81, 77, 69, 90, 64, 59, 62, 71]
LABELS = ["a", "a", "a", "a", "a;b", "a;b", "b", "b", "b", "b", "c", "c", "c", "c", "a;c", "a;c"]
# statsmodels 0.15.0: OLS of VALUES on a constant and three indicator columns (a task may be in two), two tasks a
# family, cov_type="cluster", use_t=True, f_test of the three columns; and the plain OLS of the eight family means.
WALD = {"f": 10.020300137870501, "p": 0.006296159681615315, "r": 0.20244963369963365}
MEANS = {"f": 0.5722235703308259, "p": 0.6627307254331789, "r": 0.3002920402064657, "adjusted": -0.22448892963868494}


def labelled(labels: list[str], values: list[float], families: list[int], manipulation: str = "none") -> list[Row]:
    return [
        rating(value, f"t{number}", f"f{family}", manipulation, categories=label)
        for number, (label, value, family) in enumerate(zip(labels, values, families, strict=True))
    ]


def effect(rows: list[Row]) -> CategoryEffect:
    (found,) = category_effects(table(rows))
    return found


def test_the_joint_tests_are_those_of_statsmodels() -> None:
    found = effect(labelled(LABELS, [float(value) for value in VALUES], [number // 2 for number in range(16)]))
    assert found.test.statistic == pytest.approx(WALD["f"], rel=1e-9)
    assert found.test.p == pytest.approx(WALD["p"], rel=1e-9)
    assert found.test.value == pytest.approx(WALD["r"], rel=1e-9)
    assert (found.test.df, found.test.df2, found.test.n_parents, found.test.n_tasks) == (3, 7, 8, 16)
    assert found.family_test.statistic == pytest.approx(MEANS["f"], rel=1e-9)
    assert found.family_test.p == pytest.approx(MEANS["p"], rel=1e-9)
    assert found.family_test.value == pytest.approx(MEANS["r"], rel=1e-9)
    assert found.family_adjusted_r_squared == pytest.approx(MEANS["adjusted"], rel=1e-9)
    assert found.test.flags == ("3 families in the smallest category: rejects too often",)
    assert "8 families (F(3, 4) = 0.57, p = .663)" in found.sentence


def test_a_task_counts_in_each_of_its_categories() -> None:
    found = effect(labelled(["a", "a;b", "b"], [10, 20, 60], [0, 1, 2]))
    first, second = found.categories
    assert (first.category, first.mean.value, first.mean.n_tasks) == ("a", 15, 2)
    assert (second.category, second.mean.value, second.mean.n_tasks) == ("b", 40, 2)
    assert first.box == pytest.approx((10, 12.5, 15, 17.5, 20))
    assert first.mean.flags == ("fewer than 3 families",)


def test_only_the_wanted_manipulation_counts() -> None:
    rows = labelled(["a", "b"], [10, 20], [0, 1]) + labelled(["a", "b"], [50, 60], [0, 1], "money")
    assert [one.mean.value for one in effect(rows).categories] == [10, 20]
    (found,) = category_effects(table(rows), "money")
    assert [one.mean.value for one in found.categories] == [50, 60]
    assert category_effects(table(rows), "praise") == ()


def test_a_category_of_one_family_is_described_and_not_tested() -> None:
    labels = ["a", "a", "b", "b", "c", "c", "b;c"]
    found = effect(labelled(labels, [50, 61, 42, 55, 90, 95, 70], [0, 1, 2, 3, 4, 4, 4]))
    assert found.untested == ("c",)
    assert (found.test.n_tasks, found.test.df) == (5, 1)
    assert [one.category for one in found.categories] == ["a", "b", "c"]
    assert found.categories[2].mean.reason == "one family only"
    assert "not tested, one family only: c" in found.sentence


def test_leaving_a_category_out_may_leave_another_with_one_family() -> None:
    # d has one family; without its task f1, c has only f2 left; a and b stay
    labels = ["a", "a", "b", "b", "c", "d"]
    found = effect(labelled(labels, [50, 61, 42, 55, 90, 95], [0, 1, 2, 3, 4, 5]))
    assert found.untested == ("c", "d")
    assert found.family_test.n_parents == 4


@pytest.mark.parametrize(
    ("labels", "values", "reason"),
    [
        (["a"] * 6, [1.0, 2, 3, 4, 5, 6], "fewer than 2 categories to compare"),
        (["a", "a", "a", "b", "b", "b"], [5.0] * 6, "the scores do not vary"),
        (["a", "a", "b", "b", "c", "c"], [1.0, 2, 3, 4, 5, 6], ""),
    ],
)
def test_what_cannot_be_tested_says_why(labels: list[str], values: list[float], reason: str) -> None:
    found = effect(labelled(labels, values, [0, 1, 2, 3, 4, 5]))
    if reason:
        assert (found.test.value, found.test.reason) == (None, reason)
        assert (found.family_test.value, found.family_test.reason) == (None, reason)
        assert f"NA ({reason})" in found.sentence
    else:
        assert found.family_test.value is not None


def test_where_every_category_rests_on_one_family_that_is_said() -> None:
    found = effect(labelled(["a", "b", "c"], [10, 20, 60], [0, 1, 2]))
    assert found.test.reason == found.family_test.reason == "no category has two families of tasks"
    assert "categories NA (no category has two families of tasks)" in found.sentence


def test_perfect_categories_have_no_infinite_f() -> None:
    found = effect(labelled(["a", "a", "a", "b", "b", "b"], [5, 5, 5, 9, 9, 9], [0, 1, 2, 3, 4, 5]))
    assert found.family_test.reason == "no variation within categories"
    assert found.test.value is None


def test_too_few_families_for_the_categories() -> None:
    rows = labelled(["a", "b", "a", "b"], [5, 6, 9, 9], [0, 0, 1, 1])
    assert effect(rows).test.reason == "2 families for 2 categories"


def test_nothing_usable_is_a_row_with_n_0() -> None:
    found = effect([rating(None, status="refused")])
    assert (found.n, found.total, found.categories, found.test.reason) == (0, 1, (), "no usable score")


@given(st.lists(st.integers(1, 100), min_size=12, max_size=12), st.permutations(range(12)), st.integers(-50, 50))
def test_neither_order_nor_shift_nor_the_reference_changes_a_test(
    values: list[int], order: list[int], shift: int
) -> None:
    cases = np.array(values, dtype=float)
    families = np.repeat(np.arange(6), 2)
    columns = np.repeat(np.eye(3), 4, axis=0)
    size = Size(12, 12)

    def by_means(values: Floats, columns: Floats, _: Ints, size: Size) -> Estimate:
        return ols_f(values, columns, size)

    for test in (wald_f, by_means):
        plain = test(cases, columns, families, size)
        others = (
            test(cases[order], columns[order], families[order], size),
            test(cases + shift, columns, families, size),
            test(cases, columns[:, ::-1], families, size),
        )
        for other in others:
            assert (plain.p is None) == (other.p is None)
            if plain.p is not None:
                assert other.p == pytest.approx(plain.p, abs=1e-7)
                assert other.value == pytest.approx(plain.value, abs=1e-9)


def test_the_test_that_sentences_go_by_keeps_its_level() -> None:
    generator = np.random.default_rng(3)
    seeds, by_families = 400, 0
    categories = np.repeat(np.eye(6), 4, axis=0)
    for _ in range(seeds):
        means = generator.normal(50, 6, 24)
        p = ols_f(means, categories, Size(24, 24)).p
        assert p is not None
        by_families += p < 0.05
    assert by_families / seeds == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01)


def test_the_clustered_test_keeps_its_level_with_many_families() -> None:
    generator = np.random.default_rng(3)
    seeds, rejected = 300, 0
    families = np.repeat(np.arange(120), 3)
    columns = (families[:, None] // 40 == np.arange(3)).astype(float)
    for _ in range(seeds):
        values = 50 + generator.normal(0, 5, 120)[families] + generator.normal(0, 6, 360)
        found = wald_f(values, columns, families, Size(360, 360))
        assert found.p is not None
        rejected += found.p < 0.05
    assert rejected / seeds == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01)


def test_it_survives_json() -> None:
    found = category_effects(table(labelled(["a", "a", "b", "b"], [1, 2, 3, 5], [0, 1, 2, 3])))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[CategoryEffect, ...]) == found


def test_categories_are_worth_what_they_predict_of_other_families() -> None:
    generator = np.random.default_rng(3)
    labels = [name for name in "abcd" for _ in range(10)]
    families = list(range(40))
    noise = generator.normal(0, 4, 40).tolist()
    level = {"a": 40, "b": 50, "c": 60, "d": 70}
    real = effect(labelled(labels, [level[one] + by for one, by in zip(labels, noise, strict=True)], families))
    chance = effect(labelled(labels, [50 + by for by in noise], families))
    assert real.predicted_r_squared is not None
    assert real.test.value is not None
    assert 0.7 < real.predicted_r_squared < real.test.value
    assert chance.predicted_r_squared is not None
    assert chance.predicted_r_squared < 0
    assert effect(labelled(["a"], [50], [0])).predicted_r_squared is None
