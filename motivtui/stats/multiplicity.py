"""Adjusting p for how many were looked at: Benjamini & Hochberg (1995) and Holm (1979). Missing ones do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from motivtui.stats.estimate import Estimate


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p in the order given: the share of false discoveries at which each would still be one."""
    ranked = _ranked(p_values)
    found: list[float | None] = [None] * len(p_values)
    least = 1.0
    for rank in range(len(ranked), 0, -1):
        p, place = ranked[rank - 1]
        least = min(least, p * (len(ranked) / rank))  # the factor first: p·n/n may be less than p
        found[place] = least
    return found


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p in the order given: no false finding in the family at all, step-down."""
    ranked = _ranked(p_values)
    found: list[float | None] = [None] * len(p_values)
    most = 0.0
    for rank, (p, place) in enumerate(ranked):
        most = max(most, min(1.0, p * (len(ranked) - rank)))
        found[place] = most
    return found


def adjusted(estimates: Sequence[Estimate | None], family: str, *, is_planned: bool = False) -> list[Estimate | None]:
    """The estimates with their p adjusted after Benjamini & Hochberg; `family` says in words what they are of.

    `is_planned`: a few questions that were laid down beforehand, each to be answered for good: after Holm.
    """
    adjust, method = (holm, "Holm") if is_planned else (benjamini_hochberg, "Benjamini-Hochberg")
    p_values = [one.p if one else None for one in estimates]
    size = sum(p is not None for p in p_values)
    return [
        replace(one, p_adj=p_adj, adjustment=f"{method} over {size} {family}") if one and p_adj is not None else one
        for one, p_adj in zip(estimates, adjust(p_values), strict=True)
    ]


def _ranked(p_values: Sequence[float | None]) -> list[tuple[float, int]]:
    return sorted((p, place) for place, p in enumerate(p_values) if p is not None)
