"""Summaries: every number with its n and exclusions, differences clustered by family."""

import math
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.summary import Difference, summarise

Row = dict[str, Any]


def row(manipulation: str, task: str, value: float | None, family: str = "f", **changes: Any) -> Row:
    plain = {
        "model": "m",
        "phase": "pre",
        "instrument": "i",
        "judge": None,
        "item": "score",
        "item_kind": "scale",
        "decoding": "free",
        "manipulation": manipulation,
        "task": task,
        "family": family,
        "value": value,
        "status": "ok" if value is not None else "missing",
        "state": "complete",
    }
    return plain | changes


def paired(differences: list[float], families: list[int]) -> list[Row]:
    """A task for each difference, with two repeats that lie around it."""
    rows = []
    for number, (difference, family) in enumerate(zip(differences, families, strict=True)):
        base = 40 + 3 * number
        for manipulation, level in (("none", base), ("money", base + difference)):
            rows += [
                row(manipulation, f"t{number}", level + shift, f"f{family}", repeat=repeat)
                for repeat, shift in ((1, -2), (2, 2))
            ]
    return rows


def difference_of(rows: list[Row], manipulation: str = "money") -> Difference:
    (found,) = [one for one in summarise(rows) if one.manipulation == manipulation]
    assert found.difference is not None
    return found.difference


def test_counts_and_exclusions_stand_beside_the_mean() -> None:
    rows = [
        row("none", "a", 70),
        row("none", "b", 80.5),
        row("none", "c", 0),
        row("none", "d", None, status="refused"),
        row("none", "e", None, status="refused"),
        row("none", "f", None, status="out_of_range"),
        row("none", "g", None, status=None, state="planned"),
        row("none", "h", None, status=None, state="unknown"),
    ]
    (found,) = summarise(rows)
    assert (found.model, found.instrument, found.item) == ("m", "i", "score")
    assert (found.decoding, found.manipulation, found.difference) == ("free", "none", None)
    assert (found.total, found.n) == (8, 3)
    assert found.excluded == {"refused": 2, "out_of_range": 1, "planned": 1, "unknown": 1}
    values = [70, 80.5, 0]
    assert found.mean == pytest.approx(statistics.fmean(values))
    assert found.sd == pytest.approx(statistics.stdev(values))


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=30))
def test_mean_and_sd_are_those_of_the_usable_scores(values: list[float | None]) -> None:
    (found,) = summarise([row("none", f"t{number}", value) for number, value in enumerate(values)])
    usable = [value for value in values if value is not None]
    assert (found.total, found.n, sum(found.excluded.values())) == (
        len(values),
        len(usable),
        len(values) - len(usable),
    )
    assert found.mean == (pytest.approx(statistics.fmean(usable)) if usable else None)
    assert found.sd == (pytest.approx(statistics.stdev(usable), abs=1e-6) if len(usable) > 1 else None)


def test_a_missing_score_is_never_zero() -> None:
    (found,) = summarise([row("none", "a", 50), row("none", "b", None), row("none", "c", 50)])
    assert (found.mean, found.sd, found.n) == (50, 0, 2)
    (nothing,) = summarise([row("none", "a", None)])
    assert (nothing.mean, nothing.sd, nothing.n) == (None, None, 0)


@pytest.mark.parametrize(
    ("differences", "families", "estimate", "low", "high"),
    [
        # Golden values from statsmodels 0.15.0: OLS of the differences on a constant, fitted with cov_type="cluster",
        # the families as groups and use_t=True. Its small-sample factor G/(G-1) * (n-1)/(n-k) is G/(G-1) here, since
        # k = 1; t has G-1 degrees of freedom.
        ([5, 8, 3, -2, 0, 12, 7], [0, 0, 0, 1, 1, 2, 2], 4.714285714285714, -6.5947125541345555, 16.023283982705983),
        (
            [10, 12.5, -3, 4, 4.25, 9, 1, -7.5, 20, 6, 2, 0],
            [0, 1, 2, 3, 3, 3, 4, 4, 5, 5, 5, 5],
            4.854166666666669,
            -0.34150767962746187,
            10.0498410129608,
        ),
        ([1, 3], [0, 1], 2, -10.706204736174685, 14.706204736174685),
    ],
)
def test_the_clustered_difference_is_that_of_statsmodels(
    differences: list[float], families: list[int], estimate: float, low: float, high: float
) -> None:
    found = difference_of(paired(differences, families))
    assert found.estimate == pytest.approx(estimate, rel=1e-12)
    assert found.low == pytest.approx(low, rel=1e-9)
    assert found.high == pytest.approx(high, rel=1e-9)
    assert (found.n_tasks, found.n_families, found.reason) == (len(differences), len(set(families)), "")


