"""Consistency of choices: repeats, orders and circles, clustered by pair, everything else counted."""

from __future__ import annotations

import math
from itertools import combinations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from motivtui.stats.choice_consistency import ChoiceConsistency, choice_consistencies, kappa, triads_of
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, choice, rating, table


def under(rows: list[Row], manipulation: str = "none", preset: Preset = Preset.ROBUST) -> ChoiceConsistency:
    (found,) = [one for one in choice_consistencies(table(rows), preset) if one.manipulation == manipulation]
    return found


def asked(values: list[float | None], pair: str = "a-b", **changes: object) -> list[Row]:
    """A choice of one offer in each repeat."""
    return [choice(value, pair, "none", repeat=number, **changes) for number, value in enumerate(values, 1)]


def test_repeats_agree_in_every_two_of_them() -> None:
    rows = asked([1, 1, 2]) + asked([2, 2, 2], "c-d") + asked([1, 2, None], "e-f") + asked([1], "g-h")
    found = under(rows)
    wanted = stats.ttest_1samp([1 / 3, 1, 0], 0).confidence_interval()
    assert found.repeat_agreement.value == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert (found.repeat_agreement.low, found.repeat_agreement.high) == (max(0, wanted.low), min(1, wanted.high))
    assert (found.repeat_agreement.n_rows, found.repeat_agreement.n_parents) == (8, 3)
    assert (found.n, found.total, found.excluded) == (9, 10, {"tie": 1})
    assert "asked again, chose the same 44 %" in found.sentence
    assert "excluded: 1 tie" in found.sentence


def test_another_order_or_side_is_another_offer() -> None:
    rows = [choice(1, "a-b", "money"), choice(1, "a-b", "money", task_order="swapped", repeat=2)]
    rows += [choice(2, "a-b", "money", manipulated="second", repeat=2)]
    assert under(rows, "money").repeat_agreement.reason == "no choice was asked again"
    assert under(rows, "money").kappa.reason == "no choice was asked again"


def test_kappa_is_that_of_statsmodels() -> None:
    cells = {(1, 1): 20, (1, 2): 5, (2, 1): 10, (2, 2): 15}  # Wikipedia's grant readers: κ = 0.4
    rows = []
    for (one, two), n in cells.items():
        for number in range(n):
            rows += asked([one, two], f"a{one}{two}{number}-b{one}{two}{number}")
    found = under(rows).kappa
    wanted = cohens_kappa(np.array([[20, 5], [10, 15]]))
    assert found.value == pytest.approx(wanted.kappa)
    assert found.value == pytest.approx(0.4)
    assert found.low is not None
    assert found.high is not None
    assert found.df == 49
    se = (found.high - found.low) / 2 / stats.t.ppf(0.975, 49)
    assert se * math.sqrt(49 / 50) == pytest.approx(wanted.std_kappa)


def test_kappa_does_not_count_what_liking_a_place_brings_about() -> None:
    rows = [row for number in range(5) for row in asked([1, 1], f"a{number}-b")]
    found = under(rows)
    assert found.repeat_agreement.value == 1
    assert found.kappa.reason == "every choice fell on the same place"
    assert "κ NA" in found.sentence


def test_offers_of_one_pair_are_no_independent_offers() -> None:
    one = np.array([True, True, False, False] * 10)
    two = np.array([True, False, False, True] * 10)
    pairs = np.arange(40) // 10
    assert kappa(one, two, pairs).n_parents == 4
    assert kappa(one, two, np.zeros(40, dtype=int)).reason == "one pair only"


def both_orders(first: float | None, swapped: float | None, pair: str, repeat: int = 1) -> list[Row]:
    return [
        choice(first, pair, "none", repeat=repeat),
        choice(swapped, pair, "none", repeat=repeat, task_order="swapped"),
    ]


def test_the_same_winner_in_both_orders() -> None:
    rows = both_orders(1, 2, "a-b") + both_orders(1, 1, "a-b", 2) + both_orders(2, 1, "c-d")
    rows += both_orders(1, None, "e-f") + both_orders(None, None, "g-h")
    found = under(rows)
    cells = found.order_cells
    assert (cells.clear, cells.tie, cells.single, cells.missing) == (2, 1, 1, 1)
    assert found.order_consistency.value == pytest.approx(2 / 3)
    assert (found.order_consistency.n_parents, found.order_consistency.n_rows) == (2, 6)
    assert found.order_consistency.p is None
    published = under(rows, preset=Preset.REPLICATE).order_consistency
    assert published.value == pytest.approx(2 / 3)
    assert published.method.startswith("Wilson")
    assert published.flags == ("offers of the same pair taken as independent: the interval is too short",)


