"""Overview: is the scale used? How the scores of each model are distributed, over all manipulations."""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.analysis.views import OVERVIEW
from motivtui.plots.figure import Counts, Figure, Histogram
from motivtui.stats.distribution import Distribution
from motivtui.tui.stats_views.measures import title_of
from motivtui.tui.stats_views.shown import (
    NOT_ASKED,
    Names,
    Shown,
    ShownRow,
    StatsView,
    estimate_cell,
    excluded_cell,
    n_cell,
    note_of,
    number_cell,
)
from motivtui.tui.widgets.window_table import Cell, Column, Styled

EXPLANATION = """Every usable score of the item, all manipulations together, repeats not averaged.

mean      with a 95 % interval, clustered by task family (CR1, t with families − 1 degrees of freedom)
SD        of single scores, not of the mean
median    with the quartiles (type 7)
ends      the share at the scale's lowest and highest value; more than 15 % at one of them is flagged: what lies
          beyond the end of a scale cannot be told apart
×10       the share of multiples of ten; a model that only answers in tens uses a coarser scale than it was given
values    how many different values occur

Excluded scores are counted by reason and never count as a number."""


def show(results: Sequence[Distribution]) -> Shown:
    """A histogram a model, and a line a model."""
    names = Names(results)
    columns = (
        Column("model", "model", 14, flex=2),
        Column("n", "n", 11, right=True),
        Column("mean", "mean [95 %]", 20),
        Column("sd", "SD", 5, right=True),
        Column("median", "median [quartiles]", 20, at=102),
        Column("ends", "at ends", 11, right=True),
        Column("tens", "×10", 5, right=True, at=108),
        Column("distinct", "values", 6, right=True, at=116),
        Column("excluded", "excluded", 12, flex=3, at=80),
    )
    rows = tuple(ShownRow((one.model,), _cells(one, names), one.sentence, one) for one in results)
    return Shown(columns, rows, _figure(results, names), "No score to show.")


def _cells(one: Distribution, names: Names) -> tuple[Cell, ...]:
    quartiles: Cell = NOT_ASKED
    if one.quantiles is not None:
        _, first, median, third, _ = one.quantiles
        quartiles = f"{median:5.1f} [{first:5.1f}, {third:5.1f}]"
    ends: Cell = NOT_ASKED
    if one.at_minimum is not None and one.at_maximum is not None:
        text = f"{one.at_minimum:.0%} / {one.at_maximum:.0%}"
        ends = Styled(f"! {text}", "warn") if one.flags else text
    return (
        names[one.model],
        n_cell(one.n, one.total),
        estimate_cell(one.mean),
        number_cell(one.sd),
        quartiles,
        ends,
        NOT_ASKED if one.multiples_of_10 is None else f"{one.multiples_of_10:.0%}",
        f"{one.distinct}",
        excluded_cell(one.excluded),
    )


def _figure(results: Sequence[Distribution], names: Names) -> Figure | None:
    if not results:
        return None
    first = results[0]
    # Models share an item's scale, and so its bins; one that does not cannot stand on the same axis.
    same = [one for one in results if one.histogram.edges == first.histogram.edges]
    return Histogram(
        title=f"{title_of(first)}: the scores of each model",
        note=note_of(same),
        x_label=f"{first.item} (scale {first.minimum:g} to {first.maximum:g})",
        y_label="scores",
        edges=first.histogram.edges,
        groups=tuple(Counts(names[one.model], one.histogram.counts) for one in same),
    )


VIEW = StatsView("overview", "Overview", OVERVIEW, show, EXPLANATION)