def test_one_family_a_task_gives_the_paired_t_interval() -> None:
    differences: list[float] = [3, -1, 4, 1, 5]
    found = difference_of(paired(differences, [0, 1, 2, 3, 4]))
    t_of_4 = 2.7764451051977987  # t(0.975, 4 degrees of freedom), any table
    half = t_of_4 * statistics.stdev(differences) / math.sqrt(5)
    assert found.low == pytest.approx(2.4 - half)
    assert found.high == pytest.approx(2.4 + half)


def test_repeats_are_averaged_within_a_task_before_tasks_are() -> None:
    rows = [
        *(row("none", "a", 50, "f1") for _ in range(1)),
        *(row("none", "b", 50, "f2") for _ in range(1)),
        *(row("money", "a", 60, "f1") for _ in range(9)),
        row("money", "b", 50, "f2"),
    ]
    assert difference_of(rows).estimate == 5  # not 9, which the nine repeats of one task would make it


def test_only_tasks_with_a_score_in_both_conditions_are_compared() -> None:
    rows = paired([4, 6], [0, 1])
    rows += [row("money", "only-money", 100, "f2"), row("none", "only-none", 1, "f3")]
    rows += [row("money", "half", 100, "f4"), row("none", "half", None, "f4")]
    found = difference_of(rows)
    assert (found.estimate, found.n_tasks, found.n_families) == (5, 2, 2)


def test_one_usable_repeat_is_enough() -> None:
    rows = [row("none", "a", 50), row("none", "a", None), row("money", "a", None), row("money", "a", 57)]
    assert difference_of(rows).estimate == 7


def test_one_family_has_no_interval() -> None:
    assert difference_of(paired([1, 5, 9], [0, 0, 0])) == Difference(5, None, None, 3, 1, "one family only")


@pytest.mark.parametrize("families", [[0, 1, 2], [0, 0, 1]])
def test_no_variation_has_no_interval(families: list[int]) -> None:
    found = difference_of(paired([4, 4, 4], families))
    assert (found.estimate, found.low, found.high) == (4, None, None)
    assert "no variation" in found.reason


def test_what_rounding_leaves_is_no_variation() -> None:
    rows = []
    for number, base in enumerate((10, 33, 71)):
        for manipulation, shift in (("none", 0), ("money", 7)):
            scores = (base + shift, base + shift + 1, base + shift + 1)
            rows += [row(manipulation, f"t{number}", value, f"f{number}") for value in scores]
    rounded = {sum((base + 7, base + 8, base + 8)) / 3 - sum((base, base + 1, base + 1)) / 3 for base in (10, 33, 71)}
    assert len(rounded) > 1  # the seven is not everywhere a seven
    found = difference_of(rows)
    assert (found.low, found.high) == (None, None)
    assert "no variation" in found.reason


def test_all_scores_zero_is_no_variation_either() -> None:
    rows = [row(manipulation, f"t{n}", 0, f"f{n}") for n in range(3) for manipulation in ("none", "money")]
    found = difference_of(rows)
    assert (found.estimate, found.low) == (0, None)


@pytest.mark.parametrize(("none", "money"), [(None, 60.0), (60.0, None), (None, None)])
def test_no_usable_score_on_one_side_gives_no_difference(none: float | None, money: float | None) -> None:
    rows = [row("none", "a", none), row("money", "a", money)]
    nothing = Difference(None, None, None, 0, 0, "no task has a score under both")
    assert [one.difference for one in summarise(rows)] == [None, nothing]


def test_without_a_control_there_is_no_difference() -> None:
    assert [one.difference for one in summarise([row("money", "a", 1), row("punish", "a", 2)])] == [None, None]


