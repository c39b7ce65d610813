"""Meta-analysis of models' effects: metafor's published numbers, and intervals that never shrink by chance."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.estimate import Estimate, clustered_mean, not_available, standard_error, t_quantile
from motivtui.stats.meta_analysis import MetaAnalysis, combined_effects, meta_analysis
from motivtui.stats.pooled import pooled_effects
from tests.stats.rows import Row, paired, table

# Colditz et al. (1994): 13 trials of the BCG vaccine, R's metafor::dat.bcg (tpos, tneg, cpos, cneg). metafor documents
# for log risk ratios by DerSimonian-Laird: tau² 0.3088, I² 92.12 %, Q(12) = 152.2330, estimate -0.7141 (SE 0.1787).
BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761],
        [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232],
        [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
    ],
    dtype=float,
)  # fmt: skip
# statsmodels 0.15.0: combine_effects(..., method_re="dl", use_t=True).sd_eff_w_re_hksj
HKSJ = 0.18069662833554745


def bcg() -> MetaAnalysis:
    a, b, c, d = BCG.T
    return combined_effects(
        np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d), unit="log RR"
    )


def test_the_numbers_are_those_of_metafor() -> None:
    found = bcg()
    assert found.tau is not None
    assert found.tau**2 == pytest.approx(0.3088, abs=5e-5)
    assert found.i2 == pytest.approx(0.9212, abs=5e-5)
    assert found.q == pytest.approx(152.2330, abs=5e-5)
    assert found.df == 12
    assert found.mean.value == pytest.approx(-0.7141, abs=5e-5)


def test_the_interval_is_hartung_and_knapps_where_that_is_the_longer() -> None:
    found = bcg().mean
    assert found.value is not None
    assert found.high == pytest.approx(found.value + t_quantile(0.975, 12) * HKSJ, rel=1e-9)
    assert found.statistic == pytest.approx(found.value / HKSJ, rel=1e-9)


def test_chance_agreement_does_not_shorten_the_interval() -> None:
    found = combined_effects(np.array([5.0, 5.01, 4.99, 5.0]), np.full(4, 4.0), unit="x")
    assert (found.tau, found.i2) == (0, 0)
    assert found.mean.value is not None
    assert found.mean.high == pytest.approx(5 + t_quantile(0.975, 3) * math.sqrt(4 / 4))
    assert found.prediction_high == pytest.approx(5 + t_quantile(0.975, 2) * 1)
    assert found.q_p == pytest.approx(1, abs=1e-4)


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0.1, 20)), min_size=3, max_size=12), st.floats(0.1, 10))
def test_units_only_scale(cases: list[tuple[float, float]], factor: float) -> None:
    values, ses = (np.array(side) for side in zip(*cases, strict=True))
    one = combined_effects(values, ses**2, unit="x")
    other = combined_effects(factor * values, (factor * ses) ** 2, unit="x")
    assert one.tau is not None
    assert one.tau >= 0
    assert other.tau == pytest.approx(factor * one.tau, rel=1e-6, abs=1e-5)
    assert other.i2 == pytest.approx(one.i2, abs=1e-6)
    assert other.mean.low == pytest.approx(factor * (one.mean.low or 0), rel=1e-6, abs=1e-6)
    assert one.prediction_low is not None
    assert one.mean.low is not None
    assert one.prediction_low <= one.mean.low


def effect(values: list[float]) -> Estimate:
    return clustered_mean(np.array(values), np.arange(len(values)), unit="x", is_tested=True)


def test_two_models_are_no_sample() -> None:
    found = meta_analysis([effect([1, 2, 4]), effect([2, 3, 7]), not_available("none", unit="x")], unit="x")
    assert (found.mean.value, found.tau, found.q) == (None, None, None)
    assert found.mean.reason == "2 models with an interval, 3 are needed"
    assert "NA (2 models with an interval" in found.sentence


def test_models_without_an_interval_are_counted() -> None:
    found = meta_analysis([effect([1, 2, 4]), effect([2, 3, 7]), effect([0, 3, 9]), effect([4, 4])], unit="x")
    assert found.mean.n_models == 3
    assert found.mean.flags == ("few models (3)", "1 model without an interval left out")


def study(*effects: float) -> list[Row]:
    control = [50.0, 40, 60, 55, 70, 30, 44, 52]
    noise = [1.0, -2, 3, -1, 0, 2, -3, 1]
    return [
        row | {"model": f"m{number}"}
        for number, by in enumerate(effects)
        for row in paired(control, [one + by + wobble for one, wobble in zip(control, noise, strict=True)], range(8))
    ]


def test_pooled_effects_hold_it_and_their_equivalence() -> None:
    (found,) = pooled_effects(table(study(0.2, 0.0, -0.1, 0.1)))
    assert found.meta_analysis.mean.n_models == 4
    assert found.meta_analysis.mean.value == pytest.approx(found.population.value)  # the same precision everywhere
    assert found.meta_analysis.tau == 0
    assert found.equivalence_bound == 5
    assert found.panel_equivalence_p is not None
    assert found.panel_equivalence_p < 0.01
    assert found.population_equivalence_p is not None
    (different,) = pooled_effects(table(study(12, -9, 3, 20)))
    assert different.meta_analysis.i2 is not None
    assert different.meta_analysis.i2 > 0.9
    assert different.population_equivalence_p is not None
    assert different.population_equivalence_p > 0.05
    assert "4 models as a sample of models" in different.meta_analysis.sentence


def test_it_survives_json() -> None:
    found = bcg()
    assert msgspec.json.decode(msgspec.json.encode(found), type=MetaAnalysis) == found


def coverage(seeds: int) -> None:
    generator = np.random.default_rng(3)
    covered = predicted = 0
    for _ in range(seeds):
        truths = generator.normal(3, 4, 8)
        variances = generator.uniform(0.5, 3, 8) ** 2
        found = combined_effects(truths + generator.normal(0, np.sqrt(variances)), variances, unit="x")
        assert found.mean.low is not None
        assert found.mean.high is not None
        assert found.prediction_low is not None
        assert found.prediction_high is not None
        covered += found.mean.low <= 3 <= found.mean.high
        predicted += found.prediction_low <= generator.normal(3, 4) <= found.prediction_high
    margin = 3 * math.sqrt(0.95 * 0.05 / seeds) + 0.01
    assert covered / seeds == pytest.approx(0.95, abs=margin)
    assert predicted / seeds == pytest.approx(0.95, abs=margin)


def test_intervals_cover() -> None:
    coverage(300)


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    coverage(4_000)


def test_what_models_share_makes_the_mean_less_sure_and_says_nothing_of_how_they_differ() -> None:
    values, variances = np.array([1.0, 4.0, 2.0, 7.0]), np.array([1.0, 2.0, 1.5, 1.0])
    alone, sharing = (combined_effects(values, variances, unit="x", shared=one, shared_df=9.0) for one in (0.0, 3.0))
    assert (sharing.q, sharing.tau, sharing.mean.value) == (alone.q, alone.tau, alone.mean.value)
    assert alone.mean.df == pytest.approx(3)
    own = standard_error(alone.mean)
    assert own is not None
    assert standard_error(sharing.mean) == pytest.approx(math.sqrt(own**2 + 3))
    assert sharing.mean.df == pytest.approx((own**2 + 3) ** 2 / (own**4 / 3 + 9 / 9))
    # Of variances of 1 with a covariance of 0.6, 0.4 is each model's own.
    effects = [effect([one - math.sqrt(3), one, one + math.sqrt(3)]) for one in values]
    given, wanted = (
        meta_analysis(effects, unit="x", shared=0.6),
        combined_effects(values, np.full(4, 0.4), unit="x", shared=0.6, shared_df=2.0),
    )
    assert (given.mean.low, given.tau) == pytest.approx((wanted.mean.low, wanted.tau))
    less = meta_analysis(effects, unit="x", shared=-1.0)
    assert less.mean.low == pytest.approx(meta_analysis(effects, unit="x").mean.low)
