"""Writing rows as a file (CSV, JSON Lines, Parquet): whole or not at all, private, harmless to a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from motivtui.errors import MotivError, UsageError
from motivtui.export.codebook import Column
from motivtui.whole_file import whole_file

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A cell that begins with one of them may be run by a spreadsheet (OWASP ASVS 5.0, 1.2.10)."""
Rows = Iterable[Mapping[str, Any]]


class Format(StrEnum):
    """What a file is written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def format_of(path: Path | None, wanted: str | None) -> Format:
    """The format asked for, or the one that the suffix means (CSV without one). Raises UsageError."""
    by_suffix = {"": Format.CSV, ".ndjson": Format.JSONL} | {f".{kind}": kind for kind in Format}
    if wanted is not None:
        if wanted not in list(Format):
            raise UsageError(f"--format {wanted!r}", hint=f"One of: {', '.join(Format)}.")
        return Format(wanted)
    suffix = path.suffix.lower() if path else ""
    if suffix not in by_suffix:
        raise UsageError(
            f"{path}: no format goes by {suffix}", hint="Use .csv, .jsonl or .parquet, or name one with --format."
        )
    return by_suffix[suffix]


def write_rows(path: Path, rows: Rows, columns: Mapping[str, Column], kind: Format, *, raw: bool, force: bool) -> int:
    """Write the rows to `path` by way of a temporary file beside it. Returns how many rows there were.

    `raw`: cells exactly as they are; otherwise a text cell that a spreadsheet would take for a formula begins with '.
    Parquet has types, so that there is nothing to guard. Raises UsageError (the file is there and not `force`; Parquet
    without pyarrow) and MotivError (it cannot be written).
    """
    try:
        if path.exists() and not force:
            raise UsageError(f"{path}: already there", hint="--force overwrites it.")
        with whole_file(path) as binary:
            if kind is Format.PARQUET:
                from motivtui.export.parquet import write_parquet

                return write_parquet(binary, rows, columns)
            # A lone surrogate is no text that other programs can read: spelled out, unless exactness is wanted.
            errors = "surrogatepass" if raw else "backslashreplace"
            with open(binary.fileno(), "w", encoding="utf-8", newline="", errors=errors, closefd=False) as file:
                return write_to(file, rows, tuple(columns), kind, raw=raw)
    except OSError as error:
        raise MotivError(f"{path}: {error.strerror or error}", hint="Choose another place with -o FILE.") from None


def write_to(file: TextIO, rows: Rows, columns: Sequence[str], kind: Format, *, raw: bool) -> int:
    """Write the rows to an open text file, as CSV or JSON Lines. Returns how many there were. Raises UsageError."""
    if kind is Format.PARQUET:
        raise UsageError("parquet is no text that could go to stdout", hint="Name a file with -o FILE.")
    count = 0
    if kind is Format.JSONL:
        for row in rows:
            file.write(json.dumps({name: row[name] for name in columns}) + "\n")
            count += 1
        return count
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([_cell(name, raw=raw) for name in columns])
    for row in rows:
        writer.writerow([_cell(row[name], raw=raw) for name in columns])
        count += 1
    return count


def _cell(value: Any, *, raw: bool) -> Any:
    """Numbers stay numbers (a whole score without `.0`), None is an empty cell, text is made harmless."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and not raw and value.startswith(FORMULA_SIGNS):
        return "'" + value
    return value
