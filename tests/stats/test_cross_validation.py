"""Families predicted from the others: the same as leaving each out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.cross_validation import predicted_r_squared


@given(st.integers(0, 10_000), st.integers(2, 8))
def test_it_is_leaving_out_by_hand(seed: int, families: int) -> None:
    generator = np.random.default_rng(seed)
    parents = np.repeat(np.arange(families), 3)
    columns = generator.integers(0, 2, (len(parents), 2)).astype(float)
    values = generator.normal(50, 10, len(parents)) + 6 * columns[:, 0]
    given_columns = np.ones((len(parents), 1))
    found = predicted_r_squared(values, given_columns, columns, parents)
    press = [0.0, 0.0]
    for family in range(families):
        out = parents == family
        for place, design in enumerate((given_columns, np.column_stack([given_columns, columns]))):
            slopes, *_ = np.linalg.lstsq(design[~out], values[~out], rcond=None)
            press[place] += float(((values[out] - design[out] @ slopes) ** 2).sum())
    assert found == pytest.approx(1 - press[1] / press[0], rel=1e-6, abs=1e-6)


def test_chance_predicts_nothing_and_truth_does() -> None:
    generator = np.random.default_rng(2)
    parents = np.arange(60)
    columns = (parents[:, None] % 12 == np.arange(11)).astype(float)
    noise = generator.normal(0, 1, 60)
    ones = np.ones((60, 1))
    chance = predicted_r_squared(noise, ones, columns, parents)
    truth = predicted_r_squared(noise + 5 * (parents % 12), ones, columns, parents)
    assert chance is not None
    assert chance < 0
    assert truth is not None
    assert truth > 0.9


def test_nothing_to_predict_is_none() -> None:
    ones = np.ones((4, 1))
    assert predicted_r_squared(np.arange(4.0), ones, np.eye(4)[:, :1], np.zeros(4, dtype=int)) is None
    assert predicted_r_squared(np.full(4, 7.0), ones, np.eye(4)[:, :1], np.arange(4)) is None
    assert predicted_r_squared(np.arange(4.0), ones, np.empty((4, 0)), np.arange(4)) is None
