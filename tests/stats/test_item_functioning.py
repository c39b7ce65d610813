"""Items used alike: gains of R² as statsmodels has them, planted differences found, chance left alone."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from motivtui.stats.item_functioning import ItemFunctioning, item_functioning
from tests.stats.rows import Row, rating, table

ITEMS = ("interest", "value", "mastery", "fear")


def study(
    models: tuple[str, ...] = ("x", "y"),
    *,
    seed: int = 1,
    shift: float = 0,
    slope: float = 0,
    families: int = 40,
    level: float = 0,
) -> list[Row]:
    """Two tasks a family; the last model scores `value` higher by `shift`, and by `slope` a point of the trait."""
    generator = np.random.default_rng(seed)
    rows = []
    for family in range(families):
        own = generator.normal(0, 6)
        for task in range(2):
            for model in models:
                is_last = model == models[-1]
                trait = own + generator.normal(0, 6)
                for place, item in enumerate(ITEMS):
                    value = 50 + level * is_last + trait + generator.normal(0, 5)
                    if item == "value" and is_last:
                        value += shift + slope * trait
                    rows.append(
                        rating(
                            101 - value if item == "fear" else value,
                            f"{family}-{task}",
                            f"f{family}",
                            model=model,
                            item=item,
                            position=place,
                            is_reversed=int(item == "fear"),
                        )
                    )
    return rows


def functioning(rows: list[Row]) -> dict[str, ItemFunctioning]:
    return {one.item: one for one in item_functioning(table(rows))}


def test_the_gains_are_those_of_statsmodels_on_the_regressed_means() -> None:
    rows = study(("x", "y", "z"), slope=0.02, families=12)
    found = functioning(rows)["value"]
    from statsmodels.regression.linear_model import OLS

    assert found.matched_on == ("interest", "mastery", "fear")
    values = np.array([row["value"] if row["item"] != "fear" else 101 - row["value"] for row in rows]).reshape(-1, 4)
    names = np.array([row["model"] for row in rows[::4]])
    y, others = values[:, 1], np.delete(values, 1, axis=1)
    level = others.mean(axis=1)
    for name in "xyz":
        own = others[names == name]
        alpha = 3 / 2 * (1 - own.var(axis=0).sum() / own.sum(axis=1).var())
        level[names == name] = own.mean() + alpha * (own.mean(axis=1) - own.mean())
    dummies = np.array([[name == "y", name == "z"] for name in names], dtype=float)
    ones = np.ones((len(y), 1))
    steps = [
        np.column_stack([ones, level]),
        np.column_stack([ones, level, dummies]),
        np.column_stack([ones, level, dummies, dummies * (level - level.mean())[:, None]]),
    ]
    fitted = [OLS(y, step).fit() for step in steps]
    r = [one.rsquared for one in fitted]
    for one, gain in ((found.uniform, r[1] - r[0]), (found.non_uniform, r[2] - r[1]), (found.either, r[2] - r[0])):
        assert one.value == pytest.approx(gain)
    shifts = dict(found.shifts)
    assert shifts["y"] - shifts["x"] == pytest.approx(fitted[1].params[2])
    assert (found.either.n_tasks, found.either.n_parents, found.either.n_models, found.either.n_rows) == (24, 12, 3, 72)


def test_an_item_that_a_model_scores_higher_is_found() -> None:
    found = functioning(study(shift=12))
    assert found["value"].uniform.p is not None
    assert found["value"].uniform.p < 1e-6
    assert found["value"].size in {"moderate", "large"}
    shifts = dict(found["value"].shifts)
    assert shifts["y"] > 3 > -3 > shifts["x"]
    assert "at the same level of interest, mastery, fear these 2 models differ by ΔR² 0." in found["value"].sentence


def test_an_item_that_differs_is_left_out_of_the_level_of_the_others() -> None:
    found = functioning(study(shift=12, families=120))
    assert found["value"].matched_on == ("interest", "mastery", "fear")
    assert found["interest"].matched_on == ("mastery", "fear")
    assert [one.either.p is not None and one.either.p > 0.01 for one in found.values()].count(True) == 3


def test_most_items_of_a_dimension_stay_in() -> None:
    """Of two that differ from two others nobody can say which two do."""
    rows = [
        row | {"value": row["value"] + 12 * (row["model"] == "y" and row["item"] in {"value", "interest"})}
        for row in study()
    ]
    found = functioning(rows)
    assert min(len(one.matched_on) for one in found.values()) == 2


def test_items_are_compared_within_their_dimension() -> None:
    """Two dimensions, the models' levels apart on one of them: at the same mean of all, all items would differ."""
    generator = np.random.default_rng(3)
    rows = []
    for family in range(120):
        for model in "xy":
            want, able = generator.normal(8 * (model == "y"), 8), generator.normal(0, 8)
            rows += [
                rating(50 + trait + generator.normal(0, 5), f"{family}", f"f{family}", model=model, item=item)
                for item, trait in (("a", want), ("b", want), ("c", want), ("d", able), ("e", able))
            ]
    found = functioning(rows)
    assert {name: one.matched_on for name, one in found.items()} == {
        "a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b"), "d": ("e",), "e": ("d",),
    }  # fmt: skip
    assert found["d"].either.flags == ("compared at one item: which of the two differs cannot be told",)
    assert all((one.either.p or 0) > 0.01 for one in found.values())


