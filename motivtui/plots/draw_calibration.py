"""Calibration in a terminal: one bin a line, the observed share with its interval beside the predicted one."""

from __future__ import annotations

from motivtui.plots.draw_forest import draw_forest, forest_legend
from motivtui.plots.drawing import Line
from motivtui.plots.figure import Calibration, Forest, ForestRow, known
from motivtui.plots.glyphs import Glyphs
from motivtui.plots.legend import Entry
from motivtui.plots.sheet import Sheet

_HALF = 50.0


def calibration_legend(calibration: Calibration, glyphs: Glyphs) -> list[Entry]:
    """The markers of observed and predicted."""
    return forest_legend(as_forest(calibration), glyphs) if any(group.bins for group in calibration.groups) else []


def draw_calibration(calibration: Calibration, sheet: Sheet) -> list[Line]:
    """The bins of each group under its name."""
    return draw_forest(as_forest(calibration), sheet)


def as_forest(calibration: Calibration) -> Forest:
    """A diagonal in cells of a terminal is hard to read off; side by side in a line, both shares are not."""
    has_several = len(calibration.groups) > 1
    rows = tuple(
        ForestRow(
            f"predicted {100 * one.predicted:.0f} %",
            one.n,
            _percent(one.observed),
            _percent(one.low),
            _percent(one.high),
            second=_percent(one.predicted),
            group=group.name if has_several else "",
        )
        for group in calibration.groups
        for one in group.bins
    )
    return Forest(
        title=calibration.title, note=calibration.note, x_label=f"{calibration.y_label or 'share'} (%)", rows=rows,
        reference=_HALF, first_name="observed", second_name="predicted", is_difference=False,
    )  # fmt: skip


def _percent(share: float | None) -> float | None:
    value = known(share)
    return None if value is None else 100 * value
