"""Which figure goes with the results of an analysis: results in, descriptions of plots out. Pure; draws nothing.

What needs a picture of its own (scales, shares, statuses, matrices) has one; every other analysis is drawn as a forest
of the number that it is about. What is never pooled never shares a row; models and items stand side by side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from motivtui.analysis.result_table import estimates_of, keys_of
from motivtui.plots.figure import Bar, Bars, Box, Boxes, Counts, Figure, Forest, ForestRow, Heat, Histogram
from motivtui.stats.distribution import Distribution
from motivtui.stats.estimate import Estimate
from motivtui.stats.wording import left_out

MOST_ROWS = 60
"""More rows make another figure."""
MOST_COLUMNS = 9
"""More columns of a matrix make another figure."""
_NOT_LABELS = frozenset({"preset", "unit", "ties", "rotation", "manipulation_group"})
_OF_FIGURE = frozenset({"model", "instrument", "item", "judge", "decoding"})
_REFERENCES = {"share": 0.5, "odds ratio": 1.0}


def figures_of(results: Sequence[Any], shown: Sequence[str] = ()) -> tuple[Figure, ...]:
    """The figures of one analysis's results, in their order; none where there is nothing to draw.

    `shown`: the estimates that the analysis is about; a forest is of the first one that a result has.
    """
    if not results:
        return ()
    draw = _SPECIAL.get(type(results[0]).__name__)
    return tuple(_forests(results, shown) if draw is None else draw(results))


def headline_of(results: Sequence[Any], shown: Sequence[str] = ()) -> str | None:
    """The estimate that results are about: the first of `shown` that any of them has; None: they have none."""
    found = dict.fromkeys(name for one in results for name in estimates_of(one))
    return next((name for name in (*shown, *found) if name in found), None)


def short_name(model: str | None) -> str:
    """A model without its provider."""
    return (model or "all models").rpartition("/")[2]


def label_of(result: Any) -> str:
    """Instrument, judge and decoding, as far as there are any: what may share a figure and a table has the same."""
    keys = keys_of(result)
    by = f"by {keys['judge']}" if keys.get("judge") else None
    parts = (keys.get("instrument"), by, keys.get("decoding"))
    return " · ".join(part for part in parts if part)


def by_label(results: Sequence[Any]) -> dict[str, list[Any]]:
    """Results apart by instrument, judge and decoding, in their order."""
    found: dict[str, list[Any]] = {}
    for one in results:
        found.setdefault(label_of(one), []).append(one)
    return found


def note_of(results: Sequence[Any], what: str = "scores", *, has_intervals: bool = True) -> str:
    """N and exclusions of all that a figure shows."""
    counts: Counter[str] = Counter()
    for one in results:
        counts.update(getattr(one, "excluded", {}))
    n, total = (sum(getattr(one, name, None) or 0 for one in results) for name in ("n", "total"))
    said = [f"n = {n:,} of {total:,} {what}; {left_out(counts)}."] if total else []
    return " ".join([*said, *(["Lines are 95 % intervals."] if has_intervals else [])])


def group_of(result: Any, among: Sequence[Any]) -> str:
    """Item and model, where there are several of them."""
    parts = [str(result.item)] if _has_several(among, "item") else []
    parts += [short_name(getattr(result, "model", None))] if _has_several(among, "model") else []
    return " · ".join(parts)


def in_pieces(rows: Sequence[Any], most: int = MOST_ROWS) -> Iterator[tuple[Any, ...]]:
    """At most so many at once."""
    remaining = iter(rows)
    while piece := tuple(islice(remaining, most)):
        yield piece


def forest(title: str, results: Sequence[Any], rows: Sequence[ForestRow], unit: str) -> list[Figure]:
    """Forests of at most MOST_ROWS rows each; none where no row has a number."""
    if all(row.estimate is None for row in rows):
        return []
    note, reference = f"{note_of(results)} n: tasks.", _REFERENCES.get(unit, 0.0)
    return [Forest(title=title, note=note, x_label=unit, rows=piece, reference=reference) for piece in in_pieces(rows)]


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


def _has_several(results: Sequence[Any], name: str) -> bool:
    return len({getattr(one, name, None) for one in results}) > 1


def _five(box: Sequence[float] | None) -> tuple[float | None, float | None, float | None, float | None, float | None]:
    """The five numbers of a box."""
    return (None,) * 5 if box is None else (box[0], box[1], box[2], box[3], box[4])


def _items_together(results: Sequence[Any]) -> list[Any]:
    """Item by item instead of model by model, so that models stand under each other."""
    order = list(dict.fromkeys(getattr(one, "item", None) for one in results))
    return sorted(results, key=lambda one: order.index(getattr(one, "item", None)))


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _distributions(results: Sequence[Distribution]) -> list[Figure]:
    by_scale: dict[tuple[str, float, float], list[Distribution]] = {}
    for one in results:
        by_scale.setdefault((label_of(one), one.minimum, one.maximum), []).append(one)
    by_scale = {key: _items_together(same) for key, same in by_scale.items()}
    if any(one.manipulation is not None for one in results):
        return [figure for (label, _, _), same in by_scale.items() for figure in _boxes(label, same)]
    return [_histogram(label, same) for (label, _, _), same in by_scale.items()]


def _histogram(label: str, results: Sequence[Distribution]) -> Histogram:
    first = results[0]
    same = [one for one in results if one.histogram.edges == first.histogram.edges]
    return Histogram(
        title=_joined(label, None if _has_several(same, "item") else first.item),
        note=note_of(same, has_intervals=False),
        x_label=f"score (scale {first.minimum:g} to {first.maximum:g})",
        y_label="scores",
        edges=first.histogram.edges,
        groups=tuple(Counts(group_of(one, same) or short_name(one.model), one.histogram.counts) for one in same),
    )


def _boxes(label: str, results: Sequence[Distribution]) -> list[Figure]:
    first = results[0]
    boxes = [
        Box(
            _joined(group_of(one, results), one.manipulation),
            one.n,
            *_five(one.quantiles),
            mean=one.mean.value,
            mean_low=one.mean.low,
            mean_high=one.mean.high,
        )
        for one in results
    ]
    note, scale = note_of(results), (first.minimum, first.maximum)
    return [
        Boxes(title=f"{label}, by manipulation", note=note, x_label="score", x_range=scale, boxes=piece)
        for piece in in_pieces(boxes)
    ]


def _categories(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for label, same in by_label(results).items():
        boxes = [
            Box(
                _joined(one.category, group_of(effect, same)),
                one.mean.n_tasks,
                *_five(one.box),
                mean=one.mean.value,
                mean_low=one.mean.low,
                mean_high=one.mean.high,
            )
            for effect in same
            for one in effect.categories
        ]
        title = f"{label}, by category under {same[0].manipulation}"
        note, x_label = f"{note_of(same)} n: tasks.", "score of a task (scale points)"
        figures += [Boxes(title=title, note=note, x_label=x_label, boxes=piece) for piece in in_pieces(boxes)]
    return figures


def _statuses(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for label, same in by_label(results).items():
        counts = [Counter(_states(one)) for one in same]
        names = tuple(dict.fromkeys(name for one in counts for name in one))
        bars = [
            Bar(_joined(one.manipulation, group_of_model(one, same)), tuple(count[name] for name in names))
            for one, count in zip(same, counts, strict=True)
        ]
        note = "What became of everything that was asked: each score, and each trial without one."
        figures += [
            Bars(title=label, note=note, statuses=names, bars=piece, is_share=True) for piece in in_pieces(bars)
        ]
    return figures


def group_of_model(result: Any, among: Sequence[Any]) -> str:
    """The model, where there are several."""
    return short_name(result.model) if _has_several(among, "model") else ""


def _states(one: Any) -> dict[str, int]:
    """The scores by status, and the trials that came to no score by state."""
    has_scores = bool(one.statuses)
    return {**one.statuses, **{state: n for state, n in one.states.items() if not (has_scores and state == "complete")}}


def _correlations(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for model in dict.fromkeys(one.model for one in results):
        of_model = [one for one in results if one.model == model]
        names = tuple(dict.fromkeys(str(name) for one in of_model for name in (one.one, one.other)))
        cells = {frozenset((str(one.one), str(one.other))): one.r for one in of_model}
        for columns in in_pieces(names, MOST_COLUMNS):
            found = [[cells.get(frozenset((row, column))) for column in columns] for row in names]
            figures.append(
                Heat(
                    title=f"{short_name(model)}: correlations of task scores",
                    note=f"Pearson's r over tasks, under {of_model[0].manipulation}; what cannot be computed is empty.",
                    row_labels=names,
                    column_labels=columns,
                    values=tuple(tuple(None if one is None else one.value for one in row) for row in found),
                    counts=tuple(tuple(None if one is None else one.n_tasks for one in row) for row in found),
                )
            )
    return figures


def _pooled(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for label, same in by_label(results).items():
        rows: list[ForestRow] = []
        for one in same:
            keys = keys_of(one)
            item = keys.get("item") if _has_several(same, "item") else None
            group = _joined(item, keys.get("manipulation"), keys.get("one"), keys.get("other"))
            rows += [ForestRow(short_name(model), None, value, group=group) for model, value in one.by_model]
            rows.append(forest_row("these models", one.panel, group=group, is_pooled=True))
            rows.append(forest_row("models like these", one.population, group=group, is_pooled=True))
        figures += forest(_joined(label, "over models"), same, rows, same[0].panel.unit)
    return figures


def _forests(results: Sequence[Any], shown: Sequence[str]) -> list[Figure]:
    figures: list[Figure] = []
    for label, found_here in by_label(results).items():
        same = _items_together(found_here)
        name = headline_of(same, shown)
        found = [(one, estimates_of(one)[name]) for one in same if name is not None and name in estimates_of(one)]
        if found and name is not None:
            rows = [forest_row(_row_label(one), number, group=group_of(one, same)) for one, number in found]
            about = [one for one, _ in found]
            figures += forest(_joined(label, name.replace("_", " ")), about, rows, found[0][1].unit)
    return figures


def _row_label(result: Any) -> str:
    """What tells a result apart within its figure."""
    told = _OF_FIGURE | _NOT_LABELS
    parts = [text for name, text in keys_of(result).items() if name not in told]
    return _joined(*parts) or short_name(getattr(result, "model", None))


def _rankings(results: Sequence[Any]) -> list[Figure]:
    figures: list[Figure] = []
    for one in results:
        rows = [forest_row(item.name, item.strength) for item in one.items]
        title = f"{short_name(one.model)} · {label_of(one)} under {one.manipulation}: strength"
        figures += forest(title, [one], rows, one.items[0].strength.unit if one.items else "")
    return figures


def _loadings(results: Sequence[Any]) -> list[Figure]:
    return [
        Heat(
            title=f"{short_name(one.model)} · {one.instrument} under {one.manipulation}: loadings",
            note=f"{one.n_cases:,} cases of {one.n_tasks:,} tasks; {left_out(one.excluded)}.",
            row_labels=one.components,
            column_labels=tuple(f"component {number}" for number in range(1, len(one.factors) + 1)),
            values=tuple(zip(*(factor.loadings for factor in one.factors), strict=True)),
        )
        for one in results
        if one.factors
    ]


def _none(_: Sequence[Any]) -> list[Figure]:
    """What it is about is drawn by another analysis, or no picture says more than its table."""
    return []


_SPECIAL: dict[str, Callable[[Sequence[Any]], list[Figure]]] = {
    "Distribution": _distributions,
    "CategoryEffect": _categories,
    "StatusRates": _statuses,
    "Correlation": _correlations,
    "PooledEffect": _pooled,
    "PooledChoice": _pooled,
    "PooledCorrelation": _pooled,
    "PooledReliability": _pooled,
    "PooledLengthEffect": _pooled,
    "BradleyTerry": _rankings,
    "FactorSolution": _loadings,
    "Detectable": _none,
    "MissingBounds": _none,
}
