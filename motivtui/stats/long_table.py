"""The long table from a text file: its columns, what each means, and how CSV becomes the rows that the statistics take.

One row an item of each trial. Nothing is dropped: every line becomes a row or an error that names file, line and
column. Knows no database; what `motiv export` writes can be read, its guard against formulas taken off.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motivtui.errors import UsageError
from motivtui.stats.long_columns import ALIASES, COLUMNS, LongColumn
from motivtui.study.instrument import ItemKind, Phase
from motivtui.study.manipulation import CONTROL_ID
from motivtui.study.manipulation import Group as ManipulationGroup
from motivtui.study.response import Outcome
from motivtui.study.score import SCORED, ScoreStatus
from motivtui.study.trial import TaskOrder

Row = dict[str, Any]
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\0")
"""What an exported cell is guarded against with a ' before it."""
DELIMITERS = (",", ";", "\t")
_CELL_BYTES = 2**31 - 1
_MOST_KNOWN = 100_000
"""Texts of a column that are kept to be known again: replies are all different."""
_EXAMPLE = "model,task,instrument,value"


@dataclass(frozen=True, slots=True)
class _Source:
    """Where each column stands in the file; columns that it lacks are missing."""

    path: Path
    names: tuple[str, ...]
    places: Mapping[str, int]

    def error(self, line: int, column: str, problem: str, hint: str = "") -> UsageError:
        """What is wrong with a cell."""
        where = f"{self.path}, line {line}" + (f", column {column}" if column else "")
        return UsageError(f"{where}: {problem}", hint=hint)


def read_long_table(path: Path, run: str | None = None) -> Iterator[Row]:
    """The rows of a CSV file (UTF-8; commas, semicolons or tabs), each with every column of COLUMNS and its `line`.

    `run`: only rows of that run (an id or the beginning of one); a file with several runs needs it. Raises UsageError.
    """
    limit = csv.field_size_limit(_CELL_BYTES)  # replies are cells too
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=max(DELIMITERS, key=head.count), strict=True)
            yield from _only_run(_rows(path, reader), run, path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint="Name a CSV file that is there.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8", hint="Save it as CSV UTF-8.") from None
    except csv.Error as error:
        raise UsageError(f"{path}: no CSV ({error})", hint="Is a quotation mark left open?") from None
    finally:
        csv.field_size_limit(limit)


def _rows(path: Path, reader: Any) -> Iterator[Row]:
    source = _source(path, next(reader, []))
    cells = [(column, source.places[column.name], _Cells(source, column))
             for column in COLUMNS if column.name in source.places]  # fmt: skip
    absent: Row = {column.name: None for column in COLUMNS}
    width, numbers, seen = len(source.names), _Numbers(), 0
    line = reader.line_num + 1
    for record in reader:
        if record:  # an empty line is none
            if len(record) != width:
                problem = f"{len(record)} cells, the first line has {width}"
                raise source.error(line, "", problem, "Put cells that have the delimiter in them between quotes.")
            seen += 1
            row = dict(absent)
            for column, place, read in cells:
                row[column.name] = read[record[place], line]
            row["line"] = line
            _fill(row, source, numbers, seen)
            yield row
        line = reader.line_num + 1


def _source(path: Path, header: list[str]) -> _Source:
    names = tuple(_plain(name).strip() for name in header)
    places = {name: place for place, name in enumerate(names)}
    if len(places) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"{path}, line 1: the column {twice!r} is there twice", hint="Each column has its own name.")
    for alias, name in ALIASES.items():
        if alias in places and name not in places:
            places[name] = places[alias]
    missing = [column.name for column in COLUMNS if column.is_required and column.name not in places]
    if not missing:
        return _Source(path, names, places)
    if any(name.endswith("_value") for name in names):
        hint = "The file has a row a trial: export it again with --shape long."
    else:
        hint = f"The least is {_EXAMPLE}; `motiv stats --codebook` explains all columns."
    raise UsageError(f"{path}, line 1: no column {', '.join(missing)}", hint=hint)


class _Cells(dict[tuple[str, int], Any]):
    """A column's values by their text; each text is read once, whatever line it stands in."""

    def __init__(self, source: _Source, column: LongColumn) -> None:
        super().__init__()
        self._source, self._column = source, column
        self._known: dict[str, Any] = {}
        self._read = _READERS[column.type]

    def __getitem__(self, key: tuple[str, int]) -> Any:
        text, line = key
        try:
            return self._known[text]
        except KeyError:
            value = self._value(text, line)
            if len(self._known) < _MOST_KNOWN:
                self._known[text] = value
            return value

    def _value(self, text: str, line: int) -> Any:
        column = self._column
        plain = _plain(text)
        if not plain.strip():
            if column.is_required and column.name != "value":
                raise self._source.error(line, column.name, "an empty cell", "Every row needs it.")
            return None
        try:
            value = self._read(plain)
        except ValueError:
            hint = "Leave the cell empty where there is none; decimals have a point."
            raise self._source.error(line, column.name, f"{text[:40]!r} is no {column.type}", hint) from None
        if column.words and str(value) not in column.words:
            raise self._source.error(line, column.name, f"{text[:40]!r}", f"One of: {', '.join(column.words)}.")
        return value


