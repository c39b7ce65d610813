"""What is not in one run's table: people's ratings, words of reasons, another run."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import variance

from motivtui.analysis.reasons import reason_of
from motivtui.simulation.design import named
from motivtui.simulation.people import PeopleTruth, people_ratings, severities
from motivtui.simulation.truth import Truth
from motivtui.stats.human_contrasts import human_contrasts, human_regressions
from motivtui.stats.human_ratings import HumanRating, rater_agreement
from motivtui.stats.humans import human_comparisons
from motivtui.stats.rationales import Rationale
from motivtui.stats.run_comparison import Compared, Estimand, compare_runs
from motivtui.stats.table import score_table
from motivtui.stats.vocabulary import vocabularies
from tests.simulation import linear
from tests.simulation.finders_items import tested
from tests.simulation.recovery import DRAWS, REPORT
from tests.simulation.tally import Found, Run

PEOPLE = PeopleTruth(like={"alpha": 0.5, "bravo": 0.5})
"""They like what both models like; a third model has only what all models share in common with them."""


def ratings_of(run: Run, people: PeopleTruth) -> list[HumanRating]:
    """People's ratings of the tasks of a run."""
    return [HumanRating(*one) for one in people_ratings(people, run.truth, run.plan.study, run.seed)]


def of_people(run: Run, people: PeopleTruth = PEOPLE) -> Iterator[Found]:
    """Agreement of people, and correlations with the models, with their differences."""
    truth, ratings = run.truth, ratings_of(run, people)
    task = linear.seen_by_people(truth, people)
    between, left = linear.cov(task, task), people.noise_sd**2 + linear.ROUNDING
    raters, k = variance(severities(people)), people.raters
    agreed = rater_agreement(run.table, ratings, draws=DRAWS)
    yield Found("raters: ICC(C,k)", estimate=agreed.consistency, true=between / (between + left / k))
    yield Found("raters: ICC(A,k)", estimate=agreed.agreement, true=between / (between + (left + raters) / k))
    mean = linear.people(truth, people)
    scores = {model: linear.report(truth, model) for model in truth.models}
    for one in human_comparisons(run.table, ratings, draws=DRAWS):
        r = linear.r(mean, scores[named(one.model)])
        yield Found("humans: r", estimate=one.r, true=r, null=0.0)
        yield Found("humans: Spearman's ρ", estimate=one.spearman, true=linear.spearman(r), null=0.0)
        yield Found("humans: r by deciles", estimate=one.reweighted, true=r)
    for two in human_contrasts(run.table, ratings, draws=DRAWS):
        true = linear.r(mean, scores[named(two.one)]) - linear.r(mean, scores[named(two.other)])
        yield Found("human contrasts: difference of r", estimate=two.difference, true=true, null=0.0)
        yield Found("human contrasts: Williams", estimate=two.williams, true=true, null=0.0)
    for of in human_regressions(run.table, ratings):
        slopes = _standardised_slopes(mean, [scores[named(model)] for model in of.models])
        for slope, true in zip(of.slopes, slopes, strict=True):
            yield Found("human regressions: slope", estimate=slope, true=true, null=0.0)


def _standardised_slopes(y: linear.Linear, several: list[linear.Linear]) -> list[float]:
    import numpy as np

    correlations = np.array([[linear.r(one, other) for other in several] for one in several])
    found: list[float] = np.linalg.solve(correlations, np.array([linear.r(y, one) for one in several])).tolist()
    return found


def reasons_of(run: Run) -> list[Rationale]:
    """The reasons of a run's reports."""
    families = {task.id: task.family for task in run.plan.study.tasks}
    found = []
    for trial, answer in run.plan.answered(run.seed):
        if trial.instrument == REPORT[0] and answer.response is not None and answer.scores:
            text = reason_of(answer.response.text)
            found.append(Rationale(trial.model, families[trial.task], answer.scores[0].value, text))
    return found


def of_words(run: Run) -> Iterator[Found]:
    """Words that say nothing of the score, and words that go with it: discoveries among them, adjusted p below .05."""
    telling = {word for word, slope in run.truth.words.items() if slope}
    for one in vocabularies(reasons_of(run)):
        words = [word for band in one.bands for word in band.words if word.p_adj is not None and word.p_adj < 0.05]
        which = "each model" if one.model else "all models"
        if not any(band.tested for band in one.bands):
            continue
        wrong = [word for word in words if word.word not in telling]
        if telling:
            yield Found(
                f"vocabulary: share of false discoveries, {which}", alarm=len(wrong) / len(words) if words else 0.0
            )
            for word in telling:
                is_found = any(one.word == word for one in words)
                yield Found(
                    f"vocabulary: a telling word, {which}", estimate=tested(float(not is_found)), true=1.0, null=0.0
                )
        else:
            yield Found(f"vocabulary: any discovery, {which}", alarm=float(bool(words)))


def two_runs(run: Run, other: Truth, *, is_same_world: bool) -> Iterator[Found]:
    """A run and another one of other models' truth, about the same tasks or about tasks of the same kind."""
    rows = list(run.plan.rows(run.seed, other, 2) if is_same_world else run.plan.rows(run.seed + 100_000, other))
    if not is_same_world:
        for row in rows:
            row["family"], row["task"] = f"other {row['family']}", f"other {row['task']}"
    which = "same tasks" if is_same_world else "other tasks"
    for one in compare_runs(run.table, score_table(rows)):
        true, null = _difference(run.truth, other, one), 0.0
        yield Found(f"compare: {one.estimand}, {which}", estimate=one.difference, true=true, null=null)


def _difference(one: Truth, other: Truth, of: Compared) -> float:
    """What the second run has more of."""
    return _compared(other, of) - _compared(one, of)


def _compared(truth: Truth, of: Compared) -> float:
    model = named(of.model)
    task = linear.motivation(truth, model, of.manipulation)
    if of.estimand is Estimand.REFUSED:
        return truth.refusal(model, next(iter(truth.categories)), of.manipulation)
    if of.estimand is Estimand.EFFECT:
        return task.mean - truth.models[model].level
    if of.estimand is Estimand.MEAN:
        return task.mean
    between = linear.cov(task, task)
    return between / (between + truth.models[model].within_sd ** 2 + linear.ROUNDING)
