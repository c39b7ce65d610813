"""People's ratings of tasks from a CSV file: which columns it may have, and what each line says. Computes nothing."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from motivtui.errors import UsageError
from motivtui.stats.human_ratings import HumanRating

TASKS, VALUES, RATERS = ("task", "sub_task_id"), ("value", "motivation_score"), ("rater", "rater_id", "participant")
ONE_RATER = "people"
"""Who rated where a file does not say."""


def read_ratings(path: Path) -> tuple[HumanRating, ...]:
    """The ratings of a file: a column task (or sub_task_id), value (or motivation_score), and if there are several
    people rater. An empty value is a rating that was not given. Raises UsageError: file, line and column.
    """  # noqa: D205 (one sentence)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(_ratings(path, csv.reader(file)))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint="Name a CSV file that is there.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: no CSV in UTF-8 ({error})", hint="Save it as CSV UTF-8.") from None


def _ratings(path: Path, reader: Any) -> Iterator[HumanRating]:
    header = [name.strip() for name in next(reader, [])]
    task, value = _place(path, header, TASKS), _place(path, header, VALUES)
    rater = next((header.index(name) for name in RATERS if name in header), None)
    line = reader.line_num + 1
    for record in reader:
        if record:
            if len(record) != len(header):
                raise UsageError(f"{path}, line {line}: {len(record)} cells, the first line has {len(header)}")
            name = record[task].strip()
            if not name:
                raise UsageError(f"{path}, line {line}, column {header[task]}: an empty cell", hint="Name the task.")
            who = ONE_RATER if rater is None else record[rater].strip()
            yield HumanRating(who, name, _value(path, line, header[value], record[value].strip()))
        line = reader.line_num + 1


def _place(path: Path, header: Sequence[str], names: Sequence[str]) -> int:
    place = next((header.index(name) for name in names if name in header), None)
    if place is None:
        raise UsageError(
            f"{path}, line 1: no column {' or '.join(names)}",
            hint="People's ratings have the columns task,rater,value.",
        )
    return place


def _value(path: Path, line: int, column: str, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(
            f"{path}, line {line}, column {column}: {text[:40]!r} is no number", hint="Leave it empty where none is."
        )
    return value
