"""What is preferred: tasks, families or categories on one scale, from choices between two of them.

One model, instrument, decoding and manipulation at a time. A few hundred sampled pairs do not rank a thousand tasks:
most are not connected by wins in both directions. So families are ranked by default, and where the choices leave a
strength undetermined, a ridge decides it and is printed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.errors import UsageError
from motivtui.stats.choice_contests import ContestData, RankedUnit, contests_of, units_of
from motivtui.stats.estimate import LEVEL, Estimate, Size, not_available
from motivtui.stats.logit import wald
from motivtui.stats.preset import Preset
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.task_reports import rank_correlation, report_groups, report_scores, reports_for
from motivtui.stats.tournament import Strengths, compared, rank_intervals, strengths
from motivtui.stats.wording import count, left_out, number, subject
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Ints

DRAWS = 2000
FEWEST_COMPARISONS = 2
UNIT = "log odds"


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One of what is ranked. `strength`: θ in log odds, all of them adding up to 0.

    `rank` is within its `part` (1: the most preferred), with the ends of its interval; between parts nothing was
    compared. `wins` in `comparisons`, a tie being half a win.
    """

    name: str
    strength: Estimate
    rank: int
    rank_low: int
    rank_high: int
    comparisons: int
    wins: float
    part: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportAgreement:
    """Spearman's correlation of the strengths with the mean reports under the control."""

    instrument: str
    item: str
    decoding: str
    spearman: Estimate


