"""The summary of a run as tables: means, differences from the control, choices; n and exclusions always in view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from motivtui.cli.table import write_table
from motivtui.stats.choice_summary import ChoiceSummary, summarise_choices
from motivtui.stats.summary import ConditionSummary, Difference, summarise

_SCORES = ("manipulation", "mean", "sd", "n", "vs none", "95 % interval", "tasks", "excluded")
_CHOICES = ("manipulation", "chose manipulated", "chose first shown", "n", "excluded")
_NUMBERS = ("mean", "sd", "n", "vs none", "tasks", "chose manipulated", "chose first shown")


def summary_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The summary as plain values: scores first, then choices (they have `manipulated_share` instead of a mean)."""
    found = list(rows)
    return [*(asdict(one) for one in summarise(found)), *(asdict(one) for one in summarise_choices(found))]


def write_summary(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a table for each model and instrument to stdout; what all its rows share is said once, above it."""
    found = list(rows)
    for name, of_table in groupby(summarise(found), key=_heading):
        _write(name, _SCORES, ((one.item, _score_cells(one)) for one in of_table))
    for name, choices in groupby(summarise_choices(found), key=_heading):
        _write(name, _CHOICES, ((one.item, _choice_cells(one)) for one in choices))


def _heading(one: ConditionSummary | ChoiceSummary) -> str:
    judge = f"by {one.judge}" if one.judge is not None else ""
    return " · ".join(part for part in (one.model, one.instrument, judge, one.decoding) if part)


def _write(heading: str, columns: Sequence[str], lines: Iterable[tuple[str, Sequence[str]]]) -> None:
    """One table from (item, cells). Items have a line of their own: a column of them would leave too little room."""
    from motivtui.cli.output import stdout
    from motivtui.visible_text import visible_line

    of_items = [(item, [cells for _, cells in found]) for item, found in groupby(lines, key=lambda line: line[0])]
    if len(of_items) == 1:
        ((item, rows),) = of_items
        heading = f"{heading} · {item}"
    else:
        nothing = [""] * (len(columns) - 1)
        rows = []
        for item, found in of_items:
            rows += [[item, *nothing], *([f"  {cells[0]}", *cells[1:]] for cells in found)]
    stdout().print(f"\n{visible_line(heading)}", markup=False, style="bold")
    write_table(columns, rows, right=_NUMBERS)


def _score_cells(one: ConditionSummary) -> Sequence[str]:
    return (
        one.manipulation,
        _number(one.mean),
        _number(one.sd),
        f"{one.n}/{one.total}",
        *_difference(one.difference),
        _excluded(one.excluded),
    )


def _choice_cells(one: ChoiceSummary) -> Sequence[str]:
    return (
        one.manipulation,
        "–" if one.manipulated_share is None else f"{_percent(one.manipulated_share)} of {one.n_manipulated}",
        "NA" if one.first_share is None else _percent(one.first_share),
        f"{one.n}/{one.total}",
        _excluded(one.excluded),
    )


def _excluded(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items())) or "–"


def _difference(difference: Difference | None) -> tuple[str, str, str]:
    if difference is None:
        return "", "", ""
    if difference.estimate is None:
        return "NA", f"NA ({difference.reason})", "0"
    if difference.low is None or difference.high is None:
        return f"{difference.estimate:+.1f}", f"NA ({difference.reason})", str(difference.n_tasks)
    return (
        f"{difference.estimate:+.1f}",
        f"[{difference.low:+.1f}, {difference.high:+.1f}]",
        f"{difference.n_tasks} in {difference.n_families}",
    )


def _number(value: float | None) -> str:
    return "NA" if value is None else f"{value:.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
