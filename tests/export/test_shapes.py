"""The shapes of an export: a row a trial, a row an execution; nothing pooled that must not be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.errors import UsageError
from motivtui.export import CODEBOOK, Shape, Table, shape_of, shaped
from tests.export.rows import judged, row, scored

ITEMS = ["motivation", "fear", "quality", "choice"]


def chain_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = shaped(Shape.CHAINS, rows, ITEMS)
    found = [dict(one) for one in table.rows]
    assert all(list(one) == list(table.columns) for one in found)
    return found


def wide_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = shaped(Shape.WIDE, rows, ITEMS)
    found = [dict(one) for one in table.rows]
    assert all(set(table.columns) == set(one) for one in found)
    return found


def test_long_is_the_flat_table_itself() -> None:
    rows = [row(), row(ordinal=2)]
    assert shaped(Shape.LONG, rows, []) == Table(CODEBOOK, rows)


def test_wide_has_a_row_a_trial_with_every_item() -> None:
    pre = {"ordinal": 2, "extractor_version": 3}
    rows = [
        row(),
        scored("pre", "pre", "motivation", 70.0, **pre),
        scored("pre", "pre", "fear", None, **pre),
        scored("choice", "choice", "choice", 2.0, ordinal=3, other_task="t2", chosen_task="t2"),
        row(ordinal=4, instrument="pre", phase="pre", item="motivation", state="planned", reply=None),
        scored("pre", "pre", "motivation", 10.0, ordinal=1, run="r2"),
    ]
    found = wide_rows(rows)
    assert [(one["run"], one["ordinal"]) for one in found] == [("r1", 1), ("r1", 2), ("r1", 3), ("r1", 4), ("r2", 1)]
    values = [[one[f"{item}_value"] for item in ITEMS] for one in found]
    assert values == [
        [None, None, None, None],
        [70.0, None, None, None],
        [None, None, None, 2.0],
        [None, None, None, None],
        [10.0, None, None, None],
    ]
    assert [one["fear_status"] for one in found] == [None, "ambiguous", None, None, None]
    assert [(one["state"], one["chosen_task"]) for one in found][2:4] == [("complete", "t2"), ("planned", None)]
    assert [one["extractor_version"] for one in found][:3] == [None, 3, None]
    assert [one["reply"] for one in found][:2] == ["An answer.", "{}"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_chosen_task_is_found_whichever_item_names_it(place: int) -> None:
    rows = [scored("choice", "choice", item, 1.0) for item in ("choice", "motivation", "fear")]
    rows[place]["chosen_task"] = "t9"
    assert [one["chosen_task"] for one in wide_rows(rows)] == ["t9"]


def test_wide_reads_the_rows_once_and_one_trial_at_a_time() -> None:
    read = []

    def rows() -> Iterator[dict[str, Any]]:
        for ordinal in range(5):
            read.append(ordinal)
            yield scored("pre", "pre", "motivation", 1.0, ordinal=ordinal)

    found = iter(shaped(Shape.WIDE, rows(), ITEMS).rows)
    assert next(found)["ordinal"] == 0
    assert read == [0, 1]


def test_a_chain_holds_what_came_before_and_after() -> None:
    rows = [
        scored("pre", "pre", "motivation", 60.0, ordinal=5),
        scored("pre", "pre", "motivation", 80.0, ordinal=6, repeat=2),
        scored("pre", "pre", "motivation", None, ordinal=7, repeat=3),
        row(reply="ä😀x"),
        *judged("j2", 1.0, None, 2.0),
        *judged("j1", 7.0),
        scored("post", "post", "motivation", 90.0, ordinal=9, execution=1),
    ]
    (found,) = chain_rows(rows)
    assert (found["ordinal"], found["output_tokens"], found["reply_characters"]) == (1, 20, 3)
    measured = {name: value for name, value in found.items() if "." in name}
    assert measured == {
        "pre.motivation": 70.0, "pre.motivation.n": 2,
        "post.motivation": 90.0, "post.motivation.n": 1,
        "judge.quality.j1": 7.0, "judge.quality.j1.n": 1,
        "judge.quality.j2": 1.5, "judge.quality.j2.n": 2,
    }  # fmt: skip
    assert list(measured)[0::2] == ["pre.motivation", "post.motivation", "judge.quality.j1", "judge.quality.j2"]


@pytest.mark.parametrize("column", ["run", "model", "task", "manipulation", "wording"])
def test_scores_of_another_cell_are_not_those_of_this_chain(column: str) -> None:
    other = {column: 2 if column == "wording" else "other"}
    rows = [
        row(),
        row(ordinal=2, **other),
        scored("pre", "pre", "motivation", 10.0, ordinal=3),
        scored("pre", "pre", "motivation", 30.0, ordinal=4, **other),
    ]
    assert [(one["pre.motivation"], one["pre.motivation.n"]) for one in chain_rows(rows)] == [(10.0, 1), (30.0, 1)]


def test_repeats_of_an_execution_share_what_came_before_and_nothing_else() -> None:
    rows = [
        row(),
        row(ordinal=2, repeat=2),
        scored("pre", "pre", "motivation", 10.0, ordinal=3),
        *judged("j1", 3.0),
        *judged("j1", 6.0, execution=2),
    ]
    found = [(one["repeat"], one["pre.motivation"], one["judge.quality.j1"]) for one in chain_rows(rows)]
    assert found == [(1, 10.0, 3.0), (2, 10.0, 6.0)]


def test_nothing_usable_is_empty_and_not_zero() -> None:
    rows = [
        row(state="error", reply=None, output_tokens=None),
        *judged("j1", None, state="skipped"),
        scored("choice", "choice", "choice", 1.0, ordinal=8),
    ]
    (found,) = chain_rows(rows)
    assert (found["judge.quality.j1"], found["judge.quality.j1.n"]) == (None, 0)
    assert (found["reply_characters"], found["output_tokens"], found["state"]) == (None, None, "error")
    assert not [name for name in found if name.startswith("choice")]


def test_without_executions_there_are_no_chains() -> None:
    table = shaped(Shape.CHAINS, [scored("pre", "pre", "motivation", 10.0)], ITEMS)
    assert list(table.rows) == []
    assert "pre.motivation" in table.columns


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_change_a_chain(random: Any) -> None:
    rows = [row(), *judged("j1", 3.0, 5.0), *judged("j2", 2.0), scored("pre", "pre", "motivation", 10.0, ordinal=3)]
    assert chain_rows(random.sample(rows, len(rows))) == chain_rows(rows)


def test_an_unknown_shape_is_refused() -> None:
    with pytest.raises(UsageError, match="round") as caught:
        shape_of("round")
    assert "long, wide, chains" in caught.value.hint
    assert [shape_of(name) for name in ("long", "wide", "chains")] == list(Shape)
