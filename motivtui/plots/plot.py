"""What every description of a plot is made of: its words, its data as a table, and values that may be missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Cell = str | int | float | None
Range = tuple[float, float]
"""The lowest and the highest value of an axis."""
EXTREME = 1e12
"""Beyond it a value counts as infinite: no measure of a study comes near, and arithmetic with it would overflow."""


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a plot: one row a mark."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What every plot says. Axis labels carry their unit; `note` says n and what was excluded and is always shown."""

    title: str
    note: str
    x_label: str = ""
    y_label: str = ""


def known(value: float | None) -> float | None:
    """The value, None for NaN, infinity for what lies beyond all measures."""
    if value is None or math.isnan(value):
        return None
    return math.copysign(math.inf, value) if abs(value) > EXTREME else float(value)


def rises(values: Sequence[float]) -> bool:
    """Whether finite values grow from one to the next."""
    return all(math.isfinite(value) for value in values) and all(a < b for a, b in pairwise(values))


def require(is_so: bool, what: str) -> None:  # noqa: FBT001
    """Raises ValueError with `what` must hold, if it does not."""
    if not is_so:
        raise ValueError(what)
