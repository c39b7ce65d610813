"""Figures of scores and of what became of trials: histograms, boxes, stacked bars. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from motivtui.analysis.result_labels import (
    by_label,
    group_of,
    group_of_model,
    has_several,
    in_pieces,
    items_together,
    label_of,
    note_of,
    short_name,
    told,
)
from motivtui.plots.figure import Bar, Bars, Box, Boxes, Counts, Figure, Histogram
from motivtui.stats.distribution import Distribution
from motivtui.study.score import ScoreStatus

_ORDER = {status.value: place for place, status in enumerate(ScoreStatus)}
"""Statuses in one order, so that the same one looks alike from figure to figure."""


def distributions(results: Sequence[Distribution]) -> list[Figure]:
    """Histograms over the scale; boxes, where manipulations are apart."""
    by_scale: dict[tuple[str, float, float], list[Distribution]] = {}
    for one in results:
        by_scale.setdefault((label_of(one), one.minimum, one.maximum), []).append(one)
    by_scale = {key: items_together(same) for key, same in by_scale.items()}
    if any(one.manipulation is not None for one in results):
        return [figure for (label, _, _), same in by_scale.items() for figure in _boxes(label, same)]
    return [_histogram(label, same) for (label, _, _), same in by_scale.items()]


def categories(results: Sequence[Any]) -> list[Figure]:
    """A box a category of tasks."""
    figures: list[Figure] = []
    for label, same in by_label(results).items():
        boxes = [
            Box(
                told(one.category, group_of(effect, same)),
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


def statuses(results: Sequence[Any]) -> list[Figure]:
    """A bar a model and manipulation, to one length."""
    figures: list[Figure] = []
    for label, same in by_label(results).items():
        counts = [Counter(_states(one)) for one in same]
        found = dict.fromkeys(name for one in counts for name in one)
        names = tuple(sorted(found, key=lambda name: _ORDER.get(name, len(_ORDER))))
        bars = [
            Bar(told(one.manipulation, group_of_model(one, same)), tuple(count[name] for name in names))
            for one, count in zip(same, counts, strict=True)
        ]
        note = "What became of everything that was asked: each score, and each trial without one."
        figures += [
            Bars(title=label, note=note, statuses=names, bars=piece, is_share=True) for piece in in_pieces(bars)
        ]
    return figures


def _histogram(label: str, results: Sequence[Distribution]) -> Histogram:
    first = results[0]
    same = [one for one in results if one.histogram.edges == first.histogram.edges]
    return Histogram(
        title=told(label, None if has_several(same, "item") else first.item),
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
            told(group_of(one, results), one.manipulation),
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


def _five(box: Sequence[float] | None) -> tuple[float | None, float | None, float | None, float | None, float | None]:
    """The five numbers of a box."""
    return (None,) * 5 if box is None else (box[0], box[1], box[2], box[3], box[4])


def _states(one: Any) -> dict[str, int]:
    """The scores by status, and the trials that came to no score by state."""
    has_scores = bool(one.statuses)
    return {**one.statuses, **{state: n for state, n in one.states.items() if not (has_scores and state == "complete")}}