@dataclass(frozen=True, slots=True)
class BradleyTerry:
    """One choice under one manipulation. `items`: the most preferred first, part by part.

    `position`: δ, what being shown first adds; `note`: γ, what the note adds to the task that carries it (None: there
    is no note). `ridge` is λ, 0 for maximum likelihood. `deviance` is of pairs of tasks in each order.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    unit: RankedUnit
    preset: Preset
    seed: int
    total: int
    n: int
    excluded: Mapping[str, int]
    items: tuple[RankedItem, ...]
    position: Estimate
    note: Estimate | None
    ridge: float
    deviance: float | None
    deviance_df: int | None
    parts: int
    agreements: tuple[ReportAgreement, ...]
    reason: str
    flags: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these tasks only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        rows = f"{self.n:,} of {self.total:,} choices, {left_out(self.excluded)}"
        if self.reason:
            return f"{who} under {self.manipulation}: no ranking of {self.unit}s ({self.reason}); {rows}."
        first = self.items[0]
        among = count(len(self.items), self.unit, {"task": "tasks"}.get(self.unit, self.unit[:-1] + "ies"))
        how = f"ridge λ = {self.ridge:g}" if self.ridge else "maximum likelihood"
        flags = "".join(f"; {flag}" for flag in self.flags)
        if self.parts > 1:
            return f"{who} under {self.manipulation}: no one order of {among} ({how}){flags}; {rows}."
        strength = "NA" if first.strength.value is None else number(first.strength.value, signed=True)
        return (
            f"{who} under {self.manipulation}: of {among}, {first.name} is preferred most ({strength} log odds, rank "
            f"{first.rank_low} to {first.rank_high}; {how}){flags}; {rows}."
        )


def bradley_terry(
    table: ScoreTable,
    unit: RankedUnit = RankedUnit.FAMILY,
    *,
    preset: Preset = Preset.ROBUST,
    ridge: float | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[BradleyTerry, ...]:
    """One ranking for each choice and manipulation, the control first.

    `ridge`: λ; None: 0 where a maximum exists, else 1. `Preset.REPLICATE`: choices taken as independent, else clustered
    by pair of tasks. `draws` of the strengths make the intervals of the ranks. Raises UsageError: λ is not above 0.
    """
    if ridge is not None and not (ridge > 0 and math.isfinite(ridge)):
        raise UsageError(f"A ridge of {ridge:g} cannot be used.", hint="Give a positive number, or none.")
    settings = _Settings(unit, preset, ridge, draws, seed)
    units = units_of(table, unit)
    reports = report_groups(table)
    found = []
    for group, rows in table.groups(ItemKind.OPTION):
        own = _unit_reports(table, reports_for(group, reports), units)
        parts = table.split(rows, table.manipulation)
        found += [_ranking(table, group, part, contests_of(table, part, units), own, settings) for part in parts]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Settings:
    unit: RankedUnit
    preset: Preset
    ridge: float | None
    draws: int
    seed: int


def _ranking(
    table: ScoreTable,
    group: Group,
    rows: Ints,
    data: ContestData,
    reports: Mapping[Group, Mapping[str, float]],
    settings: _Settings,
) -> BradleyTerry:
    size = Size(data.rows, data.tasks)
    found = None
    if len(data.names) >= 2:
        is_clustered = settings.preset is Preset.ROBUST
        found = strengths(data.contests, len(data.names), ridge=settings.ridge, is_clustered=is_clustered)
    pairs = len(set(data.contests.clusters.tolist()))
    has_note = bool(data.contests.notes.any())
    missing = not_available("nothing was compared", unit=UNIT, size=size)
    return BradleyTerry(
        *group,
        manipulation=table.manipulation.text(int(rows[0])),
        unit=settings.unit,
        preset=settings.preset,
        seed=settings.seed,
        total=len(rows),
        n=data.rows,
        excluded=data.excluded,
        items=_items(data, found, settings, size, pairs) if found else (),
        position=_extra(found.position, found, size, pairs) if found else missing,
        note=_extra(found.note, found, size, pairs) if found and has_note else None,
        ridge=found.ridge if found else 0.0,
        deviance=found.deviance if found else None,
        deviance_df=found.deviance_df if found else None,
        parts=int(found.parts.max()) + 1 if found else 0,
        agreements=_agreements(data.names, found, reports) if found else (),
        reason="" if found else "nothing was compared",
        flags=_flags(found, settings.unit) if found else (),
    )


def _method(found: Strengths) -> str:
    fitted = f"Bradley-Terry, ridge λ = {found.ridge:g}" if found.ridge else "Bradley-Terry, maximum likelihood"
    return fitted + (", CR1 by pair, normal" if found.is_clustered else ", choices taken as independent, normal")


def _extra(value: tuple[float, float] | None, found: Strengths, size: Size, pairs: int) -> Estimate:
    if value is None:
        reason = "cannot be told from the strengths: no pair was shown both ways"
        return not_available(reason, unit=UNIT, method=_method(found), size=size, parents=pairs)
    if value[1] <= 0:
        reason = "no variation between pairs"
        return Estimate(value[0], unit=UNIT, method=_method(found), n_rows=size.rows, n_parents=pairs, reason=reason)
    return wald(*value, unit=UNIT, method=_method(found), size=size, parents=pairs)


def _items(data: ContestData, found: Strengths, settings: _Settings, size: Size, pairs: int) -> tuple[RankedItem, ...]:
    ranks, low, high = rank_intervals(found, LEVEL, draws=settings.draws, seed=settings.seed)
    times, wins = compared(data.contests, len(data.names))
    items = [
        RankedItem(
            name=name,
            strength=_extra((float(found.theta[k]), math.sqrt(max(0.0, found.covariance[k, k]))), found, size, pairs),
            rank=int(ranks[k]),
            rank_low=int(low[k]),
            rank_high=int(high[k]),
            comparisons=int(times[k]),
            wins=float(wins[k]),
            part=int(found.parts[k]) + 1,
            flags=_item_flags(float(times[k]), float(wins[k])),
        )
        for k, name in enumerate(data.names)
    ]
    return tuple(sorted(items, key=lambda item: (item.part, item.rank)))


def _item_flags(times: float, wins: float) -> tuple[str, ...]:
    flags = []
    if times < FEWEST_COMPARISONS:
        flags.append(f"fewer than {FEWEST_COMPARISONS} comparisons")
    if wins == times:
        flags.append("undefeated")
    if wins == 0:
        flags.append("winless")
    return tuple(flags)


def _flags(found: Strengths, unit: RankedUnit) -> tuple[str, ...]:
    flags = []
    parts = int(found.parts.max()) + 1
    if parts > 1:
        flags.append(f"{parts} parts that were never compared with each other")
    elif not found.is_strong:
        flags.append(f"some {unit} never lost to, or never won against, the others")
    if found.ridge:
        flags.append(f"strengths are drawn towards 0 by a ridge, λ = {found.ridge:g}")
    return tuple(flags)


def _unit_reports(
    table: ScoreTable, reports: list[tuple[Group, Ints]], units: Mapping[str, str]
) -> dict[Group, dict[str, float]]:
    """The mean report on each unit, over its tasks, by report."""
    found: dict[Group, dict[str, float]] = {}
    for report, rows in reports:
        scores: dict[str, list[float]] = defaultdict(list)
        for task, score in report_scores(table, rows).items():
            if task in units:
                scores[units[task]].append(score)
        found[report] = {name: math.fsum(values) / len(values) for name, values in scores.items()}
    return found


def _agreements(
    names: tuple[str, ...], found: Strengths, reports: Mapping[Group, Mapping[str, float]]
) -> tuple[ReportAgreement, ...]:
    import numpy as np

    agreements = []
    for report, scores in reports.items():
        both = [k for k, name in enumerate(names) if name in scores]
        if int(found.parts.max()) > 0:
            spearman = not_available("strengths of different parts cannot be compared", unit="ρ")
        else:
            spearman = rank_correlation(found.theta[both], np.array([scores[names[k]] for k in both]))
        agreements.append(ReportAgreement(report.instrument, report.item, report.decoding, spearman))
    return tuple(agreements)
