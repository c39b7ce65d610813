"""People's ratings: who agrees with whom, with which model, and what would be if all tasks had been rated."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from motivtui.stats.human_contrasts import (
    HumanContrast,
    HumanRegression,
    human_contrasts,
    human_regressions,
    williams_t,
)
from motivtui.stats.human_ratings import HumanRating, RaterAgreement, rater_agreement
from motivtui.stats.humans import HumanComparison, human_comparisons
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, rating, table
from tests.stats.test_agreement import JUDGES


def people(scores: Any) -> list[HumanRating]:
    return [
        HumanRating(f"r{place}", f"t{n}", None if np.isnan(value) else float(value))
        for n, row in enumerate(np.asarray(scores, dtype=float))
        for place, value in enumerate(np.atleast_1d(row))
    ]


def scored(values: Any, model: str = "m", **more: Any) -> list[Row]:
    return [rating(float(value), f"t{n}", f"f{n // 2}", **({"model": model} | more)) for n, value in enumerate(values)]


def simulated(tasks: int, weights: dict[str, float], seed: int = 1) -> tuple[list[Row], list[HumanRating]]:
    """People's two ratings of a true liking, and models whose scores hold so much of it."""
    generator = np.random.default_rng(seed)
    true = generator.normal(size=tasks)
    rows = [
        row
        for model, weight in weights.items()
        for row in scored(50 + 10 * (weight * true + np.sqrt(1 - weight**2) * generator.normal(size=tasks)), model)
    ]
    return rows, people(50 + 10 * (true[:, None] + 0.5 * generator.normal(size=(tasks, 2))))


def test_people_agree_as_the_textbook_says() -> None:
    rows = scored(range(6))
    found = rater_agreement(table(rows), people(JUDGES), preset=Preset.REPLICATE)
    # R: psych::ICC of Shrout & Fleiss (1979): ICC2k 0.62 [0.071, 0.93], ICC3k 0.91 [0.676, 0.99], ICC1k 0.44
    assert [found.agreement.value, found.agreement.low] == pytest.approx([0.62, 0.071], abs=0.0005)
    assert [found.consistency.value, found.consistency.low] == pytest.approx([0.909, 0.676], abs=0.0005)
    assert found.one_way.value == pytest.approx(0.44, abs=0.005)
    assert (found.raters, found.tasks, found.ratings, found.one_way.n_parents) == (4, 6, 24, 3)
    assert "4 raters of 6 tasks: ICC(A,k) 0.62" in found.sentence


def test_raters_of_different_tasks_have_a_one_way_agreement_only() -> None:
    scores = JUDGES.copy()
    scores[0, 1] = scores[3, 2] = np.nan
    found = rater_agreement(table(scored(range(6))), people(scores))
    assert found.agreement.reason == found.consistency.reason == "not every rater has rated every task"
    assert found.one_way.value is not None
    assert (found.ratings, found.excluded) == (22, {"without a value": 2})
    # Whose the ratings are makes no difference: moved to other raters, the same.
    moved = np.sort(scores, axis=1)
    again = rater_agreement(table(scored(range(6))), people(moved)).one_way
    assert again.value == pytest.approx(found.one_way.value)


def test_one_rating_a_task_says_nothing_of_agreement() -> None:
    made = table(scored(range(6)))
    for ratings in (people(JUDGES[:, :1]), [], [HumanRating("r", "elsewhere", 4)]):
        found = rater_agreement(made, ratings)
        reasons = {found.agreement.reason, found.consistency.reason, found.one_way.reason}
        assert reasons == {"fewer than 2 raters a task"}
    assert rater_agreement(made, [HumanRating("r", "elsewhere", 4)]).excluded == {"of a task that is not in the run": 1}
    assert rater_agreement(made, people(JUDGES[:2])).one_way.reason == "2 tasks with 2 ratings, 3 are needed"
    assert rater_agreement(made, people(JUDGES * 0 + 7)).one_way.reason == "the scores do not vary"


