"""Plots that check a result, on a page of a file: calibration as small panels, specification curves over their choices.

Panels are placed here, in inches: many small axes would cost matplotlib's layout seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from motivtui.plots import palette
from motivtui.plots.cells import cut, shown
from motivtui.plots.check_plots import Calibration, CalibrationGroup, Curve, Curves, Specification
from motivtui.plots.draw_curves import curves_range
from motivtui.plots.figure import Range, known
from motivtui.plots.page_legend import named
from motivtui.plots.page_words import words_room

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Page

WIDTH = 7.2
"""Inches of a page."""
_SIDE, _ACROSS, _DOWN = 0.55, 0.28, 0.42
"""Of calibration: inches left of the first panel, and between panels."""
_LABELS, _HEAD, _GAP, _OPTION, _FOOT = 1.45, 0.24, 0.06, 0.125, 0.16
"""Of a curve: inches for names of choices, for its title, between both parts, for each choice, and below."""
_LEGEND = 0.3
_NAN = float("nan")
_LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "off": ("interval without 0", {"marker": "o", "color": palette.BLUE, "markersize": 2.8}),
    "on": ("interval with 0", {"marker": "o", "color": palette.BLUE, "markersize": 2.8, "markerfacecolor": "white"}),
    "default": ("as reported elsewhere", {"marker": "D", "color": palette.VERMILLION, "markersize": 4.5}),
}


def calibration_height(figure: Calibration) -> float:
    """Inches, without words around it."""
    _, down, side = _grid(len(figure.groups))
    return down * (side + _DOWN) + 0.35


def paint_calibration(page: Page, figure: Calibration) -> None:
    """A square a group: predictions across, what was observed upwards, intervals by bin, the diagonal."""
    height, (top, _) = page.get_figheight(), words_room(figure)
    across, down, side = _grid(len(figure.groups))
    for index, group in enumerate(figure.groups):
        x = _SIDE + index % across * (side + _ACROSS)
        y = height - top - (index // across + 1) * (side + _DOWN) + 0.1
        axes = page.add_axes((x / WIDTH, y / height, side / WIDTH, side / height))
        _calibration_panel(axes, group)
        is_lowest = index + across >= len(figure.groups)
        axes.set_yticks([0, 50, 100], ["0", "50", "100"] if index % across == 0 else [""] * 3, fontsize=7)
        axes.set_xticks([0, 50, 100], ["0", "50", "100"] if is_lowest else [""] * 3, fontsize=7)
        if index == 0:
            axes.set_ylabel(shown(f"{figure.y_label} (%)"), fontsize=7)
        if index == (down - 1) * across:
            axes.set_xlabel(shown(f"{figure.x_label} (%)"), fontsize=7, loc="left", labelpad=2)


def _grid(groups: int) -> tuple[int, int, float]:
    """Panels across and down, and the side of each in inches."""
    across = max(min(groups, 4), 2)
    return across, math.ceil(max(groups, 1) / across), (WIDTH - _SIDE - 0.15) / across - _ACROSS


def _calibration_panel(axes: Axes, group: CalibrationGroup) -> None:
    axes.set_title(f"{cut(named(group.name), 22)}  n = {group.n:,}", loc="left", fontsize=7, pad=3)
    axes.plot([0, 100], [0, 100], color=palette.FAINT, linewidth=0.8, linestyle="--")
    bars = ((100 * one.predicted, _percent(one.low), _percent(one.high)) for one in group.bins)
    axes.plot(*_uprights(bars), color=palette.BLUE, linewidth=1)
    axes.plot([_percent(one.predicted) for one in group.bins], [_percent(one.observed) for one in group.bins], "o",
              color=palette.BLUE, markersize=3.5)  # fmt: skip
    axes.set(xlim=(-3, 103), ylim=(-3, 103))
    axes.tick_params(length=2)


def _percent(share: float | None) -> float:
    value = known(share)
    return _NAN if value is None else 100 * value


def curves_height(figure: Curves) -> float:
    """Inches, without words around it."""
    columns = min(len(figure.curves), 2) or 1
    return sum(_row_height(figure, row) for row in _rows(figure.curves, columns)) + _LEGEND


def paint_curves(page: Page, figure: Curves) -> None:
    """The estimates of each curve in their order with intervals, and under them a mark at what was chosen."""
    limits = curves_range(figure)
    height, (top, _) = page.get_figheight(), words_room(figure)
    if limits is None:
        page.text(0.01, 0.5, "no values to draw", color=palette.QUIET)
        return
    columns = min(len(figure.curves), 2)
    _curves_legend(page, 1 - top / height)
    y = height - top - _LEGEND
    for row in _rows(figure.curves, columns):
        for place, curve in enumerate(row):
            _curve(page, figure, curve, limits, (place * WIDTH / columns, y, WIDTH / columns))
        y -= _row_height(figure, row)


def _rows(curves: Sequence[Curve], columns: int) -> list[Sequence[Curve]]:
    return [curves[start : start + columns] for start in range(0, len(curves), columns)]


def _row_height(figure: Curves, row: Sequence[Curve]) -> float:
    options = max(len(figure.options(curve)) for curve in row)
    return _HEAD + _panel_height(figure) + _GAP + _OPTION * options + _FOOT


def _panel_height(figure: Curves) -> float:
    return 2.4 if len(figure.curves) == 1 else 1.15


def _curves_legend(page: Page, y: float) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], linestyle="", label=name, **look) for name, look in _LOOKS.values()]
    page.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, y), ncols=3, frameon=False, fontsize=7.5,
                borderaxespad=0.2)  # fmt: skip


def _look(one: Specification) -> str:
    return "default" if one.is_default else "off" if one.is_off else "on"


def _curve(page: Page, figure: Curves, curve: Curve, limits: Range, place: tuple[float, float, float]) -> None:
    """One curve with its upper left corner at `place`: x, y and its width in inches."""
    height, (x, y, width) = page.get_figheight(), place
    options, tall = figure.options(curve) if curve.drawn else [], _panel_height(figure)
    left, wide = (x + _LABELS) / WIDTH, (width - _LABELS - 0.12) / WIDTH
    axes = page.add_axes((left, (y - _HEAD - tall) / height, wide, tall / height))
    heading = " · ".join(part for part in (curve.name, curve.summary) if part)
    page.text((x + 0.07) / WIDTH, (y - _HEAD + 0.06) / height, cut(shown(heading), 62), fontsize=7.5,
              fontweight="bold")  # fmt: skip
    span = (-0.8, max(len(curve.drawn), 8) - 0.2)
    _estimates(axes, curve.drawn, limits)
    axes.set(xlim=span, ylim=limits, xticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(labelsize=7, length=2)
    axes.set_ylabel(shown(figure.y_label), fontsize=7)
    if options:
        below = _OPTION * len(options)
        grid = page.add_axes((left, (y - _HEAD - tall - _GAP - below) / height, wide, below / height))
        _choices(grid, figure, curve.drawn, options)
        grid.set(xlim=span, ylim=(len(options) - 0.5, -0.5), xticks=[])


def _estimates(axes: Axes, drawn: Sequence[Specification], limits: Range) -> None:
    axes.axhline(0, color=palette.QUIET, linewidth=0.7, linestyle=":")
    bars = (_interval(rank, one, limits) for rank, one in enumerate(drawn))
    axes.plot(*_uprights(bars), color=palette.FAINT, linewidth=1)
    for kind, (_, look) in _LOOKS.items():
        ranks = [rank for rank, one in enumerate(drawn) if _look(one) == kind]
        axes.plot(ranks, [known(drawn[rank].estimate) or 0.0 for rank in ranks], linestyle="", **look)


def _choices(axes: Axes, figure: Curves, drawn: Sequence[Specification], options: Sequence[tuple[int, str]]) -> None:
    """A mark for each specification at each of its choices; the step before the first of its choices."""
    marks = (
        (rank, y - 0.36, y + 0.36)
        for y, (step, option) in enumerate(options)
        for rank, one in enumerate(drawn)
        if one.choices[step] == option
    )
    axes.plot(*_uprights(marks), color=palette.INK, linewidth=min(1.6, 60 / max(len(drawn), 1)))
    labels = []
    for y, (step, option) in enumerate(options):
        is_first = y == 0 or options[y - 1][0] != step
        labels.append(cut(shown(f"{figure.steps[step]}: {option}" if is_first else option), 26))
        if is_first and y:
            axes.axhline(y - 0.5, color=palette.FAINT, linewidth=0.5)
    axes.set_yticks(range(len(options)), labels, fontsize=6.5)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, pad=2)


def _interval(rank: int, one: Specification, limits: Range) -> tuple[float, float, float]:
    low, high = known(one.low), known(one.high)
    if low is None or high is None:
        return rank, _NAN, _NAN
    return rank, max(low, limits[0]), min(high, limits[1])


def _uprights(bars: Iterable[tuple[float, float, float]]) -> tuple[list[float], list[float]]:
    """Upright lines (x, from, to) as one broken line: a single path in the file."""
    xs: list[float] = []
    ys: list[float] = []
    for x, low, high in bars:
        xs += [x, x, _NAN]
        ys += [low, high, _NAN]
    return xs, ys
