"""Which figure goes with the results of an analysis: results in, descriptions of plots out. Pure; draws nothing.

What needs a picture of its own (scales, shares, statuses, matrices) has one; every other analysis is drawn as a forest
of the number that it is about. Groups that are never pooled never share a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from motivtui.analysis.result_table import estimates_of, keys_of
from motivtui.plots.figure import (
    Bar, Bars, Box, Boxes, Counts, Figure, Forest, ForestRow, Heat, Histogram,
)  # fmt: skip
from motivtui.stats.distribution import Distribution
from motivtui.stats.estimate import Estimate
from motivtui.stats.wording import left_out

MOST_ROWS = 60
"""More rows of a forest make another figure."""
_HEADLINES = ("difference", "manipulated_by_pair", "by_pair", "shift", "icc", "slope", "indirect", "alpha", "r", "effect")
"""The estimate that an analysis is about, where it has several: the first of these."""
_NOT_LABELS = {"preset", "unit", "ties", "rotation", "manipulation_group"}


def figures_of(results: Sequence[Any]) -> tuple[Figure, ...]:
    """The figures of one analysis's results, in their order; none where there is nothing to draw."""
    if not results:
        return ()
    return tuple(_SPECIAL.get(type(results[0]).__name__, _forests)(results))


def headline_of(result: Any) -> tuple[str, Estimate] | None:
    """The number that a result is about, with its field's name; None: it has none of its own."""
    found = estimates_of(result)
    name = next((one for one in _HEADLINES if one in found), next(iter(found), None))
    return None if name is None else (name, found[name])


def _measure_label(keys: Mapping[str, str | None]) -> str:
    """Instrument, item, judge and decoding, as far as there are any."""
    parts = [keys.get("instrument"), keys.get("item"), keys.get("one"), keys.get("other")]
    by = f"by {keys['judge']}" if keys.get("judge") else None
    return " · ".join(part for part in (*parts, by, keys.get("decoding")) if part)


