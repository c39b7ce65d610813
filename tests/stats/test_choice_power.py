"""Power of choices by simulation: its level, its limits, and the same test as the analysis has."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from scipy import stats

from motivtui.errors import UsageError
from motivtui.stats.choice_power import ChoicePlan, choice_power, smallest_share
from motivtui.stats.choices import choice_effects
from tests.stats.rows import choice, table


def value(plan: ChoicePlan | None) -> float:
    assert plan is not None
    assert plan.power.value is not None
    return plan.power.value


def test_no_pull_is_found_at_the_level_of_the_test() -> None:
    assert value(choice_power(60, 4, 0.5, studies=2000)) == pytest.approx(0.05, abs=0.025)


def test_pairs_without_a_liking_of_their_own_are_a_t_test_of_binomials() -> None:
    # One offer of each of n pairs: nearly the power of a test of one share, Pr(|Z| > 1.96) with its own SD.
    n, p = 200, 0.6
    shift, sd = (p - 0.5) * math.sqrt(n), math.sqrt(p * (1 - p))
    wanted = stats.norm.sf(stats.t.ppf(0.975, n - 1) - shift / sd)
    assert value(choice_power(n, 1, p, pair_sd=0.0, studies=4000)) == pytest.approx(wanted, abs=0.03)


def test_the_power_grows_with_all_that_helps() -> None:
    plain = value(choice_power(40, 2, 0.6))
    assert value(choice_power(80, 2, 0.6)) > plain
    assert value(choice_power(40, 2, 0.7)) > plain
    assert value(choice_power(40, 8, 0.6)) > plain
    assert value(choice_power(41, 1, 0.6, pair_sd=3.0)) < value(choice_power(40, 4, 0.6, pair_sd=3.0))


def test_likings_cancel_where_the_note_is_on_both_sides_of_a_pair() -> None:
    # What is taken for its own sake on one side is lost on the other: less varies between pairs than by chance alone.
    assert value(choice_power(40, 4, 0.6, pair_sd=6.0)) > value(choice_power(40, 4, 0.6, pair_sd=0.0)) + 0.1
    once = [value(choice_power(40, 1, 0.6, pair_sd=sd, studies=4000)) for sd in (0.0, 6.0)]
    assert once[0] == pytest.approx(once[1], abs=0.04)  # one offer of a pair shows nothing of its liking


def test_an_odd_number_of_offers_favours_no_side() -> None:
    assert value(choice_power(60, 3, 0.5, pair_sd=3.0)) == pytest.approx(0.05, abs=0.025)


def test_the_smallest_share_has_the_power_and_a_smaller_one_has_not() -> None:
    found = smallest_share(60, 4)
    assert value(found) >= 0.8
    assert found is not None
    assert value(choice_power(60, 4, found.share - 0.01)) < 0.8
    assert smallest_share(2, 1) is None
    assert "is found in 80 of 100 simulated studies" in found.sentence


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        ((1, 4, 0.6), {}),
        ((10, 0, 0.6), {}),
        ((10, 4, 1.0), {}),
        ((10, 4, math.nan), {}),
        ((10, 4, 0.6), {"pair_sd": -1.0}),
        ((10, 4, 0.6), {"alpha": 1.0}),
        ((10, 4, 0.6), {"studies": 10}),
    ],
)
def test_what_cannot_be_planned_is_refused(arguments: tuple[int, int, float], settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        choice_power(*arguments, **settings)
    assert caught.value.hint


def test_other_plans_that_cannot_be() -> None:
    with pytest.raises(UsageError):
        smallest_share(10, 4, power=1.0)


def test_it_is_seeded_and_survives_json() -> None:
    found = choice_power(20, 2, 0.7, studies=200, seed=4)
    assert choice_power(20, 2, 0.7, studies=200, seed=4) == found
    assert choice_power(20, 2, 0.7, studies=200, seed=5) != found
    assert msgspec.json.decode(msgspec.json.encode(found), type=ChoicePlan) == found


def analysed(studies: int) -> float:
    """How many simulated runs find the pull by the analysis itself."""
    generator = np.random.default_rng(12)
    nodes = generator.normal(0, 1, 200_000)
    pull = 0.5
    share = float((1 / (1 + np.exp(-(pull + nodes)))).mean())
    found = 0
    for _ in range(studies):
        rows = []
        for pair in range(30):
            own = generator.normal()
            for side, sign in (("first", 1), ("second", -1)):
                taken = generator.random() < 1 / (1 + math.exp(-(pull + sign * own)))
                rows.append(choice(1 if taken == (side == "first") else 2, f"a{pair}-b{pair}", manipulated=side))
        (effect,) = choice_effects(table(rows))
        assert effect.manipulated_by_pair is not None
        p = effect.manipulated_by_pair.p
        found += p is not None and p < 0.05
    return found / studies - value(choice_power(30, 2, share, studies=4000))


def test_it_is_the_power_of_the_analysis() -> None:
    assert analysed(150) == pytest.approx(0, abs=3 * math.sqrt(0.25 / 150) + 0.01)


@pytest.mark.soak
def test_it_is_the_power_of_the_analysis_at_full_size() -> None:
    assert analysed(1500) == pytest.approx(0, abs=3 * math.sqrt(0.25 / 1500) + 0.02)
