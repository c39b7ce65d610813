"""Choices of several models: averaged as log odds, for these models or for models like them, never in one pot."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from scipy import stats

from motivtui.stats.pooled_choice import PooledChoice, pooled_choices
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, choice, table
from tests.stats.test_manipulated_choice import balanced


def only(rows: list[Row], preset: Preset = Preset.ROBUST) -> PooledChoice:
    (found,) = pooled_choices(table(rows), preset)
    return found


def of_models(wins: dict[str, int], pairs: int = 20) -> list[Row]:
    return [row for model, won in wins.items() for row in balanced(won, pairs, model=model)]


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def expit(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def test_the_population_is_a_t_test_over_log_odds() -> None:
    found = only(of_models({"a": 15, "b": 12, "c": 18}))
    values = [logit(0.75), logit(0.6), logit(0.9)]
    wanted = stats.ttest_1samp(values, 0)
    interval = wanted.confidence_interval()
    assert found.population.value == pytest.approx(expit(float(np.mean(values))))
    assert found.population.p == pytest.approx(wanted.pvalue)
    assert (found.population.low, found.population.high) == pytest.approx((expit(interval.low), expit(interval.high)))
    assert found.population.flags == ("few models (3)",)
    assert found.panel.value == pytest.approx(found.population.value)
    assert found.by_model == (("a", 0.75), ("b", 0.6), ("c", 0.9))


def test_the_panel_is_clustered_by_pair_over_models() -> None:
    found = only(of_models({"a": 15, "b": 15})).panel
    # Both models chose the same in every pair: two models are no more than one.
    se = math.sqrt(20 / 19 * (15 * 0.25**2 + 5 * 0.75**2)) / (20 * 0.75 * 0.25)
    half = stats.t.ppf(0.975, 19) * se
    assert (found.low, found.high) == pytest.approx((expit(logit(0.75) - half), expit(logit(0.75) + half)))
    assert (found.df, found.n_models, found.n_rows, found.n_parents) == (19, 2, 40, 20)


def test_two_models_are_no_population() -> None:
    found = only(of_models({"a": 15, "b": 12}))
    assert found.population.reason == "2 models, 3 are needed"
    assert "for these 2 models only" in found.sentence
    assert "NA (2 models, 3 are needed)" in found.sentence


def test_a_model_that_always_chose_the_same_gets_half_a_choice_more() -> None:
    found = only(of_models({"a": 20, "b": 12, "c": 10}))
    values = [math.log(20.5 / 0.5), logit(0.6), 0.0]
    assert found.panel.value == pytest.approx(expit(float(np.mean(values))))
    assert found.population.p == pytest.approx(stats.ttest_1samp(values, 0).pvalue)
    assert "1 model always chose the same" in found.panel.flags
    only_b = [values[1], values[2]]
    assert found.panel.low is not None
    seen = only(of_models({"b": 12, "c": 10})).panel
    assert seen.low is not None
    half = stats.t.ppf(0.975, 19)
    se = (float(np.mean(only_b)) - logit(seen.low)) / half * 2 / 3
    unseen = (1 / 20.5 + 2) / 9
    assert logit(found.panel.low) == pytest.approx(float(np.mean(values)) - half * math.sqrt(se**2 + unseen))


def test_all_models_that_always_chose_the_same_still_have_an_interval() -> None:
    found = only(of_models({"a": 20, "b": 20})).panel
    assert found.low is not None
    assert found.p is not None
    assert 0.5 < found.low < 41 / 42 < (found.high or 0)


def test_the_naive_pot_is_for_replication_only() -> None:
    rows = of_models({"a": 15, "b": 12})
    assert only(rows).naive is None
    naive = only(rows, Preset.REPLICATE).naive
    assert naive is not None
    assert naive.value == 27 / 40
    assert naive.flags[0].startswith("replication only")
    assert "(replication only)" in only(rows, Preset.REPLICATE).sentence


def test_a_model_without_a_clear_choice_is_named() -> None:
    found = only([*of_models({"a": 15, "b": 12}), choice(None, model="c")])
    assert found.left_out == ("c",)
    assert "without a clear choice: c" in found.sentence
    nothing = only([choice(None, model="a"), choice(None, model="b")], Preset.REPLICATE)
    assert nothing.panel.reason == "no clear choice with a note"
    assert nothing.naive is not None
    assert nothing.naive.value is None


def test_the_mean_shift_of_models() -> None:
    rows = of_models({"a": 15, "b": 12, "c": 18})
    rows += [
        choice(1, f"a{number}-b{number}", "none", task_order=order, model=model)
        for number in range(20)
        for order in ("given", "swapped")
        for model in "abc"
    ]
    found = only(rows)
    shifts = [0.25, 0.1, 0.4]
    assert found.panel_shift.value == pytest.approx(0.25)
    assert found.population_shift.p == pytest.approx(stats.ttest_1samp(shifts, 0).pvalue)
    assert found.panel_shift.n_parents == 20
    assert only(of_models({"a": 1, "b": 2})).panel_shift.reason == "no pair has a clear choice under both"


def test_one_model_is_not_pooled() -> None:
    assert pooled_choices(table(of_models({"a": 3}))) == ()


def test_it_survives_json() -> None:
    found = pooled_choices(table(of_models({"a": 3, "b": 20})), Preset.REPLICATE)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[PooledChoice, ...]) == found


def rejected(seeds: int) -> dict[str, float]:
    """How often a true null is rejected when models differ in how the note works on them."""
    generator = np.random.default_rng(8)
    counts = {"population": 0, "naive": 0}
    for _ in range(seeds):
        rows = []
        for model in range(6):
            p = expit(float(generator.normal(0, 0.8)))
            won = int(generator.binomial(40, p))
            rows += balanced(won, 40, model=f"m{model}")
        found = only(rows, Preset.REPLICATE)
        assert found.population.p is not None
        assert found.naive is not None
        assert found.naive.p is not None
        counts["population"] += found.population.p < 0.05
        counts["naive"] += found.naive.p < 0.05
    return {name: n / seeds for name, n in counts.items()}


def test_the_population_keeps_its_level_when_models_differ() -> None:
    assert rejected(40)["population"] <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 40) + 0.01


@pytest.mark.soak
def test_the_population_keeps_its_level_at_full_size() -> None:
    found = rejected(400)
    assert found["population"] == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / 400) + 0.01)
    assert found["naive"] > 0.3
