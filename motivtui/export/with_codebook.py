"""A table as a file, with the file beside it that explains its columns."""

from __future__ import annotations

from pathlib import Path

from motivtui.errors import UsageError
from motivtui.export.codebook import Column, codebook_rows
from motivtui.export.shapes import Table
from motivtui.export.tables import Format, write_rows

CODEBOOK_COLUMNS = ("column", "type", "unit", "meaning")


def codebook_path(output: Path, kind: Format) -> Path:
    """`out.csv` → `out.codebook.csv`. That of a Parquet file is CSV: it is to be read by people."""
    return output.with_name(f"{output.stem}.codebook{'.csv' if kind is Format.PARQUET else output.suffix}")


def write_codebook(table: Table, output: Path, kind: Format, *, force: bool) -> None:
    """Write what the columns mean. Raises as `write_rows`."""
    columns = {name: Column("text", "", "") for name in CODEBOOK_COLUMNS}
    write_rows(output, codebook_rows(table.columns), columns, kind, raw=False, force=force)


def write_with_codebook(table: Table, output: Path, kind: Format, *, raw: bool, force: bool) -> tuple[int, Path]:
    """Write both files, none of them over one that is there unless `force`.

    Returns how many rows there were and where the codebook is. Raises as `write_rows`.
    """
    beside = codebook_path(output, kind)
    if beside.exists() and not force:
        raise UsageError(f"{beside}: already there", hint="--force overwrites it.")
    count = write_rows(output, table.rows, table.columns, kind, raw=raw, force=force)
    write_codebook(table, beside, Format.CSV if kind is Format.PARQUET else kind, force=True)
    return count, beside
