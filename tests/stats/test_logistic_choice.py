"""Reports and choices: the logistic model against statsmodels, its clusters, and what cannot be fitted."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from motivtui.stats.logistic_choice import LogisticChoice, logistic_choices
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, choice, rating, table


def reports(scores: dict[str, float], **changes: Any) -> list[Row]:
    return [rating(score, task, "f-" + task, **changes) for task, score in scores.items()]


def simulated(
    seed: int, *, tasks: int = 30, pairs: int = 80, slope: float = 0.6, manipulation: str = "none", noise: float = 0.0
) -> list[Row]:
    """Reports, and choices of pairs in both orders, twice, that follow them; the first place adds 0.4 log odds.

    `noise`: how much pairs differ beyond the reports.
    """
    generator = np.random.default_rng(seed)
    scores = {f"t{number}": float(generator.integers(20, 100)) for number in range(tasks)}
    rows = reports(scores)
    for _ in range(pairs):
        one, other = (f"t{number}" for number in generator.choice(tasks, 2, replace=False))
        own = generator.normal(0, noise)
        for order in ("given", "swapped"):
            sign = 1 if order == "given" else -1
            for repeat in (1, 2):
                side = str(generator.choice(["first", "second"])) if manipulation != "none" else None
                note = {None: 0.0, "first": 1.0, "second": -1.0}[side] * sign
                odds = 0.4 + sign * (slope * (scores[one] - scores[other]) / 10 + own) + 0.8 * note
                value = 1 if generator.random() < 1 / (1 + math.exp(-odds)) else 2
                changes = {"task_order": order, "repeat": repeat, "manipulated": side}
                rows.append(choice(value, f"{one}-{other}", manipulation, **changes))
    return rows


def only(rows: list[Row], preset: Preset = Preset.ROBUST) -> LogisticChoice:
    (found,) = logistic_choices(table(rows), preset)
    return found


def design(rows: list[Row]) -> tuple[Any, Any, Any, Any]:
    """The same from the rows directly: choices, differences, notes, pairs."""
    scores = {row["task"]: row["value"] for row in rows if row["item_kind"] == "scale"}
    chosen = [row for row in rows if row["item_kind"] == "option"]
    shown = [(row["task"], row["other_task"])[:: 1 if row["task_order"] == "given" else -1] for row in chosen]
    y = np.array([row["value"] == 1 for row in chosen], dtype=float)
    x = np.array([(scores[one] - scores[other]) / 10 for one, other in shown])
    signs = np.array([1 if row["task_order"] == "given" else -1 for row in chosen])
    notes = signs * np.array([{None: 0, "first": 1, "second": -1}[row["manipulated"]] for row in chosen])
    pairs = np.unique(["-".join(sorted(pair)) for pair in shown], return_inverse=True)[1]
    return y, x, notes, pairs


def test_the_fit_is_that_of_statsmodels_clustered_by_pair() -> None:
    rows = simulated(1)
    found = only(rows)
    y, x, _, pairs = design(rows)
    model = sm.Logit(y, sm.add_constant(x))
    wanted = model.fit(disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": pairs})
    assert found.slope.value == pytest.approx(wanted.params[1])
    assert (found.slope.low, found.slope.high) == pytest.approx(tuple(wanted.conf_int()[1]))
    assert found.slope.p == pytest.approx(wanted.pvalues[1])
    assert found.position.value == pytest.approx(wanted.params[0])
    assert found.fit.value == pytest.approx(wanted.prsquared)
    assert found.fit.statistic == pytest.approx(wanted.llr)
    assert found.fit.p == pytest.approx(wanted.llr_pvalue)
    assert found.odds_ratio.value == pytest.approx(math.exp(wanted.params[1]))
    assert found.slope.n_parents == len(set(pairs.tolist()))
    assert (found.n, found.total, found.note) == (320, 320, None)
    chances = np.array([found.position.value or 0]) + (found.slope.value or 0) * x
    statistic = stats.mannwhitneyu(chances[y == 1], chances[y == 0]).statistic
    assert found.auc.value == pytest.approx(statistic / (y.sum() * (1 - y).sum()))
    assert "multiply the odds of being chosen by" in found.sentence
    assert "association" in found.sentence


def test_the_note_has_a_term_of_its_own() -> None:
    rows = simulated(2, manipulation="money", pairs=150)
    found = only(rows)
    y, x, notes, pairs = design(rows)
    model = sm.Logit(y, np.column_stack([np.ones(len(y)), x, notes]))
    wanted = model.fit(disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": pairs})
    assert found.note is not None
    assert (found.slope.value, found.note.value) == pytest.approx((wanted.params[1], wanted.params[2]))
    assert found.note.p == pytest.approx(wanted.pvalues[2])
    plain = sm.Logit(y, np.column_stack([np.ones(len(y)), notes])).fit(disp=0)
    assert found.fit.statistic == pytest.approx(2 * (wanted.llf - plain.llf))


def test_the_published_rules_take_choices_as_independent() -> None:
    rows = simulated(3, manipulation="money", noise=1.0)
    found = only(rows, Preset.REPLICATE)
    y, x, _, _ = design(rows)
    wanted = sm.Logit(y, sm.add_constant(x)).fit(disp=0, tol=1e-12)
    assert (found.slope.low, found.slope.high) == pytest.approx(tuple(wanted.conf_int()[1]))
    assert found.note is None
    assert found.flags == (
        "choices of the same pair taken as independent: the intervals are too short",
        "the note's pull is not in the model",
    )
    values = np.where(y == 1, x, -x) * 10
    assert found.difference.p == pytest.approx(stats.ttest_1samp(values, 0).pvalue)
    assert found.higher.method.startswith("Wilson")
    assert "too short" in found.sentence


def small() -> list[Row]:
    rows = reports({"a": 80, "b": 60, "c": 60, "d": 30})
    rows += [choice(1, "a-b", "none"), choice(1, "b-c", "none"), choice(2, "c-d", "none", task_order="swapped")]
    return [*rows, choice(2, "a-d", "none"), choice(None, "a-c", "none"), choice(1, "a-e", "none")]


def test_ties_of_reports_are_left_out_of_the_share_and_counted() -> None:
    found = only(small())
    assert found.higher.value == pytest.approx(2 / 3)  # a over b, c over d, but d over a
    assert (found.score_ties, found.higher.n_rows) == (1, 3)
    assert found.excluded == {"tie": 1, "no report on one of the tasks": 1}
    assert (found.n, found.total, found.firsts) == (4, 6, 2)
    assert found.difference.value == pytest.approx((20 + 0 + 30 - 50) / 4)
    assert "1 tie of reports left out" in found.sentence
    assert "1 no report on one of the tasks" in found.sentence


def test_few_choices_of_a_place_give_no_regression() -> None:
    found = only(small())
    assert found.slope.reason == "2 choices of one of the places, 10 are needed"
    assert (found.odds_ratio.value, found.auc.value, found.calibration) == (None, None, ())
    assert "NA (2 choices of one of the places" in found.sentence


def separated() -> list[Row]:
    rows = reports({f"t{number}": 10.0 + 3 * number for number in range(30)})
    for number in range(29):
        rows.append(choice(1, f"t{number + 1}-t{number}", "none"))
        rows.append(choice(2, f"t{number + 1}-t{number}", "none", task_order="swapped"))
    return rows


def test_separation_gives_firth_and_no_maximum_likelihood() -> None:
    found = only(separated())
    assert found.flags == ("the reports separate the choices: Firth's penalised likelihood",)
    assert found.slope.value is not None
    assert found.slope.low is not None
    # A fourfold table of 29 and 0, with a half more in each cell; the differences are ±0.3 of ten points.
    assert found.slope.value * 0.6 == pytest.approx(2 * math.log(29.5 / 0.5), rel=1e-4)
    assert (found.fit.value, found.slope_dyadic.value) == (None, None)
    assert found.auc.value == 1
    assert found.higher.value == 1


def test_reports_that_do_not_differ_give_no_regression() -> None:
    rows = reports({f"t{number}": 50 for number in range(30)})
    rows += [choice(1 + number % 2, f"t{number}-t{number + 1}", "none") for number in range(29)]
    found = only(rows)
    assert found.slope.reason == "the difference of the reports does not vary"
    assert found.higher.reason == "no choice between tasks with different scores"
    assert found.score_ties == 29


def test_a_note_that_goes_with_the_place_has_no_regression() -> None:
    rows = simulated(4, manipulation="money")
    for row in rows:
        if row["item_kind"] == "option":
            row["manipulated"] = "first" if row["task_order"] == "given" else "second"
    assert only(rows).slope.reason == "the note goes with the place or the reports"


def test_scores_are_means_under_the_control_and_before_or_after_the_task() -> None:
    rows = reports({"a": 40, "b": 50}) + reports({"a": 60}, repeat=2) + reports({"b": 99}, manipulation="money")
    rows += reports({"a": 1, "b": 100}, judge="j", instrument="judged", phase="judge")
    found = only([*rows, choice(1, "a-b", "none")])
    assert (found.report_instrument, found.score_ties, found.difference.value) == ("want", 1, 0)


def test_each_report_stands_alone_and_other_modes_are_a_last_resort() -> None:
    rows = reports({"a": 40, "b": 50}) + reports({"a": 40, "b": 50}, item="fear")
    rows += reports({"a": 70, "b": 50}, decoding="json")
    free = logistic_choices(table([*rows, choice(1, "a-b", "none")]))
    assert [(one.report_item, one.report_decoding) for one in free] == [("fear", "free"), ("want", "free")]
    other = logistic_choices(table([*rows, choice(1, "a-b", "none", decoding="grammar")]))
    assert len(other) == 3
    assert "reports are in decoding json, choices in grammar" in [one.flags[0] for one in other][-1]
    assert logistic_choices(table([*rows, choice(1, "a-b", "none", model="other")])) == ()


def test_calibration_has_every_choice_once() -> None:
    rows = simulated(6, pairs=200)
    found = only(rows)
    assert sum(one.n for one in found.calibration) == found.n
    assert len(found.calibration) == 10
    total = sum(one.n * one.predicted for one in found.calibration)
    assert total == pytest.approx(sum(one.n * one.observed for one in found.calibration))  # as the likelihood has it
    assert [one.predicted for one in found.calibration] == sorted(one.predicted for one in found.calibration)


def test_p_is_adjusted_over_manipulations() -> None:
    rows = simulated(7)
    rows += [row for row in simulated(7, manipulation="money") if row["item_kind"] == "option"]
    found = logistic_choices(table(rows))
    raw = [one.slope.p for one in found if one.slope.p is not None]
    assert [one.slope.p_adj for one in found] == pytest.approx(list(stats.false_discovery_control(raw)))


def test_nothing_usable_has_reasons() -> None:
    found = only([*reports({"a": 40, "b": 50}), choice(None, "a-b", "none")])
    assert found.slope.reason == "no choice with a report on both tasks"
    assert found.difference.reason == "no choice with a report on both tasks"


def test_it_survives_json() -> None:
    for rows in (simulated(1), small()):
        found = logistic_choices(table(rows))
        assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[LogisticChoice, ...]) == found


def errors(seeds: int, preset: Preset = Preset.ROBUST) -> tuple[float, float]:
    """How often a true null is rejected when pairs differ: by the slope, and by its dyadic form."""
    rejected = np.zeros(2)
    for seed in range(seeds):
        found = only(simulated(seed, slope=0.0, noise=1.2, pairs=60), preset)
        for place, one in enumerate((found.slope, found.slope_dyadic)):
            rejected[place] += one.p is not None and one.p < 0.05
    return float(rejected[0] / seeds), float(rejected[1] / seeds)


def test_the_slope_is_recovered() -> None:
    found = only(simulated(9, pairs=600, slope=0.5))
    assert found.slope.low is not None
    assert found.slope.high is not None
    assert found.slope.low < 0.5 < found.slope.high
    assert found.slope.high - found.slope.low < 0.25
    assert found.position.value == pytest.approx(0.4, abs=0.15)


def test_the_slope_keeps_its_level_when_pairs_differ() -> None:
    assert errors(40)[0] <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 40) + 0.01


@pytest.mark.soak
def test_the_slope_keeps_its_level_at_full_size() -> None:
    margin = 3 * math.sqrt(0.05 * 0.95 / 400) + 0.01
    clustered, by_task = errors(400)
    assert clustered == pytest.approx(0.05, abs=margin)
    assert by_task < 0.05 + 2 * margin
    assert errors(400, Preset.REPLICATE)[0] > 0.05 + margin  # the bias that its flag names
