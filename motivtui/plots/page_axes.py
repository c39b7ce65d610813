"""Plots with two axes, on a page of a file: histograms, cumulative shares, scatter plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from motivtui.plots import palette
from motivtui.plots.cells import shown
from motivtui.plots.draw_scatter import finite, scatter_ranges
from motivtui.plots.figure import Histogram, Scatter
from motivtui.plots.page_legend import named, write_legend
from motivtui.plots.scale import widened

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Page


def paint_histogram(page: Page, histogram: Histogram) -> None:
    """A panel a group, all to one scale: counts of a single group, shares of several."""
    if histogram.is_cumulative or not histogram.groups:
        _paint_cumulative(page, histogram)
        return
    panels = page.subplots(len(histogram.groups), 1, sharex=True, sharey=True, squeeze=False)
    is_single = len(histogram.groups) == 1
    heights = [group.counts if is_single else [100 * share for share in group.shares] for group in histogram.groups]
    highest = max(max(values) for values in heights) or 1
    for index, (group, values) in enumerate(zip(histogram.groups, heights, strict=True)):
        axes = panels[index][0]
        axes.stairs(values, histogram.edges, fill=True, color=palette.colour(index), alpha=0.85)
        axes.stairs(values, histogram.edges, color=palette.INK, linewidth=0.6)
        axes.set_ylim(0, highest * 1.04)
        if not is_single:
            axes.set_title(f"{named(group.name)}  n = {group.n:,}", loc="left", fontsize=8, pad=2)
    last = panels[-1][0]
    last.set_xlim(histogram.edges[0], histogram.edges[-1])
    last.set_xlabel(shown(histogram.x_label))
    if is_single:
        last.set_ylabel(shown(histogram.y_label))
    else:
        page.supylabel("% of each group", fontsize=9)


def paint_scatter(page: Page, scatter: Scatter) -> None:
    """Points with a marker a group, lines over them."""
    axes = page.subplots()
    for index, group in enumerate(scatter.groups):
        points = finite(group)
        axes.plot([x for x, _ in points], [y for _, y in points], palette.MARKERS[index % len(palette.MARKERS)],
                  color=palette.colour(index), markersize=4, alpha=0.6, markeredgewidth=0,
                  label=f"{named(group.name)}  n = {len(group.points):,}")  # fmt: skip
    for index, line in enumerate(scatter.lines):
        points = finite(line)
        axes.plot([x for x, _ in points], [y for _, y in points], color=palette.INK, linewidth=1.4,
                  linestyle=palette.DASHES[index % len(palette.DASHES)], label=named(line.name))  # fmt: skip
    ranges = scatter_ranges(scatter)
    if ranges is not None:
        axes.set_xlim(*widened(ranges[0], 0.01))
        axes.set_ylim(*widened(ranges[1], 0.01))
    axes.set_xlabel(shown(scatter.x_label))
    axes.set_ylabel(shown(scatter.y_label))
    write_legend(axes)


def _paint_cumulative(page: Page, histogram: Histogram) -> None:
    axes = page.subplots()
    for index, group in enumerate(histogram.groups):
        if group.n:
            shares = [0.0, *(100 * share for share in group.cumulative)]
            axes.plot(histogram.edges, shares, color=palette.colour(index), linewidth=1.5,
                      linestyle=palette.DASHES[index % len(palette.DASHES)],
                      label=f"{named(group.name)}  n = {group.n:,}")  # fmt: skip
    axes.set_xlim(histogram.edges[0], histogram.edges[-1])
    axes.set_ylim(0, 100)
    axes.set_xlabel(shown(histogram.x_label))
    axes.set_ylabel(shown(f"{histogram.y_label} (%)" if histogram.y_label else "%"))
    write_legend(axes)
