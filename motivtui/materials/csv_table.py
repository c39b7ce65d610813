"""Reading a CSV file that somebody else made: rows with their true line numbers, and all that is wrong with it.

Owns the file's form (encoding, quoting, columns); knows nothing of what the columns mean. A bad file raises nothing.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from motivtui.materials.line_problem import LineProblem

MAX_CSV_BYTES = 256 * 2**20
MAX_CELL_CHARS = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `line` is where it begins (from 1); `cells` is None when the row does not fit the header."""

    line: int
    cells: dict[str, str] | None


@dataclass(slots=True)
class Table:
    """The data rows, blank lines not counted. `is_whole` is False when reading stopped before the end."""

    path: Path
    rows: list[Row] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    is_whole: bool = True

    def report(self, line: int, column: str, reason: str) -> None:
        """Note a problem."""
        self.problems.append(LineProblem(self.path, line, column, reason))

    def stop(self, line: int, reason: str) -> None:
        """Note a problem after which nothing more can be read."""
        self.report(line, "", reason)
        self.is_whole = False


def read_table(path: Path, columns: Sequence[str]) -> Table:
    """The rows of a CSV file with these columns, in any order; what is wrong is in the table's `problems`."""
    table = Table(path)
    try:
        size = path.stat().st_size
        if not path.is_file():
            table.stop(0, "not a file")
        elif size > MAX_CSV_BYTES:
            table.stop(0, f"larger than {MAX_CSV_BYTES // 2**20} MB ({size / 2**20:,.0f} MB)")
        else:
            with path.open("rb") as file, _large_cells():
                _read(table, file, columns)
    except OSError as error:
        table.stop(0, error.strerror or "cannot be read")
    return table


@contextmanager
def _large_cells() -> Iterator[None]:
    """The csv module's limit is one for the whole process: raise it for the while, and put it back."""
    before = csv.field_size_limit(MAX_CELL_CHARS)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _read(table: Table, file: BinaryIO, columns: Sequence[str]) -> None:
    reader = csv.reader(_text_lines(file), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        while True:
            line = reader.line_num + 1
            record = next(reader)
            if not record:
                continue
            if header is None:
                header = [name.strip() for name in record]
                if not _check_header(table, line, header, columns):
                    return
            else:
                table.rows.append(_row(table, line, record, header))
    except StopIteration:
        if header is None:
            table.stop(1, f"empty: the first line must name the columns {', '.join(columns)}")
    except UnicodeDecodeError as error:
        table.stop(reader.line_num + 1, f"not UTF-8 (byte {error.start + 1} of the line); nothing after it was read")
    except csv.Error as error:
        table.stop(line, f"not valid CSV ({error}); nothing after it was read")


def _text_lines(file: BinaryIO) -> Iterator[str]:
    """The file's lines with their ends, decoded one by one, so that the line of a bad byte is known."""
    for number, line in enumerate(file):
        text = line.decode("utf-8")
        yield text.removeprefix("\ufeff") if number == 0 else text


def _check_header(table: Table, line: int, header: list[str], columns: Sequence[str]) -> bool:
    """Whether the rows can be read: every column there, none twice. A column too many is only told."""
    missing = [column for column in columns if column not in header]
    twice = [column for column, count in Counter(header).items() if count > 1 and column in columns]
    if missing:
        table.stop(line, f"missing column: {', '.join(missing)}; wanted: {', '.join(columns)}")
    for column in twice:
        table.stop(line, f"column {column!r} stands there twice")
    for column in dict.fromkeys(header):
        if column not in columns:
            table.report(line, column[:100], f"unknown column (not read); known: {', '.join(columns)}")
    return table.is_whole


def _row(table: Table, line: int, record: list[str], header: list[str]) -> Row:
    if len(record) != len(header):
        table.report(line, "", f"has {len(record)} cells, but the header has {len(header)}")
        return Row(line, None)
    return Row(line, dict(zip(header, record, strict=True)))