@pytest.mark.parametrize("name", ["model", "instrument", "judge", "item", "decoding"])
def test_groups_are_never_pooled(name: str) -> None:
    rows = paired([4, 6], [0, 1])
    other = [
        one | {name: "other", "value": one["value"] + (50 if one["manipulation"] == "money" else 0)} for one in rows
    ]
    found = summarise([*rows, *other])
    assert [(getattr(one, name), one.manipulation, one.n) for one in found] == [
        (rows[0][name], "none", 4),
        (rows[0][name], "money", 4),
        ("other", "none", 4),
        ("other", "money", 4),
    ]
    estimates = [one.difference.estimate for one in found if one.difference]
    assert estimates == [5, 55]


def test_the_control_of_one_decoding_is_not_that_of_another() -> None:
    rows = [row("none", "a", 50), row("money", "a", 60, decoding="schema")]
    assert [(one.decoding, one.difference) for one in summarise(rows)] == [("free", None), ("schema", None)]


def test_tasks_of_the_same_name_in_two_families_are_two_tasks() -> None:
    rows = [row("none", "a", 10, "f1"), row("money", "a", 20, "f2")]
    assert [one.difference and one.difference.estimate for one in summarise(rows)] == [None, None]
    assert [one.difference and one.difference.n_tasks for one in summarise(rows)] == [None, 0]


def test_the_control_comes_first_then_the_manipulations_by_name() -> None:
    rows = [row(name, "a", 1) for name in ("purpose", "money", "none", "afterthought")]
    assert [one.manipulation for one in summarise(rows)] == ["none", "afterthought", "money", "purpose"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(random: Any) -> None:
    rows = paired([10, 12.5, -3, 4], [0, 1, 2, 2])
    shuffled = random.sample(rows, len(rows))
    assert summarise(shuffled) == summarise(rows)


def test_judges_are_compared_with_their_own_control_only() -> None:
    rows = [row("none", "a", 2, judge="j1"), row("none", "a", 6, judge="j2"), row("money", "a", 4, judge="j1")]
    found = [(one.judge, one.manipulation, one.mean, one.difference) for one in summarise(rows)]
    assert found == [
        ("j1", "none", 2, None),
        ("j1", "money", 4, Difference(2, None, None, 1, 1, "one family only")),
        ("j2", "none", 6, None),
    ]


def test_an_execution_and_a_choice_have_no_mean() -> None:
    execution = row("none", "a", None, status=None, item=None, item_kind=None, phase="execute")
    choice = row("none", "a", 2, item="choice", item_kind="option", phase="choice")
    assert summarise([execution, choice]) == []
    ease = row("none", "a", 70, item="ease", phase="choice")  # a rating in a choice's reply is a rating
    assert [(one.item, one.mean) for one in summarise([choice, ease])] == [("ease", 70)]


def test_a_skipped_trial_is_counted() -> None:
    rows = [row("none", "a", 5, judge="j"), row("none", "b", None, judge="j", status=None, state="skipped")]
    (found,) = summarise(rows)
    assert (found.n, found.total, found.excluded) == (1, 2, {"skipped": 1})


def test_groups_follow_the_phases_whatever_the_order_of_the_plan() -> None:
    plan = [
        row("none", "a", 1, model="m2", phase="judge", instrument="a", judge="j2", item="x"),
        row("none", "a", 1, model="m2", phase="post", instrument="b", item="x"),
        row("none", "a", 1, model="m1", phase="pre", instrument="z", item="y"),
        row("none", "a", 1, model="m2", phase="judge", instrument="a", judge="j1", item="y"),
        row("none", "a", 1, model="m2", phase="judge", instrument="a", judge="j1", item="x"),
        row("none", "a", 1, model="m2", phase="pre", instrument="z", item="y"),
    ]
    assert [(one.model, one.instrument, one.judge, one.item) for one in summarise(plan)] == [
        ("m2", "z", None, "y"),
        ("m2", "b", None, "x"),
        ("m2", "a", "j1", "x"),
        ("m2", "a", "j1", "y"),
        ("m2", "a", "j2", "x"),
        ("m1", "z", None, "y"),
    ]


def test_no_rows_no_summaries() -> None:
    assert summarise([]) == []
