"""How often the task with the note is chosen, by model: on log odds, and against the same task without it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.choice_rows import (
    CHANCE,
    NO_NOTED,
    Shifts,
    by_pair,
    note_effect,
    offered,
    shifts_of,
    took_manipulated,
    unique,
    with_note,
)
from motivtui.stats.choices import NO_SHARED_PAIR
from motivtui.stats.estimate import Estimate, Size, not_available, share
from motivtui.stats.logit import wald
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.wording import count, left_out, p_value, percent, subject
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

LOG_ODDS = "logit, CR1 by pair, normal"
ALWAYS_SAME = "every choice was the same"
UNBALANCED = 0.1
"""How far the share of notes that stood first may lie from one half before a reader is warned."""


@dataclass(frozen=True, slots=True)
class ManipulatedChoice:
    """One group under one manipulation. Shares are 0 to 1, of clear choices with a note.

    `chosen` of these were of the task with the note, of `n`. `independent`: Wilson and the exact test against one half,
    choices taken as independent. `by_pair`: the same share, its interval made on log odds, clustered by pair. `shift`:
    the difference from the same task's share in the same pair under the control, t over pairs.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    chosen: int
    excluded: Mapping[str, int]
    independent: Estimate
    by_pair: Estimate
    shift: Estimate
    flags: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these pairs only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        test = "" if self.by_pair.p is None else f", {p_value(self.by_pair.p)} against one half"
        flags = "".join(f"; {flag}" for flag in self.flags)
        return (
            f"{who} under {self.manipulation}: chose the task with the note {percent(self.by_pair)}{test}; against "
            f"the same task without it {percent(self.shift)}; {count(self.by_pair.n_parents, 'pair')}; {self.n:,} of "
            f"{self.total:,} choices, {left_out(self.excluded)}{flags}."
        )


def manipulated_choices(table: ScoreTable) -> tuple[ManipulatedChoice, ...]:
    """Each group's manipulations, without the control. p is adjusted within a group."""
    found = []
    for group, rows in table.groups(ItemKind.OPTION):
        effects = [_of_model(table, group, rows, cell) for cell in noted_cells(table, rows)]
        names = ("independent", "by_pair", "shift")
        columns = [adjusted([getattr(one, name) for one in effects], "manipulations") for name in names]
        for effect, independent, clustered, shift in zip(effects, *columns, strict=True):
            found.append(
                replace(
                    effect,
                    independent=independent or effect.independent,
                    by_pair=clustered or effect.by_pair,
                    shift=shift or effect.shift,
                )
            )
    return tuple(found)


def noted_cells(table: ScoreTable, rows: Ints) -> list[Ints]:
    """A group's rows by manipulation, without the control's."""
    cells = table.split(rows, table.manipulation)
    return [cell for cell in cells if table.manipulation.text(int(cell[0])) != CONTROL_ID]


@dataclass(frozen=True, slots=True)
class Noted:
    """The clear choices with a note of one model: 1 where that task was chosen; the pair of each; the shifts."""

    taken: Floats
    pairs: Ints
    shifts: Shifts

    @property
    def share(self) -> float:
        """Of the task with the note."""
        return float(self.taken.mean())

    @property
    def log_odds(self) -> float:
        """Of being chosen; where all choices are the same, with half a choice more on both sides."""
        chosen, n = float(self.taken.sum()), len(self.taken)
        added = 0.5 if chosen in (0, n) else 0.0
        return math.log((chosen + added) / (n - chosen + added))


def noted_of(table: ScoreTable, group_rows: Ints, rows: Ints) -> Noted:
    """The choices with a note among `rows`, which are of one manipulation and of the group `group_rows`."""
    noted = with_note(table, table.usable(rows))
    shifts = shifts_of(table, group_rows, noted)
    return Noted(took_manipulated(table, noted), offered(table, noted).pairs, shifts)


def _of_model(table: ScoreTable, group: Group, group_rows: Ints, rows: Ints) -> ManipulatedChoice:
    found = noted_of(table, group_rows, rows)
    n, chosen = len(found.taken), int(found.taken.sum())
    pairs = len(unique(found.pairs))
    return ManipulatedChoice(
        *group,
        manipulation=table.manipulation.text(int(rows[0])),
        total=len(rows),
        n=n,
        chosen=chosen,
        excluded=table.excluded(rows),
        independent=share(chosen, n, of="clear choice with a note", is_tested=True, tasks=pairs, parents=pairs),
        by_pair=logit_share(found.taken, found.pairs),
        shift=by_pair(
            found.shifts.values, found.shifts.pairs, 0.0, least=-1.0, rows=found.shifts.rows, none=NO_SHARED_PAIR
        ),
        flags=_flags(table, with_note(table, table.usable(rows))),
    )


def _flags(table: ScoreTable, noted: Ints) -> tuple[str, ...]:
    """The place on the page must not go with the note, or its pull is counted as the note's."""
    if not len(noted):
        return ()
    first = float((note_effect(table, noted) > 0).mean())
    return (f"the note stood first in {first:.0%} of the choices",) if abs(first - CHANCE) > UNBALANCED else ()


def logit_share(taken: Floats, pairs: Ints) -> Estimate:
    """The share of `taken`, its interval and its test against one half made on log odds and clustered by pair (CR1)."""
    size = Size(len(taken), len(unique(pairs)))
    if not len(taken):
        return not_available(NO_NOTED, unit="share", method=LOG_ODDS)
    p = float(taken.mean())
    if p in (0.0, 1.0):
        reason = ALWAYS_SAME
    elif size.tasks < 2:
        reason = "one pair only"
    else:
        se = _logit_se(taken, pairs)
        if se > 0:
            found = wald(math.log(p / (1 - p)), se, unit="share", method=LOG_ODDS, size=size, parents=size.tasks)
            return as_share(found, p)
        reason = "no variation between pairs"
    plain = not_available(reason, unit="share", method=LOG_ODDS, size=size, parents=size.tasks)
    return replace(plain, value=p)


def _logit_se(taken: Floats, pairs: Ints) -> float:
    import numpy as np

    p = float(taken.mean())
    _, codes = np.unique(pairs, return_inverse=True)
    sums = np.bincount(codes, weights=taken - p)
    squares = float(sums @ sums)
    if squares <= 1e-12 * len(taken):
        return 0.0
    return math.sqrt(len(sums) / (len(sums) - 1) * squares) / (len(taken) * p * (1 - p))


def as_share(found: Estimate, value: float | None = None) -> Estimate:
    """From log odds to a share; its test stays."""
    low, centre, high = (
        None if one is None else 1 / (1 + math.exp(-one)) for one in (found.low, found.value, found.high)
    )
    return replace(found, value=centre if value is None else value, low=low, high=high, unit="share")
