"""Choices: whichever side and place the manipulated task had, clustered by pair, everything else counted."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from motivtui.stats.choice_summary import summarise_choices
from motivtui.stats.choices import ChoiceEffect, OrderCells, choice_effects
from tests.stats.rows import Row, choice, rating, table


def under(rows: list[Row], manipulation: str = "money") -> ChoiceEffect:
    (found,) = [one for one in choice_effects(table(rows)) if one.manipulation == manipulation]
    return found


def chosen(row: Row) -> str | None:
    """The chosen task, as the store's view finds it."""
    if row["value"] is None:
        return None
    is_given = (row["value"] == 1) == (row["task_order"] == "given")
    return str(row["task"] if is_given else row["other_task"])


@pytest.mark.parametrize("value", [1, 2])
@pytest.mark.parametrize("order", ["given", "swapped"])
@pytest.mark.parametrize("side", ["first", "second"])
def test_which_task_was_chosen(value: int, order: str, side: str) -> None:
    row = choice(value, task_order=order, manipulated=side)
    found = under([row])
    noted = row["task"] if side == "first" else row["other_task"]
    assert found.manipulated is not None
    assert found.manipulated.value == float(chosen(row) == noted)
    assert found.first.value == float(value == 1)


choices = st.lists(
    st.tuples(
        st.sampled_from([1, 2, None]),
        st.sampled_from(["given", "swapped"]),
        st.sampled_from(["first", "second"]),
        st.sampled_from(["a-b", "c-d", "e-f"]),
    ),
    min_size=1,
    max_size=30,
)


@given(choices)
def test_shares_are_those_of_the_summary(cases: list[tuple[int | None, str, str, str]]) -> None:
    rows = [choice(value, pair, task_order=order, manipulated=side) for value, order, side, pair in cases]
    for row in rows:
        row["chosen_task"] = chosen(row)
    found = under(rows)
    (wanted,) = summarise_choices(rows)
    assert found.manipulated is not None
    assert found.manipulated_by_pair is not None
    assert found.manipulated.value == wanted.manipulated_share
    shares = (found.manipulated_by_pair.value, found.first.value)
    assert shares == pytest.approx((wanted.manipulated_share, wanted.first_share))
    assert (found.n, found.total, found.excluded) == (wanted.n, wanted.total, wanted.excluded)
    cells = found.order_cells
    offers = {(side, pair) for _, _, side, pair in cases}
    assert cells.clear + cells.tie + cells.single + cells.missing == len(offers)


def test_the_exact_test_is_that_of_scipy() -> None:
    found = under([choice(1 if number < 15 else 2, f"a{number}-b") for number in range(20)])
    assert found.manipulated is not None
    assert found.manipulated.p == pytest.approx(stats.binomtest(15, 20).pvalue)
    assert found.first.p == pytest.approx(0.04138946533203125)


def test_choices_of_one_pair_are_no_independent_choices() -> None:
    rows = [choice(1 if pair < 6 else 2, f"a{pair}-b", repeat=repeat) for pair in range(8) for repeat in range(1, 11)]
    found = under(rows)
    assert found.manipulated is not None
    assert found.manipulated.p is not None
    assert found.manipulated.p < 0.001  # eighty choices as if each were a pair of its own
    by_pair = found.manipulated_by_pair
    assert by_pair is not None
    assert by_pair.value == 0.75
    wanted = stats.ttest_1samp([1.0] * 6 + [0.0] * 2, 0.5)
    assert by_pair.p == pytest.approx(wanted.pvalue)
    assert (by_pair.df, by_pair.n_parents) == (7, 8)
    assert by_pair.low == pytest.approx(wanted.confidence_interval().low)
    assert wanted.confidence_interval().high > 1
    assert by_pair.high == 1
    assert "chose the manipulated task 75 %" in found.sentence


def test_the_shift_is_from_the_same_task_in_the_same_pair_under_the_control() -> None:
    rows = [
        choice(1, "a-b", "none", task_order="given"),
        choice(1, "a-b", "none", task_order="swapped"),  # a half, half
        choice(2, "c-d", "none"),
        choice(2, "c-d", "none", task_order="swapped"),  # d half, half
        choice(2, "e-f", "none"),  # f
        choice(1, "a-b"),  # a, noted: 1 - 1/2
        choice(1, "c-d", manipulated="second"),  # c, while d is noted: 0 - 1/2
        choice(2, "e-f", manipulated="second"),  # f, noted: 1 - 1
        choice(1, "g-h"),  # was never offered without a note
        choice(None, "a-b"),
    ]
    found = under(rows).shift
    assert found is not None
    assert found.value == pytest.approx((0.5 - 0.5 + 0) / 3)
    assert (found.n_parents, found.n_rows, found.df) == (3, 3 + 5, 2)
    wanted = stats.ttest_1samp([0.5, -0.5, 0.0], 0)
    assert found.p == pytest.approx(wanted.pvalue)
    assert (found.low, found.high) == (-1, 1)  # three pairs say nothing
    assert under(rows, "none").shift is None


