"""Slopes on estimated components: against refitting without each family, and against what holds in many studies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from motivtui.stats import principal_components as pca
from motivtui.stats.clustered_ols import clustered_ols
from motivtui.stats.component_slopes import GIVEN, METHOD, Reduction, influence, unconditional
from motivtui.stats.estimate import Estimate, Size
from motivtui.stats.principal_components import Rotation

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

TRUE = np.array([[0.9, 0], [0.8, 0], [0, 0.9], [0, 0.8], [0.85, 0]])
KEYS = np.ones(5)


def answers(families: int = 40, seed: int = 1, noise: float = 0.6) -> tuple[Floats, Ints]:
    """Three tasks a family, whose traits hang together; the report goes with the first trait only."""
    generator = np.random.default_rng(seed)
    family = np.repeat(np.arange(families), 3)
    traits = (generator.normal(size=(families, 2))[family] + generator.normal(size=(len(family), 2))) / math.sqrt(2)
    items = traits @ TRUE.T + noise * generator.normal(size=(len(family), 5))
    report = 0.8 * traits[:, 0] + 0.6 * generator.normal(size=len(family))
    return np.column_stack([items, report]), family


def standard(values: Floats) -> Floats:
    found: Floats = (values - values.mean(axis=0)) / values.std(axis=0)
    return found


def fit(values: Floats, family: Ints, rotation: Rotation) -> tuple[tuple[Estimate, ...], Reduction]:
    z = standard(values)
    found = pca.components(z[:, :5], 2, rotation, KEYS)
    slopes = clustered_ols(z[:, 5], found.scores, family, unit="SDs", size=Size(len(z), len(z))).slopes
    return slopes, Reduction(rotation, KEYS, found.loadings)


def slopes_of(values: Floats, rotation: Rotation) -> Floats:
    slopes, _ = fit(values, np.arange(len(values)), rotation)
    return np.array([slope.value or 0.0 for slope in slopes])


@pytest.mark.parametrize("rotation", Rotation)
def test_the_errors_are_those_of_refitting_without_each_family(rotation: Rotation) -> None:
    values, family = answers(noise=0.4)
    slopes, how = fit(values, family, rotation)
    found = unconditional(slopes, values, family, how)
    left = np.array([slopes_of(values[family != one], rotation) for one in range(40)])
    jackknife = np.sqrt(39 / 40 * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    for one, given, se in zip(found, slopes, jackknife.tolist(), strict=True):
        assert one.value == given.value
        assert one.value is not None
        assert one.statistic is not None
        assert one.value / one.statistic == pytest.approx(se, rel=0.1)
        assert (one.method, one.df) == (METHOD, 39)
        assert one.low is not None
        assert one.low < one.value


def test_a_component_that_could_turn_is_less_sure_than_one_that_is_given() -> None:
    values, family = answers()
    slopes, how = fit(values, family, Rotation.VARIMAX)
    _, second = unconditional(slopes, values, family, how)
    assert abs(second.statistic or 0) < 0.9 * abs(slopes[1].statistic or 0)


def test_what_families_move_adds_up_to_nothing() -> None:
    values, family = answers()
    _, how = fit(values, family, Rotation.VARIMAX)
    assert influence(standard(values), family, how).sum(axis=0) == pytest.approx(0, abs=1e-9)


def test_a_slope_without_an_interval_stays_as_it_is() -> None:
    values, family = answers()
    slopes, how = fit(values, family * 0, Rotation.VARIMAX)
    assert unconditional(slopes, values, family * 0, how) == slopes


def test_an_exact_report_is_no_error() -> None:
    values, family = answers()
    values[:, 5] = values[:, 0]
    slopes, how = fit(values, family, Rotation.VARIMAX)
    assert all(one.p is not None for one in unconditional(slopes, values, family, how))


def test_items_that_nearly_depend_on_each_other_are_flagged() -> None:
    for distance, is_given in ((1e-3, True), (1e-1, False)):
        values, family = answers()
        values[:, 1] = values[:, 0] + distance * values[:, 1]
        slopes, how = fit(values, family, Rotation.VARIMAX)
        found = unconditional(slopes, values, family, how)
        assert [one.flags for one in found] == [((GIVEN,) if is_given else ())] * 2
        assert all(one.p is not None and math.isfinite(one.p) for one in found)


def level(seeds: int) -> None:
    """The report does not go with the second component."""
    rejected = 0
    for seed in range(seeds):
        values, family = answers(seed=seed)
        slopes, how = fit(values, family, Rotation.VARIMAX)
        p = unconditional(slopes, values, family, how)[1].p
        assert p is not None
        rejected += p < 0.05
    assert rejected / seeds == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01)


def test_the_test_keeps_its_level() -> None:
    level(25)


@pytest.mark.soak
def test_the_test_keeps_its_level_in_many_studies() -> None:
    level(300)
