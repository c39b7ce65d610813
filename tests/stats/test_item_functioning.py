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


def test_the_gains_are_those_of_statsmodels() -> None:
    rows = study(("x", "y", "z"), shift=4, slope=0.3, families=12)
    found = functioning(rows)["value"]
    from statsmodels.regression.linear_model import OLS

    values = np.array([row["value"] if row["item"] != "fear" else 101 - row["value"] for row in rows]).reshape(-1, 4)
    first = rows[::4]
    y, total = values[:, 1], values.mean(axis=1)
    dummies = np.array([[row["model"] == "y", row["model"] == "z"] for row in first], dtype=float)
    ones = np.ones((len(y), 1))
    steps = [
        np.column_stack([ones, total]),
        np.column_stack([ones, total, dummies]),
        np.column_stack([ones, total, dummies, dummies * (total - total.mean())[:, None]]),
    ]
    groups = np.array([int(row["family"][1:]) for row in first])
    r = [OLS(y, step).fit().rsquared for step in steps]
    fitted = [OLS(y, step).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True) for step in steps]
    for one, gain, wanted in (
        (found.uniform, r[1] - r[0], fitted[1].f_test(np.eye(4)[2:])),
        (found.non_uniform, r[2] - r[1], fitted[2].f_test(np.eye(6)[4:])),
        (found.either, r[2] - r[0], fitted[2].f_test(np.eye(6)[2:])),
    ):
        assert one.value == pytest.approx(gain)
        assert one.statistic == pytest.approx(float(wanted.fvalue), rel=1e-7)
        assert one.p == pytest.approx(float(wanted.pvalue), rel=1e-7)
    assert (found.either.n_tasks, found.either.n_parents, found.either.n_models, found.either.n_rows) == (24, 12, 3, 72)


def test_an_item_that_a_model_scores_higher_is_found() -> None:
    found = functioning(study(shift=12))
    assert found["value"].uniform.p is not None
    assert found["value"].uniform.p < 1e-6
    assert found["value"].size in {"moderate", "large"}
    shifts = dict(found["value"].shifts)
    assert shifts["y"] > 3 > -3 > shifts["x"]
    assert "at the same total these 2 models differ by ΔR² 0." in found["value"].sentence


def test_an_item_that_a_model_spreads_more_is_non_uniform() -> None:
    found = functioning(study(slope=1.5))["value"]
    assert found.non_uniform.p is not None
    assert found.non_uniform.p < 0.001


def test_a_model_that_scores_everything_higher_is_no_difference_of_items() -> None:
    found = functioning(study(level=15, seed=4))
    assert all(one.size == "negligible" for one in found.values())


def test_few_families_are_flagged() -> None:
    assert functioning(study())["value"].either.flags[-1] == "40 families: rejects too often"
    assert functioning(study(families=100))["value"].either.flags == ("the item is part of its total",)


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
    assert functioning(same)["value"].either.reason == "the item is the total"


def test_it_survives_json() -> None:
    found = item_functioning(table(study()))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[ItemFunctioning, ...]) == found


def level(seeds: int) -> None:
    rejected = 0
    for seed in range(seeds):
        p = functioning(study(("x", "y", "z"), seed=seed, families=120))["value"].either.p
        assert p is not None
        rejected += p < 0.05
    assert rejected / seeds == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01)


def test_the_test_keeps_its_level() -> None:
    level(60)


@pytest.mark.soak
def test_the_test_keeps_its_level_at_full_size() -> None:
    level(600)
