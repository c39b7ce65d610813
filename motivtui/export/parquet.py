"""Writing rows as Parquet, where pyarrow is installed (the extra `parquet`); nothing else of the program needs it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import IO, Any

from motivtui.errors import UsageError
from motivtui.export.codebook import Column

BATCH = 5_000
"""Rows that are held at once."""


def pyarrow() -> tuple[Any, Any]:
    """The library and its Parquet part, which have no types. Raises UsageError: it is not installed."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        hint = 'pip install "motivtui[parquet]" brings it; csv and jsonl need nothing.'
        raise UsageError("parquet files are written by pyarrow, which is not installed", hint=hint) from None


def write_parquet(file: IO[bytes], rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Column]) -> int:
    """Write the rows into a file, each column with the type of its codebook. Returns how many there were.

    Raises UsageError (no pyarrow) and OSError.
    """
    arrow, parquet = pyarrow()
    types = {"text": arrow.string(), "integer": arrow.int64(), "number": arrow.float64()}
    schema = arrow.schema([(name, types[column.type]) for name, column in columns.items()])
    count, rest = 0, iter(rows)
    with parquet.ParquetWriter(file, schema) as writer:
        while batch := list(islice(rest, BATCH)):
            cells = {name: _cells(batch, name) for name in columns}
            writer.write_table(arrow.table(cells, schema=schema))
            count += len(batch)
    return count


def _cells(batch: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """One column of a batch. A lone surrogate is no text that Parquet can hold: it is spelled out."""
    return [
        row[name].encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(row[name], str) else row[name]
        for row in batch
    ]
