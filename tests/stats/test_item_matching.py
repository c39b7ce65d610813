"""The level of items without its error: by hand and by refitting, whatever the items' units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.item_matching import Matched, dimensions, matched

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints


def entries(families: int = 15, models: int = 2, items: int = 4, seed: int = 1) -> tuple[Floats, Ints, Ints]:
    """Two tasks a family, one trait."""
    generator = np.random.default_rng(seed)
    model, family = np.tile(np.arange(models), 2 * families), np.repeat(np.arange(families), 2 * models)
    trait = generator.normal(0, 6, families)[family] + generator.normal(0, 6, len(family)) + 8 * (model == models - 1)
    return 50 + trait[:, None] + generator.normal(0, 5, (len(family), items)), model, family


def intercepts(values: Floats, models: Ints) -> Floats:
    """What other models have more than the first at the same regressed mean: intercepts and slopes."""
    levels, slopes, means, weights = [], [], [], []
    for model in np.unique(models):
        y, others = values[models == model, 0], values[models == model, 1:]
        k, mean = others.shape[1], others.mean(axis=1)
        cov = np.mean((y - y.mean()) * (mean - mean.mean()))
        if k > 1:
            reliability = k / (k - 1) * (1 - others.var(axis=0).sum() / others.sum(axis=1).var())
        else:
            reliability = np.corrcoef(y, mean)[0, 1]
        slopes.append(cov / (reliability * mean.var()))
        weights.append(len(y) * reliability**2 * mean.var())
        levels.append(y.mean())
        means.append(mean.mean())
    found = np.array(levels) - np.average(slopes, weights=weights) * np.array(means)
    return np.concatenate([found[1:] - found[0], np.array(slopes[1:]) - slopes[0]])


@pytest.mark.parametrize(("models", "items"), [(2, 4), (3, 4), (2, 2)])
def test_f_is_that_of_the_jackknife_by_refitting(models: int, items: int) -> None:
    values, model, family = entries(models=models, items=items)
    found = matched(values[:, 0], values[:, 1:], model, family)
    whole = intercepts(values, model)
    left = np.array([intercepts(values[family != one], model[family != one]) for one in range(15)])
    q = models - 1
    for test, part in ((found.uniform, slice(0, q)), (found.non_uniform, slice(q, None)), (found.either, slice(None))):
        own = whole[part]
        covariance = 14**2 / 15 * np.atleast_2d(np.cov(left[:, part], rowvar=False))
        f = own @ np.linalg.solve(covariance, own) * (15 - len(own)) / (len(own) * 14)
        assert test.f == pytest.approx(f, rel=1e-6)
        assert (test.df, test.df2) == (len(own), 15 - len(own))


@given(st.floats(0.01, 100), st.floats(-1000, 1000))
def test_units_change_no_test(unit: float, origin: float) -> None:
    values, model, family = entries()
    one, other = (
        matched(scale[:, 0], scale[:, 1:], model, family) for scale in (values, values * unit + origin)
    )  # fmt: skip
    assert other.either.f == pytest.approx(one.either.f, rel=1e-5)
    assert other.shifts == pytest.approx(one.shifts * unit, rel=1e-5, abs=1e-7 * unit)


def test_a_model_of_one_family_cannot_be_tested() -> None:
    values, model, family = entries()
    kept = (model == 0) | (family == 3)
    found: Matched = matched(values[kept, 0], values[kept, 1:], model[kept], family[kept])
    assert found.either.reason == "a model has too few families"
    few = family < 2
    assert matched(values[few, 0], values[few, 1:], model[few], family[few]).either.reason == (
        "2 families for 2 differences"
    )


def test_what_does_not_vary_is_of_no_dimension() -> None:
    values, model, _ = entries()
    values[:, 2] = 7.0
    assert dimensions(values, model) == ((0, 1, 3),)


def test_a_difference_between_models_is_no_dimension() -> None:
    values, model, _ = entries(families=60, items=6)
    values[:, :3] += 300 * model[:, None]
    assert dimensions(values, model) == ((0, 1, 2, 3, 4, 5),)
