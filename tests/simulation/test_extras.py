"""What the generator adds on request: reasons, people, the same asked again, refusals and items of their own."""

from __future__ import annotations

from collections import Counter
from statistics import correlation, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert
from msgspec.structs import replace

from motivtui.analysis.reasons import reason_of
from motivtui.simulation.estimands import true_values
from motivtui.simulation.people import PeopleTruth, people_ratings, severities
from motivtui.simulation.reasons import FILLERS, PLAIN
from motivtui.simulation.rows import Plan
from motivtui.simulation.truth import CategoryTruth, Truth
from motivtui.simulation.world import draw_world
from tests.simulation import linear
from tests.simulation.studies import clean

WORDS = {"one": 0.0, "two": 0.0, "gladly": 2.0, "dully": -2.0}


def small(**changes: object) -> Truth:
    truth = Truth(
        families=60,
        tasks_per_family=1,
        repeats=1,
        wording_sd=0,
        instruments=("pre-self-report",),
        models={"alpha": clean()},
        manipulations={},
        categories={"tasks": CategoryTruth()},
    )
    return replace(truth, **changes)


def scored(truth: Truth, seed: int = 1) -> list[tuple[float, str]]:
    found = []
    for _, answer in Plan(truth).answered(seed):
        assert answer.response is not None
        found.append((answer.scores[0].value or 0.0, reason_of(answer.response.text)))
    return found


def test_without_words_every_reason_is_the_same() -> None:
    assert {reason for _, reason in scored(small())} == {PLAIN}


def test_scores_do_not_hang_on_words() -> None:
    assert [score for score, _ in scored(small())] == [score for score, _ in scored(small(words=WORDS))]


def test_a_telling_word_goes_with_scores_and_reasons_are_of_one_length() -> None:
    found = scored(small(words=WORDS, families=200))

    assert {len(reason.removesuffix(" [simulated]").split()) for _, reason in found} == {FILLERS + 1}
    high = Counter(word for score, reason in found if score > 55 for word in reason.split())
    low = Counter(word for score, reason in found if score < 45 for word in reason.split())
    assert high["gladly"] > 3 * high["dully"]
    assert low["dully"] > 3 * low["gladly"]


@pytest.mark.parametrize("word", ["two words", "Word", "w1", "x"])
def test_what_is_no_word_is_refused(word: str) -> None:
    with pytest.raises(ValidationError):
        convert({"words": {word: 1.0}}, Truth)


def test_asked_once_more_the_tasks_stay_and_the_answers_do_not() -> None:
    plan = Plan(small(models={"alpha": clean(within_sd=1.0)}))
    first, again = ([row["value"] for row in plan.rows(1, time=time)] for time in (1, 2))

    assert first != again
    assert correlation(first, again) > 0.9
    assert [row["value"] for row in plan.rows(1)] == first
    assert correlation(first, [row["value"] for row in plan.rows(2)]) < 0.5


def test_a_model_refuses_what_it_is_not_motivated_for() -> None:
    truth = small(families=300, models={"alpha": clean(refuses=0.3, refusal_slope=-1.5, within_sd=0.0)})
    plan = Plan(truth)
    levels = draw_world(truth, plan.study, 1).levels
    rows = list(plan.rows(1))
    refused = [levels["alpha", row["task"]] for row in rows if row["status"] == "refused"]
    answered = [levels["alpha", row["task"]] for row in rows if row["status"] == "ok"]

    assert fmean(refused) < fmean(answered) - 4
    assert {one.analysis for one in true_values(truth, 1)} <= {"bounds"}


def test_the_complete_effect_does_not_hang_on_what_is_missing() -> None:
    def complete(slope: float) -> list[float]:
        truth = replace(Truth(), models={"alpha": clean(refuses=0.3, refusal_slope=slope)})
        return [one.value for one in true_values(truth, 1) if one.analysis == "bounds"]

    assert complete(-1.0) == complete(0.0) != []


def test_an_item_is_answered_otherwise_by_one_model() -> None:
    models = {"alpha": clean(), "bravo": clean(item_shifts={"value": 9.0})}
    rows = list(Plan(small(families=300, models=models, instruments=("pre-breakdown",))).rows(1))

    def gap(item: str) -> float:
        means = [fmean(row["value"] for row in rows if (row["item"], row["model"][10:]) == (item, name))
                 for name in models]  # fmt: skip
        return means[1] - means[0]

    assert gap("value") - gap("interest") == pytest.approx(9, abs=2)


@given(st.integers(1, 50), st.floats(0, 100))
def test_people_are_as_severe_as_lenient(raters: int, severity: float) -> None:
    assert sum(severities(PeopleTruth(raters=raters, severity=severity))) == pytest.approx(0, abs=1e-9)


def test_people_like_what_a_model_likes() -> None:
    truth = small(families=300)
    plan = Plan(truth)
    levels = draw_world(truth, plan.study, 1).levels
    for weight in (0.0, 1.0):
        people = PeopleTruth(raters=4, like={"alpha": weight, "nobody": 5.0}, leaves_out=0.1)
        ratings: dict[str, list[int]] = {}
        for _, task, value in people_ratings(people, truth, plan.study, 1):
            ratings.setdefault(task, []).append(value)
        means = [fmean(ratings[task]) for task in ratings]
        own = [levels["alpha", task] for task in ratings]
        true = linear.r(
            linear.people(truth, replace(people, like={"alpha": weight})), linear.motivation(truth, "alpha")
        )
        assert correlation(means, own) == pytest.approx(true, abs=0.12)
        assert sum(map(len, ratings.values())) == pytest.approx(1200 * 0.9, abs=60)


def test_linear_moments_are_those_of_a_large_run() -> None:
    truth = small(families=1500, repeats=2, instruments=("pre-breakdown",), able_sd=7)
    scores: dict[str, dict[str, list[float]]] = {}
    for row in Plan(truth).rows(1):
        scores.setdefault(row["item"], {}).setdefault(row["task"], []).append(row["value"])
    means = {item: [fmean(values) for values in by_task.values()] for item, by_task in scores.items()}

    for one, other, sign in (("interest", "value", 1), ("mastery", "fear", -1), ("interest", "mastery", 1)):
        true = sign * linear.r(linear.item(truth, "alpha", one), linear.item(truth, "alpha", other))
        assert correlation(means[one], means[other]) == pytest.approx(true, abs=0.08)
