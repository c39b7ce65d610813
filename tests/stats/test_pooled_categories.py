"""Categories over several models: statsmodels' regression with model effects, and tests that keep their level."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from motivtui.stats.pooled_categories import AVERAGED, PooledCategories, pooled_categories
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, rating, table

LABELS = ["a", "a;b", "b", "c", "c", "a;c"]


def study(
    levels: dict[str, float],
    families: int = 24,
    *,
    effects: dict[str, float] | None = None,
    seed: int = 1,
    spread: float = 4,
) -> list[Row]:
    """Two tasks a family; what a family is like, all models share."""
    generator = np.random.default_rng(seed)
    effects = effects or {"a": 0.0, "b": 6.0, "c": -4.0}
    rows = []
    for family in range(families):
        own, label = generator.normal(0, spread), LABELS[family % len(LABELS)]
        for task in range(2):
            base = own + sum(effects[name] for name in label.split(";")) + generator.normal(0, 3)
            rows += [
                rating(
                    level + base + generator.normal(0, 2),
                    f"{family}-{task}",
                    f"f{family}",
                    model=model,
                    categories=label,
                )
                for model, level in levels.items()
            ]
    return rows


def pooled(rows: list[Row], preset: Preset = Preset.ROBUST) -> PooledCategories:
    (found,) = pooled_categories(table(rows), preset=preset)
    return found


def test_the_test_is_that_of_statsmodels() -> None:
    rows = study({"x": 50, "y": 70, "z": 40})
    found = pooled(rows)
    from statsmodels.regression.linear_model import OLS

    y = np.array([row["value"] for row in rows])
    labels = [row["categories"].split(";") for row in rows]
    design = np.array(
        [
            [*(row["model"] == model for model in "xyz"), *(name in own for name in "abc")]
            for row, own in zip(rows, labels, strict=True)
        ],
        dtype=float,
    )
    groups = np.array([int(row["family"][1:]) for row in rows])
    fitted = OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    wanted = fitted.f_test(np.eye(6)[3:])
    assert found.test.statistic == pytest.approx(float(wanted.fvalue), rel=1e-8)
    assert found.test.p == pytest.approx(float(wanted.pvalue), rel=1e-8)
    only_models = OLS(y, design[:, :3]).fit()
    assert found.test.value == pytest.approx(1 - fitted.ssr / only_models.ssr)
    assert (found.test.df, found.test.df2, found.test.n_models, found.test.n_tasks) == (3, 23, 3, 48)
    assert found.models == ("x", "y", "z")
    assert "for these 3 models only" in found.sentence


def test_levels_of_models_do_not_matter() -> None:
    one, other = pooled(study({"x": 50, "y": 70})), pooled(study({"x": 50, "y": 20}))
    assert one.test.statistic == pytest.approx(other.test.statistic)
    assert one.predicted_r_squared == pytest.approx(other.predicted_r_squared)
    for mine, theirs in zip(one.categories, other.categories, strict=True):
        assert mine.deviation.value == pytest.approx(theirs.deviation.value)


def test_a_model_that_lacks_a_category_does_not_bend_it() -> None:
    rows = [row for row in study({"x": 50, "y": 90}, spread=0.1) if row["model"] == "x" or "b" not in row["categories"]]
    found = pooled(rows)
    assert found.test.value is not None
    assert found.test.value > 0.5


def test_the_published_way_averages_models_and_says_so() -> None:
    rows = study({"x": 50, "y": 70})
    found = pooled(rows, Preset.REPLICATE)
    robust = pooled(rows)
    assert found.flags == (AVERAGED,)
    # Every model has every task, so that both ways have the same means here.
    assert found.family_test.statistic == pytest.approx(robust.family_test.statistic)
    assert found.family_test.n_parents == 24


def test_models_without_a_score_are_named() -> None:
    rows = [*study({"x": 50, "y": 70}), rating(None, "0-0", "f0", model="quiet", categories="a")]
    found = pooled(rows)
    assert (found.models, found.left_out) == (("x", "y"), ("quiet",))
    assert "without a score: quiet" in found.sentence


@pytest.mark.parametrize("preset", list(Preset))
def test_nothing_usable_is_na_with_a_reason(preset: Preset) -> None:
    found = pooled([rating(None, model=model) for model in "xy"], preset)
    assert (found.test.value, found.family_test.reason) == (None, "no usable score")
    assert found.predicted_r_squared is None
    assert "categories NA (no usable score)" in found.sentence
    assert pooled_categories(table([rating(50)])) == ()


def test_it_survives_json() -> None:
    found = pooled_categories(table(study({"x": 50, "y": 70})))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[PooledCategories, ...]) == found


def level(seeds: int) -> None:
    rejected = 0
    for seed in range(seeds):
        nothing = {"a": 0.0, "b": 0.0, "c": 0.0}
        p = pooled(study({"x": 50, "y": 70, "z": 40}, 30, effects=nothing, seed=seed)).family_test.p
        assert p is not None
        rejected += p < 0.05
    assert rejected / seeds == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01)


def test_the_test_over_families_keeps_its_level() -> None:
    level(200)


@pytest.mark.soak
def test_the_test_over_families_keeps_its_level_at_full_size() -> None:
    level(1_500)
