"""A view's table for other programs: CSV with every number in full, Markdown as it is seen. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from motivtui.plots.figure import Cell, Table
from motivtui.plots.files import as_csv
from motivtui.stats.estimate import Estimate
from motivtui.tui.stats_views.shown import ShownRow
from motivtui.tui.widgets.window_table import Column, Styled
from motivtui.visible_text import visible_line

_OF_ESTIMATE = ("low", "high", "level", "method", "statistic", "df", "p", "p_adj", "n_tasks", "n_parents", "reason")


def csv_of(rows: Sequence[ShownRow]) -> str:
    """One column a number, unrounded: an estimate's interval, p, n and reason stand beside it."""
    records = [_flat(row.result) for row in rows]
    # The fullest record knows where an estimate's parts belong that another one lacks.
    header = tuple(dict.fromkeys(name for record in sorted(records, key=len, reverse=True) for name in record))
    return as_csv(Table(header, tuple(tuple(record.get(name) for name in header) for record in records)))


def markdown_of(columns: Sequence[Column], rows: Sequence[ShownRow]) -> str:
    """A table as the screen has it, with all its columns."""
    lines = [[column.label for column in columns], ["---:" if column.right else "---" for column in columns]]
    lines += [[_plain(cell) for cell in row.cells] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _plain(cell: str | Styled) -> str:
    text = cell.text if isinstance(cell, Styled) else cell
    return " ".join(visible_line(text).replace("\\", "\\\\").replace("|", "\\|").split())


def _flat(result: Any, prefix: str = "") -> dict[str, Cell]:
    record: dict[str, Cell] = {}
    for field in fields(result):
        name, value = prefix + field.name, getattr(result, field.name)
        if isinstance(value, Estimate):
            record[name] = value.value
            record |= {f"{name}_{part}": getattr(value, part) for part in _OF_ESTIMATE}
        elif is_dataclass(value):
            record |= _flat(value, f"{name}_")
        elif isinstance(value, Mapping):
            record[name] = "; ".join(f"{key}={count}" for key, count in sorted(value.items()))
        elif isinstance(value, tuple):
            record[name] = "; ".join(str(part) for part in value)
        else:
            record[name] = value
    return record
