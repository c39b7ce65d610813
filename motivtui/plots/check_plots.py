"""Plots that check a result: predicted against observed shares, and one effect computed in many ways. Frozen values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from motivtui.plots.plot import Plot, Table, known, require


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """`n` cases of about the same prediction: its mean, and the share observed with its interval, all 0 to 1."""

    n: int
    predicted: float
    observed: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """The bins of one model's predictions, by what was predicted."""

    name: str
    bins: tuple[CalibrationBin, ...]

    @property
    def n(self) -> int:
        """How many cases there are."""
        return sum(one.n for one in self.bins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration(Plot):
    """Predicted against observed shares, a panel a group. Where predictions are right, bins lie on the diagonal."""

    groups: tuple[CalibrationGroup, ...]

    def as_table(self) -> Table:
        """One row a bin."""
        rows = [
            (group.name, one.n, one.predicted, one.observed, one.low, one.high)
            for group in self.groups
            for one in group.bins
        ]
        return Table(("group", "n", "predicted", "observed", "low", "high"), tuple(rows))


@dataclass(frozen=True, slots=True)
class Specification:
    """One way to compute an effect: what was chosen at each step, and the estimate (None: there is none)."""

    choices: tuple[str, ...]
    n: int | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    is_default: bool = False

    @property
    def is_off(self) -> bool:
        """Whether the interval leaves out 0."""
        low, high = known(self.low), known(self.high)
        return low is not None and high is not None and not low <= 0 <= high


@dataclass(frozen=True, slots=True)
class Curve:
    """One effect in all its specifications. `summary`: what is said of them beside its name."""

    name: str
    specifications: tuple[Specification, ...]
    summary: str = ""

    @property
    def drawn(self) -> tuple[Specification, ...]:
        """Those with an estimate that has a place, the smallest first."""
        having = [(value, one) for one in self.specifications if (value := known(one.estimate)) is not None]
        return tuple(one for value, one in sorted(having, key=lambda pair: pair[0]) if math.isfinite(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves(Plot):
    """Specification curves, one a panel, all to one scale; `steps` names what is chosen in a specification."""

    steps: tuple[str, ...]
    curves: tuple[Curve, ...]

    def __post_init__(self) -> None:
        for curve in self.curves:
            for one in curve.specifications:
                require(len(one.choices) == len(self.steps), f"{curve.name}: a choice for each step is needed")

    def as_table(self) -> Table:
        """One row a specification, the smallest estimate first, those without one last."""
        rows = [
            (curve.name, *one.choices, one.n, one.estimate, one.low, one.high, one.is_default)
            for curve in self.curves
            for one in (*curve.drawn, *(one for one in curve.specifications if one not in curve.drawn))
        ]
        return Table(("effect", *self.steps, "n", "estimate", "low", "high", "is_default"), tuple(rows))

    def options(self, curve: Curve) -> list[tuple[int, str]]:
        """What can be chosen in a curve, as step and choice; steps without a choice are left out."""
        found: list[tuple[int, str]] = []
        for step in range(len(self.steps)):
            names = dict.fromkeys(one.choices[step] for one in curve.drawn)
            found += [(step, name) for name in names] if len(names) > 1 else []
        return sorted(found, key=lambda option: (option[0], _order(curve, *option)))


def _order(curve: Curve, step: int, name: str) -> int:
    """The default's choice first, then as they are named."""
    default = next((one for one in curve.specifications if one.is_default), None)
    if default is not None and default.choices[step] == name:
        return -1
    return sorted({one.choices[step] for one in curve.specifications}).index(name)
