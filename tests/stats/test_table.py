"""The long table: every row is kept, names in an order of their own, groups never pooled."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from motivtui.errors import UsageError
from motivtui.stats.table import CHUNK, TABLE_COLUMNS, score_table
from motivtui.stats.task_scores import task_scores
from motivtui.store.connection import open_reader
from motivtui.store.flat_rows import trial_rows
from motivtui.store.store import Store
from motivtui.study.instrument import ItemKind
from tests.stats.rows import choice, rating, table


def test_the_store_has_these_columns(tmp_path: Path) -> None:
    Store(tmp_path / "results.db").close()
    with open_reader(tmp_path / "results.db") as connection:
        assert len(score_table(trial_rows(connection, None, columns=TABLE_COLUMNS))) == 0


def test_every_row_is_kept_and_missing_is_nan() -> None:
    rows = [rating(50), rating(None, status="refused"), rating(None, status=None, state="planned"), rating(0)]
    found = table(rows)
    assert len(found) == 4
    assert found.value[[0, 3]].tolist() == [50, 0]
    assert np.isnan(found.value[[1, 2]]).all()
    everything = np.arange(4)
    assert found.excluded(everything) == {"refused": 1, "planned": 1}
    assert found.usable(everything).tolist() == [0, 3]
    assert [found.status.name(row) for row in range(4)] == ["ok", "refused", None, "ok"]


def test_a_missing_column_is_named() -> None:
    row = rating(1)
    del row["wording"]
    with pytest.raises(UsageError, match="'wording'"):
        table([row])


def test_rows_come_from_anything_that_can_be_read_once() -> None:
    n = CHUNK + 3
    found = table(rating(number % 100, f"t{number}", manipulation=f"x{number % 7}") for number in range(n))
    assert len(found) == n
    assert [found.task.name(row) for row in (0, CHUNK, n - 1)] == ["t0", f"t{CHUNK}", f"t{n - 1}"]
    assert found.value[CHUNK] == CHUNK % 100


def test_groups_come_in_the_order_of_names_phases_and_items_however_rows_lie() -> None:
    rows = [
        rating(1, model="m2", phase="judge", instrument="a", judge="j2", item="x", position=1),
        rating(1, model="m2", phase="judge", instrument="a", judge="j1", item="y", position=1),
        rating(1, model="m2", phase="judge", instrument="a", judge="j1", item="x", position=2),
        rating(1, model="m2", phase="post", instrument="b", item="x", position=2),
        rating(1, model="m1", phase="pre", instrument="z", item="y", position=1),
        rating(1, model="m1", phase="pre", instrument="z", item="y", position=1, decoding="schema"),
        choice(1),
        rating(None, item=None, item_kind=None, phase="execute", position=None),
    ]
    wanted = [
        ("m1", "z", None, "y", "free"),
        ("m1", "z", None, "y", "schema"),
        ("m2", "b", None, "x", "free"),
        ("m2", "a", "j1", "x", "free"),
        ("m2", "a", "j1", "y", "free"),
        ("m2", "a", "j2", "x", "free"),
    ]
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        groups = [group for group, _ in table(rows).groups(ItemKind.SCALE)]
        # x and y are both asked first somewhere, so that they follow their names
        assert groups == wanted
    assert [group.item for group, _ in table(rows).groups(ItemKind.OPTION)] == ["choice"]


def test_items_come_in_the_order_in_which_they_are_asked() -> None:
    rows = [rating(1, item="able", position=2), rating(1, item="want", position=1), rating(1, item="fear", position=3)]
    assert [group.item for group, _ in table(rows).groups(ItemKind.SCALE)] == ["want", "able", "fear"]


def test_the_control_is_the_first_manipulation() -> None:
    found = table([rating(1, manipulation=name) for name in ("zeal", "none", "afterthought")])
    assert found.manipulation.levels == ("none", "afterthought", "zeal")


def test_the_score_of_a_task_is_the_mean_of_its_usable_repeats() -> None:
    rows = [
        *(rating(value, "a", repeat=number) for number, value in enumerate((10, 20, None), 1)),
        rating(70, "a", manipulation="money"),
        rating(None, "b"),
        rating(30, "b", manipulation="money"),
        rating(40, "b", family="other"),  # the same name in another family is another task
    ]
    found = table(rows)
    scores = task_scores(found, np.arange(len(rows)))
    assert scores.means.shape == (3, 2)
    np.testing.assert_array_equal(scores.means, [[15, 70], [np.nan, 30], [40, np.nan]])
    assert scores.counts.tolist() == [[2, 1], [0, 1], [1, 0]]
    assert len(set(scores.families.tolist())) == 2


def test_no_rows_no_groups() -> None:
    found = table([])
    assert (len(found), found.groups(ItemKind.SCALE), found.groups(ItemKind.OPTION)) == (0, [], [])