def test_r_is_over_the_tasks_with_both() -> None:
    rows, ratings = simulated(40, {"m": 0.8})
    rows[3] |= {"value": None, "status": "refused"}
    dropped = [one for one in ratings if one.task != "t7"] + [HumanRating("r0", "elsewhere", 50)]
    (found,) = human_comparisons(table(rows), dropped, draws=200)
    tasks = [n for n in range(40) if n not in (3, 7)]
    means = [np.mean([one.value for one in ratings if one.task == f"t{n}"]) for n in tasks]
    assert found.r.value == pytest.approx(np.corrcoef([rows[n]["value"] for n in tasks], means)[0, 1])
    assert (found.rated, found.scored, found.r.n_tasks, found.r.n_rows) == (39, 39, 38, 38)
    assert found.excluded == {"refused": 1}
    assert found.excluded_ratings == {"of a task that is not in the run": 1}
    assert "38 tasks with both of 39 rated, 20 families; scores excluded: 1 refused; ratings excluded" in found.sentence
    (published,) = human_comparisons(table(rows), dropped, preset=Preset.REPLICATE, draws=50)
    assert published.r.value == pytest.approx(found.r.value)
    assert (published.r.df, published.r.flags) == (36, ("tasks taken as independent",))


def test_models_measures_and_conditions_are_apart() -> None:
    rows, ratings = simulated(30, {"m": 0.9, "n": 0.1})
    rows += [row | {"manipulation": "money", "value": -row["value"]} for row in rows]
    rows += [row | {"item": "fear"} for row in rows if row["model"] == "m"]
    found = human_comparisons(table(rows), ratings, draws=50)
    assert [(one.model, one.measure.item) for one in found] == [("m", "fear"), ("m", "want"), ("n", "want")]
    assert [one.r.adjustment for one in found] == ["Benjamini-Hochberg over 2 measures"] * 2 + [
        "Benjamini-Hochberg over 1 measures"
    ]
    (_, money, _) = human_comparisons(table(rows), ratings, manipulation="money", draws=50)
    assert money.r.value == pytest.approx(-(found[1].r.value or 0))
    assert human_comparisons(table(rows), ratings, manipulation="nothing") == ()


def test_reweighting_changes_nothing_where_all_tasks_are_rated() -> None:
    rows, ratings = simulated(100, {"m": 0.6})
    (found,) = human_comparisons(table(rows), ratings, draws=100)
    assert found.reweighted.value == pytest.approx(found.r.value)
    assert found.reweighted.flags == ()


def test_rating_extreme_tasks_only_makes_r_too_large_and_reweighting_mends_it() -> None:
    rows, ratings = simulated(4_000, {"m": 0.6})
    (everything,) = human_comparisons(table(rows), ratings, draws=20)
    ranks = np.argsort(np.argsort([row["value"] for row in rows]))
    middle = {f"t{n}" for n, rank in enumerate(ranks) if 400 <= rank < 3_600 and n % 8}
    extreme = [one for one in ratings if one.task not in middle]
    (found,) = human_comparisons(table(rows), extreme, draws=20)
    assert (found.r.value or 0) > (everything.r.value or 0) + 0.1
    assert found.reweighted.value == pytest.approx(everything.r.value, abs=0.05)
    low = [one for one in ratings if ranks[int(one.task[1:])] < 2_000]
    (half,) = human_comparisons(table(rows), low, draws=20)
    assert half.reweighted.flags == ("no rated task in 5 deciles",)


def test_williams_is_that_of_psych() -> None:
    # Steiger (1980), case A, as in R's documentation of psych: r.test(n = 103, r12 = .4, r13 = .5, r23 = .1):
    # t value -0.89, probability < 0.37
    found = williams_t(0.4, 0.5, 0.1, 103)
    assert found.statistic == pytest.approx(-0.89, abs=0.005)
    assert found.df == 100
    assert found.p == pytest.approx(0.37, abs=0.01)
    assert williams_t(0.5, 0.4, 0.1, 103).p == pytest.approx(found.p)
    assert williams_t(0.5, 0.5, 1.0, 103).reason == "the two models' scores are the same"
    assert williams_t(0.4, 0.5, 0.1, 3).reason == "fewer than 4 tasks with all three"


def test_the_model_that_is_closer_to_people_is_found() -> None:
    rows, ratings = simulated(300, {"close": 0.9, "far": 0.3, "near": 0.85})
    found = {(one.one, one.other): one for one in human_contrasts(table(rows), ratings, draws=300)}
    assert set(found) == {("close", "far"), ("close", "near"), ("far", "near")}
    apart = found["close", "far"]
    assert apart.difference.value == pytest.approx((apart.r_one or 0) - (apart.r_other or 0))
    assert apart.difference.value == pytest.approx(apart.williams.value)
    assert apart.difference.low is not None
    assert apart.difference.low > 0.3
    assert (apart.williams.p or 1) < 0.001
    assert apart.williams.adjustment == "Benjamini-Hochberg over 3 pairs of models"
    assert (found["far", "near"].difference.high or 0) < 0
    assert "close against far" in apart.sentence
    assert "(tasks as independent); 300 tasks in 150 families" in apart.sentence


