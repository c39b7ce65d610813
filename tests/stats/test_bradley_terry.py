"""Rankings against published ones, what cannot be ranked, and ranks with intervals that cover."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from motivtui.errors import UsageError
from motivtui.stats.bradley_terry import BradleyTerry, bradley_terry
from motivtui.stats.choice_contests import RankedUnit
from motivtui.stats.preset import Preset
from motivtui.stats.task_reports import rank_correlation
from motivtui.stats.tournament import Contests
from motivtui.stats.tournament import strengths as strengths_of
from tests.stats.rows import Row, choice, rating, table

# Agresti (2002), Categorical Data Analysis, 438: American League, Eastern Division, 1987: wins at home, losses at home.
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
HOME = {
    "Milwaukee": "4-3 4-2 4-3 6-1 4-2 6-0",
    "Detroit": "3-3 4-2 4-3 6-0 6-1 4-3",
    "Toronto": "2-5 4-3 2-4 4-3 4-2 6-0",
    "New York": "3-3 5-1 2-5 4-3 4-2 6-1",
    "Boston": "5-1 2-5 3-3 4-2 5-2 6-0",
    "Cleveland": "2-5 3-3 3-4 4-3 4-2 2-4",
    "Baltimore": "2-5 1-5 1-6 2-4 1-6 3-4",
}
# R BradleyTerry2, vignette: update(baseballModel1, formula = ~ team + at.home); Baltimore is 0.
ABILITIES = {
    "Boston": 1.1438, "Cleveland": 0.7047, "Detroit": 1.4754, "Milwaukee": 1.6196, "New York": 1.2813,
    "Toronto": 1.3271, "Baltimore": 0.0,
}  # fmt: skip


def baseball() -> list[Row]:
    """Each game a choice: the team at home is shown first."""
    rows = []
    for home, results in HOME.items():
        for away, result in zip([team for team in TEAMS if team != home], results.split(), strict=True):
            won, lost = map(int, result.split("-"))
            rows += [choice(1, f"{home}-{away}", "none", repeat=number) for number in range(won)]
            rows += [choice(2, f"{home}-{away}", "none", repeat=won + number) for number in range(lost)]
    return rows


def only(rows: list[Row], unit: RankedUnit = RankedUnit.TASK, **settings: Any) -> BradleyTerry:
    (found,) = bradley_terry(table(rows), unit, **settings)
    return found


def strengths(found: BradleyTerry) -> dict[str, float]:
    return {item.name: item.strength.value for item in found.items if item.strength.value is not None}


def test_abilities_are_those_of_r() -> None:
    found = only(baseball(), preset=Preset.REPLICATE)
    theta = strengths(found)
    assert {name: value - theta["Baltimore"] for name, value in theta.items()} == pytest.approx(ABILITIES, abs=1e-4)
    assert sum(theta.values()) == pytest.approx(0)
    assert found.position.value == pytest.approx(0.3023, abs=1e-4)
    assert found.position.low is not None
    assert (found.position.value or 0) - found.position.low == pytest.approx(1.959964 * 0.1309, abs=3e-4)
    assert found.deviance == pytest.approx(38.643, abs=1e-3)
    assert (found.deviance_df, found.ridge, found.parts, found.flags) == (35, 0, 1, ())
    assert [item.name for item in found.items][:2] == ["Milwaukee", "Detroit"]
    assert "of 7 tasks, Milwaukee is preferred most (+0.54 log odds" in found.sentence


def test_intervals_are_those_of_a_binomial_model_clustered_by_pair() -> None:
    rows = baseball()
    y = np.array([row["value"] == 1 for row in rows], dtype=float)
    who = np.array([[(row["task"] == team) * 1.0 - (row["other_task"] == team) for team in TEAMS] for row in rows])
    pairs = np.unique(["-".join(sorted((row["task"], row["other_task"]))) for row in rows], return_inverse=True)[1]
    basis = np.vstack([np.eye(6), -np.ones((1, 6))])
    model = sm.Logit(y, np.column_stack([who @ basis, np.ones(len(y))]))
    wanted = model.fit(disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": pairs})
    covariance = basis @ wanted.cov_params()[:6, :6] @ basis.T
    found = {item.name: item.strength for item in only(rows).items}
    for place, team in enumerate(TEAMS):
        low, high = found[team].low, found[team].high
        assert low is not None
        assert high is not None
        assert (high - low) / 2 / 1.959964 == pytest.approx(math.sqrt(covariance[place, place]), rel=1e-5)


def test_a_tie_is_half_a_win() -> None:
    rows = [choice(1, "a-b", "none"), choice(2, "a-b", "none", repeat=2), choice(1, "a-b", "none", repeat=3)]
    rows += [choice(None, "a-b", "none", repeat=4), choice(None, "a-b", "none", repeat=5, status="refused")]
    rows += [row | {"task_order": "swapped", "value": row["value"] and 3 - row["value"]} for row in rows]
    half = only(rows)
    assert strengths(half)["a"] * 2 == pytest.approx(math.log(2.5 / 1.5))
    assert (half.n, half.excluded) == (8, {"refused": 2})
    assert half.items[0].wins == 5


def test_the_place_is_told_apart_by_both_orders_only() -> None:
    rows = [choice(1, "a-b", "none"), choice(1, "a-b", "none", repeat=2), choice(2, "a-b", "none", repeat=3)]
    found = only(rows)
    assert strengths(found)["a"] * 2 == pytest.approx(math.log(2))
    assert found.position.reason == "cannot be told from the strengths: no pair was shown both ways"
    both = only([*rows, choice(1, "a-b", "none", task_order="swapped"), choice(2, "a-b", "none", task_order="swapped")])
    assert both.position.value is not None
    assert both.position.value == pytest.approx(math.log(2) / 2)


def test_who_never_lost_needs_a_ridge_and_is_flagged() -> None:
    rows = [choice(1, "a-b", "none"), choice(1, "a-c", "none"), choice(1, "b-c", "none"), choice(2, "b-c", "none")]
    found = only(rows)
    assert found.ridge == 1
    flags = {item.name: item.flags for item in found.items}
    assert flags == {"a": ("undefeated",), "b": (), "c": ()}
    assert found.flags[0] == "some task never lost to, or never won against, the others"
    assert "ridge λ = 1" in found.sentence
    assert all("λ = 1" in item.strength.method for item in found.items)
    stronger = only(rows, ridge=20.0)
    assert abs(strengths(stronger)["a"]) < abs(strengths(found)["a"])
    assert sum(strengths(found).values()) == pytest.approx(0)


def test_a_ridge_is_the_maximum_under_its_prior() -> None:
    from scipy.optimize import minimize

    rows = [choice(1, "a-b", "none"), choice(1, "a-c", "none"), choice(1, "b-c", "none"), choice(2, "c-b", "none")]
    rows += [choice(1, "a-b", "none", task_order="swapped")]
    shown = [(0, 1, 1), (0, 2, 1), (1, 2, 1), (2, 1, 0), (1, 0, 1)]

    def loss(beta: Any) -> float:
        odds = np.array([beta[one] - beta[other] + beta[3] for one, other, _ in shown])
        won = np.array([result for _, _, result in shown])
        return float(np.logaddexp(0, odds).sum() - won @ odds + beta[:3] @ beta[:3])  # λ = 2

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-9}).x
    found = only(rows, ridge=2.0)
    assert [strengths(found)[name] for name in "abc"] == pytest.approx(list(best[:3]), abs=1e-5)
    assert found.position.value == pytest.approx(best[3], abs=1e-5)


def test_the_covariance_of_a_ridge_is_the_sandwich_and_the_priors_part() -> None:
    first, second = np.array([0, 0, 1, 2, 1]), np.array([1, 2, 2, 0, 0])
    contests = Contests(
        first, second, np.array([3.0, 4, 2, 1, 2]), np.array([4.0, 5, 4, 4, 4]), np.zeros(5), np.arange(5)
    )
    found = strengths_of(contests, 3, ridge=1.5, is_clustered=True)
    assert found.position is not None
    basis = np.vstack([np.eye(2), -np.ones((1, 2))])
    who = np.eye(3)[first] - np.eye(3)[second]
    x = np.column_stack([who @ basis, np.ones(5)])
    p = 1 / (1 + np.exp(-(who @ found.theta + found.position[0])))
    prior = np.zeros((3, 3))
    prior[:2, :2] = 1.5 * basis.T @ basis
    inverse = np.linalg.inv((x * (contests.n * p * (1 - p))[:, None]).T @ x + prior)
    sums = x * (contests.wins - contests.n * p)[:, None]
    meat = 5 / 4 * 20 / 18 * sums.T @ sums  # 5 clusters, 21 choices, 3 coefficients
    assert found.position[1] ** 2 == pytest.approx((inverse @ (meat + prior) @ inverse)[2, 2])
    covariance = (inverse @ (meat + prior) @ inverse)[:2, :2]
    assert found.covariance == pytest.approx(basis @ covariance @ basis.T)


def test_parts_that_never_met_are_not_put_in_one_order() -> None:
    rows = [choice(1, "a-b", "none"), choice(2, "a-b", "none"), choice(1, "c-d", "none"), rating(50, "a", "f-a")]
    found = only(rows)
    assert found.parts == 2
    assert {(item.name, item.part) for item in found.items} == {("a", 1), ("b", 1), ("c", 2), ("d", 2)}
    assert max(item.rank_high for item in found.items) == 2
    assert found.flags[0] == "2 parts that were never compared with each other"
    assert "no one order of 4 tasks" in found.sentence
    assert found.agreements[0].spearman.reason == "strengths of different parts cannot be compared"
    assert "fewer than 2 comparisons" in {item.name: item.flags for item in found.items}["c"]


def test_sampled_pairs_of_many_tasks_are_no_ranking() -> None:
    generator = np.random.default_rng(1)
    rows = [choice(int(generator.integers(1, 3)), f"a{n}-b{n}", "none") for n in range(40)]
    found = only(rows)
    assert (found.parts, found.ridge) == (40, 1)


def test_families_and_categories() -> None:
    rows = [
        rating(50, name, "f" + name[0], categories="code;art" if name[0] == "a" else "art") for name in ("a1", "b1")
    ]
    rows += [rating(50, "a2", "fa", categories="code")]
    rows += [
        choice(value, pair, "none") | {"family": "f" + pair[0]} for pair in ("a1-b1", "a2-b1") for value in (1, 1, 2)
    ]
    rows += [choice(1, pair, "none") | {"family": "fa"} for pair in ("a1-a2", "a1-x")]
    for row in rows:
        row["categories"] = "code;art" if row["task"].startswith("a") else "art"
    families = only(rows, RankedUnit.FAMILY)
    assert strengths(families)["fa"] * 2 == pytest.approx(math.log(2))
    assert families.excluded == {"both in one group": 1, "task of unknown group": 1}
    assert (families.n, families.total) == (6, 8)
    categories = only(rows, RankedUnit.CATEGORY)
    assert [item.name for item in categories.items] == ["code", "art"]
    assert "of 2 families" in families.sentence
    assert "of 2 categories" in categories.sentence


def test_the_note_has_a_term_of_its_own() -> None:
    generator = np.random.default_rng(2)
    rows = []
    for number in range(600):
        one, other = generator.choice(5, 2, replace=False)
        side = ("first", "second")[number % 2]
        odds = 0.5 * (one - other) + (0.8 if side == "first" else -0.8)
        value = 1 if generator.random() < 1 / (1 + math.exp(-odds)) else 2
        rows.append(choice(value, f"t{one}-t{other}", manipulated=side))
    found = only(rows)
    assert found.note is not None
    assert found.note.value == pytest.approx(0.8, abs=0.3)
    assert [item.name for item in found.items] == ["t4", "t3", "t2", "t1", "t0"]
    assert only(baseball()).note is None


def test_reports_are_held_against_the_strengths() -> None:
    rows = baseball()
    scores = {team: 90.0 - 10 * place for place, team in enumerate(TEAMS)}
    found = only([*rows, *(rating(score, team, "f-" + team) for team, score in scores.items())])
    theta = strengths(found)
    wanted = stats.spearmanr([theta[team] for team in TEAMS], [scores[team] for team in TEAMS])
    (agreement,) = found.agreements
    assert agreement.spearman.value == pytest.approx(wanted.statistic)
    assert agreement.instrument == "want"


def test_rank_correlation_is_that_of_scipy() -> None:
    one, other = np.array([1.0, 2, 3, 4, 5, 6]), np.array([2.0, 1, 4, 3, 6, 6])
    found = rank_correlation(one, other)
    wanted = stats.spearmanr(one, other)
    assert (found.value, found.p) == pytest.approx((wanted.statistic, wanted.pvalue))
    half = 1.959964 * math.sqrt((1 + wanted.statistic**2 / 2) / 3)
    assert found.low == pytest.approx(math.tanh(math.atanh(wanted.statistic) - half), abs=1e-6)
    assert rank_correlation(one, np.ones(6)).reason == "one side does not vary"
    assert rank_correlation(one[:3], other[:3]).reason == "3 with a report, 4 are needed"
    assert rank_correlation(one, one).reason == "the order is the same, or reversed, throughout"


@pytest.mark.parametrize("rows", [[choice(None, "a-b", "none", status="refused")], [choice(1, "a-a", "none")]])
def test_nothing_compared_has_a_reason(rows: list[Row]) -> None:
    found = only(rows)
    assert (found.items, found.reason, found.deviance) == ((), "nothing was compared", None)
    assert found.position.reason == "nothing was compared"
    assert "no ranking of tasks" in found.sentence


@pytest.mark.parametrize("ridge", [0.0, -1.0, math.inf, math.nan])
def test_a_ridge_that_is_none_is_refused(ridge: float) -> None:
    with pytest.raises(UsageError):
        bradley_terry(table(baseball()), ridge=ridge)


def test_it_survives_json_and_is_seeded() -> None:
    rows = [*baseball(), rating(50, "Boston", "f-Boston")]
    found = bradley_terry(table(rows), RankedUnit.TASK, seed=3)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[BradleyTerry, ...]) == found
    assert bradley_terry(table(rows), RankedUnit.TASK, seed=3) == found


games = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans(), st.booleans()), min_size=1, max_size=25)


@settings(deadline=None)
@given(games)
def test_any_tournament_gives_finite_strengths(cases: list[tuple[int, int, bool, bool]]) -> None:
    rows = [
        choice(1 if won else 2, f"t{one}-t{other}", "none", task_order="given" if given_order else "swapped")
        for one, other, won, given_order in cases
    ]
    found = only(rows, draws=50)
    if not found.items:
        assert all(one == other for one, other, _, _ in cases)
        return
    theta = strengths(found)
    assert all(abs(value) < 50 for value in theta.values())
    assert sum(theta.values()) == pytest.approx(0, abs=1e-6)
    assert sum(item.wins for item in found.items) == found.n
    assert all(item.rank_low <= item.rank_high for item in found.items)


def coverage(seeds: int) -> tuple[float, float]:
    """How often strengths, and the place's pull, lie within their intervals: 8 families of 4 tasks, both orders."""
    generator = np.random.default_rng(4)
    truth = np.linspace(-1, 1, 8)
    held: list[bool] = []
    place: list[bool] = []
    for _ in range(seeds):
        rows = []
        for pair in range(160):
            one, other = generator.choice(8, 2, replace=False)
            tasks = f"{one}.{generator.integers(4)}-{other}.{generator.integers(4)}"
            for order, sign in (("given", 1), ("swapped", -1)):
                odds = sign * (truth[one] - truth[other]) + 0.3
                value = 1 if generator.random() < 1 / (1 + math.exp(-odds)) else 2
                rows.append(choice(value, tasks, "none", task_order=order, repeat=pair) | {"family": f"f{one}"})
        rows += [rating(50, f"{family}.{task}", f"f{family}") for family in range(8) for task in range(4)]
        found = only(rows, RankedUnit.FAMILY, draws=10)
        for item in found.items:
            low, high = item.strength.low, item.strength.high
            held.append(low is not None and high is not None and low <= truth[int(item.name[1:])] <= high)
        low, high = found.position.low, found.position.high
        place.append(low is not None and high is not None and low <= 0.3 <= high)
    return float(np.mean(held)), float(np.mean(place))


def test_intervals_cover() -> None:
    strength, place = coverage(25)
    assert strength >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / 25) - 0.01
    assert place >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / 25) - 0.01


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    assert coverage(300) == pytest.approx((0.95, 0.95), abs=3 * math.sqrt(0.95 * 0.05 / 300) + 0.01)