def test_without_the_pair_under_the_control_there_is_no_shift() -> None:
    found = under([choice(1), choice(2, "c-d", "none")]).shift
    assert found is not None
    assert (found.value, found.reason) == (None, "no pair has a clear choice under both")


def test_what_both_orders_say() -> None:
    rows = [
        choice(1, "a-b"),
        choice(2, "a-b", task_order="swapped"),  # a both times
        choice(1, "c-d"),
        choice(1, "c-d", task_order="swapped"),  # the first shown both times
        choice(1, "e-f"),
        choice(None, "e-f", task_order="swapped"),
        choice(None, "g-h"),
        choice(2, "a-b", repeat=2),
        choice(1, "a-b", repeat=2, task_order="swapped"),  # b both times
        choice(1, "a-b", manipulated="second"),
    ]
    found = under(rows)
    assert found.order_cells == OrderCells(clear=2, tie=1, single=2, missing=1)
    assert found.order_consistency.value == pytest.approx(2 / 3)


def test_one_order_only_has_no_consistency() -> None:
    found = under([choice(1), choice(2, "c-d")])
    assert found.order_consistency.reason == "no pair with a choice in both orders"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([choice(None)], "no clear choice with a note"),
        ([choice(1), choice(1, repeat=2)], "one pair only"),
        ([choice(1), choice(1, "c-d")], "no variation between pairs"),
    ],
)
def test_what_has_no_interval_says_why(rows: list[Row], reason: str) -> None:
    found = under(rows).manipulated_by_pair
    assert found is not None
    assert (found.low, found.p, found.reason) == (None, None, reason)
    assert reason in under(rows).sentence


def test_the_control_has_a_place_on_the_page_and_no_note() -> None:
    found = under([choice(1, manipulation="none"), choice(None, manipulation="none")], "none")
    assert (found.manipulated, found.manipulated_by_pair, found.shift) == (None, None, None)
    assert (found.first.value, found.excluded) == (1, {"tie": 1})
    assert "manipulated task" not in found.sentence


def test_p_is_adjusted_within_a_group() -> None:
    rows = [
        choice(1 if number < wins else 2, f"a{number}-b", name)
        for name, wins in (("x", 15), ("y", 17), ("z", 11))
        for number in range(20)
    ]
    found = [one.manipulated for one in choice_effects(table(rows)) if one.manipulated]
    raw = [stats.binomtest(wins, 20).pvalue for wins in (15, 17, 11)]
    assert [one.p_adj for one in found] == pytest.approx(list(stats.false_discovery_control(raw)))


def test_ratings_are_no_choices() -> None:
    assert choice_effects(table([rating(2)])) == ()


def test_tests_keep_their_level_when_pairs_differ() -> None:
    generator = np.random.default_rng(9)
    seeds, by_pair, shifted = 300, 0, 0
    for _ in range(seeds):
        rows = []
        for pair in range(30):
            liked = generator.random()  # how much the first task is liked, note or not
            side = "first" if pair % 2 else "second"
            for name in ("none", "money"):
                for repeat in (1, 2, 3):
                    value = 1 if generator.random() < liked else 2
                    sides = {"manipulated": side} if name == "money" else {}
                    rows.append(choice(value, f"a{pair}-b", name, repeat=repeat, **sides))
        found = under(rows)
        assert found.manipulated_by_pair is not None
        assert found.manipulated_by_pair.p is not None
        assert found.shift is not None
        assert found.shift.p is not None
        by_pair += found.manipulated_by_pair.p < 0.05
        shifted += found.shift.p < 0.05
    margin = 3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01
    assert by_pair / seeds == pytest.approx(0.05, abs=margin)
    assert shifted / seeds == pytest.approx(0.05, abs=margin)


def test_it_survives_json() -> None:
    found = choice_effects(table([choice(1), choice(2, "c-d"), choice(1, manipulation="none")]))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[ChoiceEffect, ...]) == found
