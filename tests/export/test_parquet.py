"""Parquet: typed and exact where pyarrow is there, a clear word where it is not."""

from __future__ import annotations

import importlib
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from motivtui.errors import UsageError
from motivtui.export import CODEBOOK, Format, write_rows
from motivtui.export.parquet import BATCH
from tests.export.rows import row, scored


def read_back(path: Path) -> Any:
    return importlib.import_module("pyarrow.parquet").read_table(path)


def test_without_pyarrow_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="pyarrow") as caught:
        write_rows(tmp_path / "out.parquet", [row()], CODEBOOK, Format.PARQUET, raw=False, force=False)
    assert "motivtui[parquet]" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_every_column_has_the_type_of_the_codebook(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "out.parquet"
    rows = [
        row(),
        scored("pre", "pre", "motivation", 70.0, ordinal=2, note="=1+1"),
        row(ordinal=3, reply="lone \ud800, NUL \0, 😀"),
    ]
    assert write_rows(path, rows, CODEBOOK, Format.PARQUET, raw=False, force=False) == 3
    table = read_back(path)
    names = {"text": "string", "integer": "int64", "number": "double"}
    assert [(field.name, str(field.type)) for field in table.schema] == [
        (name, names[column.type]) for name, column in CODEBOOK.items()
    ]
    wanted = [one | {"reply": one["reply"].replace("\ud800", "\\ud800")} for one in rows]
    assert table.to_pylist() == wanted
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_many_rows_and_none(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "out.parquet"
    columns = {"ordinal": CODEBOOK["ordinal"]}
    rows = ({"ordinal": number} for number in range(2 * BATCH + 1))
    assert write_rows(path, rows, columns, Format.PARQUET, raw=True, force=False) == 2 * BATCH + 1
    assert read_back(path).column("ordinal").to_pylist() == list(range(2 * BATCH + 1))
    assert write_rows(path, [], columns, Format.PARQUET, raw=True, force=True) == 0
    assert read_back(path).num_rows == 0
