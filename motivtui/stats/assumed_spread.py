"""How much differences from the control vary, for planning: from an earlier run's groups, or assumed and said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from motivtui.stats.power import Spread
from motivtui.stats.wording import count

ASSUMED_SD = 12.0
"""Scale points of 100: what a task's difference varies by if two repeats, each with an SD of about 10, are averaged."""
ASSUMED_ICC = 0.3


@dataclass(frozen=True, slots=True)
class AssumedSpread:
    """The SD of differences over tasks (points; `sd_low` and `sd_high`: over an earlier run's groups) and their ICC.

    `source` says where each number is from.
    """

    sd: float
    sd_low: float
    sd_high: float
    icc: float
    source: str


def assumed_spread(
    spreads: Sequence[Spread], label: str, *, sd: float | None = None, icc: float | None = None
) -> AssumedSpread:
    """The median over the `spreads` of an earlier run called `label`; `sd` and `icc` that are said win.

    Without spreads: the assumed ones. Where a run leaves one of the numbers open, that one is assumed.
    """
    sds = sorted(one.sd for one in spreads if one.sd is not None)
    iccs = sorted(one.icc for one in spreads if one.icc is not None)
    chosen_sd, sd_from = _chosen(sd, sds, ASSUMED_SD, label)
    chosen_icc, icc_from = _chosen(icc, iccs, ASSUMED_ICC, label)
    is_range = sd is None and bool(sds)
    return AssumedSpread(
        chosen_sd,
        sds[0] if is_range else chosen_sd,
        sds[-1] if is_range else chosen_sd,
        chosen_icc,
        f"SD {chosen_sd:.3g} points ({sd_from}), ICC {chosen_icc:.2f} ({icc_from})",
    )


def _chosen(said: float | None, found: Sequence[float], assumed: float, label: str) -> tuple[float, str]:
    if said is not None:
        return said, "as said"
    if found:
        return median(found), f"median of {count(len(found), 'group')} of the run {label}"
    return assumed, "assumed"