def test_the_first_place_is_tested_exactly_and_by_pair() -> None:
    rows = [row for number in range(10) for row in both_orders(1, 1 if number < 6 else 2, f"a{number}-b")]
    found = under(rows)
    assert found.first.value == 0.8
    assert found.first.p == pytest.approx(stats.binomtest(16, 20).pvalue)
    assert found.first_by_pair.p == pytest.approx(stats.ttest_1samp([1.0] * 6 + [0.5] * 4, 0.5).pvalue)
    assert found.first_by_pair.n_parents == 10
    assert "chose the first shown 80 %" in found.sentence


def test_a_pair_the_other_way_round_is_the_same_pair() -> None:
    found = under([choice(1, "a-b", "none"), choice(2, "b-a", "none"), choice(1, "c-d", "none")])
    assert found.first_by_pair.n_parents == 2


def test_three_tasks_in_a_circle() -> None:
    rows = [choice(1, pair, "none") for pair in ("a-b", "b-c", "c-a", "a-d", "b-d", "c-d")]
    found = under(rows)
    assert (found.triads, found.circles) == (4, 1)
    assert found.circularity.value == 0.25
    assert "1 circle in 4 triads" in found.sentence


def test_a_pair_without_a_majority_closes_no_triad() -> None:
    rows = [choice(1, pair, "none") for pair in ("a-b", "b-c", "c-a")] + [choice(2, "c-a", "none", repeat=2)]
    found = under(rows)
    assert (found.triads, found.circles) == (0, 0)
    assert found.circularity.reason == "no three tasks were all compared"


@settings(deadline=None)
@given(st.lists(st.sampled_from([None, True, False]), min_size=15, max_size=15))
def test_triads_are_counted_as_one_by_one(outcomes: list[bool | None]) -> None:
    beats = set()
    for (one, other), outcome in zip(combinations(range(6), 2), outcomes, strict=True):
        if outcome is not None:
            beats.add((one, other) if outcome else (other, one))
    triads = circles = 0
    for three in combinations(range(6), 3):
        inside = [beat for beat in beats if set(beat) <= set(three)]
        if len(inside) == 3:
            triads += 1
            circles += len({winner for winner, _ in inside}) == 3
    winners, losers = (np.array([beat[place] for beat in sorted(beats)], dtype=np.int64) for place in (0, 1))
    assert triads_of(winners, losers) == (triads, circles)


@pytest.mark.parametrize("preset", list(Preset))
def test_nothing_usable_has_reasons(preset: Preset) -> None:
    found = under([choice(None, manipulation="none")], preset=preset)
    assert (found.repeat_agreement.reason, found.kappa.reason) == ("no choice was asked again",) * 2
    assert found.order_consistency.reason == "no pair with a choice in both orders"
    assert found.first.reason == "no clear choice"
    assert found.first_by_pair.reason == "no clear choice"
    assert found.order_cells.missing == 1


def test_ratings_are_no_choices() -> None:
    assert choice_consistencies(table([rating(2)])) == ()


@pytest.mark.parametrize("name", ["model", "instrument", "judge", "item", "decoding"])
def test_groups_are_never_pooled(name: str) -> None:
    rows = asked([1, 1])
    other = [row | {name: "zzz", "value": row["repeat"]} for row in rows]
    found = [one.repeat_agreement.value for one in choice_consistencies(table([*rows, *other]))]
    assert found == [1, 0]


def test_it_survives_json() -> None:
    found = choice_consistencies(table(asked([1, 2]) + asked([1, 1], "c-d")))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[ChoiceConsistency, ...]) == found


def coverage(seeds: int, preset: Preset = Preset.ROBUST) -> tuple[float, float]:
    """How often the intervals of repeat agreement and of order consistency hold the truth, pairs being unlike."""
    generator = np.random.default_rng(11)
    liking = generator.beta(0.6, 0.6, 100_000)
    agree = float((liking**2 + (1 - liking) ** 2).mean())
    covered = np.zeros(2)
    for _ in range(seeds):
        rows = []
        for pair in range(40):
            liked = generator.beta(0.6, 0.6)
            for repeat in range(1, 5):
                first, swapped = (1 + (generator.random(2) >= [liked, 1 - liked])).tolist()
                rows += both_orders(first, swapped, f"a{pair}-b{pair}", repeat)
        found = under(rows, preset=preset)
        for place, one in enumerate((found.repeat_agreement, found.order_consistency)):
            assert one.low is not None
            assert one.high is not None
            covered[place] += one.low <= agree <= one.high
    return float(covered[0] / seeds), float(covered[1] / seeds)


def test_intervals_cover() -> None:
    assert min(coverage(60)) >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / 60) - 0.01


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    margin = 3 * math.sqrt(0.95 * 0.05 / 400) + 0.01
    assert coverage(400) == pytest.approx((0.95, 0.95), abs=margin)
    assert coverage(400, Preset.REPLICATE)[1] < 0.95 - margin  # the bias that its flag names
