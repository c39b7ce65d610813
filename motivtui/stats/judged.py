"""The same answers rated by several judges: answers down, judges across. Which answer it is, its execution says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Size
from motivtui.stats.table import ScoreTable, combined
from motivtui.study.instrument import ItemKind, Phase

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

NO_EXECUTION = "no execution"


@dataclass(frozen=True, slots=True)
class JudgedAnswers:
    """`scores[answer, judge]`, the mean of the judge's usable repeats, NaN where it has none; `counts` of these.

    `rows[answer]` is one row of it in the table, `executions[answer]` the ordinal of the execution that wrote it.
    """

    judges: tuple[str, ...]
    scores: Floats
    counts: Ints
    rows: Ints
    executions: Floats

    @property
    def complete(self) -> Bools:
        """Which answers every judge has rated."""
        found: Bools = self.counts.min(axis=1) > 0
        return found

    def size(self, table: ScoreTable, kept: Bools) -> Size:
        """The rows and tasks behind some of the answers."""
        import numpy as np

        return Size(int(self.counts[kept].sum()), len(np.unique(table.tasks(self.rows[kept]))))


def judge_rows(table: ScoreTable) -> Ints:
    """The rows of judges' ratings that name the execution they are of."""
    import numpy as np

    is_rating = (table.phase.codes == table.phase.code(Phase.JUDGE)) & (
        table.item_kind.codes == table.item_kind.code(ItemKind.SCALE)
    )
    return np.flatnonzero(is_rating & ~np.isnan(table.execution))


def judged_answers(table: ScoreTable, rows: Ints) -> JudgedAnswers:
    """The answers that `rows` (one item's, of one instrument) rate; those without any usable rating are among them."""
    import numpy as np

    executions, first, answers = np.unique(table.execution[rows], return_index=True, return_inverse=True)
    codes, judges = np.unique(table.judge.codes[rows], return_inverse=True)
    shape = (len(executions), len(codes))
    usable = ~np.isnan(table.value[rows])
    cells = combined((answers, shape[0]), (judges, shape[1]))[usable]
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    sums = np.bincount(cells, weights=table.value[rows][usable], minlength=shape[0] * shape[1]).reshape(shape)
    scores = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    names = tuple(str(table.judge.levels[code]) for code in codes.tolist())
    return JudgedAnswers(names, scores, counts, rows[first], executions)
