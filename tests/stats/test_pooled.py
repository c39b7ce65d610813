"""Several models: for these, and for models like them; tests keep their level where averaging tasks would not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from scipy import stats

from motivtui.stats.estimate import Size, clustered_mean, standard_error
from motivtui.stats.manipulations import manipulation_effects
from motivtui.stats.meta_analysis import meta_analysis
from motivtui.stats.pooled import PooledEffect, effect_of, panel, pooled_effects, population, shared_variance
from motivtui.stats.task_scores import Pairs
from tests.stats.rows import Row, paired, rating, table

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

FAMILIES = [0, 0, 1, 1, 2, 2, 3]
CONTROL: list[float] = [50, 40, 60, 55, 70, 30, 44]
EFFECTS = {"a": [5, 8, 3, -2, 0, 12, 7], "b": [1, 0, -4, 3, 2, 2, 1], "c": [9, 12, 4, 8, 3, 15, 10]}


def study(*models: str) -> list[Row]:
    return [
        row | {"model": model}
        for model in models
        for row in paired(CONTROL, [one + by for one, by in zip(CONTROL, EFFECTS[model], strict=True)], FAMILIES)
    ]


def pooled(rows: list[Row]) -> PooledEffect:
    (found,) = pooled_effects(table(rows))
    return found


def pairs(differences: Floats, families: Ints) -> Pairs:
    n = len(differences)
    return Pairs(differences + 50, np.full(n, 50.0), np.arange(n), families, Size(2 * n, n))


def test_the_panel_is_the_clustered_mean_of_what_the_models_average() -> None:
    found = pooled(study("a", "b", "c"))
    means = np.mean([EFFECTS[model] for model in "abc"], axis=0)
    wanted = clustered_mean(means, np.array(FAMILIES), unit="scale points", is_tested=True)
    assert found.panel.value == pytest.approx(wanted.value)
    assert (found.panel.low, found.panel.high) == pytest.approx((wanted.low, wanted.high))
    assert found.panel.p == pytest.approx(wanted.p)
    assert (found.panel.n_models, found.panel.n_tasks, found.panel.n_parents, found.panel.n_rows) == (3, 7, 4, 42)
    assert [model for model, _ in found.by_model] == ["a", "b", "c"]
    own = [one.difference.value for one in manipulation_effects(table(study("a", "b", "c"))) if one.difference]
    assert [value for _, value in found.by_model] == pytest.approx(own)


def test_the_population_is_two_way_clustered() -> None:
    """By hand: models as one sample, families as another, less what belongs to a model's family alone."""
    found = pooled(study("a", "b", "c")).population
    errors = np.array([np.subtract(EFFECTS[model], np.mean(EFFECTS[model])) / 7 for model in "abc"])
    cells = np.array([[own[np.array(FAMILIES) == family].sum() for family in range(4)] for own in errors])
    by_models = np.var([np.mean(effects) for effects in EFFECTS.values()], ddof=1) / 3
    by_families = 4 / 3 * sum(cells[one] @ cells[other] for one in range(3) for other in range(3) if one != other) / 6
    assert by_families > 0
    df = (by_models + by_families) ** 2 / (by_models**2 / 2 + by_families**2 / 3)
    assert standard_error(found) == pytest.approx(math.sqrt(by_models + by_families))
    assert found.df == pytest.approx(df)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.value or 0) / math.sqrt(by_models + by_families), df))
    assert (found.n_models, found.flags) == (3, ("few models (3)",))


def test_where_models_share_nothing_the_population_is_a_t_over_models() -> None:
    families = np.arange(4)
    noise = [np.array(one, dtype=float) for one in ([3, -3, 0, 0], [0, 0, 4, -4], [-2, 2, -1, 1])]
    models = [pairs(mean + own, families) for mean, own in zip((1.0, 5.0, 7.0), noise, strict=True)]
    assert shared_variance(models) < 0
    found, wanted = population(models), stats.ttest_1samp([1, 5, 7], 0)
    assert (found.low, found.high) == pytest.approx(tuple(wanted.confidence_interval()))
    assert (found.df, found.p) == pytest.approx((2, wanted.pvalue))
    assert shared_variance(models[:1]) == shared_variance([]) == 0


