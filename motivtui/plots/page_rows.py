"""Plots with a line for each row, on a page of a file: forest, boxes, stacked bars, heat map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from motivtui.plots import palette
from motivtui.plots.cells import cut, shown
from motivtui.plots.draw_boxes import boxes_range
from motivtui.plots.draw_forest import forest_entries, forest_range
from motivtui.plots.figure import Bars, Boxes, Forest, ForestRow, Heat, known
from motivtui.plots.page_legend import named, write_legend
from motivtui.plots.scale import Scale, decimals_for, number, widened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Page

_LABEL, _REASON = 36, 28
_BOX_HALF = 0.3


def paint_forest(page: Page, forest: Forest) -> None:
    """Rows from top to bottom, numbers at the right."""
    axes = page.subplots()
    entries = forest_entries(forest)
    limits = forest_range(forest) or (-1.0, 1.0)
    _rows(axes, [_forest_label(entry) for entry in entries])
    for y, label in enumerate(axes.get_yticklabels()):
        label.set_fontweight("bold" if isinstance(entries[y], str) else "normal")
    decimals = decimals_for((limits[1] - limits[0]) / 100)
    _right(
        axes,
        [
            "" if isinstance(entry, str) else _forest_numbers(entry, decimals, sign=forest.has_signs)
            for entry in entries
        ],
    )
    axes.axvline(forest.reference, color=palette.QUIET, linewidth=0.8, linestyle=":")
    axes.set_xlim(*widened(limits, 0.02))  # arrows beyond stand inside
    axes.set_xlabel(shown(forest.x_label))
    rows = [
        (y, entry)
        for y, entry in enumerate(entries)
        if isinstance(entry, ForestRow) and known(entry.estimate) is not None
    ]
    _forest_marks(axes, rows, Scale(*limits, 2))
    if forest.second_name:
        markers = ((forest.first_name or "estimate", "o", palette.BLUE), (forest.second_name, "D", palette.VERMILLION))
        for name, marker, colour in markers:
            face = colour if marker == "o" else "white"
            axes.plot([], [], marker, color=colour, markerfacecolor=face, markersize=5, label=named(name))
        write_legend(axes)


def paint_boxes(page: Page, boxes: Boxes) -> None:
    """Lying boxes, the mean with its interval over each, numbers at the right."""
    axes = page.subplots()
    limits = boxes_range(boxes) or boxes.x_range or (0.0, 1.0)
    _rows(axes, [box.label for box in boxes.boxes])
    decimals = decimals_for((limits[1] - limits[0]) / 100)
    means = [known(box.mean) for box in boxes.boxes]
    texts = ["NA" if mean is None else f"mean {number(mean, decimals)}" for mean in means]
    _right(axes, [f"{text}   n = {box.n:,}" for text, box in zip(texts, boxes.boxes, strict=True)])
    axes.set_xlim(*widened(limits, 0.01))
    axes.set_xlabel(shown(boxes.x_label))
    for y, box in enumerate(boxes.boxes):
        if box.five is not None:
            lowest, lower, middle, upper, highest = box.five
            axes.plot([lowest, lower], [y, y], color=palette.INK, linewidth=0.9)
            axes.plot([upper, highest], [y, y], color=palette.INK, linewidth=0.9)
            axes.barh(y, upper - lower, height=2 * _BOX_HALF, left=lower, color="#D6E6F2", edgecolor=palette.INK,
                      linewidth=0.9)  # fmt: skip
            axes.plot([middle, middle], [y - _BOX_HALF, y + _BOX_HALF], color=palette.INK, linewidth=2)
        low, mean, high = known(box.mean_low), means[y], known(box.mean_high)
        if mean is not None:
            if low is not None and high is not None:
                axes.plot([max(low, limits[0]), min(high, limits[1])], [y, y], color=palette.VERMILLION, linewidth=2)
            axes.plot(mean, y, "D", color=palette.VERMILLION, markersize=4.5, markeredgecolor="white")


def paint_bars(page: Page, bars: Bars) -> None:
    """Lying stacked bars, the total at the right."""
    axes = page.subplots()
    totals = [sum(bar.counts) for bar in bars.bars]
    _rows(axes, [bar.label for bar in bars.bars])
    _right(axes, [f"n = {total:,}" for total in totals])
    starts = [0.0] * len(totals)
    for index, status in enumerate(bars.statuses):
        wholes = [max(total, 1) / 100 if bars.is_share else 1 for total in totals]
        widths = [bar.counts[index] / whole for bar, whole in zip(bars.bars, wholes, strict=True)]
        if not any(widths):
            continue
        hatch = palette.HATCHES[index % len(palette.HATCHES)]
        count = sum(bar.counts[index] for bar in bars.bars)
        occur = [y for y, width in enumerate(widths) if width]
        axes.barh(occur, [widths[y] for y in occur], left=[starts[y] for y in occur], height=0.7,
                  color=palette.colour(index), hatch=hatch,
                  edgecolor="white", linewidth=0.5, label=f"{named(status)} {count:,}")  # fmt: skip
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axes.set_xlim(0, 100 if bars.is_share else max([*totals, 1]))
    axes.set_xlabel(shown(bars.x_label))
    if any(totals):
        write_legend(axes)


def paint_heat(page: Page, heat: Heat) -> None:
    """A coloured cell with its number for each value; n under it, where it differs between cells."""
    from matplotlib.colors import LinearSegmentedColormap

    axes = page.subplots()
    ends = ["white", palette.BLUE] if heat.bounds[0] >= 0 else [palette.VERMILLION, "white", palette.BLUE]
    colours = LinearSegmentedColormap.from_list("heat", ends)
    colours.set_bad("#EEEEEE")
    matrix = [[math.nan if value is None else float(value) for value in row] for row in heat.values]
    low, high = heat.bounds
    image = axes.imshow(matrix, cmap=colours, vmin=low, vmax=high, aspect="auto")
    _rows(axes, heat.row_labels)
    names = [cut(shown(name), 24) for name in heat.column_labels]
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.tick_params(length=0)
    counts = {count for row in heat.counts for count in row}
    for y, row in enumerate(heat.values):
        for x, value in enumerate(row):
            text = "–" if (value := known(value)) is None else number(value, 2)
            if len(counts) > 1 and heat.counts[y][x] is not None:
                text += f"\nn={heat.counts[y][x]:,}"
            is_dark = value is not None and abs(value) > 0.65 * max(abs(low), abs(high))
            axes.text(x, y, text, ha="center", va="center", fontsize=7.5, color="white" if is_dark else palette.INK)
    page.colorbar(image, ax=axes, fraction=0.03, pad=0.02)
    axes.set_xlabel(shown(heat.x_label))
    axes.set_ylabel(shown(heat.y_label))


def _forest_label(entry: ForestRow | str) -> str:
    if isinstance(entry, str):
        return entry
    return f"  {entry.label}" if entry.group else entry.label


def _forest_numbers(row: ForestRow, decimals: int, *, sign: bool) -> str:
    estimate, low, high = known(row.estimate), known(row.low), known(row.high)
    n = "" if row.n is None else f"   n = {row.n:,}"
    if estimate is None:
        return cut(shown(f"NA {row.why_missing}").strip(), _REASON) + n
    text = number(estimate, decimals, sign=sign)
    if low is not None and high is not None:
        text += f" [{number(low, decimals, sign=sign)}, {number(high, decimals, sign=sign)}]"
    return text + n


_FOREST_LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "end": ("|", {"color": palette.BLUE, "markersize": 5, "clip_on": False}),
    "beyond low": ("<", {"color": palette.BLUE, "markersize": 5, "clip_on": False}),
    "beyond high": (">", {"color": palette.BLUE, "markersize": 5, "clip_on": False}),
    "estimate": ("o", {"color": palette.BLUE, "markersize": 5}),
    "pooled": ("D", {"color": palette.INK, "markersize": 7}),
    "second": ("D", {"color": palette.VERMILLION, "markerfacecolor": "white", "markersize": 4.5}),
}


def _forest_marks(axes: Axes, rows: Sequence[tuple[int, ForestRow]], scale: Scale) -> None:
    """Intervals, with an arrow where they go on beyond the axis, and markers: an object a kind, not a row."""
    lines: tuple[list[float], list[float]] = ([], [])
    marks: dict[str, list[tuple[float, float]]] = {name: [] for name in _FOREST_LOOKS}
    for y, row in rows:
        low, high, second = known(row.low), known(row.high), known(row.second)
        upper = y if second is None else y - 0.12
        if low is not None and high is not None:
            start, end = max(low, scale.low), min(high, scale.high)
            lines[0].extend((start, end, math.nan))
            lines[1].extend((upper, upper, math.nan))
            marks["end" if scale.holds(low) else "beyond low"].append((start, upper))
            marks["end" if scale.holds(high) else "beyond high"].append((end, upper))
        estimate = min(max(row.estimate or 0.0, scale.low), scale.high)
        marks["pooled" if row.is_pooled else "estimate"].append((estimate, upper))
        if second is not None:
            marks["second"].append((min(max(second, scale.low), scale.high), y + 0.2))
    axes.plot(*lines, color=palette.BLUE, linewidth=1.4)
    for name, (marker, look) in _FOREST_LOOKS.items():
        if marks[name]:
            axes.plot([x for x, _ in marks[name]], [y for _, y in marks[name]], marker, **look)


def _rows(axes: Axes, labels: Sequence[str]) -> None:
    """A tick with its label for each row, the first one at the top."""
    axes.set_yticks(range(len(labels)), [cut(shown(label), _LABEL) for label in labels])
    axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def _right(axes: Axes, texts: Sequence[str]) -> None:
    """Text at the right of each row."""
    transform: Any = axes.get_yaxis_transform()
    for y, text in enumerate(texts):
        axes.text(1.02, y, text, transform=transform, va="center", fontsize=8, color=palette.QUIET)
