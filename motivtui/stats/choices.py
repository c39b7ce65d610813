"""Choices between two tasks: what a manipulation's note does, what the place on the page, whether both orders agree.

One model, instrument and decoding at a time. A tie or a missing answer is counted, never split between the tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Estimate, Size, clustered_mean, not_available, share
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.table import Group, ScoreTable, combined
from motivtui.stats.wording import count, left_out, p_value, percent, subject
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID
from motivtui.study.trial import TaskOrder

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

CHANCE = 0.5


@dataclass(frozen=True, slots=True)
class OrderCells:
    """Offers of a pair in one repeat: the same winner in both orders, another one, a choice in one order only, none."""

    clear: int
    tie: int
    single: int
    missing: int


@dataclass(frozen=True, slots=True)
class ChoiceEffect:
    """One group under one manipulation. Shares are 0 to 1, of clear choices.

    `manipulated` is the share of the task that carried the note, choices taken as independent; `manipulated_by_pair`
    the same with an interval clustered by pair, tested against one half; `shift` what the note adds: the difference
    from the same task's share in the same pair under the control, clustered by pair. The three are None under the
    control. `first` is the share of the task shown first. `order_consistency` is that of offers with a choice in both
    orders which had the same winner.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    manipulated: Estimate | None
    manipulated_by_pair: Estimate | None
    shift: Estimate | None
    first: Estimate
    order_consistency: Estimate
    order_cells: OrderCells

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these pairs only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        rows = f"{self.n:,} of {self.total:,} choices, {left_out(self.excluded)}"
        chosen = ""
        if self.manipulated_by_pair:
            p = self.manipulated_by_pair.p
            test = "" if p is None else f", {p_value(p)} against one half"
            pairs = count(self.manipulated_by_pair.n_parents, "pair")
            chosen = f"chose the manipulated task {percent(self.manipulated_by_pair)}{test}, {pairs}; "
        return f"{who} under {self.manipulation}: {chosen}chose the first shown {percent(self.first)}; {rows}."


def choice_effects(table: ScoreTable) -> tuple[ChoiceEffect, ...]:
    """Each group's manipulations, the control first. p is adjusted within a group."""
    found = []
    for group, rows in table.groups(ItemKind.OPTION):
        effects = [_effect(table, group, rows, cell) for cell in table.split(rows, table.manipulation)]
        names = ("manipulated", "manipulated_by_pair", "shift")
        columns = [adjusted([getattr(one, name) for one in effects], "manipulations") for name in names]
        for effect, manipulated, by_pair, shift in zip(effects, *columns, strict=True):
            found.append(replace(effect, manipulated=manipulated, manipulated_by_pair=by_pair, shift=shift))
    return tuple(found)


def _effect(table: ScoreTable, group: Group, group_rows: Ints, rows: Ints) -> ChoiceEffect:
    usable = table.usable(rows)
    name = table.manipulation.text(int(rows[0]))
    noted = usable[table.manipulated.codes[usable] != table.manipulated.code(None)]
    tasks = len(_unique(table.tasks(usable)))
    is_noted = name != CONTROL_ID
    taken = _took_manipulated(table, noted)
    cells = _order_cells(table, rows)
    return ChoiceEffect(
        *group,
        manipulation=name,
        total=len(rows),
        n=len(usable),
        excluded=table.excluded(rows),
        manipulated=share(
            int(taken.sum()), len(noted), of="clear choice with a note", is_tested=True, tasks=tasks, parents=tasks
        )
        if is_noted
        else None,
        manipulated_by_pair=_by_pair(taken - CHANCE, table.tasks(noted), CHANCE) if is_noted else None,
        shift=_shift(table, group_rows, noted) if is_noted else None,
        first=share(
            int((table.value[usable] == 1).sum()),
            len(usable),
            of="clear choice",
            is_tested=True,
            tasks=tasks,
            parents=tasks,
        ),
        order_consistency=share(cells.clear, cells.clear + cells.tie, of="pair with a choice in both orders"),
        order_cells=cells,
    )


def _unique(codes: Ints) -> Ints:
    import numpy as np

    return np.unique(codes)


def _took_given_first(table: ScoreTable, rows: Ints) -> Bools:
    """Whether the task was chosen that stands first in the pair, whatever the order on the page."""
    took: Bools = (table.value[rows] == 1) == (table.task_order.codes[rows] == table.task_order.code(TaskOrder.GIVEN))
    return took


