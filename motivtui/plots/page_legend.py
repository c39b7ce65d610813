"""The legend of a saved plot: above the axes, so that it never covers a mark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from motivtui.plots.cells import cut, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABEL, _ONE_LINE = 36, 100


def named(name: str) -> str:
    """A name for a legend, which would leave out one that begins with an underscore."""
    return cut(shown(name), _LABEL).lstrip("_") or "–"


def write_legend(axes: Axes) -> None:
    """As many columns as the names leave room for; nothing without names."""
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        columns = max(1, min(len(labels), _ONE_LINE // (max(map(len, labels)) + 6)))
        columns = math.ceil(len(labels) / math.ceil(len(labels) / columns))  # lines of one length
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=8,
                    borderaxespad=0.2)  # fmt: skip
