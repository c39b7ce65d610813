"""Two runs side by side: paired where they share tasks, independent where not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from scipy import stats

from motivtui.stats.difference_of_estimates import mover, welch
from motivtui.stats.estimate import clustered_mean, not_available, share
from motivtui.stats.run_comparison import Compared, Estimand, compare_runs
from tests.stats.rows import paired, rating, table


def found(results: Iterable[Compared], estimand: Estimand, manipulation: str = "none") -> Compared:
    (one,) = [one for one in results if (one.estimand, one.manipulation) == (estimand, manipulation)]
    return one


def test_newcombe_for_shares() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, contrast (a): 56/70 and 48/80, method 10."""
    difference = mover(share(48, 80), share(56, 70))
    assert difference.value == pytest.approx(0.2)
    assert difference.low == pytest.approx(0.0524, abs=5e-5)
    assert difference.high == pytest.approx(0.3339, abs=5e-5)


def test_welch_is_scipys() -> None:
    import numpy as np

    one, other = np.array([1.0, 4, 2, 8, 5, 7]), np.array([9.0, 4, 11, 15])
    expected = stats.ttest_ind(other, one, equal_var=False)
    estimates = [clustered_mean(values, np.arange(len(values)), unit="x") for values in (one, other)]
    difference = welch(*estimates)
    assert difference.statistic == pytest.approx(expected.statistic)
    assert difference.p == pytest.approx(expected.pvalue)
    assert (difference.low, difference.high) == pytest.approx(tuple(expected.confidence_interval()))


def test_what_is_missing_stays_missing() -> None:
    nothing, one = not_available("no score", unit="share"), share(3, 4)
    for difference in (welch(nothing, one), mover(one, nothing)):
        assert difference.value is None
        assert difference.reason == "no score"


def test_shared_tasks_are_paired() -> None:
    control, second = [50.0, 60, 70, 55], [53.0, 61, 79, 56]
    one = table(paired(control, [55, 66, 71, 60], range(4)))
    other = table(paired(second, [60, 69, 80, 70], range(4)))
    results = compare_runs(one, other)
    mean, effect = found(results, Estimand.MEAN), found(results, Estimand.EFFECT, "money")
    expected = stats.ttest_rel(second, control)
    assert mean.is_paired
    assert mean.difference.statistic == pytest.approx(expected.statistic)
    assert mean.difference.p == pytest.approx(expected.pvalue)
    changes = stats.ttest_rel([7, 8, 1, 14], [5, 6, 1, 5])
    assert effect.difference.value == pytest.approx(13 / 4)
    assert effect.difference.p == pytest.approx(changes.pvalue)
    assert "within 4 tasks of both runs" in effect.sentence


def test_tasks_of_one_run_only_are_counted_not_used() -> None:
    one = table([rating(50, "a", "f"), rating(60, "b", "g"), rating(99, "x", "h")])
    other = table([rating(51, "a", "f"), rating(64, "b", "g"), rating(1, "y", "i"), rating(2, "z", "j")])
    mean = found(compare_runs(one, other), Estimand.MEAN)
    assert mean.unshared == 3
    assert (mean.one.value, mean.other.value, mean.difference.value) == (55, 57.5, 2.5)
    assert "3 tasks of one run only left out" in mean.sentence


def test_runs_without_a_shared_task_are_independent() -> None:
    first, second = [50.0, 60, 70, 52], [40.0, 45, 61]
    one = table([rating(value, f"a{number}", f"a{number}") for number, value in enumerate(first)])
    other = table([rating(value, f"b{number}", f"b{number}") for number, value in enumerate(second)])
    mean = found(compare_runs(one, other), Estimand.MEAN)
    expected = stats.ttest_ind(second, first, equal_var=False)
    assert not mean.is_paired
    assert mean.difference.p == pytest.approx(expected.pvalue)


def test_one_model_each_is_compared_by_both_names() -> None:
    rows = [rating(50, "a", "f", model="old"), rating(60, "b", "g", model="old")]
    newer = [row | {"model": "new", "value": row["value"] + 1 + number} for number, row in enumerate(rows)]
    results = compare_runs(table(rows), table(newer))
    assert {one.model for one in results} == {"old → new"}
    both = compare_runs(table(rows), table([*newer, rating(5, "a", "f", model="third")]))
    assert both == ()


def test_refusals_are_of_answers_within_tasks() -> None:
    def run(refused: set[str]) -> list[dict[str, Any]]:
        return [
            rating(None if task in refused else 50, task, task, status="refused" if task in refused else "ok")
            for task in ("a", "b", "c", "d")
        ]

    refusal = found(compare_runs(table(run(set())), table(run({"a", "b"}))), Estimand.REFUSED)
    assert (refusal.one.value, refusal.other.value, refusal.difference.value) == (0, 0.5, 0.5)
    assert refusal.other.low == 0
    assert refusal.item == ""


def test_reliabilities_of_shared_tasks_say_so() -> None:
    def run(noise: int) -> list[dict[str, Any]]:
        return [
            rating(40 + 5 * task + noise * ((task * repeat) % 3), f"t{task}", f"t{task}", repeat=repeat)
            for task in range(8)
            for repeat in (1, 2)
        ]

    icc = found(compare_runs(table(run(1)), table(run(4))), Estimand.ICC)
    assert icc.one.value is not None
    assert icc.other.value is not None
    assert icc.difference.value is not None
    assert icc.difference.value == pytest.approx(icc.other.value - icc.one.value)
    assert icc.difference.value < 0
    assert any("share tasks" in flag for flag in icc.difference.flags)


def _covered(seeds: range, *, is_shared: bool) -> float:
    """How often the interval of the means' difference holds the true one, 0: families differ, runs do not."""
    import random

    hits = 0
    for seed in seeds:
        chance = random.Random(seed)
        tasks = [(f"t{family}.{number}", f"f{family}") for family in range(12) for number in range(3)]
        runs = []
        for name in ("", "" if is_shared else "x"):
            levels = {family: chance.gauss(50, 6) for _, family in tasks}
            shift = {family: chance.gauss(0, 3) for _, family in tasks}
            rows = [
                rating(levels[family] + shift[family] + chance.gauss(0, 4), name + task, name + family)
                for task, family in tasks
            ]
            runs.append(table(rows))
        difference = found(compare_runs(*runs), Estimand.MEAN).difference
        assert difference.low is not None
        assert difference.high is not None
        hits += difference.low <= 0 <= difference.high
    return hits / len(seeds)


@pytest.mark.parametrize("is_shared", [True, False])
def test_the_interval_covers_roughly(is_shared: bool) -> None:
    assert _covered(range(40), is_shared=is_shared) >= 0.95 - 3 * (0.95 * 0.05 / 40) ** 0.5 - 0.01


@pytest.mark.soak
@pytest.mark.parametrize("is_shared", [True, False])
def test_the_interval_covers(is_shared: bool) -> None:
    margin = 3 * (0.95 * 0.05 / 400) ** 0.5 + 0.01
    assert abs(_covered(range(400), is_shared=is_shared) - 0.95) <= margin
