"""The grid of ways in which one effect can be computed, and the differences of the tasks that each way gives.

Ways that change nothing in the data at hand are left out, so that no number counts twice. Owns what the choices are;
the curve and its test are in `multiverse`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from motivtui.stats.estimate import ROUNDING
from motivtui.stats.table import ScoreTable
from motivtui.study.score import ScoreStatus

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints


class Scoring(StrEnum):
    """How a task's repeats become its score."""

    MEAN = "mean"
    MEDIAN = "median"
    FIRST = "first repeat"


class Exclusion(StrEnum):
    """Which scores count: all that there are; not those that had to be repaired; only of tasks that lack none."""

    AVAILABLE = "available"
    UNREPAIRED = "unrepaired"
    COMPLETE = "complete tasks"


class Scale(StrEnum):
    """Scores as they are, or their ranks among all scores of both conditions."""

    POINTS = "points"
    RANKS = "ranks"


class Order(StrEnum):
    """Where an item stood among the others, in an instrument that shuffles them."""

    ANY = "any place"
    EARLY = "asked early"
    LATE = "asked late"


class Way(NamedTuple):
    """One specification. `wording`: of the manipulation; None: all of them."""

    scoring: Scoring
    exclusion: Exclusion
    wording: int | None
    scale: Scale
    order: Order


DEFAULT = Way(Scoring.MEAN, Exclusion.AVAILABLE, None, Scale.POINTS, Order.ANY)


@dataclass(frozen=True, slots=True)
class Contrast:
    """The rows of an effect: `rows` under the manipulation (`is_manipulated`) and under the control, in asking order.

    `tasks[row]` counts tasks from 0; `families[task]`.
    """

    rows: Ints
    is_manipulated: Bools
    tasks: Ints
    families: Ints
    wordings: tuple[int, ...]
    middle: float


def contrast(table: ScoreTable, rows: Ints, manipulation: int, control: int) -> Contrast:
    """The rows of one group under a manipulation and the control, by code."""
    import numpy as np

    chosen = rows[np.isin(table.manipulation.codes[rows], [manipulation, control])]
    order = (table.wording[chosen], table.repeat[chosen], np.nan_to_num(table.execution_repeat[chosen]))
    chosen = chosen[np.lexsort(order)]
    is_manipulated = table.manipulation.codes[chosen] == manipulation
    _, first, tasks = np.unique(table.tasks(chosen), return_index=True, return_inverse=True)
    wordings = np.unique(table.wording[chosen[is_manipulated]].astype(np.int64))
    middle = float(np.median(table.position[chosen])) if len(chosen) else 0.0
    return Contrast(
        chosen, is_manipulated, tasks, table.family.codes[chosen[first]], tuple(int(one) for one in wordings), middle
    )


def ways(table: ScoreTable, of: Contrast) -> list[Way]:
    """The grid, the default way first; what would change nothing is not in it."""
    import numpy as np

    usable = ~np.isnan(table.value[of.rows])
    cells = of.tasks[usable] * 2 + of.is_manipulated[usable]
    repeats = int(np.bincount(cells).max(initial=0))
    scorings = [Scoring.MEAN]
    if repeats > 2:  # the median of two is their mean
        scorings.append(Scoring.MEDIAN)
    if repeats > 1:
        scorings.append(Scoring.FIRST)
    exclusions = [Exclusion.AVAILABLE]
    if (table.status.codes[of.rows] == table.status.code(ScoreStatus.REPAIRED)).any():
        exclusions.append(Exclusion.UNREPAIRED)
    if not usable.all():
        exclusions.append(Exclusion.COMPLETE)
    wordings = [None, *of.wordings] if len(of.wordings) > 1 else [None]
    positions = table.position[of.rows]
    orders = list(Order) if len(np.unique(positions)) > 1 else [Order.ANY]
    return [Way(*one) for one in product(scorings, exclusions, wordings, Scale, orders)]


def differences(table: ScoreTable, of: Contrast, way: Way) -> tuple[Floats, int]:
    """For each task the manipulated score minus the control's, NaN where a side has none, and the rows behind them all.

    Differences are in SDs of the scores of both conditions, so that points and ranks can
    be compared; not any, where these do not vary.
    """
    import numpy as np

    chosen = _chosen(table, of, way)
    scores = _scores(table.value[of.rows[chosen]], of, chosen, way.scoring)
    both: Bools = np.asarray(~np.isnan(scores).any(axis=1))
    rows = int(both[of.tasks[chosen]].sum())
    kept = np.where(both[:, None], scores, np.nan)
    if way.scale is Scale.RANKS and both.any():
        from scipy.stats import rankdata

        kept[both] = rankdata(np.round(kept[both], 9)).reshape(-1, 2)
    spread = float(kept[both].std(ddof=1)) if both.sum() > 1 else 0.0
    if spread <= ROUNDING * float(np.nanmax(abs(kept), initial=0)):
        return np.full(len(kept), np.nan), rows
    return (kept[:, 1] - kept[:, 0]) / spread, rows


def _chosen(table: ScoreTable, of: Contrast, way: Way) -> Bools:
    """Which rows have a score that counts."""
    import numpy as np

    asked: Bools = np.ones(len(of.rows), dtype=bool)
    if way.wording is not None:
        asked &= ~of.is_manipulated | (table.wording[of.rows] == way.wording)
    if way.order is not Order.ANY:
        is_early = table.position[of.rows] <= of.middle
        asked &= is_early if way.order is Order.EARLY else ~is_early
    has: Bools = asked & ~np.isnan(table.value[of.rows])
    if way.exclusion is Exclusion.UNREPAIRED:
        has &= table.status.codes[of.rows] != table.status.code(ScoreStatus.REPAIRED)
    if way.exclusion is Exclusion.COMPLETE:
        lacking = np.flatnonzero(np.bincount(of.tasks[asked & ~has], minlength=len(of.families)))
        has &= ~np.isin(of.tasks, lacking)
    return has


def _scores(values: Floats, of: Contrast, chosen: Bools, scoring: Scoring) -> Floats:
    """scores[task, side], side 0 the control, NaN where there is none."""
    import numpy as np

    n = 2 * len(of.families)
    cells = of.tasks[chosen] * 2 + of.is_manipulated[chosen]
    order = np.argsort(cells, kind="stable")
    cell, starts, counts = np.unique(cells[order], return_index=True, return_counts=True)
    found = np.full(n, np.nan)
    if scoring is Scoring.FIRST:
        found[cell] = values[order][starts]
    elif scoring is Scoring.MEAN:
        found[cell] = np.bincount(cells, weights=values, minlength=n)[cell] / counts
    else:
        ranked = values[np.lexsort((values, cells))]
        found[cell] = (ranked[starts + (counts - 1) // 2] + ranked[starts + counts // 2]) / 2
    return found.reshape(-1, 2)
