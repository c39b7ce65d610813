"""People's ratings of the tasks, and whether the people agree. How they get here (a file, a form) is not its matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from motivtui.stats import reliability
from motivtui.stats.agreement import intraclass
from motivtui.stats.estimate import ROUNDING, Estimate, Size, not_available
from motivtui.stats.preset import Preset
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, left_out, with_interval

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

NO_TASK = "of a task that is not in the run"
NO_VALUE = "without a value"
ONE_RATING = "fewer than 2 raters a task"
INCOMPLETE = "not every rater has rated every task"


class HumanRating(NamedTuple):
    """What one person gave one task; `value` None: nothing. A task is named as in the run."""

    rater: str
    task: str
    value: float | None


@dataclass(frozen=True, slots=True)
class HumanScores:
    """`scores[task, rater]`, NaN where a person did not rate; `tasks` are the codes of the table's column `task`."""

    scores: Floats
    tasks: Ints
    families: Ints
    raters: tuple[str, ...]
    excluded: Mapping[str, int]

    def means(self, levels: int) -> Floats:
        """The mean rating of each of the table's tasks by code (there are `levels`), NaN where there is none."""
        import numpy as np

        found = np.full(levels, np.nan)
        if len(self.tasks):
            found[self.tasks] = np.nanmean(self.scores, axis=1)
        return found


@dataclass(frozen=True, slots=True)
class RaterAgreement:
    """How far people agree on the tasks of the run.

    `agreement` is ICC(A,k) and `consistency` ICC(C,k), of the mean of all raters, where everybody rated every task;
    where not, `one_way` (ICC(1,k), of the mean of the average number of raters) is what there is.
    """

    raters: int
    tasks: int
    ratings: int
    excluded: Mapping[str, int]
    consistency: Estimate
    agreement: Estimate
    one_way: Estimate

    @property
    def sentence(self) -> str:
        """What can be said, of these people and tasks only."""
        return (
            f"{count(self.raters, 'rater')} of {count(self.tasks, 'task')}: ICC(A,k) {with_interval(self.agreement)}, "
            f"ICC(C,k) {with_interval(self.consistency)}, ICC(1,k) {with_interval(self.one_way)}; "
            f"{count(self.ratings, 'rating')}, {left_out(self.excluded)}."
        )


def human_scores(table: ScoreTable, ratings: Sequence[HumanRating]) -> HumanScores:
    """The ratings of the run's tasks; several by one person of one task are averaged, the rest is counted."""
    import numpy as np

    codes = {name: code for code, name in enumerate(table.task.levels)}
    known = [rating for rating in ratings if rating.task in codes]
    usable = [(codes[task], rater, float(value)) for rater, task, value in known if value is not None]
    usable = [one for one in usable if np.isfinite(one[2])]
    excluded = {NO_TASK: len(ratings) - len(known), NO_VALUE: len(known) - len(usable)}
    names = tuple(sorted({rater for _, rater, _ in usable}))
    places = {name: place for place, name in enumerate(names)}
    tasks, rows = np.unique(np.array([task for task, *_ in usable], dtype=np.int64), return_inverse=True)
    cells = rows * len(names) + np.array([places[rater] for _, rater, _ in usable], dtype=np.int64)
    n = len(tasks) * len(names)
    counts = np.bincount(cells, minlength=n)
    sums = np.bincount(cells, weights=np.array([value for *_, value in usable], dtype=np.float64), minlength=n)
    scores = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).reshape(len(tasks), len(names))
    first = np.zeros(len(codes), dtype=np.int64)
    first[table.task.codes[::-1]] = np.arange(len(table))[::-1]
    families = table.family.codes[first[tasks]] if len(table) else tasks
    return HumanScores(scores, tasks, families, names, {reason: n for reason, n in excluded.items() if n})


def rater_agreement(
    table: ScoreTable,
    ratings: Sequence[HumanRating],
    *,
    preset: Preset = Preset.ROBUST,
    draws: int = DRAWS,
    seed: int = SEED,
) -> RaterAgreement:
    """Of the people who rated tasks of the run. REPLICATE: with the published F intervals."""
    import numpy as np

    human = human_scores(table, ratings)
    counts = (~np.isnan(human.scores)).sum(axis=1)
    size = Size(int(counts.sum()), len(human.tasks))
    families = len(np.unique(human.families))
    if len(human.raters) < 2 or not (counts > 1).any():
        none = not_available(ONE_RATING, unit="ICC", size=size, parents=families)
        return RaterAgreement(len(human.raters), len(human.tasks), size.rows, human.excluded, none, none, none)
    if np.isnan(human.scores).any():
        consistency = agreement = not_available(INCOMPLETE, unit="ICC", size=size, parents=families)
    else:
        found = intraclass(
            human.scores,
            human.families,
            size=size,
            draws=draws,
            seed=seed,
            is_published=preset is Preset.REPLICATE,
        )
        consistency, agreement = found.ck, found.ak
    one_way = replace(_one_way(human.scores[counts > 1]), n_parents=len(np.unique(human.families[counts > 1])))
    return RaterAgreement(
        len(human.raters), len(human.tasks), size.rows, human.excluded, consistency, agreement, one_way
    )


def _one_way(scores: Floats) -> Estimate:
    import numpy as np

    size = Size(int((~np.isnan(scores)).sum()), len(scores))
    if len(scores) < reliability.FEWEST:
        reason = f"{count(len(scores), 'task')} with 2 ratings, {reliability.FEWEST} are needed"
        return not_available(reason, unit="ICC", size=size)
    if float(np.nanstd(scores)) <= ROUNDING * float(np.nanmax(abs(scores))):
        return not_available("the scores do not vary", unit="ICC", size=size)
    return reliability.intraclass(scores)[1]
