"""The legend of a drawing: what its marks mean, in as few lines as there is room for."""

from __future__ import annotations

from typing import NamedTuple

from motivtui.plots.cells import cut, width_of
from motivtui.plots.drawing import Line, Span
from motivtui.plots.sheet import Sheet

_LEAST_ENTRY = 8
_GAP = 2


class Entry(NamedTuple):
    """One mark and what it means; `amount` is said where there is room."""

    text: str
    style: str
    amount: str = ""


def legend_lines(entries: list[Entry], sheet: Sheet, most: int) -> list[Line]:
    """The entries in at most `most` lines; what does not fit is counted."""
    lines: list[list[Span]] = [[]]
    used = 0
    spans = _fitted(entries, sheet, most)
    for index, (text, style) in enumerate(spans):
        rest = f"  +{len(spans) - index} more"
        is_last_line = len(lines) == most
        tail = width_of(rest) if is_last_line and index < len(spans) - 1 else 0
        if used and used + _GAP + width_of(text) + tail > sheet.width:
            if is_last_line:
                lines[-1].append(Span(cut(rest, sheet.width - used, ""), "dim"))
                break
            lines.append([])
            used = 0
        if used:
            lines[-1].append(Span(" " * _GAP))
            used += _GAP
        lines[-1].append(Span(text, style))
        used += width_of(text)
    return [tuple(line) for line in lines if line]


def _fitted(entries: list[Entry], sheet: Sheet, lines: int) -> list[Span]:
    """The entries with their counts; without them, and then cut to equal shares of the lines, where room is short."""
    with_counts = [
        Span(f"{entry.text} {entry.amount}" if entry.amount else entry.text, entry.style) for entry in entries
    ]
    without = [Span(entry.text, entry.style) for entry in entries]
    for spans in (with_counts, without):
        # A line may stay open at its end by nearly an entry.
        spare = max((width_of(span.text) for span in spans), default=0) if lines > 1 else 0
        if sum(width_of(span.text) + _GAP for span in spans) - _GAP <= lines * sheet.width - spare:
            return [Span(sheet.cut(span.text, sheet.width), span.style) for span in spans]
    each = -(-len(entries) // lines)
    share = max((sheet.width + _GAP) // each - _GAP, _LEAST_ENTRY)
    return [Span(sheet.cut(span.text, share), span.style) for span in without]
