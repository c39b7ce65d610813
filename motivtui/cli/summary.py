"""The summary of a run as a table: means, differences from the control, n and exclusions always in view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from motivtui.cli.table import write_table
from motivtui.stats import ConditionSummary, summarise
from motivtui.stats.summary import Difference

_GROUP = ("model", "instrument", "item", "decoding")


def summary_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The summary as plain values."""
    return [asdict(one) for one in summarise(rows)]


def write_summary(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the table to stdout. Columns that say the same in every row are said once, above it."""
    summaries = summarise(rows)
    if not summaries:
        return
    constant = [name for name in _GROUP if len({getattr(one, name) for one in summaries}) == 1]
    varying = [name for name in _GROUP if name not in constant]
    from motivtui.cli.output import stdout
    from motivtui.visible_text import visible_line

    said = " · ".join(visible_line(str(getattr(summaries[0], name))) for name in constant)
    stdout().print(f"\n{said}" if said else "", markup=False, style="bold")
    columns = [*varying, "manipulation", "mean", "sd", "n", "excluded", "minus none", "95 % interval", "tasks"]
    cells = [[*(getattr(one, name) for name in varying), *_cells(one)] for one in summaries]
    write_table(columns, cells, right=("mean", "sd", "n", "minus none", "tasks"))


def _cells(one: ConditionSummary) -> Sequence[str]:
    difference, interval, tasks = _difference(one.difference)
    return (
        one.manipulation,
        _number(one.mean),
        _number(one.sd),
        f"{one.n}/{one.total}",
        ", ".join(f"{count} {reason}" for reason, count in sorted(one.excluded.items())) or "–",
        difference,
        interval,
        tasks,
    )


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
