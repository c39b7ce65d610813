"""Failures under manipulations: exact tests from textbooks, shares within tasks, matched numbers of answers."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.answers import Failure, answers, first_answers, instruments, matched
from motivtui.stats.attrition import Attrition, attrition, mcnemar
from motivtui.stats.estimate import clustered_mean
from tests.stats.rows import Row, choice, rating, table


def asked(failed: dict[str, list[list[bool]]], status: str = "refused") -> list[Row]:
    """For each manipulation the answers of each task; two tasks a family."""
    return [
        rating(
            None if is_failed else 50,
            f"t{task}",
            f"f{task // 2}",
            name,
            repeat=repeat,
            status=status if is_failed else "ok",
        )
        for name, tasks in failed.items()
        for task, repeats in enumerate(tasks)
        for repeat, is_failed in enumerate(repeats, 1)
    ]


def refused(rows: list[Row], kind: Failure = Failure.REFUSED) -> Attrition:
    (found,) = [one for one in attrition(table(rows)) if one.kind == kind]
    return found


def test_mcnemar_is_exact() -> None:
    # Agresti, Categorical Data Analysis (1990), table 10.1, approval of the president, as in R's mcnemar.test: 150 and
    # 86 discordant. statsmodels 0.15.0: mcnemar([[794, 86], [150, 570]], exact=True).pvalue
    assert mcnemar(150, 86).p == pytest.approx(3.7159361e-05, rel=1e-6)
    assert mcnemar(1, 5).p == pytest.approx(2 * 7 / 64)
    assert mcnemar(3, 3).p == 1
    assert (mcnemar(0, 0).p, mcnemar(0, 0).reason) == (None, "no task differs")


# statsmodels 0.15.0: cochrans_q of these 12 tasks under three conditions: Q = 10.75 on 2, p = 0.0046309
SUBJECTS = [
    [0, 0, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1], [1, 0, 0], [1, 1, 0],
    [1, 1, 0], [1, 1, 1], [1, 1, 0], [0, 1, 0], [1, 1, 0], [1, 0, 0],
]  # fmt: skip


def test_cochrans_q_is_that_of_statsmodels() -> None:
    names = ("none", "a", "b")
    rows = asked({name: [[bool(one[place])] for one in SUBJECTS] for place, name in enumerate(names)})
    found = refused(rows)
    values = np.array(SUBJECTS)
    assert found.cochran_q.value == pytest.approx(10.75)
    assert found.cochran_q.p == pytest.approx(0.004630918733533247, rel=1e-9)
    assert (found.cochran_q.df, found.cochran_q.n_tasks) == (2, 12)
    assert found.joint.p is not None
    assert (found.failures, found.answers) == (int(values.sum()), 36)


def test_the_difference_is_of_shares_clustered_by_family() -> None:
    none = [[True], [False], [False], [False], [False], [True]]
    money = [[True], [True], [False], [True], [False], [False]]
    (found,) = refused(asked({"none": none, "money": money})).by_manipulation
    differences = np.array([0, 1, 0, 1, 0, -1], dtype=float)
    wanted = clustered_mean(differences, np.arange(6) // 2, unit="share", is_tested=True)
    assert (found.difference.value, found.difference.p) == pytest.approx((wanted.value, wanted.p))
    assert (found.mcnemar.more, found.mcnemar.fewer) == (2, 1)
    assert found.mcnemar.p == 1


def test_more_answers_are_no_more_chances_to_fail() -> None:
    none = [[False], [True]]
    money = [[False, True, True], [True, True, True]]
    rows = asked({"none": none, "money": money})
    own = answers(table(rows), instruments(table(rows))[0])
    control, code = (table(rows).manipulation.code(name) for name in ("none", "money"))
    pairs = matched(own, Failure.REFUSED, code, control)
    assert pairs.one.tolist() == [0, 1]  # the first answers only
    assert pairs.other.tolist() == [0, 1]
    assert pairs.answers == 4


def test_an_instrument_fails_once_and_in_its_own_way() -> None:
    items = [
        rating(None, "t", "f", "none", item=name, ordinal=77, status=status, position=place)
        for place, (name, status) in enumerate((("a", "refused"), ("b", "refused"), ("c", "missing")))
    ]
    assert refused(items).failures == 1
    assert refused(items, Failure.UNREADABLE).failures == 1
    assert refused(items).answers == 1


def test_what_was_never_answered_is_nobodys_failure() -> None:
    rows = [
        rating(None, status=None, state="error"),
        rating(None, status=None, state="planned"),
        rating(None, status=None),  # complete, its scores not read yet
        rating(50),
    ]
    found = refused(rows, Failure.UNREADABLE)
    assert (found.planned, found.answers, found.failures) == (4, 1, 0)
    assert "3 of 4 trials without an answer" in found.sentence


def test_a_tie_is_an_answer() -> None:
    assert refused([choice(None)], Failure.UNREADABLE).failures == 0


def test_nothing_to_compare_is_na_with_a_reason() -> None:
    found = refused([rating(50, "a", "f", "none"), rating(50, "b", "f", "money")])
    assert found.by_manipulation[0].difference.reason == "no task has an answer under both"
    assert found.cochran_q.reason == "0 tasks with an answer under each"
    assert refused([rating(50, "a"), rating(40, "b")]).cochran_q.reason == "one condition only"
    never = refused(asked({"none": [[False], [False]], "money": [[False], [False]]}))
    assert never.cochran_q.reason == "no task fails under some conditions only"
    assert never.by_manipulation[0].difference.value == 0
    assert never.by_manipulation[0].mcnemar.reason == "no task differs"


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=8))
def test_matching_takes_the_same_number_from_both(cases: list[tuple[bool, bool, int, int]]) -> None:
    rows = asked(
        {
            "none": [[one] * times for one, _, times, _ in cases],
            "money": [[other] * times for _, other, _, times in cases],
        }
    )
    made = table(rows)
    own = answers(made, instruments(made)[0])
    pairs = matched(own, Failure.REFUSED, made.manipulation.code("money"), made.manipulation.code("none"))
    assert pairs.answers == 2 * sum(min(one, other) for _, _, one, other in cases)
    assert sorted(pairs.one.tolist()) == sorted(float(other) for _, other, _, _ in cases)
    values, families = first_answers(own, Failure.REFUSED, [made.manipulation.code("none")])
    assert len(values) == len(families) == len(cases)


def level(seeds: int) -> None:
    generator = np.random.default_rng(2)
    rejected = 0
    for _ in range(seeds):
        prone = generator.beta(1, 3, 30)
        rows = asked(
            {name: [[bool(one)] for one in generator.random(60) < np.repeat(prone, 2)] for name in ("none", "money")}
        )
        p = refused(rows).by_manipulation[0].difference.p
        rejected += p is not None and p < 0.05
    assert rejected / seeds <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / seeds) + 0.01
    assert rejected > 0


def test_the_test_keeps_its_level() -> None:
    level(200)


@pytest.mark.soak
def test_the_test_keeps_its_level_at_full_size() -> None:
    level(1_500)


def test_it_survives_json() -> None:
    found = attrition(table(asked({"none": [[True], [False], [False]], "money": [[True], [True], [False]]})))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Attrition, ...]) == found
