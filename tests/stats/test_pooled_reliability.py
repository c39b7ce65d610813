"""Retest correlations over models: the mean of Fisher's z, for these models and for models like them."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from scipy import stats

from motivtui.stats.pooled_reliability import PooledReliability, pooled_reliabilities
from tests.stats.rows import Row, rating, table


def study(noise: dict[str, float], tasks: int = 40, seed: int = 1) -> list[Row]:
    """Two repeats of each task; the models share what tasks are like."""
    generator = np.random.default_rng(seed)
    true = generator.normal(50, 8, tasks)
    return [
        rating(float(true[task] + generator.normal(0, spread)), f"t{task}", f"f{task // 2}", model=model, repeat=repeat)
        for model, spread in noise.items()
        for repeat in (1, 2)
        for task in range(tasks)
    ]


def pooled(rows: list[Row], draws: int = 500) -> PooledReliability:
    (found,) = pooled_reliabilities(table(rows), draws=draws)
    return found


def test_it_is_the_tanh_of_the_mean_z() -> None:
    rows = study({"a": 2, "b": 5, "c": 9})
    found = pooled(rows)
    r = []
    for model in "abc":
        one, other = ([row["value"] for row in rows if (row["model"], row["repeat"]) == (model, n)] for n in (1, 2))
        r.append(stats.pearsonr(one, other).statistic)
    assert [value for _, value in found.by_model] == pytest.approx(r)
    assert found.panel.value == pytest.approx(math.tanh(np.arctanh(r).mean()))
    low, high = stats.ttest_1samp(np.arctanh(r), 0).confidence_interval()
    assert found.population.low == pytest.approx(math.tanh(low))
    assert found.population.high == pytest.approx(math.tanh(high))
    assert found.panel.low is not None
    assert found.panel.low < (found.panel.value or 0)
    assert (found.panel.n_models, found.panel.n_parents, found.panel.n_tasks) == (3, 20, 40)
    assert "few models (3)" in found.population.flags
    assert "for these 3 models only" in found.sentence


def test_models_without_a_correlation_are_named() -> None:
    rows = study({"a": 2, "b": 5})
    rows += [rating(50, f"t{task}", f"f{task}", model="flat", repeat=repeat) for task in range(5) for repeat in (1, 2)]
    rows += [rating(20 + task, f"t{task}", f"f{task}", model="line", repeat=n) for task in range(5) for n in (1, 2)]
    rows += [rating(20, model="quiet")]
    found = pooled(rows)
    assert dict(found.left_out) == {
        "flat": "one of the repeats does not vary",
        "line": "the repeats lie on a line",
        "quiet": "fewer than 3 repeated tasks",
    }
    assert found.population.reason == "2 models, 3 are needed"
    assert "left out: flat (one of the repeats does not vary)" in found.sentence


def test_one_model_is_not_pooled_and_none_is_na() -> None:
    assert pooled_reliabilities(table(study({"a": 2}))) == ()
    found = pooled([rating(50, model=model) for model in "ab"])
    assert (found.panel.value, found.panel.reason, found.panel.n_models) == (None, "no model has a correlation", 0)


def test_it_survives_json() -> None:
    found = pooled_reliabilities(table(study({"a": 2, "b": 5, "c": 9})), draws=50)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[PooledReliability, ...]) == found
