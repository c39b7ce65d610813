"""From values to places: the range of an axis, round ticks on it, and numbers written to one precision."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from motivtui.plots.figure import Range, known

_MANY = 1e6
"""From here on numbers are written with three digits and an exponent."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high` over a number of cells; values beyond it are held at its ends."""

    low: float
    high: float
    cells: int

    def place(self, value: float) -> float:
        """Where a value lies, 0 (the middle of the first cell) to `cells` − 1 (the middle of the last)."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return share * max(self.cells - 1, 0)

    def cell(self, value: float) -> int:
        """The cell of a value."""
        return math.floor(self.place(value) + 0.5)

    def holds(self, value: float) -> bool:
        """Whether a value lies within the axis."""
        return self.low <= value <= self.high

    def ticks(self, cells_each: int, *, least: int = 1) -> tuple[float, ...]:
        """Round values with at least so many cells for each."""
        return round_ticks(self.low, self.high, max(self.cells // max(cells_each, 1), least))


def range_of(values: Iterable[float | None], wanted: Range | None = None) -> Range | None:
    """The range of the values that are known and finite, at least `wanted`; None if there is nothing to draw.

    Values that are all the same get a range around them.
    """
    finite = [value for value in map(known, values) if value is not None and math.isfinite(value)]
    if wanted is not None:
        finite.extend(wanted)
    if not finite:
        return None
    low, high = min(finite), max(finite)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    around = abs(low) * 0.1 or 1.0
    return low - around, high + around


def widened(limits: Range, share: float) -> Range:
    """The range with a margin at each end."""
    margin = (limits[1] - limits[0]) * share
    return limits[0] - margin, limits[1] + margin


def round_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """At most `most` (but always one or two) multiples of 1, 2 or 5 times a power of ten."""
    step = _round_step((high - low) / max(most, 1))
    while True:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= max(most, 1) or last - first < 1:
            break
        step = _round_step(step * 1.5)
    return tuple(round(number * step, 12) for number in range(first, last + 1))


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power >= least * (1 - 1e-9))


def decimals_for(step: float) -> int:
    """How many decimals tell two values apart that differ by a step."""
    return min(max(0, -math.floor(math.log10(step) + 1e-9)), 6) if step > 0 else 0


def number(value: float, decimals: int, *, sign: bool = False) -> str:
    """The number as text, with a true minus; `sign`: with a plus as well. Zero has no sign."""
    if math.isinf(value):
        return "−∞" if value < 0 else "+∞" if sign else "∞"
    if abs(value) >= _MANY:
        text = f"{value:.3g}".replace("e+0", "e").replace("e+", "e")
    else:
        text = f"{value:.{decimals}f}"
        if float(text) == 0:
            text = text.lstrip("-")
    if sign and not text.startswith("-") and value > 0 and text.strip("0."):
        text = "+" + text
    return text.replace("-", "−")


def tick_texts(ticks: tuple[float, ...]) -> tuple[str, ...]:
    """The ticks' numbers, all to the precision that their distance asks for."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else abs(ticks[0]) if ticks and ticks[0] else 1.0
    return tuple(number(tick, decimals_for(step)) for tick in ticks)
