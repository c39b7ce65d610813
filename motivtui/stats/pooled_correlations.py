"""The models' correlations of two measures, averaged, and for whom the average speaks (`averaged_r`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

from motivtui.stats.averaged_r import Columns, averaged_r
from motivtui.stats.estimate import Estimate
from motivtui.stats.measures import Measure, measured, only_under, shared
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, with_interval
from motivtui.study.manipulation import CONTROL_ID


@dataclass(frozen=True, slots=True)
class PooledCorrelation:
    """The models' correlations of two measures, averaged as Fisher's z.

    `panel` speaks of these models (families resampled), `population` of models like them (t over the models' z).
    `left_out`: why a model's r is not among them, by model.
    """

    manipulation: str
    one: Measure
    other: Measure
    by_model: tuple[tuple[str, float], ...]
    left_out: tuple[tuple[str, str], ...]
    panel: Estimate
    population: Estimate

    @property
    def sentence(self) -> str:
        """What can be said of these models, and what, if anything, of others."""
        left = "; left out: " + ", ".join(f"{model} ({why})" for model, why in self.left_out) if self.left_out else ""
        return (
            f"{self.one} and {self.other} under {self.manipulation}, for these {count(len(self.by_model), 'model')} "
            f"only: r {with_interval(self.panel)}; taking them as a sample of models, for these tasks "
            f"{with_interval(self.population)}; {count(self.panel.n_tasks, 'task')} in "
            f"{count(self.panel.n_parents, 'family', 'families')}{left}."
        )


def pooled_correlations(
    table: ScoreTable, *, manipulation: str = CONTROL_ID, draws: int = DRAWS, seed: int = SEED
) -> tuple[PooledCorrelation, ...]:
    """Every pair of measures that several models have. p is adjusted over the pairs."""
    code = table.manipulation.code(manipulation)
    if code < 0:
        return ()
    table = only_under(table, code)
    by_pair: dict[tuple[Measure, Measure], dict[str, Columns]] = {}
    for model, parts in measured(table).items():
        for one, other in combinations(parts, 2):
            both = shared((one, other), code)
            columns = Columns(both.values, both.tasks, both.families, both.size.rows)
            by_pair.setdefault((one.measure, other.measure), {})[model] = columns
    found = []
    for pair, models in by_pair.items():
        if len(models) > 1:
            of_pair = averaged_r(models, words={}, draws=draws, seed=seed)
            found.append(
                PooledCorrelation(
                    manipulation, *pair, of_pair.by_model, of_pair.left_out, of_pair.panel, of_pair.population
                )
            )
    changed = adjusted([one.population for one in found], "pairs of measures")
    return tuple(replace(one, population=p or one.population) for one, p in zip(found, changed, strict=True))
