"""How much is written under manipulations: ratios within tasks, cut off executions told, models with their scopes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from scipy import stats

from motivtui.stats.length_effects import LengthEffect, PooledLengthEffect, length_effects, pooled_length_effects
from tests.stats.rows import Row, rating, table


def execution(tokens: float | None, task: str, family: str, manipulation: str = "none", **more: Any) -> Row:
    plain = {"instrument": "execution", "phase": "execute", "item": None, "item_kind": None, "status": None}
    return rating(None, task, family, manipulation, **(plain | {"output_tokens": tokens} | more))


def study(control: Sequence[float | None], manipulated: Sequence[float | None], **more: Any) -> list[Row]:
    """A family for each task."""
    return [
        execution(tokens, f"t{number}", f"f{number}", name, **more)
        for name, side in (("none", control), ("futility", manipulated))
        for number, tokens in enumerate(side)
    ]


def effect(rows: list[Row]) -> LengthEffect:
    (found,) = length_effects(table(rows))
    return found


def test_the_ratio_is_the_t_test_of_the_logarithms() -> None:
    control, manipulated = [100, 250, 80, 400, 320], [70, 200, 75, 220, 300]
    found = effect(study(control, manipulated))
    wanted = stats.ttest_rel(np.log(manipulated), np.log(control))
    low, high = wanted.confidence_interval()
    assert found.ratio.value == pytest.approx(math.exp(np.mean(np.log(manipulated) - np.log(control))))
    assert (found.ratio.low, found.ratio.high) == pytest.approx((math.exp(low), math.exp(high)))
    assert found.ratio.p == pytest.approx(wanted.pvalue)
    assert found.ratio.p_adj == pytest.approx(wanted.pvalue)
    assert "futility against none tokens × 0.77 [" in found.sentence


def test_a_tenth_counts_as_none() -> None:
    generator = np.random.default_rng(2)
    control = generator.integers(100, 900, 60).astype(float)
    same = effect(study(control.tolist(), (control * np.exp(generator.normal(0, 0.05, 60))).tolist()))
    assert same.equivalence_p is not None
    assert same.equivalence_p < 0.001
    other = effect(study(control.tolist(), (1.2 * control * np.exp(generator.normal(0, 0.05, 60))).tolist()))
    assert other.equivalence_p is not None
    assert other.equivalence_p > 0.99


def test_what_was_cut_off_and_what_has_no_count_is_told() -> None:
    rows = study([100, 200, 300, None], [90, 180, 270, 100])
    rows[4] |= {"finish_reason": "length"}
    rows += [execution(50, "t9", "f9", "futility", state="error")]
    found = effect(rows)
    assert (found.truncated.value, found.control_truncated.value) == (0.25, 0)
    assert (found.total, found.excluded) == (9, {"error": 1, "no count of tokens": 1})
    assert found.ratio.n_tasks == 3
    assert found.ratio.value == pytest.approx(0.9)


def test_nothing_in_common_is_na_with_a_reason() -> None:
    found = effect([execution(50, "a", "f1"), execution(50, "b", "f2", "futility")])
    assert (found.ratio.value, found.ratio.reason, found.equivalence_p) == (None, "no task was done under both", None)
    assert "NA (no task was done under both)" in found.sentence
    assert length_effects(table([execution(50, "a", "f1", "futility")])) == ()
    assert length_effects(table([rating(50)])) == ()


def test_models_have_ratios_of_their_own_and_one_together() -> None:
    ratios = {"x": 0.8, "y": 0.9, "z": 0.5}
    generator = np.random.default_rng(1)
    rows = []
    for model, ratio in ratios.items():
        control = generator.integers(100, 900, 12).astype(float)
        manipulated = control * ratio * np.exp(generator.normal(0, 0.1, 12))
        rows += study(control.tolist(), manipulated.tolist(), model=model)
    rows += study([100], [None], model="quiet")
    (found,) = pooled_length_effects(table(rows))
    own = [one.ratio.value for one in length_effects(table(rows)) if one.model != "quiet"]
    assert [value for _, value in found.by_model] == pytest.approx(own)
    logs = np.log([value for _, value in found.by_model])
    assert found.panel.value == pytest.approx(math.exp(logs.mean()))
    low, high = stats.ttest_1samp(logs, 0).confidence_interval()
    assert (found.population.low, found.population.high) == pytest.approx((math.exp(low), math.exp(high)))
    assert found.meta_analysis.tau is not None
    assert found.meta_analysis.tau > 0.1
    assert found.left_out == ("quiet",)
    assert "for these 3 models only tokens × 0.7" in found.sentence
    assert found.panel_equivalence_p is not None
    assert found.panel_equivalence_p > 0.99
    assert pooled_length_effects(table(study([100], [90]))) == ()


def test_no_model_with_a_pair() -> None:
    rows = study([100], [None], model="x") + study([None], [100], model="y")
    (found,) = pooled_length_effects(table(rows))
    assert (found.panel.value, found.by_model) == (None, ())


def test_it_survives_json() -> None:
    rows = study([100, 200, 300], [90, 150, 280], model="x") + study([100, 200, 300], [95, 150, 270], model="y")
    one, pooled = length_effects(table(rows)), pooled_length_effects(table(rows))
    assert msgspec.json.decode(msgspec.json.encode(one), type=tuple[LengthEffect, ...]) == one
    assert msgspec.json.decode(msgspec.json.encode(pooled), type=tuple[PooledLengthEffect, ...]) == pooled
