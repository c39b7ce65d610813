"""The models' retest correlations, averaged, and for whom the average speaks.

tanh of the mean of Fisher's z, as it is published (`averaged_r`). A correlation of 0 is nobody's question here, so that
nothing is tested.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats import association
from motivtui.stats.averaged_r import Columns, averaged_r
from motivtui.stats.estimate import Estimate
from motivtui.stats.reliability import repeats_of
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Ints

WORDS = {
    association.FEW_PAIRS: f"fewer than {association.FEWEST} repeated tasks",
    association.CONSTANT: "one of the repeats does not vary",
    association.ON_A_LINE: "the repeats lie on a line",
}


@dataclass(frozen=True, slots=True)
class PooledReliability:
    """One item under one manipulation: Pearson's r of the first and the second usable repeat, averaged over models.

    `left_out`: why a model's r is not among them, by model.
    """

    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    by_model: tuple[tuple[str, float], ...]
    left_out: tuple[tuple[str, str], ...]
    panel: Estimate
    population: Estimate

    @property
    def sentence(self) -> str:
        """What can be said of these models, and what, if anything, of others."""
        by = f" by judge {self.judge}" if self.judge else ""
        left = "; left out: " + ", ".join(f"{model} ({why})" for model, why in self.left_out) if self.left_out else ""
        return (
            f"{self.instrument} · {self.item}{by} ({self.decoding}) under {self.manipulation}, asked again, for these "
            f"{count(len(self.by_model), 'model')} only: r {with_interval(self.panel)}; taking them as a sample of "
            f"models, for these tasks {with_interval(self.population)}; {count(self.panel.n_tasks, 'repeated task')} "
            f"in {count(self.panel.n_parents, 'family', 'families')}{left}."
        )


def pooled_reliabilities(table: ScoreTable, *, draws: int = DRAWS, seed: int = SEED) -> tuple[PooledReliability, ...]:
    """One for each item and manipulation that several models were asked."""
    cells: dict[tuple[str, str | None, str, str, str], dict[str, Ints]] = defaultdict(dict)
    for group, rows in table.groups(ItemKind.SCALE):
        for part in table.split(rows, table.manipulation):
            name = table.manipulation.text(int(part[0]))
            cells[group.instrument, group.judge, group.item, group.decoding, name][group.model] = part
    found = []
    for cell, models in cells.items():
        if len(models) > 1:
            pairs = {model: _first_two(table, part) for model, part in models.items()}
            one = averaged_r(pairs, words=WORDS, draws=draws, seed=seed)
            population = replace(one.population, statistic=None, p=None)
            found.append(PooledReliability(*cell, one.by_model, one.left_out, one.panel, population))
    return tuple(found)


def _first_two(table: ScoreTable, rows: Ints) -> Columns:
    """The first and the second usable repeat of each repeated task."""
    repeats = repeats_of(table, rows)
    n = repeats.size.tasks
    return Columns(repeats.scores[:, :2].reshape(n, 2), repeats.tasks, repeats.families, 2 * n)
