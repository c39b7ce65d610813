"""What can be asked of a run: the one list of analyses that the console, `motiv stats` and their JSON share.

Owns names, titles and what each analysis needs and shows; computes nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from motivtui.analysis.asked import Asked, Compute, of_table
from motivtui.analysis.detectable import Detectable, detectable_effects
from motivtui.analysis.means import MeanRow, means
from motivtui.analysis.needs import Need
from motivtui.stats.attrition import Attrition, attrition
from motivtui.stats.bradley_terry import BradleyTerry, bradley_terry
from motivtui.stats.categories import CategoryEffect, category_effects
from motivtui.stats.choice_consistency import ChoiceConsistency, choice_consistencies
from motivtui.stats.choices import ChoiceEffect, choice_effects
from motivtui.stats.correlations import Correlation, correlations
from motivtui.stats.distribution import Distribution, distributions
from motivtui.stats.effort import EffortRelation, effort_relations
from motivtui.stats.factor_solution import FactorSolution
from motivtui.stats.factors import factor_solutions
from motivtui.stats.failure_model import FailureModel, failure_models
from motivtui.stats.group_contrasts import GroupContrast, group_contrasts
from motivtui.stats.human_contrasts import HumanContrast, HumanRegression, human_contrasts, human_regressions
from motivtui.stats.human_ratings import RaterAgreement, rater_agreement
from motivtui.stats.humans import HumanComparison, human_comparisons
from motivtui.stats.internal_consistency import InternalConsistency, internal_consistencies
from motivtui.stats.item_functioning import ItemFunctioning, item_functioning
from motivtui.stats.judge_bias import Halo, JudgeBias, halos, judge_biases
from motivtui.stats.judges import JudgeAgreement, judge_agreements
from motivtui.stats.length_effects import LengthEffect, PooledLengthEffect, length_effects, pooled_length_effects
from motivtui.stats.logistic_choice import LogisticChoice, logistic_choices
from motivtui.stats.manipulated_choice import ManipulatedChoice, manipulated_choices
from motivtui.stats.manipulations import ManipulationEffect, manipulation_effects
from motivtui.stats.mediation import Mediation, mediations
from motivtui.stats.missing_bounds import ListwiseLoss, MissingBounds, listwise_losses, missing_bounds
from motivtui.stats.multiverse import Multiverse, multiverses
from motivtui.stats.paraphrase import ParaphraseReliability, paraphrase_reliabilities
from motivtui.stats.pooled import PooledEffect, pooled_effects
from motivtui.stats.pooled_categories import PooledCategories, pooled_categories
from motivtui.stats.pooled_choice import PooledChoice, pooled_choices
from motivtui.stats.pooled_correlations import PooledCorrelation, pooled_correlations
from motivtui.stats.pooled_reliability import PooledReliability, pooled_reliabilities
from motivtui.stats.reliability import Reliability, reliabilities
from motivtui.stats.statuses import StatusRates, status_rates
from motivtui.stats.table import ScoreTable
from motivtui.stats.vocabulary import Vocabulary, vocabularies
from motivtui.study.manipulation import CONTROL_ID

Result = TypeVar("Result")
_NOTHING_ELSE = Asked()


@dataclass(frozen=True, slots=True)
class View(Generic[Result]):
    """One question. Its answer is a tuple of results of the type `result`.

    `about`: what it answers, in a line. `needs`: what a run must have. `shown`: the results' fields that are estimates
    for a table, the first of them for a plot. `pooled`: the view that answers it over models ("": none); `is_pooled`:
    it is one. `is_listed`: a user can name it; the others are the console's own.
    """

    name: str
    result: type[Result]
    function: Compute
    title: str
    about: str
    needs: tuple[Need, ...] = ()
    shown: tuple[str, ...] = ()
    pooled: str = ""
    is_pooled: bool = False
    is_listed: bool = True

    def compute(self, table: ScoreTable, asked: Asked = _NOTHING_ELSE) -> tuple[Result, ...]:
        """The answer. Raises UsageError where what was asked cannot be."""
        return self.function(table, asked)


def _multiverses(table: ScoreTable, asked: Asked) -> tuple[Multiverse, ...]:
    others = [name for name in table.manipulation.levels if name is not None and name != CONTROL_ID]
    names = [asked.manipulation] if asked.manipulation is not None else others
    given = {name: value for name, value in asked.of(multiverses).items() if name != "manipulation"}
    return tuple(one for name in names for one in multiverses(table, name, **given))


def _of_people(function: Any) -> Compute:
    return of_table(
        function, lambda table, asked: function(table, asked.ratings, **asked.of(function)) if asked.ratings else ()
    )


def _raters(table: ScoreTable, asked: Asked) -> tuple[RaterAgreement, ...]:
    return (rater_agreement(table, asked.ratings, **asked.of(rater_agreement)),) if asked.ratings else ()


def _vocabularies(_: ScoreTable, asked: Asked) -> tuple[Vocabulary, ...]:
    return vocabularies(asked.rationales, asked.preset) if any(one.text for one in asked.rationales) else ()


_PANEL = ("panel", "population")
_EFFECT = (Need.RATINGS, Need.CONTROL, Need.MANIPULATIONS)
_PULL = (Need.CHOICES, Need.MANIPULATIONS)

OVERVIEW = View(
    "overview", Distribution, of_table(distributions), "Distribution of scores",
    "Is the scale used? Mean, spread, quantiles, ends of the scale.", (Need.RATINGS,), ("mean",),
)  # fmt: skip
CONDITIONS = View(
    "conditions", Distribution, lambda table, _: distributions(table, by_manipulation=True),
    "Distribution of scores by manipulation", "The same, each manipulation apart.", (Need.RATINGS,), ("mean",),
)  # fmt: skip
STATUSES = View(
    "statuses", StatusRates, of_table(status_rates), "What became of the trials",
    "How many are complete, how often a model refused or could not be read.", (), ("refused", "unreadable"),
)  # fmt: skip
MANIPULATIONS = View(
    "manipulations", ManipulationEffect, of_table(manipulation_effects), "Effects of manipulations",
    "The difference of each from the control and from the placebo, within tasks.", _EFFECT,
    ("difference", "mean", "from_placebo", "g_av"), "pooled",
)  # fmt: skip
POOLED = View(
    "pooled", PooledEffect, of_table(pooled_effects), "Effects of manipulations over models",
    "The same for these models together, and for models like them.", (*_EFFECT, Need.MODELS), _PANEL, is_pooled=True,
)  # fmt: skip
CATEGORIES = View(
    "categories", CategoryEffect, of_table(category_effects), "Categories of tasks",
    "Do scores differ between categories? Means and the test, by model.", (Need.RATINGS, Need.CATEGORIES),
    ("test", "family_test"), "pooled_categories",
)  # fmt: skip
CHOICES = View(
    "choices", ChoiceEffect, of_table(choice_effects), "Choices between tasks",
    "How often the task with the note is chosen, and the one shown first.", (Need.CHOICES,),
    ("manipulated_by_pair", "manipulated", "shift", "first", "order_consistency"), "pooled_choices",
)  # fmt: skip
RELIABILITY = View(
    "reliability", Reliability, of_table(reliabilities), "Reliability over repeats",
    "Does the same question get the same score again? r, ICC, within-SD, α.", (Need.RATINGS, Need.REPEATS),
    ("icc", "icc_mean", "r", "alpha", "within_sd"), "pooled_reliability",
)  # fmt: skip
MEANS = View(
    "means", MeanRow, of_table(means), "Running means", "Means and differences while a run goes on.",
    (Need.RATINGS,), ("mean", "difference"), is_listed=False,
)  # fmt: skip

_OTHERS: tuple[View[Any], ...] = (
    View(
        "agreement", InternalConsistency, of_table(internal_consistencies), "Agreement of an instrument's items",
        "Cronbach's α of instruments with several ratings.", (Need.ITEMS,), ("alpha",),
    ),
    View(
        "paraphrase", ParaphraseReliability, of_table(paraphrase_reliabilities), "Reliability over wordings",
        "Does another wording of a manipulation give the same scores?", (Need.RATINGS, Need.WORDINGS), ("icc",),
    ),
    View(
        "group_contrasts", GroupContrast, of_table(group_contrasts), "Contrasts of groups of manipulations",
        "Enhancing against demotivating, extrinsic against intrinsic, gain against loss.",
        (Need.RATINGS, Need.MANIPULATIONS), ("difference", "complete", "d_z"),
    ),
    View(
        "correlations", Correlation, of_table(correlations), "Correlations of measures",
        "Which measures go together over tasks, by model.", (Need.RATINGS, Need.MEASURES),
        ("r", "spearman", "disattenuated"), "pooled_correlations",
    ),
    View(
        "factors", FactorSolution, of_table(factor_solutions), "Components of motivation",
        "What lies behind interest, challenge, mastery, fear and value.", (Need.BREAKDOWN,), ("bartlett",),
    ),
    View(
        "choice_consistency", ChoiceConsistency, of_table(choice_consistencies), "Consistency of choices",
        "Is the same chosen again, in both orders, and without circles?", (Need.CHOICES,),
        ("order_consistency", "repeat_agreement", "kappa", "first", "circularity"),
    ),
    View(
        "manipulated_choice", ManipulatedChoice, of_table(manipulated_choices), "Pull of a note",
        "How often the task with the manipulation's note is chosen, against chance.", _PULL,
        ("by_pair", "independent", "shift"), "pooled_choices",
    ),
    View(
        "logistic_choice", LogisticChoice, of_table(logistic_choices), "Reports and choices",
        "Do the scores that a model reports predict what it chooses?", (Need.CHOICES, Need.RATINGS),
        ("slope", "odds_ratio", "auc", "higher"),
    ),
    View(
        "bradley_terry", BradleyTerry, of_table(bradley_terry), "Ranking by choices",
        "Which families of tasks are preferred (Bradley-Terry).", (Need.CHOICES,), ("position",),
    ),
    View(
        "effort", EffortRelation, of_table(effort_relations), "Effort",
        "Do ratings go with how much is written, between tasks and within them?", (Need.EXECUTIONS, Need.RATINGS),
        ("spearman", "within", "between", "partial"),
    ),
    View(
        "length", LengthEffect, of_table(length_effects), "Length of what is written",
        "The ratio of tokens under each manipulation to the control's.",
        (Need.EXECUTIONS, Need.CONTROL, Need.MANIPULATIONS), ("ratio", "truncated"), "pooled_length",
    ),
    View(
        "mediation", Mediation, of_table(mediations), "Does the report go between?",
        "Manipulation, report, outcome: an association, not causal mediation.",
        (*_EFFECT, Need.EXECUTIONS), ("indirect", "a", "b", "c", "direct"),
    ),
    View(
        "judges", JudgeAgreement, of_table(judge_agreements), "Agreement of judges",
        "Do the judges give the same answers the same marks?", (Need.JUDGES,), ("alpha_interval", "alpha_ordinal"),
    ),
    View(
        "judge_bias", JudgeBias, of_table(judge_biases), "Leanings of judges",
        "Does a judge prefer its own answers, or long ones?", (Need.JUDGES,), ("self_preference",),
    ),
    View(
        "halos", Halo, of_table(halos), "Halo of judges",
        "How far a judge's criteria say the same.", (Need.JUDGES,), (),
    ),
    View(
        "raters", RaterAgreement, of_table(rater_agreement, _raters), "Agreement of people",
        "Do the people who rated the tasks agree?", (Need.PEOPLE,), ("agreement", "consistency", "one_way"),
    ),
    View(
        "humans", HumanComparison, _of_people(human_comparisons), "Models and people",
        "Do a model's scores go with people's ratings?", (Need.PEOPLE, Need.RATINGS), ("r", "spearman", "reweighted"),
    ),
    View(
        "human_contrasts", HumanContrast, _of_people(human_contrasts), "Which model is nearer to people",
        "The difference of two models' correlations with people's ratings.", (Need.PEOPLE, Need.RATINGS, Need.MODELS),
        ("difference", "williams"),
    ),
    View(
        "human_regressions", HumanRegression, _of_people(human_regressions), "People's ratings from all models",
        "What each model adds to the others in predicting people's ratings.",
        (Need.PEOPLE, Need.RATINGS, Need.MODELS), (),
    ),
    View(
        "attrition", Attrition, of_table(attrition), "Missing scores by manipulation",
        "Do refusals and unreadable replies differ between manipulations?", (Need.CONTROL, Need.MANIPULATIONS),
        ("cochran_q",),
    ),
    View(
        "failures", FailureModel, of_table(failure_models), "What missing scores go with",
        "Refusals by category and by what another instrument reports.", (), ("categories_alone",),
    ),
    View(
        "missing_bounds", MissingBounds, of_table(missing_bounds), "Bounds for missing scores",
        "How far missing scores could change each effect.", _EFFECT, ("observed", "lower", "upper"),
    ),
    View(
        "listwise", ListwiseLoss, of_table(listwise_losses), "Complete tasks",
        "How many tasks have every score.", (Need.RATINGS,), (),
    ),
    View(
        "vocabulary", Vocabulary, of_table(vocabularies, _vocabularies), "Words of the reasons",
        "Which words go with high scores, and which with low ones.", (Need.REASONS,), (),
    ),
    View(
        "multiverse", Multiverse, _multiverses, "Multiverse",
        "One effect under every defensible way of computing it.", _EFFECT, ("default",),
    ),
    View(
        "dif", ItemFunctioning, of_table(item_functioning), "Differential item functioning",
        "Does an item mean the same to all models?", (Need.ITEMS, Need.MODELS), ("either", "uniform", "non_uniform"),
    ),
    View(
        "power", Detectable, of_table(detectable_effects), "Smallest detectable effects",
        "How small a difference the run could have found.", _EFFECT, ("difference",),
    ),
    View(
        "pooled_categories", PooledCategories, of_table(pooled_categories), "Categories of tasks over models",
        "The same for these models together.", (Need.RATINGS, Need.CATEGORIES, Need.MODELS), ("test", "family_test"),
        is_pooled=True,
    ),
    View(
        "pooled_choices", PooledChoice, of_table(pooled_choices), "Pull of a note over models",
        "The same for these models together, and for models like them.", (*_PULL, Need.MODELS),
        (*_PANEL, "panel_shift", "population_shift", "naive"), is_pooled=True,
    ),
    View(
        "pooled_correlations", PooledCorrelation, of_table(pooled_correlations), "Correlations over models",
        "The same for these models together, and for models like them.", (Need.RATINGS, Need.MEASURES, Need.MODELS),
        _PANEL, is_pooled=True,
    ),
    View(
        "pooled_reliability", PooledReliability, of_table(pooled_reliabilities), "Reliability over models",
        "The same for these models together, and for models like them.", (Need.RATINGS, Need.REPEATS, Need.MODELS),
        _PANEL, is_pooled=True,
    ),
    View(
        "pooled_length", PooledLengthEffect, of_table(pooled_length_effects), "Length over models",
        "The same for these models together, and for models like them.",
        (Need.EXECUTIONS, Need.CONTROL, Need.MANIPULATIONS, Need.MODELS), _PANEL, is_pooled=True,
    ),
)  # fmt: skip

_FIRST: tuple[View[Any], ...] = (
    OVERVIEW, CONDITIONS, STATUSES, MANIPULATIONS, POOLED, CATEGORIES, CHOICES, RELIABILITY, MEANS,
)  # fmt: skip
VIEWS: dict[str, View[Any]] = {view.name: view for view in (*_FIRST, *_OTHERS)}
AT_A_GLANCE: tuple[View[Any], ...] = (OVERVIEW, STATUSES, MANIPULATIONS, CATEGORIES, RELIABILITY, CHOICES)
"""What a run is looked at with when nothing is named, as far as it allows them."""
