"""Cronbach's α: psych's numbers, reversed items turned round, incomplete tasks counted."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.estimate import Size
from motivtui.stats.internal_consistency import InternalConsistency, cronbach, internal_consistencies
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, rating, table

# Shrout & Fleiss (1979), table 2, their judges taken as items: α is ICC(3,k), which R's psych::ICC documents as 0.91
# (0.676 to 0.99).
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
ITEMS = ("interest", "value", "mastery", "fear")


def answered(scores: list[list[float | None]], reversed_item: str = "") -> list[Row]:
    return [
        rating(
            value if name != reversed_item or value is None else 101 - value,
            f"t{task}",
            f"f{task}",
            item=name,
            position=place,
            is_reversed=int(name == reversed_item),
        )
        for task, values in enumerate(scores)
        for place, (name, value) in enumerate(zip(ITEMS, values, strict=False))
    ]


def consistency(rows: list[Row], preset: Preset = Preset.ROBUST) -> InternalConsistency:
    (found,) = internal_consistencies(table(rows), preset, draws=300)
    return found


def test_alpha_is_that_of_psych() -> None:
    found = consistency(answered([list(map(float, one)) for one in TARGETS]), Preset.REPLICATE)
    assert found.alpha.value == pytest.approx(0.91, abs=0.005)
    assert found.alpha.low == pytest.approx(0.676, abs=0.0005)
    assert found.alpha.high == pytest.approx(0.99, abs=0.005)
    assert [one.item for one in found.items] == list(ITEMS)
    assert "Cronbach's α 0.91 [0.68, 0.99] of 4 items; 6 tasks" in found.sentence


def test_items_are_related_to_the_others() -> None:
    found = consistency(answered([list(map(float, one)) for one in TARGETS]))
    values = np.array(TARGETS, dtype=float)
    first = found.items[0]
    assert first.rest_correlation == pytest.approx(np.corrcoef(values[:, 0], values[:, 1:].sum(axis=1))[0, 1])
    rest = values[:, 1:]
    wanted = 3 / 2 * (1 - rest.var(axis=0, ddof=1).sum() / rest.sum(axis=1).var(ddof=1))
    assert first.alpha_without == pytest.approx(wanted)
    assert found.alpha.value == pytest.approx(0.91, abs=0.005)
    assert "families resampled" in found.alpha.method


def test_a_reversed_item_is_turned_round() -> None:
    scores: list[list[float | None]] = [list(map(float, one)) for one in TARGETS]
    plain, turned = consistency(answered(scores)), consistency(answered(scores, "fear"))
    assert turned.alpha.value == pytest.approx(plain.alpha.value)
    assert [one.is_reversed for one in turned.items] == [False, False, False, True]
    assert "(fear reversed)" in turned.sentence


def test_tasks_without_every_item_are_counted() -> None:
    scores: list[list[float | None]] = [list(map(float, one)) for one in TARGETS]
    scores[1][2] = None
    found = consistency(answered(scores))
    assert (found.alpha.n_tasks, found.incomplete_tasks, found.n, found.total) == (5, 1, 23, 24)
    assert found.excluded == {"missing": 1}


def test_nothing_to_go_together_is_na_with_a_reason() -> None:
    few = consistency(answered([[10, 20], [20, 30]]))
    assert (few.alpha.value, few.alpha.reason) == (None, "2 complete tasks, 3 are needed")
    assert few.items[0].rest_correlation is None
    flat = consistency(answered([[10, 20], [20, 10], [15, 15]]))
    assert flat.alpha.reason == "the sum of the items does not vary"
    assert internal_consistencies(table([rating(50), rating(60, "u")])) == ()


@given(st.lists(st.lists(st.integers(1, 100), min_size=3, max_size=3), min_size=3, max_size=12))
def test_both_presets_have_the_same_alpha(scores: list[list[int]]) -> None:
    values, parents = np.array(scores, dtype=float), np.arange(len(scores))
    size = Size(3 * len(scores), len(scores))
    robust, published = (cronbach(values, parents, preset=preset, size=size, draws=10, seed=1) for preset in Preset)
    if robust.value is None:
        assert published.value is None
    else:
        assert published.value == pytest.approx(robust.value, rel=1e-6, abs=1e-6)


def coverage(seeds: int) -> None:
    generator = np.random.default_rng(6)
    families = np.repeat(np.arange(50), 2)
    covered = 0
    for _ in range(seeds):
        shared = generator.normal(0, 6, 50)[families] + generator.normal(0, 6, 100)
        values = shared[:, None] + generator.normal(0, 8, (100, 5))
        found = cronbach(values, families, preset=Preset.ROBUST, size=Size(500, 100), draws=400, seed=1)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 5 * 72 / (5 * 72 + 64) <= found.high
    assert covered / seeds == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / seeds) + 0.01)


def test_intervals_cover() -> None:
    coverage(200)


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    coverage(1_500)


def test_it_survives_json() -> None:
    found = internal_consistencies(table(answered([[10, 20], [20, 30], [40, 30]])), draws=20)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[InternalConsistency, ...]) == found
