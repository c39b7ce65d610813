"""Contrasts of groups of manipulations: within tasks, clustered by family, manipulations named."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from motivtui.stats.estimate import clustered_mean
from motivtui.stats.group_contrasts import GroupContrast, group_contrasts
from motivtui.stats.joint_test import joint_f
from motivtui.stats.multiplicity import holm
from tests.stats.rows import Row, rating, table

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = {
    "money": "positive-extrinsic",
    "race": "positive-extrinsic",
    "purpose": "positive-intrinsic",
    "punish": "negative-extrinsic",
    "futility": "demotivation",
    "none": "control",
}


def study(scores: dict[str, Sequence[float | None]], families: Sequence[int]) -> list[Row]:
    """A score for each manipulation and task."""
    return [
        rating(value, f"t{number}", f"f{family}", name, manipulation_group=KINDS[name])
        for name, values in scores.items()
        for number, (value, family) in enumerate(zip(values, families, strict=True))
    ]


def contrasts(rows: list[Row]) -> dict[str, GroupContrast]:
    return {one.contrast: one for one in group_contrasts(table(rows))}


FAMILIES = [0, 0, 1, 1, 2, 3]
SCORES: dict[str, Sequence[float | None]] = {
    "none": [50, 52, 47, 55, 60, 41],
    "money": [60, 66, 58, 61, 72, 55],
    "race": [55, 58, 50, 59, 66, 45],
    "purpose": [61, 59, 57, 66, 70, 52],
    "punish": [58, 60, 52, 57, 69, 49],
    "futility": [40, 45, 38, 50, 51, 30],
}


def test_a_contrast_is_of_the_means_over_manipulations_within_tasks() -> None:
    found = contrasts(study(SCORES, FAMILIES))
    assert list(found) == ["enhancing - demotivating", "extrinsic - intrinsic", "gain - loss"]
    values = {name: np.array(one, dtype=float) for name, one in SCORES.items()}
    extrinsic = (values["money"] + values["race"]) / 2
    wanted = {
        "enhancing - demotivating": (2 * extrinsic + values["purpose"] + values["punish"]) / 4 - values["futility"],
        "extrinsic - intrinsic": extrinsic - values["purpose"],
        "gain - loss": extrinsic - values["punish"],
    }
    for name, differences in wanted.items():
        expected = clustered_mean(differences, np.array(FAMILIES), unit="scale points", is_tested=True)
        for one in (found[name].difference, found[name].complete):
            assert (one.value, one.low, one.high, one.p) == pytest.approx(
                (expected.value, expected.low, expected.high, expected.p)
            )
    raw = [one.difference.p for one in found.values() if one.difference.p is not None]
    assert [one.difference.p_adj for one in found.values()] == pytest.approx(holm(raw))
    gain = found["gain - loss"]
    assert "gain - loss (money, race against punish)" in gain.sentence
    assert "1 manipulations loss: says little of others" in gain.difference.flags


def test_who_is_missing_shows_in_the_complete_tasks() -> None:
    scores = SCORES | {"race": [None, 58, 50, 59, 66, 45]}
    found = contrasts(study(scores, FAMILIES))["gain - loss"]
    assert (found.difference.n_tasks, found.complete.n_tasks) == (6, 5)
    assert (found.n, found.total, found.excluded) == (17, 18, {"missing": 1})
    money, race = np.array(scores["money"], dtype=float), np.array(scores["race"], dtype=float)
    extrinsic = np.nanmean([money, race], axis=0)
    assert found.difference.value == pytest.approx(float((extrinsic - np.array(scores["punish"], dtype=float)).mean()))


def test_one_sided_studies_have_no_contrast() -> None:
    assert contrasts(study({name: SCORES[name] for name in ("none", "money", "race")}, FAMILIES)) == {}


def test_nothing_usable_is_na_with_a_reason() -> None:
    found = contrasts(study({"money": [None] * 3, "punish": [5, 6, 7]}, [0, 1, 2]))["gain - loss"]
    assert (found.difference.value, found.difference.reason) == (None, "no task has a score under both")
    assert found.one.heterogeneity.reason == "one manipulation only"
    assert "NA (no task has a score under both)" in found.sentence
    assert found.equivalence_p is None


def test_manipulations_of_a_side_differ_among_themselves() -> None:
    side = contrasts(study(SCORES, FAMILIES))["gain - loss"].one
    differences = np.array(SCORES["money"], dtype=float) - np.array(SCORES["race"], dtype=float)
    wanted = clustered_mean(differences, np.array(FAMILIES), unit="x", is_tested=True)
    assert wanted.statistic is not None
    assert side.heterogeneity.value == pytest.approx(differences.mean())
    assert side.heterogeneity.statistic == pytest.approx(wanted.statistic**2)  # one difference: F is t squared
    assert side.heterogeneity.p == pytest.approx(wanted.p)


def test_the_joint_test_is_hotellings() -> None:
    # Two columns, a task a family: T² = n·m'S⁻¹m, F = T²(n-p)/(p(n-1)); Johnson & Wichern, example 5.1:
    # (6, 9), (10, 6), (8, 3) against (9, 5) gives T² = 7/9.
    values = np.array([[6, 9], [10, 6], [8, 3]]) - np.array([9.0, 5.0])
    found = joint_f(values, np.arange(3), magnitude=10)
    assert found.f == pytest.approx(7 / 9 * (3 - 2) / (2 * (3 - 1)))
    assert (found.df, found.df2) == (2, 1)


def test_the_joint_test_needs_families_and_variation() -> None:
    values = np.array([[1.0, 2], [2, 1], [3, 5]])
    assert joint_f(values, np.array([0, 0, 1]), magnitude=5).reason == "2 families for 2 differences"
    constant = joint_f(np.ones((4, 2)), np.arange(4), magnitude=5)
    assert (constant.p, constant.reason) == (None, "the differences do not vary between families")


def level(seeds: int) -> None:
    generator = np.random.default_rng(5)
    rejected = 0
    for _ in range(seeds):
        families = np.repeat(np.arange(25), 3)
        values = generator.normal(0, 4, (25, 3))[families] + generator.normal(0, 6, (75, 3))
        p = joint_f(values, families, magnitude=20).p
        assert p is not None
        rejected += p < 0.05
    assert rejected / seeds == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01)


def test_the_joint_test_keeps_its_level() -> None:
    level(400)


@pytest.mark.soak
def test_the_joint_test_keeps_its_level_at_full_size() -> None:
    level(4_000)


def test_it_survives_json() -> None:
    found = group_contrasts(table(study(SCORES, FAMILIES)))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[GroupContrast, ...]) == found
