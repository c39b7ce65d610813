"""Every analysis of the registry once on one simulated study: what it says, beside what is true, if that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from motivtui.analysis.asked import Asked
from motivtui.analysis.views import VIEWS, View
from motivtui.simulation.rows import Plan
from motivtui.simulation.truth import CategoryTruth, JudgeTruth, ManipulationTruth, Truth
from motivtui.study.manipulation import Group
from tests.simulation import finders_effort as effort
from tests.simulation import finders_items as items
from tests.simulation import finders_missing as missing
from tests.simulation import finders_outside as outside
from tests.simulation import recovery
from tests.simulation.finders_choices import of_consistency
from tests.simulation.known import known_values
from tests.simulation.special_studies import FILLERS
from tests.simulation.studies import clean
from tests.simulation.tally import Finder, Found, Run, RunFinder

SEED = 1
DRAWS = 100
Results = Iterable[tuple[View[Any], Sequence[object]]]
"""What analyses give."""


def study(families: int = 40) -> Truth:
    """Two models that answer everything, and one that refuses: reports, breakdown, choices, answers and judges."""
    return Truth(
        families=families,
        tasks_per_family=2,
        repeats=2,
        pairs=families,
        pair_sd=0,
        wording_sd=0,
        able_sd=7,
        tokens_slope=0.3,
        quality_slope=0.4,
        instruments=("pre-self-report", "pre-breakdown", "choice", "execution", "post-self-report", "judge"),
        models={
            "alpha": clean(position_bias=0.4, tokens=150, quality=4.0),
            "bravo": clean(position_bias=0.0, tokens=120, quality=4.2),
            "charlie": clean(refuses=0.25, tokens=120, quality=3.8),
        },
        judges={"alpha": JudgeTruth(self_preference=0.5), "one": JudgeTruth(severity=0.3), "two": JudgeTruth()},
        manipulations={
            "placebo": ManipulationTruth(group=Group.PLACEBO, choice=0.0, wordings=2),
            "money": ManipulationTruth(effect=5, choice=1.0, tokens=0.15, wordings=2),
            "encourage": ManipulationTruth(group=Group.POSITIVE_INTRINSIC, effect=3, refusal=-0.5, wordings=2),
        },
        categories={"one": CategoryTruth(), "two": CategoryTruth(refusal=0.8), "three": CategoryTruth()},
        words=FILLERS | {"gladly": 2.0, "dully": -2.0},
    )


def _of_table(finder: Finder) -> RunFinder:
    return lambda run: finder(run.table)


@lru_cache(maxsize=8)
def _all(finder: RunFinder, run: Run) -> tuple[Found, ...]:
    """What a finder finds; several analyses share one."""
    return tuple(finder(run))


def _some(finder: RunFinder, start: str) -> RunFinder:
    """Only what has names that start so."""
    return lambda run: (one for one in _all(finder, run) if one.name.startswith(start))


_choices = _of_table(recovery.of_choices)
_outside = partial(_some, outside.of_people)
WITH_TRUTH: dict[str, RunFinder] = {
    "overview": missing.of_overview,
    "conditions": _of_table(recovery.of_distribution),
    "statuses": _of_table(recovery.of_statuses),
    "manipulations": _of_table(recovery.of_manipulations),
    "pooled": _of_table(recovery.of_pooled),
    "categories": _of_table(recovery.of_categories),
    "choices": _some(_choices, "choices"),
    "reliability": _of_table(recovery.of_reliability),
    "means": _of_table(missing.of_means),
    "agreement": items.of_items,
    "paraphrase": items.of_paraphrases,
    "group_contrasts": _of_table(recovery.of_contrasts),
    "correlations": _some(items.of_item_correlations, "correlations"),
    "factors": items.of_factors,
    "choice_consistency": of_consistency,
    "manipulated_choice": _some(_choices, "manipulated choice"),
    "bradley_terry": _of_table(recovery.of_ranking),
    "effort": effort.of_effort,
    "length": _of_table(recovery.of_lengths),
    "mediation": effort.of_mediation,
    "judges": _some(effort.of_agreement, "judges"),
    "judge_bias": effort.of_length_slopes,
    "halos": _some(effort.of_agreement, "halos"),
    "raters": _outside("raters"),
    "humans": _outside("humans"),
    "human_contrasts": _outside("human contrasts"),
    "human_regressions": _outside("human regressions"),
    "attrition": _of_table(recovery.of_attrition),
    "failures": missing.of_failures,
    "missing_bounds": _of_table(missing.of_bounds),
    "vocabulary": _some(outside.of_words, "vocabulary"),
    "multiverse": items.of_multiverse,
    "dif": items.of_item_functioning,
    "power": missing.of_smallest,
    "pooled_categories": missing.of_pooled_categories,
    "pooled_choices": _of_table(recovery.of_pooled_choices),
    "pooled_correlations": _some(items.of_item_correlations, "pooled"),
    "pooled_reliability": _of_table(missing.of_pooled_reliability),
    "pooled_length": effort.of_pooled_lengths,
}
WITHOUT_TRUTH = {
    "listwise": "counts the tasks of this run; nothing is estimated",
    "logistic_choice": "reports with noise have no slope in closed form; the study `exact_reports` gives it one",
}
"""Analyses whose estimates are not held against a true value here, and why."""
REFUSING = frozenset({"statuses", "attrition", "failures", "missing_bounds"})
"""Analyses of missing scores: shown of the model that refuses; all others of the first."""


def one_run(families: int = 40) -> Run:
    """The study's one run."""
    return Run(Plan(study(families)), SEED)


def found_in(run: Run, view: str) -> list[tuple[Found, float | None]]:
    """One estimate of each kind that a view gives, with its true value."""
    known = known_values(run.truth, run.seed)
    by_name: dict[str, tuple[Found, float | None]] = {}
    for one in WITH_TRUTH[view](run):
        true = known.get(one.key) if one.key is not None else one.true
        if true is None and one.is_right is None and one.alarm is None:
            continue
        if view in REFUSING or one.name not in by_name:
            by_name[one.name] = one, true
    return list(by_name.values())


def asked(run: Run) -> Asked:
    """What the analyses are asked with."""
    return Asked(
        draws=DRAWS, ratings=tuple(outside.ratings_of(run, outside.PEOPLE)), rationales=tuple(outside.reasons_of(run))
    )


def results(run: Run) -> Iterator[tuple[View[Any], Sequence[object]]]:
    """What each analysis of the registry gives."""
    how = asked(run)
    for view in VIEWS.values():
        yield view, view.compute(run.table, how)