def _of_measures(results: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in results:
        found.setdefault(_measure_label(keys_of(one)), []).append(one)
    return found


def _short(model: str | None) -> str:
    return (model or "all models").rpartition("/")[2]


def _note(results: Sequence[Any], what: str) -> str:
    counts: Counter[str] = Counter()
    for one in results:
        counts.update(getattr(one, "excluded", {}))
    n, total = (sum(getattr(one, name, None) or 0 for one in results) for name in ("n", "total"))
    said = f"n = {n:,} of {total:,} {what}; {left_out(counts)}. " if total else ""
    return f"{said}Lines are 95 % intervals."


def _histograms(results: Sequence[Distribution]) -> list[Figure]:
    figures: list[Figure] = []
    for label, of_measure in _of_measures(results).items():
        first = of_measure[0]
        same = [one for one in of_measure if one.histogram.edges == first.histogram.edges]
        title = label if first.manipulation is None else f"{label}, by manipulation"
        if first.manipulation is not None:
            figures.append(_boxes(title, same))
            continue
        figures.append(
            Histogram(
                title=title,
                note=_note(same, "scores").removesuffix(" Lines are 95 % intervals."),
                x_label=f"{first.item} (scale {first.minimum:g} to {first.maximum:g})",
                y_label="scores",
                edges=first.histogram.edges,
                groups=tuple(Counts(_short(one.model), one.histogram.counts) for one in same),
            )
        )
    return figures


def _boxes(title: str, results: Sequence[Distribution]) -> Boxes:
    first = results[0]
    return Boxes(
        title=title,
        note=_note(results, "scores"),
        x_label=f"{first.item} (scale points)",
        x_range=(first.minimum, first.maximum),
        boxes=tuple(
            Box(
                f"{_short(one.model)} · {one.manipulation}",
                one.n,
                *(one.quantiles or (None,) * 5)[:5],
                one.mean.value,
                one.mean.low,
                one.mean.high,
            )
            for one in results
        ),
    )


def _categories(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for label, of_measure in _of_measures(results).items():
        boxes = tuple(
            Box(
                f"{one.category} · {_short(effect.model)}", one.mean.n_tasks, *one.box,
                one.mean.value, one.mean.low, one.mean.high,
            )
            for effect in of_measure
            for one in effect.categories
        )  # fmt: skip
        if boxes:
            title = f"{label}, by category under {of_measure[0].manipulation}"
            note = f"{_note(of_measure, 'scores')} n: tasks."
            figures.append(Boxes(title=title, note=note, x_label=f"{of_measure[0].item} (scale points)", boxes=boxes))
    return figures


def _statuses(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for label, of_measure in _of_measures(results).items():
        counts = [Counter(_states(one)) for one in of_measure]
        names = tuple(dict.fromkeys(name for one in counts for name in one))
        bars = tuple(
            Bar(f"{one.manipulation} · {_short(one.model)}", tuple(count[name] for name in names))
            for one, count in zip(of_measure, counts, strict=True)
        )
        figures.append(
            Bars(title=label, note="What became of each asked item.", statuses=names, bars=bars, is_share=True)
        )
    return figures


def _states(one: Any) -> dict[str, int]:
    """The scores by status, and the trials that came to no score by state."""
    return {**one.statuses, **{state: n for state, n in one.states.items() if state != "complete"}}


def _correlations(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for model in dict.fromkeys(one.model for one in results):
        of_model = [one for one in results if one.model == model]
        names = tuple(dict.fromkeys(str(name) for one in of_model for name in (one.one, one.other)))
        cells = {frozenset((str(one.one), str(one.other))): one.r for one in of_model}
        found = [[cells.get(frozenset((row, column))) for column in names] for row in names]
        figures.append(
            Heat(
                title=f"{_short(model)}: correlations of task scores",
                note="Pearson's r over tasks, under the control; what cannot be computed is empty.",
                row_labels=names,
                column_labels=names,
                values=tuple(tuple(None if one is None else one.value for one in row) for row in found),
                counts=tuple(tuple(None if one is None else one.n_tasks for one in row) for row in found),
            )
        )
    return figures


def _pooled(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for label, of_measure in _of_measures(results).items():
        rows: list[ForestRow] = []
        for one in of_measure:
            group = str(getattr(one, "manipulation", ""))
            rows += [ForestRow(_short(model), None, value, group=group) for model, value in one.by_model]
            rows += [
                _row(name, estimate, group=group, is_pooled=True)
                for name, estimate in (("these models", one.panel), ("models like these", one.population))
            ]
        figures += _pieces(f"{label}: over models", of_measure, rows, of_measure[0].panel.unit)
    return figures


def _forests(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for label, of_measure in _of_measures(results).items():
        rows, name, unit = [], "", ""
        for one in of_measure:
            found = headline_of(one)
            if found is not None:
                name, unit = found[0], found[1].unit
                rows.append(_row(_row_label(one), found[1], group=_short(getattr(one, "model", None))))
        figures += _pieces(f"{label}: {name.replace('_', ' ')}", of_measure, rows, unit)
    return figures


def _row_label(result: Any) -> str:
    """What tells a result apart within its measure and model."""
    told = {"model", "instrument", "item", "judge", "decoding", "one", "other"} | _NOT_LABELS
    parts = [text for name, text in keys_of(result).items() if text and name not in told]
    return " · ".join(parts) or _short(getattr(result, "model", None))


def _row(label: str, estimate: Estimate, *, group: str = "", is_pooled: bool = False) -> ForestRow:
    return ForestRow(
        label, estimate.n_tasks or estimate.n_rows or None, estimate.value, estimate.low, estimate.high,
        group=group, is_pooled=is_pooled, why_missing=estimate.reason if estimate.value is None else "",
    )  # fmt: skip


def _pieces(title: str, results: Sequence[Any], rows: Sequence[ForestRow], unit: str) -> list[Figure]:
    """Forests of at most MOST_ROWS rows each; none where no row has a number."""
    if all(row.estimate is None for row in rows):
        return []
    figures: list[Figure] = []
    remaining = iter(rows)
    while piece := tuple(islice(remaining, MOST_ROWS)):
        note = f"{_note(results, 'scores')} n: tasks."
        figures.append(Forest(title=title, note=note, x_label=unit, rows=piece, reference=_REFERENCES.get(unit, 0.0)))
    return figures


_REFERENCES = {"share": 0.5, "odds ratio": 1.0}
_SPECIAL: dict[str, Callable[[Sequence[Any]], list[Figure]]] = {
    "Distribution": _histograms,
    "CategoryEffect": _categories,
    "StatusRates": _statuses,
    "Correlation": _correlations,
    "PooledEffect": _pooled,
    "PooledChoice": _pooled,
    "PooledCorrelation": _pooled,
    "PooledReliability": _pooled,
}
