"""The codebook explains exactly the columns that are exported, in their order."""

import sqlite3
from contextlib import closing

from motivtui.export import CODEBOOK, codebook_rows
from motivtui.store.schema import MIGRATIONS


def test_the_codebook_has_the_columns_of_the_view() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for _, statements in MIGRATIONS:
            connection.executescript(statements)
        columns = [column[0] for column in connection.execute("SELECT * FROM trial_scores").description]
    assert "is_escaped" in columns
    assert list(CODEBOOK) == [column for column in columns if column != "is_escaped"]


def test_every_column_is_explained() -> None:
    rows = codebook_rows()
    assert [row["column"] for row in rows] == list(CODEBOOK)
    for row in rows:
        assert list(row) == ["column", "type", "unit", "meaning"]
        assert row["type"] in ("text", "integer", "number")
        assert row["meaning"].strip()


def test_columns_that_name_a_unit_have_it() -> None:
    units = {"ms": "ms", "usd": "US dollars", "tokens": "tokens", "at": "UTC"}
    for name, column in CODEBOOK.items():
        last = name.rpartition("_")[2]
        if "_" in name and last in units:
            assert column.unit == units[last], name
