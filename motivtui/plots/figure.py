"""What a plot shows, as frozen values. No library, no colours, no sizes: `terminal` and `files` draw the same ones.

A value that is missing is None; NaN counts as missing too. An end of an interval may be infinite. Labels are shown as
they are given, made harmless by whoever draws them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from motivtui.plots.check_plots import Calibration, Curves
from motivtui.plots.plot import EXTREME, Cell, Plot, Range, Table, known, require, rises

__all__ = [
    "EXTREME", "Bar", "Bars", "Box", "Boxes", "Calibration", "Cell", "Counts", "Curves", "Figure", "Forest",
    "ForestRow", "Heat", "Histogram", "Plot", "Points", "Range", "Scatter", "Table", "known",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """How many values of one group fall into each bin."""

    name: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many values there are."""
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each bin, 0..1; zeros for a group without values."""
        return tuple(count / self.n if self.n else 0.0 for count in self.counts)

    @property
    def cumulative(self) -> tuple[float, ...]:
        """The share of values up to the end of each bin, 0..1."""
        return tuple(total / self.n if self.n else 0.0 for total in accumulate(self.counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram(Plot):
    """Counts over the bins between `edges`, one panel a group, all to one scale. Several groups: as shares of each.

    `is_cumulative`: the cumulative share instead (an ECDF at the bins' ends). `y_label` names the counts.
    """

    edges: tuple[float, ...]
    groups: tuple[Counts, ...]
    is_cumulative: bool = False

    def __post_init__(self) -> None:
        require(len(self.edges) > 1 and rises(self.edges), "edges must rise and enclose at least one bin")
        for group in self.groups:
            require(len(group.counts) == len(self.edges) - 1, f"{group.name}: a count for each bin is needed")
            require(min(group.counts) >= 0, f"{group.name}: a count is negative")

    def as_table(self) -> Table:
        """One row a bin of each group."""
        rows = [
            (group.name, low, high, count, cumulative)
            for group in self.groups
            for low, high, count, cumulative in zip(
                self.edges, self.edges[1:], group.counts, group.cumulative, strict=False
            )
        ]
        return Table(("group", "from", "to", "n", "cumulative_share"), tuple(rows))


@dataclass(frozen=True, slots=True)
class Box:
    """One group's five numbers, and its mean with a confidence interval. A group without values has None throughout."""

    label: str
    n: int
    minimum: float | None = None
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    maximum: float | None = None
    mean: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None

    @property
    def five(self) -> tuple[float, float, float, float, float] | None:
        """Minimum, lower quartile, median, upper quartile, maximum; None if any of them is missing."""
        numbers = (self.minimum, self.lower_quartile, self.median, self.upper_quartile, self.maximum)
        lowest, lower, middle, upper, highest = (known(number) for number in numbers)
        if lowest is None or lower is None or middle is None or upper is None or highest is None:
            return None
        return lowest, lower, middle, upper, highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes(Plot):
    """Box plots, one a row. `x_range`: the scale of the measure, such as 1..100; None: as far as the data go."""

    boxes: tuple[Box, ...]
    x_range: Range | None = None

    def as_table(self) -> Table:
        """One row a box."""
        header = (
            "label", "n", "minimum", "lower_quartile", "median", "upper_quartile", "maximum",
            "mean", "mean_low", "mean_high",
        )  # fmt: skip
        return Table(header, tuple(tuple(getattr(box, name) for name in header) for box in self.boxes))


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One estimate with its interval. `second`: another value beside it, such as pre beside post.

    `group`: rows of one group follow each other under its name. `is_pooled`: a summary of others, drawn as a diamond.
    `why_missing`: said in place of an estimate that is missing.
    """

    label: str
    n: int | None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    second: float | None = None
    group: str = ""
    is_pooled: bool = False
    why_missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest(Plot):
    """Estimates with their intervals, one a row, around a line at `reference`.

    `first_name` and `second_name` say what the two markers of a row are; empty: there is only the first.
    `is_difference`: numbers are written with their sign, as a share or a coefficient has none; None: if 0 is the
    reference.
    """

    rows: tuple[ForestRow, ...]
    reference: float = 0.0
    first_name: str = ""
    second_name: str = ""
    is_difference: bool | None = None

    @property
    def has_signs(self) -> bool:
        """Whether a number above 0 is written with a plus."""
        return self.reference == 0 if self.is_difference is None else self.is_difference

    def as_table(self) -> Table:
        """One row an estimate."""
        header = ("group", "label", "n", "estimate", "low", "high", "second", "is_pooled", "why_missing")
        return Table(header, tuple(tuple(getattr(row, name) for name in header) for row in self.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat(Plot):
    """A matrix of values, `values[row][column]`, with n of each if given. `bounds` is (-1, 1) or (0, 1)."""

    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    counts: tuple[tuple[int | None, ...], ...] = ()
    bounds: Range = (-1.0, 1.0)

    def __post_init__(self) -> None:
        for matrix in (self.values, *((self.counts,) if self.counts else ())):
            require(
                len(matrix) == len(self.row_labels) and all(len(row) == len(self.column_labels) for row in matrix),
                "the matrix must have a row and a column for each label",
            )
        require(rises(self.bounds), "the bounds must rise")

    def as_table(self) -> Table:
        """One row a cell of the matrix."""
        rows = [
            (row, column, self.values[down][across], self.counts[down][across] if self.counts else None)
            for down, row in enumerate(self.row_labels)
            for across, column in enumerate(self.column_labels)
        ]
        return Table(("row", "column", "value", "n"), tuple(rows))


@dataclass(frozen=True, slots=True)
class Points:
    """Points (x, y) of one group, or the corners of one line."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter(Plot):
    """Points by group, and lines such as a fitted curve over them."""

    groups: tuple[Points, ...]
    lines: tuple[Points, ...] = ()
    x_range: Range | None = None
    y_range: Range | None = None

    def as_table(self) -> Table:
        """One row a point, those of lines after all others."""
        rows = [
            (kind, series.name, x, y)
            for kind, all_series in (("point", self.groups), ("line", self.lines))
            for series in all_series
            for x, y in series.points
        ]
        return Table(("kind", "series", "x", "y"), tuple(rows))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how many trials are in each status."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Plot):
    """Stacked bars of counts, one a row. `is_share`: each to its full length, so that shares compare."""

    statuses: tuple[str, ...]
    bars: tuple[Bar, ...]
    is_share: bool = False

    def __post_init__(self) -> None:
        for bar in self.bars:
            require(len(bar.counts) == len(self.statuses), f"{bar.label}: a count for each status is needed")
            require(min(bar.counts, default=0) >= 0, f"{bar.label}: a count is negative")

    def as_table(self) -> Table:
        """One row a bar, with a column for each status."""
        rows: list[tuple[Cell, ...]] = [(bar.label, *bar.counts, sum(bar.counts)) for bar in self.bars]
        return Table(("label", *self.statuses, "n"), tuple(rows))


Figure = Histogram | Boxes | Forest | Heat | Scatter | Bars | Calibration | Curves
