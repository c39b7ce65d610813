"""What one place in a reply says about one item, and what several such places say together.

Owns the judgement of a number against an item's scale. Must not search text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from motivtui.extraction.figures import Figure
from motivtui.study.instrument import Item
from motivtui.study.score import SCORED, Evidence, Score, ScoreStatus

Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Reading:
    """One place's word on one item. `number` is what stands there, also when it is no score (850); None: no number."""

    status: ScoreStatus
    number: Number | None = None
    evidence: Evidence | None = None
    note: str = ""

    def moved_to(self, status: ScoreStatus, note: str) -> Reading:
        """The same place with another verdict."""
        return replace(self, status=status, note=_joined(self.note, note))

    def as_score(self, item: Item, note: str = "") -> Score:
        """The score; only ok and repaired carry the number on."""
        value = float(self.number) + 0.0 if self.status in SCORED and self.number is not None else None
        return Score(item.name, value, self.status, self.evidence, _joined(self.note, note))


def on_scale(number: Number, item: Item, evidence: Evidence, oddity: str = "") -> Reading:
    """A number judged by an item's scale: ok, repaired (`oddity`, or a fraction within the scale) or out of range."""
    if not item.minimum <= number <= item.maximum:
        note = f"not within {item.minimum} to {item.maximum}"
        return Reading(ScoreStatus.OUT_OF_RANGE, number, evidence, note)
    if isinstance(number, Decimal) and number != number.to_integral_value():
        return Reading(ScoreStatus.REPAIRED, number, evidence, _joined(oddity, "a fraction, not a whole number"))
    return Reading(ScoreStatus.REPAIRED if oddity else ScoreStatus.OK, number, evidence, oddity)


def judged(figure: Figure, item: Item) -> Reading:
    """A figure judged by an item's scale, its denominator and percent sign included: 7/10 is never 70 of 100."""
    evidence = Evidence(figure.start, figure.end)
    if figure.value is None:
        return Reading(figure.status, None, evidence, figure.problem)
    if figure.denominator is not None and figure.denominator != item.maximum:
        return Reading(ScoreStatus.AMBIGUOUS, None, evidence, "a number on a different scale")
    if figure.is_percent and not (item.maximum == 100 and item.minimum in (0, 1)):
        return Reading(ScoreStatus.AMBIGUOUS, None, evidence, "a percentage, but the scale is not of 100")
    return on_scale(figure.value, item, evidence, figure.oddity)


def agreed(readings: Sequence[Reading]) -> Reading:
    """The one verdict of several readings of an item (at least one): equal numbers agree, others are ambiguous.

    A place without any number ("high", null) does not speak against one with a number.
    """
    telling = [reading for reading in readings if reading.number is not None or reading.status in _UNDECIDED]
    if not telling:
        return readings[0]
    numbers = {reading.number for reading in telling}
    if len(numbers) == 1:
        return min(telling, key=_preference)
    return disagreement(telling)


def disagreement(readings: Sequence[Reading]) -> Reading:
    """The verdict that readings contradict each other, with the first of them as evidence."""
    seen = sorted({f"{reading.number:.6g}" for reading in readings if reading.number is not None})
    note = f"the reply gives {' and '.join(seen[:3])}" if len(seen) > 1 else "the reply says it in two ways"
    return Reading(ScoreStatus.AMBIGUOUS, None, readings[0].evidence, note)


def _preference(reading: Reading) -> int:
    return 0 if reading.status is ScoreStatus.OK else 1 if reading.status in SCORED else 2


_UNDECIDED = frozenset({ScoreStatus.AMBIGUOUS, ScoreStatus.TRUNCATED})


def _joined(first: str, second: str) -> str:
    return f"{first}; {second}" if first and second else first or second