def test_an_item_that_a_model_spreads_more_is_non_uniform() -> None:
    found = functioning(study(slope=1.5))["value"]
    assert found.non_uniform.p is not None
    assert found.non_uniform.p < 0.001


def test_a_model_that_scores_everything_higher_is_no_difference_of_items() -> None:
    found = functioning(study(level=15, seed=4))
    assert all(one.size == "negligible" for one in found.values())
    assert all((one.either.p or 0) > 0.01 for one in found.values())


def test_few_families_are_flagged() -> None:
    assert functioning(study(families=7))["value"].either.flags == ("few families (7)",)
    assert functioning(study())["value"].either.flags == ()


def test_p_is_adjusted_over_items() -> None:
    found = functioning(study(shift=4))
    assert {one.either.adjustment for one in found.values()} == {"Benjamini-Hochberg over 4 items"}


def test_too_few_tasks_or_models_are_na_with_a_reason() -> None:
    rows = [*study(), *[row | {"model": "z"} for row in study(families=2)]]
    assert functioning(rows)["value"].left_out == ("z",)
    assert "too few tasks: z" in functioning(rows)["value"].sentence
    few = functioning(study(families=2))["value"]
    assert few.either.reason == "0 models with 10 complete tasks, 2 are needed"
    assert (few.size, few.shifts) == ("", ())
    assert item_functioning(table(study(("x",)))) == ()
    assert item_functioning(table([rating(50, model=model) for model in "xy"])) == ()


def test_an_item_that_does_not_vary_is_na() -> None:
    rows = [row | ({"value": 50.0} if row["item"] == "value" else {}) for row in study()]
    assert functioning(rows)["value"].either.reason == "the item does not vary"
    same = [
        row | {"value": 50.0 + int(row["task"][0]) if row["item"] != "fear" else 51.0 - int(row["task"][0])}
        for row in study()
    ]
    assert functioning(same)["value"].either.reason == "the item is what the others say"


def test_it_survives_json() -> None:
    found = item_functioning(table(study()))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[ItemFunctioning, ...]) == found


def test_items_of_chance_have_no_level_to_be_compared_at() -> None:
    generator = np.random.default_rng(1)
    rows = [
        rating(generator.normal(50, 9), f"{task}", f"f{task}", model=model, item=item)
        for task in range(60) for model in "xy" for item in ITEMS
    ]  # fmt: skip
    found = functioning(rows)["value"]
    assert found.either.reason.startswith("the other items' reliability is ")
    assert found.either.reason.endswith(", 0.3 is needed")


def level(seeds: int) -> None:
    """Two models' levels are 8 points apart: at the same observed mean 7 of 10 true nulls would be rejected."""
    rejected = 0
    for seed in range(seeds):
        p = functioning(study(("x", "y", "z"), seed=seed, families=30, level=8))["value"].either.p
        assert p is not None
        rejected += p < 0.05
    assert rejected / seeds == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01)


def test_the_test_keeps_its_level() -> None:
    level(60)


@pytest.mark.soak
def test_the_test_keeps_its_level_at_full_size() -> None:
    level(600)
