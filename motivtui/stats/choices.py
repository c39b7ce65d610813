"""Choices between two tasks: what a manipulation's note does, what the place on the page, whether both orders agree.

One model, instrument and decoding at a time. A tie or a missing answer is counted, never split between the tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.choice_rows import (
    CHANCE,
    by_pair,
    is_given,
    shifts_of,
    took_given_first,
    took_manipulated,
    unique,
    with_note,
)
from motivtui.stats.estimate import Estimate, share
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.table import Group, ScoreTable, combined
from motivtui.stats.wording import count, left_out, p_value, percent, subject
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

NO_SHARED_PAIR = "no pair has a clear choice under both"


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
        for effect, manipulated, clustered, shift in zip(effects, *columns, strict=True):
            found.append(replace(effect, manipulated=manipulated, manipulated_by_pair=clustered, shift=shift))
    return tuple(found)


def _effect(table: ScoreTable, group: Group, group_rows: Ints, rows: Ints) -> ChoiceEffect:
    usable = table.usable(rows)
    name = table.manipulation.text(int(rows[0]))
    noted = with_note(table, usable)
    tasks = len(unique(table.tasks(usable)))
    is_noted = name != CONTROL_ID
    taken = took_manipulated(table, noted)
    cells, _, _ = order_offers(table, rows)
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
        manipulated_by_pair=by_pair(taken - CHANCE, table.tasks(noted), CHANCE) if is_noted else None,
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


def _shift(table: ScoreTable, group_rows: Ints, noted: Ints) -> Estimate:
    """What the note adds to the share of the task that carries it, within pair and side."""
    shifts = shifts_of(table, group_rows, noted)
    return by_pair(shifts.values, shifts.pairs, 0.0, least=-1.0, rows=shifts.rows, none=NO_SHARED_PAIR)


def order_offers(table: ScoreTable, rows: Ints) -> tuple[OrderCells, Floats, Ints]:
    """What both orders say of each offer: one pair, its note on one side, in one repeat.

    And of those with a choice in both orders: 1 where the winner is the same, else 0, and the code of the pair.
    """
    import numpy as np

    repeats = table.repeat[rows].astype(np.int64)
    tasks = table.tasks(rows)
    offers = combined(
        (tasks, 0),
        (repeats, int(repeats.max(initial=0)) + 1),
        (table.manipulated.codes[rows], len(table.manipulated.levels)),
    )
    _, first, codes = np.unique(offers, return_index=True, return_inverse=True)
    clear = ~np.isnan(table.value[rows])
    chosen = np.full((len(first), 2), -1)
    chosen[codes[clear], is_given(table, rows)[clear].astype(int)] = took_given_first(table, rows)[clear]
    answered = (chosen >= 0).sum(axis=1)
    both = answered == 2
    same = chosen[both, 0] == chosen[both, 1]
    cells = OrderCells(
        clear=int(same.sum()),
        tie=int(both.sum() - same.sum()),
        single=int((answered == 1).sum()),
        missing=int((answered == 0).sum()),
    )
    return cells, same.astype(np.float64), tasks[first][both]
