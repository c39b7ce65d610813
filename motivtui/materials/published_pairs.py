"""The published pairs: `[[[row_a, row_b], manipulated_side], …]`, rows of the tasks' CSV from 0, side 0 or 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from motivtui.materials.line_problem import LineProblem
from motivtui.study.task import Pair, Side, Task

MAX_JSON_BYTES = 64 * 2**20
SIDES: tuple[Side, Side] = ("first", "second")


def read_pairs(path: Path, rows: Sequence[Task | None] | None) -> tuple[list[Pair], list[LineProblem]]:
    """The pairs, and a problem for every element that is none. `rows` holds the task of each row, None for a bad row.

    `rows` of None: the rows are not all known; only the form of the file is looked at, and no pair comes back.
    """
    elements = _elements(path)
    if isinstance(elements, LineProblem):
        return [], [elements]
    pairs: list[Pair] = []
    problems: list[LineProblem] = []
    for number, element in enumerate(elements):
        pair = _pair(element, rows)
        if isinstance(pair, str):
            problems.append(LineProblem(path, 0, f"[{number}]", pair))
        elif pair is not None:
            pairs.append(pair)
    return pairs, problems


def _elements(path: Path) -> list[Any] | LineProblem:
    try:
        size = path.stat().st_size
        if size > MAX_JSON_BYTES:
            return LineProblem(path, 0, "", f"larger than {MAX_JSON_BYTES // 2**20} MB ({size / 2**20:,.0f} MB)")
        elements = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        return LineProblem(path, 0, "", error.strerror or "cannot be read")
    except UnicodeDecodeError as error:
        return LineProblem(path, 0, "", f"not UTF-8 (byte {error.start + 1})")
    except json.JSONDecodeError as error:
        return LineProblem(path, error.lineno, "", f"not valid JSON: {error.msg} (column {error.colno})")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets without end
        return LineProblem(path, 0, "", f"not usable JSON: {error}")
    if not isinstance(elements, list):
        return LineProblem(path, 0, "", "must be one list of pairs: [[[row, row], side], …]")
    return elements


def _pair(element: Any, rows: Sequence[Task | None] | None) -> Pair | str | None:
    """The pair, or what is wrong with it; None when its rows cannot be looked up."""
    match element:
        case [[a, b], side]:
            numbers = [a, b, side]
        case _:
            return "not of the form [[row, row], side]"
    if not all(type(number) is int for number in numbers):  # `true` is no row number
        return "rows and side must be whole numbers"
    if side not in (0, 1):
        return f"side {_short(side)} is neither 0 nor 1"
    if a == b:
        return f"both sides are row {_short(a)}"
    return None if rows is None else _paired(a, b, SIDES[side], rows)


def _paired(a: int, b: int, side: Side, rows: Sequence[Task | None]) -> Pair | str:
    for number in (a, b):
        if not 0 <= number < len(rows):
            return f"there is no row {_short(number)}; the rows are 0 to {len(rows) - 1}"
    first, second = rows[a], rows[b]
    if first is None or second is None:
        broken = [str(number) for number in (a, b) if rows[number] is None]
        return f"points to row {' and '.join(broken)}, which has a problem of its own"
    return Pair(first.id, second.id, side)


def _short(number: int) -> str:
    return str(number) if abs(number) < 10**12 else "(a huge number)"
