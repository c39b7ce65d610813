"""Paraphrases: the textbook's ICC(A,1), components of variance, studies that rotate wordings."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from motivtui.stats.paraphrase import ParaphraseReliability, components, paraphrase_reliabilities
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, rating, table

# Shrout & Fleiss (1979), table 2: six targets, four judges; here six tasks in four wordings. Table 3: mean squares of
# targets 11.24, judges 32.49, residual 1.02.
TARGETS: list[list[float]] = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def worded(scores: Sequence[Sequence[float | None]], **changes: object) -> list[Row]:
    return [
        rating(value, f"t{task}", f"f{task}", "money", wording=wording, **changes)
        for task, values in enumerate(scores)
        for wording, value in enumerate(values, 1)
    ]


def reliability(rows: list[Row], preset: Preset = Preset.ROBUST) -> ParaphraseReliability:
    (found,) = paraphrase_reliabilities(table(rows), preset, draws=300)
    return found


def test_it_is_the_textbooks() -> None:
    found = reliability(worded(TARGETS), Preset.REPLICATE)
    assert found.icc.value == pytest.approx(0.29, abs=0.005)
    assert found.icc.low == pytest.approx(0.019, abs=0.0005)
    assert found.icc.high == pytest.approx(0.76, abs=0.005)
    assert (found.wordings, found.icc.n_tasks, found.icc.n_parents, found.icc.n_rows) == (4, 6, 6, 24)
    assert found.components is not None
    parts = found.components
    assert parts.task == pytest.approx((11.24 - 1.02) / 4, abs=0.005)
    assert parts.wording == pytest.approx((32.49 - 1.02) / 6, abs=0.005)
    assert parts.task_by_wording == pytest.approx(1.02, abs=0.005)
    assert (parts.repeat, parts.negative) == (None, ())
    single = parts.task + parts.wording + parts.task_by_wording
    assert found.icc.value == pytest.approx(parts.task / single)
    assert [mean for _, mean in found.means] == pytest.approx(np.mean(TARGETS, axis=0))
    assert found.spread == pytest.approx(np.ptp(np.mean(TARGETS, axis=0)))
    assert "in 4 wordings: ICC(A,1) 0.29" in found.sentence


def test_the_robust_interval_resamples_families() -> None:
    found = reliability(worded(TARGETS)).icc
    assert "families resampled" in found.method
    assert found.value == pytest.approx(0.29, abs=0.005)


def test_tasks_without_a_score_in_every_wording_are_counted() -> None:
    scores: list[list[float | None]] = [list(one) for one in TARGETS]
    scores[2][1] = None
    found = reliability(worded(scores))
    assert (found.icc.n_tasks, found.incomplete_tasks) == (5, 1)
    assert (found.n, found.total, found.excluded) == (23, 24, {"missing": 1})
    assert "5 tasks with a score in every wording, 1 without" in found.sentence


def test_rotated_wordings_cannot_be_compared() -> None:
    rows = [rating(50 + task, f"t{task}", f"f{task}", "money", wording=task % 2 + 1) for task in range(8)]
    found = reliability(rows)
    assert (found.icc.value, found.icc.reason) == (None, "no task has a score in every wording")
    assert (found.components, found.spread, found.means) == (None, None, ())


def test_one_wording_is_no_paraphrase() -> None:
    assert paraphrase_reliabilities(table([rating(50), rating(60, "u")])) == ()


def test_repeats_within_a_wording_are_averaged_and_told_apart() -> None:
    rows = worded([[10, 20], [30, 50], [50, 60]]) + worded([[14, 20], [34, 50], [54, 60]], repeat=2)
    found = reliability(rows)
    assert found.components is not None
    assert found.components.repeat == pytest.approx(3 * 8 / 6)
    assert found.icc.n_rows == 12
    assert dict(found.means) == pytest.approx({1: 32, 2: 130 / 3})


def test_components_are_those_that_scores_were_made_of() -> None:
    generator = np.random.default_rng(4)
    found = []
    for _ in range(60):
        true = generator.normal(0, 8, (60, 1)) + generator.normal(0, 3, (1, 6)) + generator.normal(0, 4, (60, 6))
        scores = true[:, :, None] + generator.normal(0, 5, (60, 6, 3))
        means = scores.mean(axis=2)
        counts = np.full((60, 6), 3)
        one = components(means, counts, float(((scores - means[:, :, None]) ** 2).sum()))
        found.append([one.task, one.wording, one.task_by_wording, one.repeat or math.nan])
    task, wording, both, repeat = np.mean(found, axis=0)
    assert task == pytest.approx(64, rel=0.1)
    assert wording == pytest.approx(9, rel=0.25)
    assert both == pytest.approx(16, rel=0.05)
    assert repeat == pytest.approx(25, rel=0.03)


def test_a_component_below_nothing_is_nothing_and_named() -> None:
    found = components(np.array([[1.0, 9], [9, 1], [5, 5]]), np.ones((3, 2), dtype=int), 0.0)
    assert (found.task, found.wording) == (0, 0)
    assert found.negative == ("task", "wording")


def test_it_survives_json() -> None:
    found = paraphrase_reliabilities(table(worded(TARGETS)), draws=20)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[ParaphraseReliability, ...]) == found