def test_tests_keep_their_level_when_tasks_do_the_same_to_all_models() -> None:
    """Twelve models whose families' effects are half their own and half common, around no effect."""
    generator = np.random.default_rng(4)
    families = np.repeat(np.arange(20), 2)
    seeds = 300
    rejected = {"population": 0, "meta-analysis": 0, "models alone": 0}
    for _ in range(seeds):
        common = generator.normal(0, 5, 20)[families]
        own = [generator.normal(0, 1) + generator.normal(0, 5, 20)[families] for _ in range(12)]
        models = [pairs(common + one + generator.normal(0, 5, 40), families) for one in own]
        effects = [one.differences.mean() for one in models]
        tests = {
            "population": population(models).p,
            "meta-analysis": meta_analysis(
                [effect_of(one) for one in models], unit="x", shared=shared_variance(models)
            ).mean.p,
            "models alone": stats.ttest_1samp(effects, 0).pvalue,
        }
        for name, p in tests.items():
            assert p is not None
            rejected[name] += p < 0.05
    margin = 3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01
    assert rejected["population"] / seeds == pytest.approx(0.05, abs=margin)
    assert rejected["meta-analysis"] / seeds == pytest.approx(0.05, abs=margin)
    assert rejected["models alone"] / seeds > 0.3


def test_two_models_are_no_sample_of_models() -> None:
    found = pooled(study("a", "b"))
    assert (found.population.value, found.population.reason) == (None, "2 models, 3 are needed")
    assert found.panel.low is not None
    assert "for these 2 models only" in found.sentence
    assert "NA (2 models, 3 are needed)" in found.sentence


def test_one_model_is_not_pooled() -> None:
    assert pooled_effects(table(study("a"))) == ()
    assert pooled_effects(table([])) == ()


def test_every_model_weighs_the_same() -> None:
    rows = study("a") + [row for row in study("b") if row["task"] in ("t0", "t6")]
    found = pooled(rows).panel
    mean_a, mean_b = sum(EFFECTS["a"]) / 7, 1
    assert found.value == pytest.approx((mean_a + mean_b) / 2)
    assert found.n_tasks == 7
    # By hand: the error of the mean of both means, summed by family. Model b has t0 in family 0 and t6 in family 3,
    # each 0 from its mean of 1 there, so that only a's errors are left, each with half of a seventh.
    sums = [
        sum(by - mean_a for by, of in zip(EFFECTS["a"], FAMILIES, strict=True) if of == family) for family in range(4)
    ]
    wanted = math.sqrt(4 / 3 * sum((one / 7 / 2) ** 2 for one in sums))
    assert standard_error(found) == pytest.approx(wanted)


def test_a_model_without_pairs_is_named() -> None:
    rows = [*study("a", "b"), rating(50, "t0", "f0", model="quiet"), rating(None, "t0", "f0", "money", model="quiet")]
    found = pooled(rows)
    assert found.left_out == ("quiet",)
    assert found.panel.n_models == 2
    assert "without a pair of scores: quiet" in found.sentence


def test_no_pairs_at_all() -> None:
    rows = [rating(None, model=model, manipulation=name) for model in "ab" for name in ("none", "money")]
    found = pooled(rows)
    assert (found.panel.value, found.panel.reason) == (None, "no task has a score under both")
    assert (found.population.value, found.population.n_models) == (None, 0)


def test_instruments_and_decodings_stand_apart() -> None:
    rows = study("a", "b")
    rows += [row | {"decoding": "schema"} for row in study("a")]
    found = pooled(rows)  # schema has one model only
    assert found.decoding == "free"


def test_it_survives_json() -> None:
    found = pooled_effects(table(study("a", "b", "c")))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[PooledEffect, ...]) == found


def test_tests_keep_their_level_when_models_differ() -> None:
    """Models differ by 3 points around no effect: averaging tasks over models, as is often done, is far off."""
    generator = np.random.default_rng(12)
    families = np.repeat(np.arange(40), 3)
    seeds = 300
    rejected = {"population": 0, "panel": 0, "naive": 0}
    for _ in range(seeds):
        drawn = generator.normal(0, 3, 6)
        noise = [generator.normal(0, 4, 40)[families] + generator.normal(0, 6, 120) for _ in drawn]
        sample = [pairs(own + one, families) for own, one in zip(drawn, noise, strict=True)]
        fixed = [pairs(own - drawn.mean() + one, families) for own, one in zip(drawn, noise, strict=True)]
        of_population, of_panel = population(sample).p, panel(fixed).p
        assert of_population is not None
        assert of_panel is not None
        rejected["population"] += of_population < 0.05
        rejected["panel"] += of_panel < 0.05
        rejected["naive"] += stats.ttest_1samp(np.mean([one.differences for one in sample], axis=0), 0).pvalue < 0.05
    margin = 3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01
    assert rejected["population"] / seeds == pytest.approx(0.05, abs=margin)
    assert rejected["panel"] / seeds == pytest.approx(0.05, abs=margin)
    assert rejected["naive"] / seeds > 0.4
