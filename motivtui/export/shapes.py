"""The shapes of an export: long (the flat rows as they are), wide (a row a trial), chains (a row an execution).

Pure functions over the rows of the flat table; each shape comes with the columns that explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from motivtui.errors import UsageError
from motivtui.export.chains import chains
from motivtui.export.codebook import CODEBOOK, Column

Row = Mapping[str, Any]

OF_AN_ITEM = (
    "item", "item_kind", "position", "scale_minimum", "scale_maximum", "is_reversed", "value", "status", "note",
    "evidence", "evidence_start", "evidence_end", "token_expected", "token_sd", "token_covered_mass", "token_method",
)  # fmt: skip
"""Columns that say something about one item; everything else is about the trial."""


class Shape(StrEnum):
    """One row an item of each trial, one row a trial, or one row an execution."""

    LONG = "long"
    WIDE = "wide"
    CHAINS = "chains"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to be read once, and what their columns mean."""

    columns: Mapping[str, Column]
    rows: Iterable[Row]


def shape_of(name: str) -> Shape:
    """The shape of that name. Raises UsageError."""
    if name not in list(Shape):
        raise UsageError(f"--shape {name!r}", hint=f"One of: {', '.join(Shape)}.")
    return Shape(name)


def shaped(shape: Shape, rows: Iterable[Row], items: Sequence[str]) -> Table:
    """The flat rows (those of a trial in a row) in another shape; `items` names every item there may be."""
    if shape is Shape.WIDE:
        return Table(wide_columns(items), _wide(rows, items))
    if shape is Shape.CHAINS:
        return Table(*chains(rows, items))
    return Table(CODEBOOK, rows)


def wide_columns(items: Sequence[str]) -> dict[str, Column]:
    """The columns of the wide shape: those of a trial, then value and status of every item."""
    columns = {name: column for name, column in CODEBOOK.items() if name not in OF_AN_ITEM}
    for item in items:
        columns[f"{item}_value"] = Column(
            "number", "scale points", f"score of the item {item}; empty: there is none, or the instrument does not ask"
        )
        columns[f"{item}_status"] = Column("text", "", f"how the score of {item} was found, or why it is missing")
    return columns


def _wide(rows: Iterable[Row], items: Sequence[str]) -> Iterator[Row]:
    empty: dict[str, Any] = {f"{item}_{what}": None for item in items for what in ("value", "status")}
    for _, of_trial in groupby(rows, key=lambda row: (row["run"], row["ordinal"])):
        trial: dict[str, Any] = {}
        for row in of_trial:
            if not trial:
                trial = {name: value for name, value in row.items() if name not in OF_AN_ITEM} | empty
            if row["item"] is not None:
                trial |= {f"{row['item']}_value": row["value"], f"{row['item']}_status": row["status"]}
            for name in ("chosen_task", "extractor_version"):  # of a trial, but known with its score only
                trial[name] = row[name] if trial[name] is None else trial[name]
        yield trial
