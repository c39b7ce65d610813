"""Worst cases of missing scores, and what listwise deletion would leave."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.missing_bounds import ListwiseLoss, MissingBounds, listwise_losses, missing_bounds
from tests.stats.rows import Row, paired, rating, table


def bounds(rows: list[Row]) -> MissingBounds:
    (found,) = missing_bounds(table(rows))
    return found


def test_missing_scores_go_to_the_ends_of_the_scale() -> None:
    rows = [
        rating(50, "a", "f1"),
        rating(None, "a", "f1", "money", status="refused"),
        rating(40, "b", "f2"),
        rating(60, "b", "f2", "money"),
    ]
    found = bounds(rows)
    assert found.observed.value == 20
    assert found.lower.value == pytest.approx(((1 - 50) + 20) / 2)
    assert found.upper.value == pytest.approx(((100 - 50) + 20) / 2)
    assert (found.missing, found.total, found.excluded) == (1, 4, {"refused": 1})
    assert (found.lower.n_tasks, found.lower.n_rows, found.observed.n_tasks) == (2, 4, 1)
    assert not found.is_sign_certain
    assert "is -14.5 to +35.0 points and could have either sign" in found.sentence


def test_a_missing_control_counts_the_other_way_round() -> None:
    found = bounds([rating(None, "a", "f1"), rating(60, "a", "f1", "money")])
    assert (found.lower.value, found.upper.value) == (60 - 100, 60 - 1)
    assert found.observed.reason == "no task has a score under both"


def test_a_missing_repeat_moves_the_tasks_mean_only_by_its_part() -> None:
    rows = [rating(50, "a"), rating(60, "a", manipulation="money"), rating(None, "a", manipulation="money", repeat=2)]
    found = bounds(rows)
    assert (found.lower.value, found.upper.value) == ((60 + 1) / 2 - 50, (60 + 100) / 2 - 50)


def test_nothing_missing_nothing_hidden() -> None:
    found = bounds(paired([50, 60, 40], [70, 72, 65], [0, 1, 2]))
    assert found.lower == found.upper
    assert found.lower.value == found.observed.value
    assert found.is_sign_certain
    assert "keeps its sign" in found.sentence


def test_what_is_still_to_come_is_not_missing() -> None:
    rows = [*paired([50, 60], [70, 72], [0, 1]), rating(None, "t9", "f9", "money", status=None, state="planned")]
    assert bounds(rows).missing == 0


def test_no_task_in_common() -> None:
    found = bounds([rating(50, "a"), rating(50, "b", manipulation="money")])
    assert (found.lower.value, found.lower.reason) == (None, "no task was asked under both")
    assert "NA (no task was asked under both)" in found.sentence
    assert missing_bounds(table([rating(50)])) == ()


scores = st.lists(
    st.tuples(st.integers(1, 100), st.integers(1, 100), st.booleans(), st.booleans()), min_size=1, max_size=9
)


@given(scores)
def test_the_truth_lies_within_the_bounds(cases: list[tuple[int, int, bool, bool]]) -> None:
    rows = [
        rating(None if is_missing else value, f"t{number}", f"f{number // 2}", name)
        for number, (one, other, misses_one, misses_other) in enumerate(cases)
        for name, value, is_missing in (("none", one, misses_one), ("money", other, misses_other))
    ]
    found = bounds(rows)
    truth = sum(other - one for one, other, _, _ in cases) / len(cases)
    assert found.lower.value is not None
    assert found.upper.value is not None
    assert found.lower.value - 1e-9 <= truth <= found.upper.value + 1e-9


def test_listwise_deletion_is_counted() -> None:
    rows = [
        rating(50, "a"),
        rating(None, "a", repeat=2),
        rating(50, "b"),
        rating(None, "b", manipulation="money"),
        rating(50, "c"),
        rating(50, "c", item="fear"),
        rating(None, "d", state="planned", status=None),
        rating(50, "a", model="other"),
    ]
    found, other = listwise_losses(table(rows))
    assert found == ListwiseLoss("m", 3, 2, 1)
    assert other == ListwiseLoss("other", 1, 1, 1)
    assert found.sentence == (
        "m: listwise deletion would keep 1 of 3 tasks (a score missing anywhere) or 2 (no score left in a cell)."
    )


def test_it_survives_json() -> None:
    found = missing_bounds(table(paired([50, 60], [70, 72], [0, 1])))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[MissingBounds, ...]) == found
