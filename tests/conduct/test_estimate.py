"""Estimates: added up trial by trial in another way, with and without earlier calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from motivtui.conduct.estimate import Range, estimate
from motivtui.conduct.planning import Plan
from motivtui.store.history_queries import CallHistory
from tests.conduct.conftest import Planned

ALL = {"instruments": ["all"], "judges": ["scripted/wordy"], "manipulations": ["none", "money"], "repeats": 1}


def _expected_tokens(plan: Plan, history: dict[tuple[str, str], CallHistory]) -> tuple[float, float]:
    """Input and output in the expected case, added up one trial after the other."""

    def reply(key: str) -> float:
        trial = trials[key]
        seen = history.get((trial.respondent, trial.instrument))
        budget = float(trial.parameters["max_tokens"])
        return budget / 2 if seen is None or seen.output_tokens is None else min(seen.output_tokens, budget)

    trials = {trial.key: trial for trial in plan.trials}
    into = sum(
        sum(len(message.text) for message in trial.messages) / 4 + (reply(trial.continues) if trial.continues else 0)
        for trial in plan.trials
    )
    return into, sum(map(reply, trials))


@pytest.mark.parametrize(
    "history",
    [
        {},
        {("scripted/steady", "execution"): CallHistory(3, 123.0, 5.0)},
        {("scripted/wordy", "judge"): CallHistory(3, 9.5, 5.0), ("scripted/steady", "choice"): CallHistory(1, None, 1)},
        {("scripted/steady", "pre-self-report"): CallHistory(3, 1e9, 5.0)},
    ],
)
def test_every_trial_is_counted_once(planned: Planned, history: dict[tuple[str, str], CallHistory]) -> None:
    plan = planned(**ALL)
    found = estimate(plan, history, concurrency=4, retries=2)
    into, out = _expected_tokens(plan, history)
    assert found.input_tokens.expected == pytest.approx(into)
    assert found.output_tokens.expected == pytest.approx(out)
    assert found.output_tokens.worst == 3 * sum(int(trial.parameters["max_tokens"]) for trial in plan.trials)
    assert found.attempts == Range(len(plan.trials), len(plan.trials), 3 * len(plan.trials))
    assert found.from_calls == sum(one.n for one in history.values())
    for one in (found.input_tokens, found.output_tokens):
        assert one.low <= one.expected <= one.worst


def test_the_estimate_adds_the_answer_to_what_goes_on_from_it(planned: Planned) -> None:
    plan = planned(instruments=["post-self-report"], models=["priced/m"], repeats=1)
    without = estimate(plan, {}, concurrency=4, retries=0)
    history = {("priced/m", "execution"): CallHistory(10, 400.0, 2000.0)}
    known = estimate(plan, history, concurrency=4, retries=0)
    posts = plan.calls["post-self-report"]
    assert known.from_calls == 10
    assert without.output_tokens.expected - known.output_tokens.expected == pytest.approx(posts * (500 - 400))
    assert without.input_tokens.expected - known.input_tokens.expected == pytest.approx(posts * (500 - 400))
    assert known.seconds is None, "the post report was never timed"


def test_the_estimate_knows_what_it_does_not_know(planned: Planned) -> None:
    plan = planned(models=["priced/m", "unpriced/m", "scripted/steady"], repeats=1)
    expected = estimate(plan, {}, concurrency=4, retries=1)
    assert expected.unpriced == ("unpriced/m",)
    assert not expected.is_free
    assert 0 < expected.cost_usd.low < expected.cost_usd.expected < expected.cost_usd.worst
    calls = len(plan.trials) / 3
    assert expected.cost_usd.worst >= 2 * calls * 120 * 10 / 1e6, "every token of the budget, twice"


def test_the_shortest_tenth_of_earlier_replies_is_the_low_end(planned: Planned) -> None:
    plan = planned(models=["priced/m"], repeats=1)
    history = {("priced/m", "pre-self-report"): CallHistory(30, 40.0, 3000.0, 25)}
    found = estimate(plan, history, concurrency=1, retries=0)
    assert (found.output_tokens.low, found.output_tokens.expected) == (4 * 25, 4 * 40)
    assert found.duration_s is not None
    assert found.duration_s.expected == pytest.approx(4 * 3)
    assert found.duration_s.low == pytest.approx(4 * 3 * 25 / 40)
    budget = int(plan.trials[0].parameters["max_tokens"])
    assert found.duration_s.worst == pytest.approx(4 * 3 * budget / 40), "at the same speed"


def test_time_counts_calls_at_once_and_lanes_side_by_side(planned: Planned) -> None:
    plan = planned(models=["priced/m", "unpriced/m"], repeats=1)
    history = {
        ("priced/m", "pre-self-report"): CallHistory(5, 20.0, 3000.0),
        ("unpriced/m", "pre-self-report"): CallHistory(5, 20.0, 1000.0),
    }
    assert estimate(plan, history, concurrency=2, retries=0).seconds == pytest.approx(4 * 3 / 2)
    del history["unpriced/m", "pre-self-report"]
    assert estimate(plan, history, concurrency=2, retries=0).seconds is None


def test_a_model_that_takes_one_call_at_once_takes_its_time(planned: Planned) -> None:
    plan = planned(models=["priced/m"], repeats=1)
    single = {model: replace(endpoint, max_concurrency=1) for model, endpoint in plan.endpoints.items()}
    history = {("priced/m", "pre-self-report"): CallHistory(5, 20.0, 3000.0)}
    slow = estimate(replace(plan, endpoints=single), history, concurrency=64, retries=0)
    assert slow.seconds == pytest.approx(4 * 3)


def test_no_run_is_shorter_than_its_longest_chain(planned: Planned) -> None:
    plan = planned(instruments=["execution", "judge"], judges=["unpriced/j"], models=["priced/m"], repeats=1)
    history = {
        ("priced/m", "execution"): CallHistory(5, 20.0, 3000.0),
        ("unpriced/j", "judge"): CallHistory(5, 20.0, 2000.0),
    }
    assert estimate(plan, history, concurrency=1000, retries=0).seconds == pytest.approx(3 + 2)


def test_a_time_without_counted_tokens_is_used_as_it_is(planned: Planned) -> None:
    plan = planned(models=["priced/m"], repeats=1)
    history = {("priced/m", "pre-self-report"): CallHistory(5, None, 3000.0)}
    found = estimate(plan, history, concurrency=1, retries=1)
    assert found.duration_s == Range(12, 12, 24)
