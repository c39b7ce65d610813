"""A quiet table: aligned columns, a bold head, nothing drawn.

On a terminal the widest column gives way so that every line fits; elsewhere nothing is cut: a program may read it.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from motivtui.visible_text import visible_line

GAP = "  "
NARROWEST = 8


def write_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
    """Write rows to stdout, each cell made visible and on one line; `right` names the columns of numbers."""
    cells = [[visible_line("" if cell is None else str(cell)) for cell in row] for row in rows]
    is_terminal = sys.stdout.isatty()
    widths = _widths([list(columns), *cells])
    if is_terminal:
        widths = _fitted(widths, shutil.get_terminal_size().columns)
    head = _line(columns, widths, columns, right)
    if head:
        is_bold = is_terminal and "NO_COLOR" not in os.environ
        sys.stdout.write(f"\x1b[1m{head}\x1b[0m\n" if is_bold else f"{head}\n")
    for row in cells:
        sys.stdout.write(_line(row, widths, columns, right) + "\n")


def _widths(rows: list[list[str]]) -> list[int]:
    from rich.cells import cell_len

    return [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]


def _fitted(widths: list[int], room: int) -> list[int]:
    """The widths with the widest columns cut down, no further than to something readable."""
    fitted = list(widths)
    while (over := sum(fitted) + len(GAP) * (len(fitted) - 1) - room) > 0:
        widest = max(range(len(fitted)), key=fitted.__getitem__)
        others = [width for place, width in enumerate(fitted) if place != widest]
        smaller = max([NARROWEST, fitted[widest] - over, *(width - 1 for width in others)])
        if smaller >= fitted[widest]:
            break
        fitted[widest] = smaller
    return fitted


def _line(row: Sequence[str], widths: Sequence[int], columns: Sequence[str], right: Sequence[str]) -> str:
    from rich.cells import cell_len, set_cell_size

    parts = []
    for cell, width, column in zip(row, widths, columns, strict=True):
        shown = cell if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…"
        padding = " " * (width - cell_len(shown))
        parts.append(padding + shown if column in right else shown + padding)
    return GAP.join(parts).rstrip()
