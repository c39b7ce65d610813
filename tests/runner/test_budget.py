"""What may still be spent: the limit is never passed, whatever order calls begin and end in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from motivtui.errors import UsageError
from motivtui.runner.budget import Budget, worst_cost_usd

AMOUNTS = st.floats(0, 5) | st.integers(0, 5000).map(lambda mils: mils / 1000)


def test_what_is_put_aside_is_not_there_for_the_next_call() -> None:
    budget = Budget(1.0)
    assert budget.reserve(0.6)
    assert not budget.reserve(0.6)
    budget.settle(0.6, 0.1)
    assert budget.reserve(0.6)
    assert (budget.spent_usd, budget.reserved_usd) == (0.1, 0.6)


def test_what_was_not_sent_is_free_again() -> None:
    budget = Budget(1.0)
    assert budget.reserve(1.0)
    budget.release(1.0)
    assert (budget.spent_usd, budget.reserved_usd) == (0.0, 0.0)
    assert budget.reserve(1.0)


@pytest.mark.parametrize("actual", [None, float("nan"), float("inf"), -0.5])
def test_a_cost_that_nobody_knows_counts_as_the_worst(actual: float | None) -> None:
    budget = Budget(1.0)
    budget.reserve(0.7)
    budget.settle(0.7, actual)
    assert (budget.spent_usd, budget.reserved_usd) == (0.7, 0.0)


def test_a_call_that_cost_nothing_counts_as_nothing() -> None:
    budget = Budget(1.0)
    budget.reserve(0.7)
    budget.settle(0.7, 0.0)
    assert budget.spent_usd == 0.0


def test_more_than_the_worst_is_counted_as_it_is() -> None:
    budget = Budget(1.0)
    budget.reserve(0.5)
    budget.settle(0.5, 1.5)
    assert budget.spent_usd == 1.5
    assert not budget.reserve(0.0)


def test_what_earlier_sessions_spent_counts() -> None:
    budget = Budget(1.0, spent_usd=0.9)
    assert budget.spent_usd == 0.9
    assert not budget.reserve(0.2)
    assert budget.reserve(0.1)


def test_whether_a_call_can_ever_be_paid_leaves_out_what_is_put_aside() -> None:
    budget = Budget(1.0, spent_usd=0.2)
    budget.reserve(0.8)
    assert not budget.reserve(0.1)
    assert budget.can_ever_afford(0.8)
    assert not budget.can_ever_afford(0.800000001)


def test_no_limit_still_counts() -> None:
    budget = Budget(None)
    assert budget.reserve(1e6)
    budget.settle(1e6, None)
    assert budget.spent_usd == 1e6
    assert budget.can_ever_afford(1e9)


def test_a_limit_of_nothing_allows_free_calls_only() -> None:
    budget = Budget(0.0)
    assert budget.reserve(0.0)
    assert not budget.reserve(1e-12)


def test_the_limit_is_rounded_down_and_costs_up() -> None:
    assert Budget(2.5e-9).reserve(1.5e-9)
    assert not Budget(1.5e-9).reserve(1.5e-9)
    assert not Budget(2.5e-9).reserve(2.1e-9)


@given(mils=st.integers(1, 1_000_000))
def test_a_call_that_costs_exactly_the_limit_fits(mils: int) -> None:
    assert Budget(mils / 1000).reserve(mils / 1000)


def test_many_small_costs_add_up_exactly() -> None:
    budget = Budget(0.3)
    for _ in range(10_000):
        assert budget.reserve(0.00003)
        budget.settle(0.00003, None)
    assert budget.spent_usd == 0.3
    assert not budget.reserve(0.000000001)


@pytest.mark.parametrize("most", [float("nan"), float("inf"), -1.0])
def test_a_limit_that_is_no_amount_is_refused(most: float) -> None:
    with pytest.raises(UsageError, match="no amount of dollars") as caught:
        Budget(most)
    assert caught.value.hint


class BudgetMachine(RuleBasedStateMachine):
    """Any order of beginnings and ends; the model adds up exact decimals."""

    @initialize(most=AMOUNTS, spent=AMOUNTS)
    def open(self, most: float, spent: float) -> None:
        self.most, self.spent = Decimal(str(most)), Decimal(str(spent))
        self.budget = Budget(most, spent)
        self.under_way: list[float] = []

    @rule(worst=AMOUNTS)
    def reserve(self, worst: float) -> None:
        before = self._put_aside()
        if self.budget.reserve(worst):
            self.under_way.append(worst)
            assert self.spent + self._put_aside() <= self.most, "the limit was passed"
        else:
            least = self.spent + before + Decimal(str(worst))
            assert least > self.most - Decimal("1e-6"), "there was enough left"

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 50), share=st.none() | st.floats(0, 1))
    def settle(self, which: int, share: float | None) -> None:
        worst = self._take(which)
        actual = None if share is None else min(worst, worst * share)
        self.budget.settle(worst, actual)
        self.spent += Decimal(str(worst if actual is None else actual))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 50))
    def release(self, which: int) -> None:
        self.budget.release(self._take(which))

    @invariant()
    def sums_are_upper_bounds(self) -> None:
        if hasattr(self, "budget"):
            slack = Decimal("1e-6")  # a nano-dollar a call
            assert self.spent <= Decimal(str(self.budget.spent_usd)) + Decimal("1e-12") <= self.spent + slack
            assert (self.budget.reserved_usd == 0) == (self._put_aside() == 0)

    def _take(self, which: int) -> float:
        return self.under_way.pop(which % len(self.under_way))

    def _put_aside(self) -> Decimal:
        return sum((Decimal(str(worst)) for worst in self.under_way), Decimal(0))


TestBudgetMachine = BudgetMachine.TestCase


def test_the_worst_cost_counts_bytes_frames_and_every_token_of_the_reply() -> None:
    assert worst_cost_usd(["abc", "ä€"], 10, (1.0, 100.0)) == (3 + 16) + (2 + 3 + 16) + 1000
    assert worst_cost_usd([], 0, (1.0, 1.0)) == 0


@given(messages=st.lists(st.text(st.characters(codec=None), max_size=50), max_size=4), most=st.integers(0, 4096))
def test_the_worst_cost_is_known_for_any_text(messages: list[str], most: int) -> None:
    characters = sum(len(text) for text in messages)
    assert worst_cost_usd(messages, most, (1.0, 1.0)) >= characters + most


def test_a_lone_surrogate_has_a_price_too() -> None:
    assert worst_cost_usd(["\ud800"], 0, (1.0, 1.0)) == 3 + 16
