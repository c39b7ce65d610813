"""The pull of a note: log odds clustered by pair, against the same pair without it."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from motivtui.stats.choices import choice_effects
from motivtui.stats.manipulated_choice import ManipulatedChoice, logit_share, manipulated_choices
from tests.stats.rows import Row, choice, rating, table


def under(rows: list[Row], manipulation: str = "money") -> ManipulatedChoice:
    (found,) = [one for one in manipulated_choices(table(rows)) if one.manipulation == manipulation]
    return found


def balanced(wins: int, pairs: int, manipulation: str = "money", **changes: object) -> list[Row]:
    """A choice of each pair, the note by turns first and second on the page."""
    rows = []
    for number in range(pairs):
        side, order = ("first", "second")[number % 2], ("given", "swapped")[number // 2 % 2]
        is_first = (side == "first") == (order == "given")
        value = 1 if (number < wins) == is_first else 2
        rows.append(choice(value, f"a{number}-b{number}", manipulation, manipulated=side, task_order=order, **changes))
    return rows


def test_the_share_and_its_independent_interval() -> None:
    found = under(balanced(15, 20))
    assert (found.chosen, found.n, found.flags) == (15, 20, ())
    assert found.independent.p == pytest.approx(stats.binomtest(15, 20).pvalue)
    assert (found.independent.low, found.independent.high) == pytest.approx(
        proportion_confint(15, 20, method="wilson"), rel=1e-9
    )


def test_the_interval_on_log_odds_is_that_of_a_clustered_logit() -> None:
    generator = np.random.default_rng(3)
    taken = (generator.random(60) < 0.7).astype(float)
    pairs = np.repeat(np.arange(20), 3)
    found = logit_share(taken, pairs)
    model = sm.Logit(taken, np.ones((60, 1)))
    wanted = model.fit(disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": pairs})
    low, high = (1 / (1 + math.exp(-end)) for end in wanted.conf_int()[0])
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.p == pytest.approx(wanted.pvalues[0])
    assert found.value == pytest.approx(taken.mean())
    assert (found.n_rows, found.n_parents) == (60, 20)


@pytest.mark.parametrize(
    ("taken", "pairs", "reason"),
    [
        ([], [], "no clear choice with a note"),
        ([1, 1, 1], [0, 1, 2], "every choice was the same"),
        ([1, 0], [0, 0], "one pair only"),
        ([1, 0, 1, 0], [0, 0, 1, 1], "no variation between pairs"),
    ],
)
def test_what_has_no_interval_says_why(taken: list[float], pairs: list[int], reason: str) -> None:
    found = logit_share(np.array(taken, dtype=float), np.array(pairs, dtype=int))
    assert (found.reason, found.low, found.p) == (reason, None, None)
    assert found.value == (np.mean(taken) if taken else None)


def test_the_shift_is_that_of_the_basic_analysis() -> None:
    rows = balanced(15, 20) + [choice(1 + number % 2, f"a{number}-b{number}", "none") for number in range(18)]
    found = under(rows)
    (basic,) = [one for one in choice_effects(table(rows)) if one.manipulation == "money"]
    assert found.shift == basic.shift
    assert found.shift.n_parents == 18


def test_a_note_that_always_stood_first_is_flagged() -> None:
    found = under([choice(1 + (number < 3), f"a{number}-b") for number in range(10)])
    assert found.flags == ("the note stood first in 100% of the choices",)
    assert "the note stood first" in found.sentence


def test_everything_missing_has_reasons() -> None:
    found = under([choice(None), choice(None, "c-d")])
    assert (found.n, found.chosen, found.excluded) == (0, 0, {"tie": 2})
    assert found.by_pair.reason == "no clear choice with a note"
    assert found.shift.reason == "no pair has a clear choice under both"


def test_the_control_and_ratings_have_no_note() -> None:
    assert manipulated_choices(table([choice(1, manipulation="none"), rating(3)])) == ()


def test_p_is_adjusted_within_a_group() -> None:
    found = manipulated_choices(table(balanced(15, 20, "x") + balanced(17, 20, "y") + balanced(11, 20, "z")))
    raw = [one.by_pair.p for one in found if one.by_pair.p is not None]
    assert len(raw) == 3
    assert [one.by_pair.p_adj for one in found] == pytest.approx(list(stats.false_discovery_control(raw)))


def test_it_survives_json() -> None:
    found = manipulated_choices(table(balanced(3, 5)))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[ManipulatedChoice, ...]) == found


def rejected(seeds: int) -> tuple[float, float]:
    """How often a true null is rejected by the clustered logit, and by choices taken as independent."""
    generator = np.random.default_rng(5)
    counts = np.zeros(2)
    for _ in range(seeds):
        liked = generator.beta(0.5, 0.5, 60)
        pairs = np.repeat(np.arange(60), 4)
        taken = (generator.random(240) < liked[pairs]).astype(float)
        by_pair = logit_share(taken, pairs).p
        assert by_pair is not None
        counts += (by_pair < 0.05, stats.binomtest(int(taken.sum()), 240).pvalue < 0.05)
    return float(counts[0] / seeds), float(counts[1] / seeds)


def test_tests_keep_their_level_when_pairs_differ() -> None:
    by_pair, _ = rejected(100)
    assert by_pair <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 100) + 0.01


@pytest.mark.soak
def test_tests_keep_their_level_at_full_size() -> None:
    by_pair, independent = rejected(600)
    margin = 3 * math.sqrt(0.05 * 0.95 / 600) + 0.01
    assert by_pair == pytest.approx(0.05, abs=margin)
    assert independent > 0.2  # what clustering is for
