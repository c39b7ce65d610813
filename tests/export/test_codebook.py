"""The codebook explains exactly the columns that are exported, in their order."""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing

import pytest

from motivtui.export import CODEBOOK, Column, Shape, codebook_rows, shaped, wide_columns
from motivtui.store.schema import MIGRATIONS
from motivtui.study.instrument import ItemKind, Phase
from motivtui.study.response import Outcome
from motivtui.study.score import ScoreStatus
from motivtui.study.trial import TaskOrder
from tests.export.rows import judged, row

CHAINS = shaped(Shape.CHAINS, [row(), *judged("j1")], ["motivation", "quality"]).columns


def test_the_codebook_has_the_columns_of_the_view() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for _, statements in MIGRATIONS:
            connection.executescript(statements)
        columns = [column[0] for column in connection.execute("SELECT * FROM trial_scores").description]
    assert "is_escaped" in columns
    assert list(CODEBOOK) == [column for column in columns if column != "is_escaped"]


@pytest.mark.parametrize(
    "columns", [CODEBOOK, wide_columns(["motivation", "fear"]), CHAINS], ids=["long", "wide", "chains"]
)
def test_every_column_is_explained(columns: Mapping[str, Column]) -> None:
    rows = codebook_rows(columns)
    assert [one["column"] for one in rows] == list(columns)
    for one in rows:
        assert list(one) == ["column", "type", "unit", "meaning"]
        assert one["type"] in ("text", "integer", "number")
        assert one["meaning"].strip()


def test_columns_that_name_a_unit_have_it() -> None:
    units = {"ms": "ms", "usd": "US dollars", "tokens": "tokens", "at": "UTC"}
    for name, column in CODEBOOK.items():
        last = name.rpartition("_")[2]
        if "_" in name and last in units:
            assert column.unit == units[last], name


def test_every_word_that_a_column_can_hold_is_explained() -> None:
    words: dict[str, Iterable[str]] = {
        "status": [*ScoreStatus, "tie"],
        "phase": Phase,
        "state": [*Outcome, "planned", "unknown", "skipped"],
        "task_order": TaskOrder,
        "token_method": ["sampled", "expanded"],
        "item_kind": ItemKind,
    }
    for column, values in words.items():
        for value in values:
            assert re.search(rf"\b{value}\b", CODEBOOK[column].meaning), (column, value)
