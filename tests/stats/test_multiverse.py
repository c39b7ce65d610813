"""The multiverse: the default is the usual effect, grids hold what matters only, and the joint test keeps its level."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.estimate import clustered_mean
from motivtui.stats.multiverse import Multiverse, multiverses
from motivtui.stats.specifications import DEFAULT, Exclusion, Order, Scale, Scoring, contrast, differences, ways
from tests.stats.rows import Row, paired, rating, table


def study(effect: float, seed: int = 1, families: int = 20, repeats: int = 3, **changes: Any) -> list[Row]:
    """Two tasks a family; the manipulation comes in two wordings."""
    generator = np.random.default_rng(seed)
    rows = []
    for family in range(families):
        own = generator.normal(0, 3)
        for task in range(2):
            base = generator.normal(55, 8)
            for name, shift in (("none", 0.0), ("money", effect + own)):
                rows += [
                    rating(
                        base + shift + generator.normal(0, 4), f"{family}-{task}", f"f{family}", name,
                        repeat=repeat, wording=wording, position=generator.integers(1, 5), **changes,
                    )
                    for repeat in range(1, repeats + 1)
                    for wording in ((1, 2) if name == "money" else (1,))
                ]  # fmt: skip
    return rows


def multiverse(rows: list[Row], draws: int = 400) -> Multiverse:
    (found,) = multiverses(table(rows), "money", draws=draws)
    return found


def test_the_default_is_the_usual_effect_in_sds() -> None:
    control: list[float] = [50, 40, 60, 55, 70, 30, 44]
    manipulated: list[float] = [55, 48, 63, 53, 70, 42, 51]
    families = [0, 0, 0, 1, 1, 2, 2]
    found = multiverse(paired(control, manipulated, families))
    spread = np.std([*control, *manipulated], ddof=1)
    wanted = clustered_mean(
        (np.array(manipulated) - np.array(control)) / spread, np.array(families), unit="x", is_tested=True
    )
    assert (found.default.value, found.default.p) == pytest.approx((wanted.value, wanted.p))
    assert found.default.n_rows == 14
    assert len(found.specifications) == 2  # points and ranks: nothing else makes a difference
    assert found.default in [one.effect for one in found.specifications]


def test_the_grid_holds_what_changes_something() -> None:
    rows = study(5)
    made = table(rows)
    of = contrast(made, np.arange(len(made)), made.manipulation.code("money"), made.manipulation.code("none"))
    grid = ways(made, of)
    assert grid[0] == DEFAULT
    assert len(grid) == len(set(grid)) == 3 * 1 * 3 * 2 * 3
    rows[0] |= {"value": None, "status": "refused"}
    rows[1] |= {"status": "repaired"}
    made = table(rows)
    of = contrast(made, np.arange(len(made)), made.manipulation.code("money"), made.manipulation.code("none"))
    assert {one.exclusion for one in ways(made, of)} == set(Exclusion)


def chosen(rows: list[Row], **changes: Any) -> dict[str, tuple[float, int]]:
    """Whether a task has a difference, and the number of rows, by task."""
    made = table(rows)
    of = contrast(made, np.arange(len(made)), made.manipulation.code("money"), made.manipulation.code("none"))
    values, used = differences(made, of, DEFAULT._replace(**changes))
    return {str(place): (float(value), used) for place, value in enumerate(values)}


def test_each_choice_does_what_it_says() -> None:
    rows = [
        rating(10, "a", "f1", repeat=1), rating(20, "a", "f1", repeat=2), rating(60, "a", "f1", repeat=3),
        rating(50, "a", "f1", "money", wording=1), rating(90, "a", "f1", "money", wording=2, position=4),
        rating(40, "b", "f2"), rating(None, "b", "f2", repeat=2, status="refused"),
        rating(44, "b", "f2", "money", status="repaired", wording=1), rating(46, "b", "f2", "money", wording=2),
    ]  # fmt: skip

    def a_and_b(**changes: Any) -> tuple[float, float, int]:
        found = chosen(rows, **changes)
        return found["0"][0], found["1"][0], found["0"][1]

    def wanted(*pairs: tuple[float, float]) -> list[float]:
        spread = np.std(np.array(pairs), ddof=1)
        return [(one - other) / spread for other, one in pairs]

    assert a_and_b()[:2] == pytest.approx(wanted((30, 70), (40, 45)))
    assert a_and_b(scoring=Scoring.MEDIAN)[:2] == pytest.approx(wanted((20, 70), (40, 45)))
    assert a_and_b(scoring=Scoring.FIRST)[:2] == pytest.approx(wanted((10, 50), (40, 44)))
    assert a_and_b(wording=2)[:2] == pytest.approx(wanted((30, 90), (40, 46)))
    assert a_and_b(exclusion=Exclusion.UNREPAIRED)[:2] == pytest.approx(wanted((30, 70), (40, 46)))
    assert a_and_b(scale=Scale.RANKS)[:2] == pytest.approx(wanted((1, 4), (2, 3)))
    assert a_and_b(order=Order.EARLY)[:2] == pytest.approx(wanted((30, 50), (40, 45)))
    complete = a_and_b(exclusion=Exclusion.COMPLETE)
    assert math.isnan(complete[1])
    assert complete[2] == 5
    assert a_and_b()[2] == 8


def test_a_clear_effect_holds_everywhere() -> None:
    found = multiverse(study(12))
    assert (found.same_sign, found.significant) == (1, 1)
    assert found.median_p == pytest.approx(1 / 401)
    assert found.significant_p is not None
    assert found.significant_p < 0.05  # the specifications hang together: by chance all have p < .05, or none
    values = [one.effect.value for one in found.specifications]
    assert values == sorted(value for value in values if value is not None)
    assert found.median == pytest.approx(np.median([value for value in values if value is not None]))
    assert "in 54 specifications, median +" in found.sentence
    assert "jointly p = .002, 100 % of the same sign, 100 % with p < .05" in found.sentence


def test_nothing_to_compare_is_na_with_a_reason() -> None:
    found = multiverse([rating(50, "a"), rating(50, "b", manipulation="money")])
    assert (found.median, found.same_sign, found.median_p) == (None, None, None)
    assert found.reason == "no task has a score under both"
    assert "NA (no task has a score under both)" in found.sentence
    flat = multiverse(paired([50, 50], [50, 50], [0, 1]))
    assert flat.reason == "the scores do not vary"
    assert multiverses(table([rating(50)]), "money") == ()


def test_one_family_has_no_joint_test() -> None:
    found = multiverse(paired([50, 40, 30], [60, 55, 41], [0, 0, 0]))
    assert found.median_p is None
    assert found.significant == 0


def test_only_what_was_asked_for() -> None:
    rows = study(5) + study(5, item="fear") + study(5, instrument="breakdown", item="value")
    assert len(multiverses(table(rows), "money", draws=20)) == 3
    (found,) = multiverses(table(rows), "money", item="fear", draws=20)
    assert found.item == "fear"
    (other,) = multiverses(table(rows), "money", instrument="breakdown", draws=20)
    assert other.item == "value"
    assert multiverses(table(rows), "none") == ()


@given(st.integers(0, 1_000))
def test_labels_exchanged_turn_the_curve_round(seed: int) -> None:
    generator = np.random.default_rng(seed)
    one, other = generator.integers(1, 100, 8).tolist(), generator.integers(1, 100, 8).tolist()
    up, down = multiverse(paired(one, other, range(8)), 50), multiverse(paired(other, one, range(8)), 50)
    assert up.median == pytest.approx(-(down.median or 0), abs=1e-9)
    assert up.median_p == pytest.approx(down.median_p)


def level(seeds: int) -> None:
    medians = significant = 0
    for seed in range(seeds):
        found = multiverse(study(0, seed, families=16, repeats=2), draws=200)
        assert found.median_p is not None
        assert found.significant_p is not None
        medians += found.median_p <= 0.05
        significant += found.significant_p <= 0.05
    margin = 3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01
    assert medians / seeds == pytest.approx(0.05, abs=margin)
    assert significant / seeds <= 0.05 + margin


def test_the_joint_test_keeps_its_level() -> None:
    level(60)


@pytest.mark.soak
def test_the_joint_test_keeps_its_level_at_full_size() -> None:
    level(500)


def test_it_survives_json() -> None:
    found = multiverses(table(study(5, families=4)), "money", draws=20)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Multiverse, ...]) == found
