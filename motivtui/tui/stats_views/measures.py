"""Which results are looked at: one instrument and item (asked by whom, decoded how), and one model or all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Measure(NamedTuple):
    """What is never pooled, beside the model. `item` None: the results are of an instrument as a whole.

    `instrument` empty: the results are of several measures, or of none.
    """

    instrument: str
    item: str | None
    judge: str | None
    decoding: str


def measure_of(result: Any) -> Measure:
    """The measure that a result is of."""
    parts = {name: getattr(result, name, None) for name in Measure._fields}
    if not isinstance(parts["instrument"], str):
        return Measure("", None, None, "")
    return Measure(parts["instrument"], parts["item"], parts["judge"], parts["decoding"] or "")


def model_of(result: Any) -> str:
    """The model that a result is of; empty: of none, or of all."""
    model = getattr(result, "model", None)
    return model if isinstance(model, str) else ""


def measures_of(results: Iterable[Any]) -> tuple[Measure, ...]:
    """Those that there are results of, in the results' order."""
    return tuple(dict.fromkeys(measure_of(one) for one in results))


def nearest(measures: Sequence[Measure], wanted: Measure | None) -> Measure | None:
    """The measure most like the one that is wanted: another view may not have that very one. None: there is none."""
    if not measures:
        return None
    if wanted is None:
        # The instrument that asks for the fewest items asks for what the study is about.
        items = [one.instrument for one in measures]
        return min(measures, key=lambda measure: items.count(measure.instrument))

    def likeness(measure: Measure) -> tuple[bool, ...]:
        same = [mine == theirs for mine, theirs in zip(measure, wanted, strict=True)]
        return same[0], same[1], same[2], same[3]

    return max(measures, key=likeness)


def chosen(results: Iterable[Any], measure: Measure | None, model: str | None) -> list[Any]:
    """The results of a measure, of one model or (None) of all."""
    return [one for one in results if measure_of(one) == measure and model in (None, model_of(one))]


def label_of(measure: Measure, among: Iterable[Measure]) -> str:
    """What a measure is called among others: judge and decoding are said where they tell measures apart."""
    parts = [measure.instrument]
    if measure.item not in (None, measure.instrument):
        parts.append(str(measure.item))
    if measure.judge is not None:
        parts.append(f"by {measure.judge}")
    if len({one.decoding for one in among}) > 1:
        parts.append(measure.decoding)
    return " · ".join(parts)


def title_of(result: Any) -> str:
    """What a plot of a result is headed by."""
    measure = measure_of(result)
    return label_of(measure, [measure])


def short_names(models: Iterable[str]) -> dict[str, str]:
    """Models without their providers, as far as they can be told apart so."""
    names = list(dict.fromkeys(models))
    ends = [one.rpartition("/")[2] for one in names]
    return {name: end if end and ends.count(end) == 1 else name for name, end in zip(names, ends, strict=True)}
