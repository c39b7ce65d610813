"""Do a model's scores of tasks go with people's? Which model's more so, `human_contrasts` says.

People's score of a task is the mean of those who rated it. The comparison is over the tasks that people rated, which
need not be like the others: the reweighted r says what it would be if they were spread like all tasks of the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats import association
from motivtui.stats.estimate import Estimate, Size, not_available
from motivtui.stats.human_ratings import HumanRating, human_scores
from motivtui.stats.measures import Measure, Measured, Shared, excluded_under, measured, only_under, shared
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.preset import Preset
from motivtui.stats.resampling import DRAWS, SEED, bootstrapped
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, left_out, p_value, with_interval
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats

DECILES = 10


@dataclass(frozen=True, slots=True)
class HumanComparison:
    """One measure of one model against people's mean ratings, under `manipulation`.

    `rated` tasks have people's ratings, `scored` the model's score; r is over those with both. `reweighted`: with
    each decile of the model's scores of all tasks weighing what it weighs among all tasks.
    """

    model: str
    measure: Measure
    manipulation: str
    rated: int
    scored: int
    excluded: Mapping[str, int]
    excluded_ratings: Mapping[str, int]
    r: Estimate
    spearman: Estimate
    reweighted: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of this model, these people and these tasks only."""
        test = "" if self.r.p is None else f", {p_value(self.r.p)}"
        return (
            f"{self.model}, {self.measure} under {self.manipulation} and people's ratings: r {with_interval(self.r)}"
            f"{test}; spread like all tasks {with_interval(self.reweighted)}; {count(self.r.n_tasks, 'task')} with "
            f"both of {self.rated:,} rated, {count(self.r.n_parents, 'family', 'families')}; scores "
            f"{left_out(self.excluded)}; ratings {left_out(self.excluded_ratings)}."
        )


@dataclass(frozen=True, slots=True)
class People:
    """People's mean by code of the task; NaN: not rated."""

    means: Floats
    rated: int
    excluded: Mapping[str, int]


def people_of(table: ScoreTable, ratings: Sequence[HumanRating]) -> People:
    """People's means of the run's tasks."""
    human = human_scores(table, ratings)
    return People(human.means(len(table.task.levels)), len(human.tasks), human.excluded)


def human_comparisons(
    table: ScoreTable,
    ratings: Sequence[HumanRating],
    *,
    manipulation: str = CONTROL_ID,
    preset: Preset = Preset.ROBUST,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[HumanComparison, ...]:
    """One for each model and measure. p is adjusted within a model. REPLICATE: r with tasks taken as independent."""
    code = table.manipulation.code(manipulation)
    people = people_of(table, ratings)
    table = only_under(table, code)
    found: list[HumanComparison] = []
    for model, parts in measured(table).items():
        ones = [_comparison(table, model, part, people, code, preset, draws, seed) for part in parts]
        changed = adjusted([one.r for one in ones], "measures")
        found += [replace(one, r=r or one.r) for one, r in zip(ones, changed, strict=True)]
    return tuple(found)


def with_people(table: ScoreTable, parts: Sequence[Measured], people: People, code: int) -> tuple[Floats, Shared]:
    """People's means and the models' scores of the tasks that have all of them; the rows are the models'."""
    import numpy as np

    both = shared(parts, code)
    places = np.searchsorted(parts[0].scores.tasks, both.tasks)
    means = people.means[table.task.codes[parts[0].scores.rows[places]]]
    kept = ~np.isnan(means)
    counts = sum(part.scores.counts[np.searchsorted(part.scores.tasks, both.tasks[kept]), code].sum() for part in parts)
    size = Size(int(counts), int(kept.sum()))
    return means[kept], Shared(both.values[kept], both.tasks[kept], both.families[kept], size)


def _comparison(
    table: ScoreTable,
    model: str,
    part: Measured,
    people: People,
    code: int,
    preset: Preset,
    draws: int,
    seed: int,
) -> HumanComparison:
    import numpy as np

    means, both = with_people(table, [part], people, code)
    x = both.values[:, 0]
    if preset is Preset.REPLICATE:
        r = association.independent_pearson(x, means, size=both.size, parents=len(np.unique(both.families)))
    else:
        r = association.clustered_pearson(x, means, both.families, size=both.size, draws=draws, seed=seed)
    everything = part.scores.means[part.under(code), code]
    return HumanComparison(
        model=model,
        measure=part.measure,
        manipulation=str(table.manipulation.levels[code]),
        rated=people.rated,
        scored=len(everything),
        excluded=excluded_under(table, [part], code),
        excluded_ratings=people.excluded,
        r=r,
        spearman=association.clustered_spearman(x, means, both.families, size=both.size),
        reweighted=reweighted_r(x, means, both, everything, draws, seed),
    )


def reweighted_r(x: Floats, means: Floats, both: Shared, everything: Floats, draws: int, seed: int) -> Estimate:
    """R of x and people's means, each decile of `everything` (the model's scores of all tasks) with its own share."""
    import numpy as np

    method = "r by deciles of all tasks"
    if reason := association.unrelated(x, means):
        return not_available(reason, unit="r", method=method, size=both.size)
    edges = np.unique(np.quantile(everything, np.arange(1, DECILES) / DECILES))
    bins = [np.searchsorted(edges, one, side="right") for one in (everything, x)]
    wanted, have = (np.bincount(one, minlength=len(edges) + 1) for one in bins)
    weights = (wanted / np.maximum(have, 1))[bins[1]]
    moments = association.moments(association.standardised(x), association.standardised(means))
    found = bootstrapped(
        association.r_of,
        moments * weights[:, None],
        both.families,
        unit="r",
        size=both.size,
        draws=draws,
        seed=seed,
    )
    empty = int(((have == 0) & (wanted > 0)).sum())
    flags = (f"no rated task in {count(empty, 'decile')}",) if empty else ()
    return replace(found, method=f"{method}, {found.method}", flags=(*found.flags, *flags))
