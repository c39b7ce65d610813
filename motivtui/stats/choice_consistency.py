"""Whether a choice is the same when it is asked again, or with the tasks swapped, and whether choices make circles.

One model, instrument, decoding and manipulation at a time. A tie or a missing answer is counted, never taken as a
choice. Agreement is clustered by pair under `Preset.ROBUST`; `Preset.REPLICATE` takes every offer as independent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.choice_rows import BY_PAIR, Offered, by_pair, offered, pair_words, unique
from motivtui.stats.choices import OrderCells, order_offers
from motivtui.stats.estimate import Estimate, Size, clustered_statistic, not_available, share
from motivtui.stats.preset import Preset
from motivtui.stats.table import Group, ScoreTable, combined
from motivtui.stats.wording import count, left_out, percent, subject, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

NOT_ASKED_AGAIN = "no choice was asked again"
NO_BOTH_ORDERS = "no pair with a choice in both orders"
INDEPENDENT = "offers of the same pair taken as independent: the interval is too short"
CIRCLES_BY_CHANCE = 0.25
"""The share of circular triads when each choice is a coin's (Kendall & Babington Smith 1940)."""


@dataclass(frozen=True, slots=True)
class ChoiceConsistency:
    """One group under one manipulation. Shares are 0 to 1.

    `repeat_agreement`: of offers (pair, note's side, order on the page) with a choice in two repeats or more, how often
    two repeats chose the same. `kappa`: Cohen's, of the first two such repeats, by the place on the page: agreement
    beyond what liking one place brings about. `order_consistency`: the same winner in both orders, of offers with a
    choice in both (`order_cells`). `first`: chose the task shown first, choices taken as independent;
    `first_by_pair`: the same clustered by pair; both against one half.

    `triads` are three tasks of which each pair has a winner (more of its choices than the other), `circles` those in
    which each of the three wins once; chance is a quarter of them.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    preset: Preset
    total: int
    n: int
    excluded: Mapping[str, int]
    repeat_agreement: Estimate
    kappa: Estimate
    order_consistency: Estimate
    order_cells: OrderCells
    first: Estimate
    first_by_pair: Estimate
    triads: int
    circles: int
    circularity: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these pairs only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        rows = f"{self.n:,} of {self.total:,} choices, {left_out(self.excluded)}"
        first = self.first_by_pair if self.preset is Preset.ROBUST else self.first
        return (
            f"{who} under {self.manipulation}: asked again, chose the same {percent(self.repeat_agreement)} "
            f"(κ {with_interval(self.kappa)}); with the tasks swapped, {percent(self.order_consistency)}; "
            f"chose the first shown {percent(first)}; {count(self.circles, 'circle')} in "
            f"{count(self.triads, 'triad')}; {rows}."
        )


def choice_consistencies(table: ScoreTable, preset: Preset = Preset.ROBUST) -> tuple[ChoiceConsistency, ...]:
    """One for each group and manipulation, the control first."""
    return tuple(
        _consistency(table, group, part, preset)
        for group, rows in table.groups(ItemKind.OPTION)
        for part in table.split(rows, table.manipulation)
    )


def _consistency(table: ScoreTable, group: Group, rows: Ints, preset: Preset) -> ChoiceConsistency:
    usable = table.usable(rows)
    tasks = offered(table, usable)
    cells, is_same, pairs = order_offers(table, rows)
    is_first = table.value[usable] == 1
    n_pairs = len(unique(tasks.pairs))
    triads, circles = triads_of(*_winners(tasks, is_first))
    return ChoiceConsistency(
        *group,
        manipulation=table.manipulation.text(int(rows[0])),
        preset=preset,
        total=len(rows),
        n=len(usable),
        excluded=table.excluded(rows),
        repeat_agreement=_repeat_agreement(table, usable, tasks, preset),
        kappa=_kappa(table, usable, tasks, preset),
        order_consistency=_share(is_same, pairs, preset, NO_BOTH_ORDERS, 2 * len(pairs)),
        order_cells=cells,
        first=share(
            int(is_first.sum()), len(usable), of="clear choice", is_tested=True, tasks=n_pairs, parents=n_pairs
        ),
        first_by_pair=by_pair(is_first - 0.5, tasks.pairs, 0.5, none="no clear choice"),
        triads=triads,
        circles=circles,
        circularity=_circularity(triads, circles),
    )


def _share(values: Floats, pairs: Ints, preset: Preset, none: str, rows: int) -> Estimate:
    """The mean of shares, an offer each: clustered by pair, or as if each offer were independent."""
    if not len(values):
        return not_available(none, unit="share")
    if preset is Preset.ROBUST:
        return replace(by_pair(values, pairs, 0.0, rows=rows), statistic=None, p=None)
    n_pairs = len(unique(pairs))
    found = share(round(float(values.sum())), len(values), of="offer", tasks=n_pairs, parents=n_pairs)
    return replace(found, n_rows=rows, flags=(INDEPENDENT,))


@dataclass(frozen=True, slots=True)
class _Again:
    """Offers with a choice in two repeats or more: the pair of each, how many repeats chose the first place, of all.

    `one`, `two`: whether the first and the second of the repeats did.
    """

    pairs: Ints
    firsts: Floats
    counts: Ints
    one: Bools
    two: Bools


def _asked_again(table: ScoreTable, usable: Ints, tasks: Offered) -> _Again:
    import numpy as np

    offers = combined(
        (table.tasks(usable), 0),
        (table.task_order.codes[usable], len(table.task_order.levels)),
        (table.manipulated.codes[usable], len(table.manipulated.levels)),
    )
    order = np.lexsort((table.repeat[usable], offers))
    is_first = (table.value[usable] == 1)[order]
    _, starts, counts = np.unique(offers[order], return_index=True, return_counts=True)
    again = counts >= 2
    firsts = np.add.reduceat(is_first.astype(np.float64), starts) if len(starts) else np.empty(0)
    starts = starts[again]
    return _Again(
        tasks.pairs[order][starts],
        firsts[again],
        counts[again],
        is_first[starts],
        is_first[starts + 1 if len(starts) else starts],
    )


def _repeat_agreement(table: ScoreTable, usable: Ints, tasks: Offered, preset: Preset) -> Estimate:
    """The share of pairs of repeats that agree, each offer weighing the same; REPLICATE: the first two repeats."""
    import numpy as np

    again = _asked_again(table, usable, tasks)
    k, firsts = again.counts, again.firsts
    if preset is Preset.REPLICATE:
        same = np.asarray(again.one == again.two, dtype=np.float64)
        return _share(same, again.pairs, preset, NOT_ASKED_AGAIN, 2 * len(same))
    agreeing = (firsts * (firsts - 1) + (k - firsts) * (k - firsts - 1)) / np.maximum(k * (k - 1), 1)
    return _share(agreeing, again.pairs, preset, NOT_ASKED_AGAIN, int(k.sum()))


def _kappa(table: ScoreTable, usable: Ints, tasks: Offered, preset: Preset) -> Estimate:
    """Cohen's κ of two repeats; its interval from the influence of each offer (delta method)."""
    import numpy as np

    again = _asked_again(table, usable, tasks)
    pairs = again.pairs if preset is Preset.ROBUST else np.arange(len(again.pairs))
    return kappa(again.one, again.two, pairs)