def _took_manipulated(table: ScoreTable, rows: Ints) -> Floats:
    import numpy as np

    is_first = table.manipulated.codes[rows] == table.manipulated.code("first")
    return np.asarray(_took_given_first(table, rows) == is_first, dtype=np.float64)


def _by_pair(values: Floats, pairs: Ints, plus: float, *, least: float = 0.0, rows: int | None = None) -> Estimate:
    """The mean of `values` and `plus`, clustered by pair; the values are tested against 0.

    The interval is cut at `least` and 1, beyond which there is nothing.
    """
    size = Size(len(values) if rows is None else rows, len(_unique(pairs)))
    # Shares are means of 0 and 1: rounding is measured on that scale, also where all differences are 0.
    found = clustered_mean(values, pairs, unit="share", size=size, is_tested=True, magnitude=1.0)
    if found.value is None:
        return replace(found, reason="no clear choice with a note")
    reasons = {"one family only": "one pair only", "no variation between families": "no variation between pairs"}
    return replace(
        found,
        value=found.value + plus,
        low=None if found.low is None else max(least, found.low + plus),
        high=None if found.high is None else min(1.0, found.high + plus),
        method="CR1 by pair, t(G-1)",
        reason=reasons.get(found.reason, found.reason),
        flags=tuple(flag.replace("families", "pairs") for flag in found.flags),
    )


def _shift(table: ScoreTable, group_rows: Ints, noted: Ints) -> Estimate:
    """What the note adds to the share of the task that carries it, within pair and side."""
    import numpy as np

    usable = table.usable(group_rows)
    control = usable[table.manipulation.codes[usable] == table.manipulation.code(CONTROL_ID)]
    control_pairs, control_shares = _shares(table.tasks(control), _took_given_first(table, control))
    is_first = table.manipulated.codes[noted] == table.manipulated.code("first")
    keys = combined((table.tasks(noted), 0), (is_first.astype(np.int64), 2))
    offers, shares = _shares(keys, _took_manipulated(table, noted))
    known = np.isin(offers // 2, control_pairs)
    if not known.any():
        return not_available("no pair has a clear choice under both", unit="share", method="CR1 by pair, t(G-1)")
    offers, shares = offers[known], shares[known]
    plain = control_shares[np.searchsorted(control_pairs, offers // 2)]
    plain = np.where(offers % 2 == 1, plain, 1 - plain)
    rows = int(np.isin(keys, offers).sum() + np.isin(table.tasks(control), offers // 2).sum())
    return _by_pair(shares - plain, offers // 2, 0.0, least=-1.0, rows=rows)


def _shares(keys: Ints, taken: Floats | Bools) -> tuple[Ints, Floats]:
    """The distinct keys, sorted, and the share of `taken` of each."""
    import numpy as np

    found, codes = np.unique(keys, return_inverse=True)
    return found, np.bincount(codes, weights=taken, minlength=len(found)) / np.maximum(
        np.bincount(codes, minlength=len(found)), 1
    )


def _order_cells(table: ScoreTable, rows: Ints) -> OrderCells:
    """What both orders say of an offer: one pair, its note on one side, in one repeat."""
    import numpy as np

    columns = (table.manipulated, table.task_order)
    repeats = table.repeat[rows].astype(np.int64)
    offers = combined(
        (table.tasks(rows), 0),
        (repeats, int(repeats.max(initial=0)) + 1),
        (columns[0].codes[rows], len(columns[0].levels)),
    )
    _, codes = np.unique(offers, return_inverse=True)
    clear = ~np.isnan(table.value[rows])
    given = columns[1].codes[rows] == columns[1].code(TaskOrder.GIVEN)
    winners = _took_given_first(table, rows)
    n = int(codes.max(initial=-1)) + 1
    chosen = np.full((n, 2), -1)
    chosen[codes[clear], given[clear].astype(int)] = winners[clear]
    answered = (chosen >= 0).sum(axis=1)
    same = (answered == 2) & (chosen[:, 0] == chosen[:, 1])
    return OrderCells(
        clear=int(same.sum()),
        tie=int((answered == 2).sum() - same.sum()),
        single=int((answered == 1).sum()),
        missing=int((answered == 0).sum()),
    )
