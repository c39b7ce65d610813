"""What results are called in figures and tables, and what a figure says under itself. Pure; knows no kind of plot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from motivtui.analysis.result_table import keys_of
from motivtui.stats.wording import left_out

MOST_ROWS = 60
"""More rows make another figure."""


def short_name(model: str | None) -> str:
    """A model without its provider."""
    return (model or "all models").rpartition("/")[2]


def label_of(result: Any) -> str:
    """Instrument, judge and decoding, as far as there are any: what may share a figure and a table has the same."""
    keys = keys_of(result)
    by = f"by {keys['judge']}" if keys.get("judge") else None
    parts = (keys.get("instrument"), by, keys.get("decoding"))
    return " · ".join(part for part in parts if part)


def by_label(results: Sequence[Any]) -> dict[str, list[Any]]:
    """Results apart by instrument, judge and decoding, in their order."""
    found: dict[str, list[Any]] = {}
    for one in results:
        found.setdefault(label_of(one), []).append(one)
    return found


def note_of(results: Sequence[Any], what: str = "scores", *, has_intervals: bool = True) -> str:
    """N and exclusions of all that a figure shows."""
    counts: Counter[str] = Counter()
    for one in results:
        counts.update(getattr(one, "excluded", {}))
    n, total = (sum(getattr(one, name, None) or 0 for one in results) for name in ("n", "total"))
    said = [f"n = {n:,} of {total:,} {what}; {left_out(counts)}."] if total else []
    return " ".join([*said, *(["Lines are 95 % intervals."] if has_intervals else [])])


def group_of(result: Any, among: Sequence[Any]) -> str:
    """Item and model, where there are several of them."""
    parts = [str(result.item)] if has_several(among, "item") else []
    parts += [short_name(getattr(result, "model", None))] if has_several(among, "model") else []
    return " · ".join(parts)


def in_pieces(rows: Sequence[Any], most: int = MOST_ROWS) -> Iterator[tuple[Any, ...]]:
    """At most so many at once."""
    remaining = iter(rows)
    while piece := tuple(islice(remaining, most)):
        yield piece


def group_of_model(result: Any, among: Sequence[Any]) -> str:
    """The model, where there are several."""
    return short_name(result.model) if has_several(among, "model") else ""


def has_several(results: Sequence[Any], name: str) -> bool:
    """Whether a field has more than one value."""
    return len({getattr(one, name, None) for one in results}) > 1


def items_together(results: Sequence[Any]) -> list[Any]:
    """Item by item instead of model by model, so that models stand under each other."""
    order = list(dict.fromkeys(getattr(one, "item", None) for one in results))
    return sorted(results, key=lambda one: order.index(getattr(one, "item", None)))


def told(*parts: str | None) -> str:
    """The parts that say something, in a row."""
    return " · ".join(part for part in parts if part)
