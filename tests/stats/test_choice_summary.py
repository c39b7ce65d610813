"""Choices: shares of the clear ones, the manipulated task whichever side and place it had, everything else counted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.choice_summary import summarise_choices

Row = dict[str, Any]


def choice(
    value: float | None,
    order: str = "given",
    manipulated: str | None = "first",
    manipulation: str = "money",
    **changes: Any,
) -> Row:
    """A choice between t1 and t2; `value` is the place on the page of the task that was chosen."""
    shown = ("t1", "t2") if order == "given" else ("t2", "t1")
    plain = {
        "model": "m",
        "phase": "choice",
        "instrument": "choice",
        "judge": None,
        "item": "choice",
        "item_kind": "option",
        "decoding": "free",
        "manipulation": manipulation,
        "family": "f",
        "task": "t1",
        "other_task": "t2",
        "manipulated": manipulated,
        "chosen_task": None if value is None else shown[int(value) - 1],
        "value": value,
        "status": "ok" if value is not None else "ambiguous",
        "state": "complete",
    }
    return plain | changes


@pytest.mark.parametrize(
    ("value", "order", "manipulated", "is_manipulated", "is_first"),
    [
        (1, "given", "first", 1, 1),
        (2, "given", "first", 0, 0),
        (1, "given", "second", 0, 1),
        (2, "given", "second", 1, 0),
        (1, "swapped", "first", 0, 1),
        (2, "swapped", "first", 1, 0),
        (1, "swapped", "second", 1, 1),
        (2, "swapped", "second", 0, 0),
    ],
)
def test_which_task_was_chosen(
    value: float, order: str, manipulated: str, is_manipulated: float, is_first: float
) -> None:
    (found,) = summarise_choices([choice(value, order, manipulated)])
    assert (found.manipulated_share, found.n_manipulated, found.first_share) == (is_manipulated, 1, is_first)


def test_what_is_no_clear_choice_is_counted_and_shared_out_to_nobody() -> None:
    rows = [
        choice(1),
        choice(1),
        choice(2),
        choice(None, status="tie"),
        choice(None, status="tie"),
        choice(None, status="refused"),
        choice(None, status=None, state="planned"),
    ]
    (found,) = summarise_choices(rows)
    assert (found.n, found.total, found.n_manipulated) == (3, 7, 3)
    assert found.excluded == {"tie": 2, "refused": 1, "planned": 1}
    assert found.manipulated_share == pytest.approx(2 / 3)
    assert found.first_share == pytest.approx(2 / 3)


def test_the_control_has_no_manipulated_task_and_comes_first() -> None:
    rows = [choice(1), choice(1, manipulated=None, manipulation="none"), choice(2, manipulation="futility")]
    found = summarise_choices(rows)
    assert [(one.manipulation, one.manipulated_share, one.n_manipulated, one.first_share) for one in found] == [
        ("none", None, 0, 1.0),
        ("futility", 0.0, 1, 0.0),
        ("money", 1.0, 1, 1.0),
    ]


def test_nothing_clear_is_no_share() -> None:
    (found,) = summarise_choices([choice(None, status="tie")])
    assert (found.n, found.total, found.manipulated_share, found.first_share) == (0, 1, None, None)


@pytest.mark.parametrize("name", ["model", "instrument", "decoding"])
def test_groups_are_never_pooled(name: str) -> None:
    found = summarise_choices([choice(1), choice(2, **{name: "other"})])
    assert [(getattr(one, name), one.n, one.first_share) for one in found] == [
        (choice(1)[name], 1, 1.0),
        ("other", 1, 0.0),
    ]


def test_ratings_are_no_choices() -> None:
    assert summarise_choices([choice(1, item="ease", item_kind="scale"), choice(None, item=None, item_kind=None)]) == []


@given(st.lists(st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from(["given", "swapped"])), min_size=1))
def test_every_choice_is_counted_once(answers: list[tuple[float | None, str]]) -> None:
    (found,) = summarise_choices([choice(*answer) for answer in answers])
    assert found.n + sum(found.excluded.values()) == found.total == len(answers)
    clear = [value for value, _ in answers if value]
    assert found.first_share == (pytest.approx(clear.count(1) / len(clear)) if clear else None)
