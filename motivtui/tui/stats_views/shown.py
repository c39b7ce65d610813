"""What a view shows of its results, and how its tables write numbers: aligned, a missing one as a dash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motivtui.analysis.views import View
from motivtui.plots.figure import Figure
from motivtui.stats.estimate import Estimate
from motivtui.stats.wording import left_out
from motivtui.study.manipulation import CONTROL_ID
from motivtui.tui.stats_views.measures import short_names
from motivtui.tui.widgets.window_table import Cell, Column, Styled
from motivtui.tui.words import MISSING

NOT_ASKED = Styled(MISSING, "dim")
"""There is nothing to compare: it is the control itself, or there is none."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A line of the table. `sentence` says its result in words; `result` has its numbers."""

    key: tuple[Any, ...]
    cells: tuple[Cell, ...]
    sentence: str
    result: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """What is seen of a view; `figure` None: there is nothing to draw, `empty` says why and what to do.

    `start`: the row that is looked at first.
    """

    columns: tuple[Column, ...]
    rows: tuple[ShownRow, ...]
    figure: Figure | None
    empty: str = ""
    start: int = 0
    further: tuple[Figure, ...] = ()
    """More figures of the same results."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of them."""
        return () if self.figure is None else (self.figure, *self.further)


@dataclass(frozen=True, slots=True)
class StatsView:
    """One tab. `show` gets the results of one measure; `explanation` is what `e` says."""

    key: str
    label: str
    view: View[Any]
    show: Callable[[Sequence[Any]], Shown]
    explanation: str


class Names:
    """How rows are named: the model only where there are several."""

    def __init__(self, results: Iterable[Any]) -> None:
        """The results that are shown."""
        self._short = short_names(one.model for one in results)
        self.is_needed = len(self._short) > 1

    def __getitem__(self, model: str) -> str:
        return self._short[model]

    def columns(self) -> tuple[Column, ...]:
        """The column of the model, if it is needed."""
        return (Column("model", "model", 14, flex=1),) if self.is_needed else ()

    def cells(self, model: str) -> tuple[Cell, ...]:
        """Its cell."""
        return (self[model],) if self.is_needed else ()

    def label(self, model: str, name: str) -> str:
        """The name, of which model."""
        return f"{self[model]} · {name}" if self.is_needed else name


def number_text(value: float, form: str) -> str:
    """The number with a minus as wide as a plus; a rounded zero has no sign."""
    text = format(value, form)
    return text.replace("-", " ").replace("+", " ") if float(text) == 0 else text.replace("-", "−")


def estimate_cell(estimate: Estimate | None, form: str = "5.1f", *, scale: float = 1.0) -> Cell:
    """`63.5 [60.7, 66.3]`, in columns; without an interval or a number, why."""
    if estimate is None:
        return NOT_ASKED
    if estimate.value is None:
        return Styled(f"{MISSING} {estimate.reason}", "dim")
    value = number_text(estimate.value * scale, form)
    if estimate.low is None or estimate.high is None:
        return f"{value} ({estimate.reason})"
    low, high = (number_text(end * scale, form) for end in (estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"


def number_cell(value: float | None, form: str = ".1f") -> Cell:
    """A number without an interval."""
    return NOT_ASKED if value is None else number_text(value, form)


def p_cell(p: float | None) -> Cell:
    """`<.001`, `.012`; one below .05 stands out, and has a star so that no colour is needed for it."""
    if p is None:
        return NOT_ASKED
    text = "<.001" if p < 0.001 else "1.000" if p > 0.9995 else f"{p:.3f}"[1:]
    return Styled(f"{text}*", "accent") if p < 0.05 else f"{text} "


def n_cell(n: int, total: int) -> Cell:
    """`458/480`; what is not whole stands out in no colour, the next column says why."""
    return f"{n:,}/{total:,}"


def excluded_cell(excluded: Mapping[str, int]) -> Cell:
    """`15 refused, 7 error`, the most first."""
    if not excluded:
        return NOT_ASKED
    return ", ".join(f"{n:,} {reason}" for reason, n in sorted(excluded.items(), key=lambda one: (-one[1], one[0])))


def note_of(results: Sequence[Any], what: str = "scores") -> str:
    """N and exclusions of all that a plot shows."""
    counts: Counter[str] = Counter()
    for one in results:
        counts.update(one.excluded)
    n, total = sum(one.n for one in results), sum(one.total for one in results)
    return f"n = {n:,} of {total:,} {what}; {left_out(counts)}."


def first_manipulated(results: Sequence[Any]) -> int:
    """The first row that is not the control's: that is what the view is about."""
    return next((place for place, one in enumerate(results) if one.manipulation != CONTROL_ID), 0)
