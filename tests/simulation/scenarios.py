"""What is simulated and what is looked for in it, and what is known not to keep what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from motivtui.simulation.truth import Truth
from tests.simulation import finders_effort as effort
from tests.simulation import finders_items as items
from tests.simulation import finders_missing as missing
from tests.simulation import finders_outside as outside
from tests.simulation import recovery, studies
from tests.simulation import special_studies as special
from tests.simulation.finders_choices import of_consistency, of_strengths
from tests.simulation.tally import Finder, Found, Run, RunFinder


def of_the_same_tasks(run: Run) -> Iterator[Found]:
    """Two runs of the same tasks."""
    return outside.two_runs(run, special.once_more(), is_same_world=True)


def of_other_tasks(run: Run) -> Iterator[Found]:
    """Two runs of other tasks."""
    return outside.two_runs(run, special.once_more(), is_same_world=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A truth and what is looked for in its runs, by table or with the run itself."""

    make: Callable[[], Truth]
    finders: Sequence[Finder] = ()
    of_runs: Sequence[RunFinder] = ()

    @property
    def truth(self) -> Truth:
        """What is true."""
        return self.make()

    @property
    def about(self) -> str:
        """The same in words."""
        return " ".join((self.make.__doc__ or "").split())


SCENARIOS: dict[str, Scenario] = {
    "reports": Scenario(
        studies.reports,
        (
            recovery.of_distribution,
            recovery.of_manipulations,
            recovery.of_contrasts,
            recovery.of_pooled,
            missing.of_means,
        ),
        (items.of_multiverse,),
    ),
    "kinds": Scenario(studies.kinds, (recovery.of_categories,), (missing.of_pooled_categories,)),
    "unrelated_tasks": Scenario(studies.unrelated_tasks, (recovery.of_reliability, recovery.of_correlations)),
    "hard": Scenario(
        studies.hard,
        (
            recovery.of_manipulations,
            recovery.of_distribution,
            recovery.of_statuses,
            recovery.of_attrition,
            missing.of_bounds,
        ),
    ),
    "offers": Scenario(studies.offers, (recovery.of_choices, recovery.of_pooled_choices), (of_consistency,)),
    "equal_offers": Scenario(studies.equal_offers, (recovery.of_ranking,), (of_strengths,)),
    "exact_reports": Scenario(studies.exact_reports, (recovery.of_logistic,)),
    "many_models": Scenario(studies.many_models, (recovery.of_pooled,)),
    "many_models_alike": Scenario(studies.many_models_alike, (recovery.of_pooled,)),
    "written_answers": Scenario(
        studies.written_answers,
        (recovery.of_mediation, recovery.of_lengths, recovery.of_judges, recovery.of_judge_biases),
    ),
    "components": Scenario(
        special.components,
        of_runs=(items.of_items, items.of_factors, items.of_item_correlations, items.of_item_functioning),
    ),
    "unrelated_items": Scenario(special.unrelated_items, of_runs=(items.of_items, items.of_factors)),
    "one_item_differs": Scenario(special.one_item_differs, of_runs=(items.of_item_functioning,)),
    "levels_apart": Scenario(special.levels_apart, of_runs=(items.of_item_functioning,)),
    "wordings": Scenario(special.wordings, of_runs=(items.of_paraphrases,)),
    "hard_work": Scenario(special.hard_work, of_runs=(effort.of_effort, effort.of_mediation, effort.of_pooled_lengths)),
    "idle_work": Scenario(special.idle_work, of_runs=(effort.of_effort, effort.of_mediation, effort.of_pooled_lengths)),
    "marks": Scenario(special.marks, of_runs=(effort.of_agreement,)),
    "long_answers": Scenario(special.long_answers, of_runs=(effort.of_length_slopes,)),
    "refusals": Scenario(special.refusals, (missing.of_bounds,), (missing.of_failures, missing.of_attrition_tests)),
    "refusals_of_a_kind": Scenario(
        special.refusals_of_a_kind, (missing.of_bounds,), (missing.of_failures, missing.of_attrition_tests)
    ),
    "hidden": Scenario(special.hidden, (missing.of_bounds, missing.of_observed), (missing.of_failures,)),
    "smallest": Scenario(special.smallest, of_runs=(missing.of_power,)),
    "liked_tasks": Scenario(special.liked_tasks, (missing.of_pooled_reliability,), (outside.of_people,)),
    "idle_words": Scenario(special.idle_words, of_runs=(outside.of_words,)),
    "telling_words": Scenario(special.telling_words, of_runs=(outside.of_words,)),
    "once": Scenario(special.once, of_runs=(of_the_same_tasks, of_other_tasks)),
}

NOT_COMPLETE = "what is missing hangs on what it would have been; only the bounds hold then"
KNOWN: dict[tuple[str, str], str] = {
    ("hidden", "manipulations: taken for complete"): NOT_COMPLETE,
}
"""Scenario and estimate whose intervals are known not to keep what they say, and why: shown, not asserted."""
REMARKS: dict[tuple[str, str], str] = {
    (
        "hidden",
        "missing bounds: complete effect",
    ): "its bias is that of the middle of the bounds, which is no estimate",
    ("hard_work", "mediation: indirect"): "a product of two small numbers: much power is lost",
}
"""What a reader of the page should know of estimates that keep what they say."""