def kappa(one: Bools, two: Bools, pairs: Ints) -> Estimate:
    """Cohen's κ (1960) of two answers with two categories, its interval clustered by `pairs`."""
    n = len(one)
    size = Size(2 * n, n)
    if not n:
        return not_available(NOT_ASKED_AGAIN, unit="κ")
    p, q = float(one.mean()), float(two.mean())
    expected = p * q + (1 - p) * (1 - q)
    if 1 - expected < 1 / (4 * n * n):
        return not_available("every choice fell on the same place", unit="κ", size=size, parents=len(unique(pairs)))
    same = one == two
    observed = float(same.mean())
    slopes = (2 * q - 1) * (one - p) + (2 * p - 1) * (two - q)
    influence = (same - observed) / (1 - expected) - (1 - observed) * slopes / (1 - expected) ** 2
    found = clustered_statistic((observed - expected) / (1 - expected), influence, pairs, unit="κ", size=size)
    return replace(
        found,
        method=f"Cohen's κ of two repeats, {BY_PAIR}",
        low=None if found.low is None else max(-1.0, found.low),
        high=None if found.high is None else min(1.0, found.high),
        reason=pair_words(found.reason),
        flags=tuple(flag.replace("families", "pairs") for flag in found.flags),
    )


def _winners(tasks: Offered, is_first: Bools) -> tuple[Ints, Ints]:
    """Who beat whom, each pair once, by the majority of its choices; even pairs have no winner."""
    import numpy as np

    low, high = np.minimum(tasks.first, tasks.second), np.maximum(tasks.first, tasks.second)
    low_won = is_first == (tasks.first == low)
    _, codes = np.unique(tasks.pairs, return_inverse=True)
    balance = np.bincount(codes, weights=np.where(low_won, 1.0, -1.0))
    _, rows = np.unique(tasks.pairs, return_index=True)
    low, high = low[rows], high[rows]
    decided = (balance != 0) & (low != high)
    low_wins = balance > 0
    return np.where(low_wins, low, high)[decided], np.where(low_wins, high, low)[decided]


def triads_of(winners: Ints, losers: Ints) -> tuple[int, int]:
    """How many threes of tasks have a winner in each of their pairs, and how many of these are circles.

    `winners[k]` beat `losers[k]`; each pair occurs once.
    """
    import numpy as np
    from scipy.sparse import csr_array

    if not len(winners):
        return 0, 0
    n = int(max(winners.max(), losers.max())) + 1
    beat = csr_array((np.ones(len(winners), dtype=np.int64), (winners, losers)), shape=(n, n))
    met = beat + beat.T
    triads = int(((met @ met) * met).sum()) // 6
    circles = int(((beat @ beat) * beat.T).sum()) // 3
    return triads, circles


def _circularity(triads: int, circles: int) -> Estimate:
    if not triads:
        return not_available("no three tasks were all compared", unit="share")
    reason = "triads share their pairs"
    return Estimate(circles / triads, method="circles among triads", unit="share", n_rows=triads, reason=reason)
