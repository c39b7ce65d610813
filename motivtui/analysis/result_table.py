"""Any result of an analysis as tables: one row a result to read, one row a number with all that belongs to it. Pure.

The one place where a frozen result becomes columns and rows, for the command line, the report and files alike. Knows
no analysis by name: what a field is follows from its value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from motivtui.plots.figure import Cell, Table
from motivtui.stats.estimate import Estimate
from motivtui.stats.measures import Measure

_WORDS = frozenset({"reason", "caption", "size"})
"""Texts that say something of a result; every other text names what it is of."""
_COUNTS = ("n", "total")
NUMBER_COLUMNS = (
    "quantity", "value", "low", "high", "level", "unit", "method", "statistic", "df", "df2", "p", "p_adj",
    "adjustment", "rows", "tasks", "families", "models", "reason", "flags",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """One number of a result. `name`: where in the result it stands. `estimate` None: there is only the plain `value`.

    A `value` of None is missing: `reason` says why, if the result does.
    """

    name: str
    estimate: Estimate | None
    value: Cell
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """One row a result. Cells are texts, numbers, estimates or None (there is nothing to say).

    `shared`: what all results have in common, by column; it is said once. `sentences`: of each row, "" for none.
    """

    shared: Mapping[str, str]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | Estimate, ...], ...]
    sentences: tuple[str, ...]


def keys_of(result: Any) -> dict[str, str | None]:
    """What a result is of: model, instrument, manipulation ... in its own order. None: of none, such as no judge."""
    found: dict[str, str | None] = {}
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, Measure):
            found[field.name] = str(value)
        elif isinstance(value, Enum):
            found[field.name] = str(value.value)
        elif (isinstance(value, str) and field.name not in _WORDS) or _is_missing_name(field.type, value):
            found[field.name] = value
    return found


def estimates_of(result: Any) -> dict[str, Estimate]:
    """The estimates that a result itself has, by field."""
    pairs = ((field.name, getattr(result, field.name)) for field in fields(result))
    return {name: value for name, value in pairs if isinstance(value, Estimate)}


def numbers_of(result: Any) -> Iterator[NamedNumber]:
    """Every number of a result, those of its parts too, in its own order; names are left out."""
    return _walk(result, "", set(keys_of(result)), "")


def excluded_of(result: Any) -> str:
    """What was excluded and why: `15 refused, 7 error`, the most first; "" for nothing."""
    return counted_text(getattr(result, "excluded", {}))


def counted_text(counts: Mapping[str, int]) -> str:
    """`15 refused, 7 error`, the most first."""
    return ", ".join(f"{n:,} {name}" for name, n in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def summary_table(results: Sequence[Any], shown: Sequence[str] = ()) -> SummaryTable:
    """One row a result: what it is of, n, its estimates, exclusions, flags. Columns that say nothing are left out.

    `shown`: the estimates that stand first, in this order.
    """
    keys = [{name: text or "" for name, text in keys_of(one).items()} for one in results]
    names = tuple(dict.fromkeys(name for one in keys for name in one))
    shared = {name: texts.pop() for name in names if len(texts := {one.get(name, "") for one in keys}) == 1}
    if len(results) == 1:
        shared = {}
    told = [name for name in names if name not in shared and any(one.get(name) for one in keys)]
    known = dict.fromkeys(name for one in results for name in estimates_of(one))
    estimates = tuple(dict.fromkeys((*(name for name in shown if name in known), *known)))
    rows = [
        (
            *(key.get(name) for name in told),
            _n_of(one),
            *(estimates_of(one).get(name) for name in estimates),
            excluded_of(one),
            "; ".join(getattr(one, "flags", ())),
        )
        for one, key in zip(results, keys, strict=True)
    ]
    columns = (*told, "n", *estimates, "excluded", "flags")
    kept = [place for place in range(len(columns)) if any(row[place] not in (None, "") for row in rows)]
    return SummaryTable(
        {name: text for name, text in shared.items() if text},
        tuple(columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
        tuple(sentence_of(one) for one in results),
    )


def sentence_of(result: Any) -> str:
    """What a result says in words; "": it says nothing."""
    return str(getattr(result, "sentence", ""))


def number_table(results: Sequence[Any]) -> Table:
    """One row a number of each result: what it is of, then NUMBER_COLUMNS, unrounded."""
    keys = [keys_of(one) for one in results]
    names = tuple(dict.fromkeys(name for one in keys for name in one))
    rows = [
        (*(key.get(name) for name in names), *_number_cells(number))
        for one, key in zip(results, keys, strict=True)
        for number in numbers_of(one)
    ]
    return Table((*names, *NUMBER_COLUMNS), tuple(rows))


def _number_cells(number: NamedNumber) -> tuple[Cell, ...]:
    one = number.estimate
    if one is None:
        missing = (None,) * (len(NUMBER_COLUMNS) - 4)
        return (number.name, number.value, *missing, number.reason, None)
    return (
        number.name, one.value, one.low, one.high, one.level, one.unit, one.method, one.statistic, one.df, one.df2,
        one.p, one.p_adj, one.adjustment, one.n_rows, one.n_tasks, one.n_parents, one.n_models, one.reason,
        "; ".join(one.flags),
    )  # fmt: skip


def _walk(value: Any, name: str, skipped: set[str], reason: str) -> Iterator[NamedNumber]:
    if isinstance(value, Estimate):
        yield NamedNumber(name, value, value.value, value.reason)
    elif isinstance(value, Measure):
        yield NamedNumber(name, None, str(value), reason)
    elif is_dataclass(value):
        why = str(getattr(value, "reason", "")) or reason
        for field in fields(value):
            if field.name not in skipped and not _is_not_asked(field.type, getattr(value, field.name)):
                yield from _walk(getattr(value, field.name), _joined(name, _plain(field.name)), set(), why)
    elif isinstance(value, tuple):
        yield from _walk_tuple(value, name, reason)
    elif isinstance(value, Mapping):
        yield NamedNumber(name, None, counted_text(value) or "none", "")
    elif isinstance(value, Enum):
        yield NamedNumber(name, None, str(value.value), "")
    elif value != "":  # a text that says nothing is no number
        yield NamedNumber(name, None, value, reason if value is None else "")


def _walk_tuple(parts: tuple[Any, ...], name: str, reason: str) -> Iterator[NamedNumber]:
    """Parts with names of their own are told one by one, plain ones in a row."""
    if not parts:
        return
    if all(is_dataclass(one) and not isinstance(one, Estimate) for one in parts):
        for number, one in enumerate(parts, start=1):
            names = {key: text for key, text in keys_of(one).items() if text is not None}
            label = " × ".join(names.values()) or str(number)
            yield from _walk(one, _joined(name, label), set(names), reason)
    elif all(isinstance(one, tuple) and one and isinstance(one[0], str) for one in parts):
        for one in parts:
            yield from _walk(one[-1], _joined(name, " × ".join(map(str, one[:-1]))), set(), reason)
    elif any(isinstance(one, Estimate) for one in parts):
        for number, one in enumerate(parts, start=1):
            yield from _walk(one, _joined(name, str(number)), set(), reason)
    else:
        yield NamedNumber(name, None, "; ".join(map(_text, parts)), "")


def _n_of(result: Any) -> Cell:
    """`458/480`, or the number alone."""
    n, total = (getattr(result, name, None) for name in _COUNTS)
    if n is None:
        return None
    return f"{n:,}/{total:,}" if total is not None else n


def _is_missing_name(annotation: Any, value: Any) -> bool:
    return value is None and annotation in ("str | None", str | None)


def _is_not_asked(annotation: Any, value: Any) -> bool:
    """Whether there is no such comparison to make."""
    return value is None and "Estimate" in str(annotation)


def _joined(name: str, part: str) -> str:
    return f"{name} · {part}" if name else part


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    return "NA" if value is None else str(value)
