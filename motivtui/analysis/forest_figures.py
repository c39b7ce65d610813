"""Forests: the number that an analysis is about, one row a result; estimates over models; rankings. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from motivtui.analysis.result_labels import (
    by_label,
    group_of,
    has_several,
    in_pieces,
    items_together,
    label_of,
    note_of,
    short_name,
    told,
)
from motivtui.analysis.result_table import estimates_of, keys_of
from motivtui.plots.figure import Figure, Forest, ForestRow
from motivtui.stats.estimate import Estimate

_NOT_LABELS = frozenset({"preset", "unit", "ties", "rotation", "manipulation_group"})
_OF_FIGURE = frozenset({"model", "instrument", "item", "judge", "decoding"})
_REFERENCES = {"share": 0.5, "odds ratio": 1.0, "odds ratio for 10 points": 1.0, "ratio of tokens": 1.0, "AUC": 0.5}
"""Where there is no effect, by unit; else at 0."""
_SIGNED = frozenset({
    "scale points", "points", "SDs", "SDs of the scores", "log odds", "log odds for 10 points", "log tokens",
    "difference of r",
})  # fmt: skip
"""Units of differences, whose numbers have a sign; shares, ratios, levels and coefficients have none."""
_LEVELS = frozenset({"mean", "within_sd"})
"""Estimates in such a unit that are no differences."""


def headline_of(results: Sequence[Any], shown: Sequence[str] = ()) -> str | None:
    """The estimate that results are about: the first of `shown` that any of them has; None: they have none."""
    found = dict.fromkeys(name for one in results for name in estimates_of(one))
    return next((name for name in (*shown, *found) if name in found), None)


def forest(title: str, results: Sequence[Any], rows: Sequence[ForestRow], unit: str, name: str = "") -> list[Figure]:
    """Forests of at most MOST_ROWS rows each, of the estimate `name`; none where no row has a number."""
    if all(row.estimate is None for row in rows):
        return []
    note, reference = f"{note_of(results)} n: tasks.", _REFERENCES.get(unit, 0.0)
    is_difference = unit in _SIGNED and name not in _LEVELS
    return [
        Forest(title=title, note=note, x_label=unit, rows=piece, reference=reference, is_difference=is_difference)
        for piece in in_pieces(rows)
    ]


def forest_row(label: str, estimate: Estimate, *, group: str = "", is_pooled: bool = False) -> ForestRow:
    """An estimate as a row."""
    return ForestRow(
        label,
        estimate.n_tasks or estimate.n_rows or None,
        estimate.value,
        estimate.low,
        estimate.high,
        group=group,
        is_pooled=is_pooled,
        why_missing=estimate.reason if estimate.value is None else "",
    )


def headline_forests(results: Sequence[Any], shown: Sequence[str]) -> list[Figure]:
    """Of the first of `shown` that a result has."""
    figures: list[Figure] = []
    for label, found_here in by_label(results).items():
        same = items_together(found_here)
        name = headline_of(same, shown)
        found = [(one, estimates_of(one)[name]) for one in same if name is not None and name in estimates_of(one)]
        if found and name is not None:
            rows = [forest_row(_row_label(one), number, group=group_of(one, same)) for one, number in found]
            about = [one for one, _ in found]
            figures += forest(told(label, name.replace("_", " ")), about, rows, found[0][1].unit, name)
    return figures


def _row_label(result: Any) -> str:
    """What tells a result apart within its figure."""
    left_out = _OF_FIGURE | _NOT_LABELS
    parts = [text for name, text in keys_of(result).items() if name not in left_out]
    return told(*parts) or short_name(getattr(result, "model", None))


def pooled_forests(results: Sequence[Any]) -> list[Figure]:
    """Each model's number, then those over models as diamonds."""
    figures: list[Figure] = []
    for label, same in by_label(results).items():
        rows: list[ForestRow] = []
        for one in same:
            keys = keys_of(one)
            item = keys.get("item") if has_several(same, "item") else None
            group = told(item, keys.get("manipulation"), keys.get("one"), keys.get("other"))
            rows += [ForestRow(short_name(model), None, value, group=group) for model, value in one.by_model]
            rows.append(forest_row("these models", one.panel, group=group, is_pooled=True))
            rows.append(forest_row("models like these", one.population, group=group, is_pooled=True))
        figures += forest(told(label, "over models"), same, rows, same[0].panel.unit)
    return figures


def rankings(results: Sequence[Any]) -> list[Figure]:
    """How much each task or family is preferred, a figure a result."""
    figures: list[Figure] = []
    for one in results:
        rows = [forest_row(item.name, item.strength) for item in one.items]
        title = f"{short_name(one.model)} · {label_of(one)} under {one.manipulation}: strength"
        figures += forest(title, [one], rows, one.items[0].strength.unit if one.items else "")
    return figures