def test_what_each_model_adds() -> None:
    rows, ratings = simulated(300, {"close": 0.9, "far": 0.3})
    (found,) = human_regressions(table(rows), ratings)
    assert found.models == ("close", "far")
    x = np.array([row["value"] for row in rows]).reshape(2, 300)
    y = np.array([one.value for one in ratings], dtype=float).reshape(300, 2).mean(axis=1)
    correlations = np.corrcoef(np.vstack([y, x]))
    r1, r2, r12 = correlations[0, 1], correlations[0, 2], correlations[1, 2]
    # Cohen, Cohen, West & Aiken (2003), 3.3: two predictors
    assert found.slopes[0].value == pytest.approx((r1 - r2 * r12) / (1 - r12**2))
    assert found.semipartial == pytest.approx(
        [(r1 - r2 * r12) ** 2 / (1 - r12**2), (r2 - r1 * r12) ** 2 / (1 - r12**2)]
    )
    assert found.inflation == pytest.approx([1 / (1 - r12**2)] * 2)
    assert found.slopes[0].df == 149
    assert "of which only with close" in found.sentence


def test_what_cannot_be_had_has_a_reason() -> None:
    rows, ratings = simulated(20, {"m": 0.9, "n": 0.9})
    (one, _) = human_comparisons(table(rows), ratings[:4], draws=50)
    assert (one.r.value, one.r.reason) == (None, "fewer than 3 tasks with both")
    assert one.reweighted.reason == "fewer than 3 tasks with both"
    (none,) = human_contrasts(table(rows), [], draws=50)
    assert (none.r_one, none.difference.reason, none.williams.value) == (None, "fewer than 3 tasks with both", None)
    (regression,) = human_regressions(table(rows), [])
    assert (regression.r_squared, regression.slopes[0].reason) == (None, "0 tasks for 2 predictors")
    assert "NA (0 tasks for 2 predictors)" in regression.sentence
    twins = [row | {"value": rows[place % 20]["value"]} for place, row in enumerate(rows)]
    (same,) = human_contrasts(table(twins), ratings, draws=50)
    assert same.williams.reason == "the two models' scores are the same"
    assert human_regressions(table(twins), ratings)[0].slopes[0].reason == "the predictors depend on each other"
    flat = [row | {"value": 50.0} for row in rows]
    assert human_regressions(table(flat), ratings)[0].slopes[0].reason == "a predictor does not vary"
    assert human_comparisons(table([]), ratings) == ()
    alone = [row for row in rows if row["model"] == "m"]
    assert human_contrasts(table(alone), ratings) == ()
    assert human_regressions(table(alone), ratings) == ()


def covers(seeds: int, draws: int) -> None:
    """The interval of the difference holds 0 where two models are as close to people as each other."""
    covered = rejected = 0
    for seed in range(seeds):
        rows, ratings = simulated(100, {"m": 0.6, "n": 0.6}, seed)
        (found,) = human_contrasts(table(rows), ratings, draws=draws)
        assert found.difference.low is not None
        assert found.difference.high is not None
        covered += found.difference.low <= 0 <= found.difference.high
        rejected += (found.williams.p or 0) < 0.05
    margin = 3 * np.sqrt(0.05 * 0.95 / seeds) + 0.01
    assert covered / seeds == pytest.approx(0.95, abs=margin)
    assert rejected / seeds == pytest.approx(0.05, abs=margin)


def test_intervals_cover() -> None:
    covers(100, 400)


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    covers(600, 2_000)


def test_it_survives_json() -> None:
    rows, ratings = simulated(20, {"m": 0.9, "n": 0.5})
    made = table(rows)
    raters = rater_agreement(made, ratings, draws=50)
    comparisons, contrasts = human_comparisons(made, ratings, draws=50), human_contrasts(made, ratings, draws=50)
    regressions = human_regressions(made, ratings)
    assert msgspec.json.decode(msgspec.json.encode(raters), type=RaterAgreement) == raters
    assert msgspec.json.decode(msgspec.json.encode(comparisons), type=tuple[HumanComparison, ...]) == comparisons
    assert msgspec.json.decode(msgspec.json.encode(contrasts), type=tuple[HumanContrast, ...]) == contrasts
    assert msgspec.json.decode(msgspec.json.encode(regressions), type=tuple[HumanRegression, ...]) == regressions
