"""Categories: do the scores of tasks go with what kind of task they are? Under the control only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motivtui.analysis.views import CATEGORIES
from motivtui.plots.figure import Box, Boxes, Figure
from motivtui.stats.categories import CategoryEffect, CategoryMean
from motivtui.stats.estimate import Estimate
from motivtui.tui.stats_views.measures import title_of
from motivtui.tui.stats_views.shown import Names, Shown, ShownRow, StatsView, estimate_cell, note_of, number_cell
from motivtui.tui.widgets.window_table import Column, Styled

EXPLANATION = """The scores of tasks (means of their repeats) under `none`, by category; a task with several categories
counts in each of them.

mean       over tasks, with a 95 % interval clustered by family (CR1, t with families − 1 degrees of freedom)
box        lowest and highest task, quartiles and median (type 7)
families   tasks of one family are variants of each other; their number is what an interval rests on

The sentence tests all categories of a model at once: the share of the variance between families that goes with the
category, and the F of that over the families' means. Categories with a single family are described, never tested.
It says how these tasks differ for this model, not why, and nothing of other tasks."""


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One category of one model, for the table and its copies. The box is in scale points."""

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    category: str
    mean: Estimate
    minimum: float
    lower_quartile: float
    median: float
    upper_quartile: float
    maximum: float
    excluded_of_model: Mapping[str, int]


def show(results: Sequence[CategoryEffect]) -> Shown:
    """A box a category and model."""
    names = Names(results)
    columns = (
        Column("category", "category", 16, flex=2),
        *names.columns(),
        Column("tasks", "tasks", 6, right=True),
        Column("families", "families", 8, right=True),
        Column("mean", "mean [95 %]", 20, flex=1),
        Column("median", "median", 6, right=True),
        Column("quartiles", "quartiles", 13, at=92),
        Column("range", "range", 13, at=106),
    )
    pairs = [(effect, category) for effect in results for category in effect.categories]
    pairs.sort(key=lambda pair: pair[1].category)  # stable: the models' order stays
    rows = tuple(_row(effect, category, names) for effect, category in pairs)
    return Shown(
        columns,
        rows,
        _figure(results, pairs, names),
        "No task was asked under `none`: add it to the study's manipulations.",
    )


def _row(effect: CategoryEffect, category: CategoryMean, names: Names) -> ShownRow:
    low, first, median, third, high = category.box
    mean = category.mean
    line = CategoryLine(
        effect.model, effect.instrument, effect.judge, effect.item, effect.decoding, effect.manipulation,
        category.category, mean, *category.box, effect.excluded,
    )  # fmt: skip
    families = f"{mean.n_parents}"
    cells = (
        category.category,
        *names.cells(effect.model),
        f"{mean.n_tasks}",
        Styled(f"! {families}", "warn") if mean.flags else families,
        estimate_cell(mean),
        number_cell(median),
        f"{first:5.1f} – {third:5.1f}",
        f"{low:5.1f} – {high:5.1f}",
    )
    return ShownRow((effect.model, category.category), cells, effect.sentence, line)


def _figure(
    results: Sequence[CategoryEffect], pairs: Sequence[tuple[CategoryEffect, CategoryMean]], names: Names
) -> Figure | None:
    if not pairs:
        return None
    first = results[0]
    boxes = tuple(
        Box(
            f"{one.category} · {names[effect.model]}" if names.is_needed else one.category,
            one.mean.n_tasks,
            *one.box,
            one.mean.value,
            one.mean.low,
            one.mean.high,
        )
        for effect, one in pairs
    )
    return Boxes(
        title=f"{title_of(first)} by category, under {first.manipulation}",
        note=f"{note_of(results)} n: tasks.",
        x_label=f"{first.item} (scale points)",
        boxes=boxes,
    )


VIEW = StatsView("categories", "Categories", CATEGORIES, show, EXPLANATION)