def _plain(text: str) -> str:
    """A cell without its guard. A text that truly begins with '= cannot be told from a guarded one."""
    return text[1:] if text.startswith("'") and text[1:2] in FORMULA_SIGNS else text


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or "_" in text:
        raise ValueError(text)
    return value


def _integer(text: str) -> int:
    value = _number(text)
    if not value.is_integer():
        raise ValueError(text)
    return int(value)


_READERS: Mapping[str, Callable[[str], Any]] = {"text": str, "number": _number, "integer": _integer}


class _Numbers:
    """Numbers repeats of the same question in the order of their lines, where the file does not."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Any, ...], int] = defaultdict(int)

    def repeat(self, row: Row) -> int:
        key = tuple(
            row[name]
            for name in ("run", "model", "judge", "task", "other_task", "task_order", "manipulated", "manipulation",
                         "wording", "instrument", "item", "decoding")
        )  # fmt: skip
        self._seen[key] += 1
        return self._seen[key]


def _fill(row: Row, source: _Source, numbers: _Numbers, number: int) -> None:
    """What a hand-made table may leave out: whole columns, or cells."""
    for name, value in _defaults(row, number).items():
        if row[name] is None:
            row[name] = value
    is_open = row["state"] != Outcome.COMPLETE or row["item"] is None
    if row["status"] is None and row["value"] is not None:
        row["status"] = str(ScoreStatus.OK)
    elif row["status"] is None and "status" not in source.places and not is_open:
        row["status"] = str(ScoreStatus.MISSING)
    if row["repeat"] is None:
        row["repeat"] = numbers.repeat(row)
    if row["chosen_task"] is None and row["item_kind"] == ItemKind.OPTION and row["value"] is not None:
        is_task = (row["value"] == 1) == (row["task_order"] == TaskOrder.GIVEN)
        row["chosen_task"] = row["task"] if is_task else row["other_task"]
    _check(row, source)


def _defaults(row: Row, number: int) -> Row:
    """The value of each column that may be left out."""
    kind = row["item_kind"] or str(ItemKind.SCALE if row["other_task"] is None else ItemKind.OPTION)
    is_option = kind == ItemKind.OPTION
    manipulation = row["manipulation"] or CONTROL_ID
    phase = row["phase"] or str(Phase.JUDGE if row["judge"] else Phase.CHOICE if is_option else Phase.PRE)
    found: Row = {
        "family": row["task"],
        "manipulation": manipulation,
        "manipulation_group": str(ManipulationGroup.CONTROL) if manipulation == CONTROL_ID else "other",
        "decoding": "free",
        "phase": phase,
        "task_order": str(TaskOrder.GIVEN) if is_option else None,
        "state": str(Outcome.COMPLETE),
        "wording": 1,
        "ordinal": number,
    }
    if phase != Phase.EXECUTE or row["item"] is not None:
        found |= {
            "item": row["instrument"],
            "item_kind": kind,
            "position": 1,
            "scale_minimum": 1,
            "scale_maximum": 2 if is_option else 100,
            "is_reversed": 0,
        }
    return found


def _check(row: Row, source: _Source) -> None:
    """What one cell says of another. Raises UsageError."""
    value, status, line = row["value"], row["status"], row["line"]
    is_scored = status in SCORED
    if value is None:
        if is_scored:
            hint = "A score that is missing has a status that says why, such as refused or missing."
            raise source.error(line, "value", f"empty, but its status is {status}", hint)
        return
    if status is not None and not is_scored:
        raise source.error(line, "status", f"{status}, but there is a value", "Only ok and repaired have one.")
    if row["item"] is None:
        raise source.error(line, "item", "a value of no item", "Name what was scored.")
    low, high = row["scale_minimum"], row["scale_maximum"]
    if (low is not None and value < low) or (high is not None and value > high):
        hint = "Columns scale_minimum and scale_maximum say how far an item's scale goes (else 1 to 100)."
        raise source.error(line, "value", f"{value:g} lies outside the scale {low} to {high}", hint)


def _only_run(rows: Iterator[Row], run: str | None, path: Path) -> Iterator[Row]:
    """The rows of one run; `ordinal` numbers trials within it."""
    found: str | None = None
    any_row = False
    for row in rows:
        if run is not None and not str(row["run"] or "").startswith(run):
            continue
        if any_row and row["run"] != found:
            hint = "Name one: motiv stats RUN --from-csv FILE; or `motiv compare` two."
            raise UsageError(f"{path}, line {row['line']}: another run, {row['run']} after {found}", hint=hint)
        found, any_row = row["run"], True
        yield row
    if not any_row:
        what = "no row" if run is None else f"no row of the run {run}"
        raise UsageError(f"{path}: {what}", hint="Look at its column run, or leave the run out.")
