"""Tidy rows in, typed results out: no database, no screen, nothing dropped at load.

A missing value is None with a reason, never 0; every result shows n and exclusions. The analyses take a `ScoreTable`
(`score_table` makes one of a run's rows, also of a run that is still going on) and give frozen values without numpy
in them; each has a `sentence` that claims no more than its scope.
"""

from motivtui.stats.categories import CategoryEffect, category_effects
from motivtui.stats.choice_summary import ChoiceSummary, summarise_choices
from motivtui.stats.choices import ChoiceEffect, choice_effects
from motivtui.stats.distribution import Distribution, distributions
from motivtui.stats.estimate import Estimate
from motivtui.stats.manipulations import ManipulationEffect, manipulation_effects
from motivtui.stats.pooled import PooledEffect, pooled_effects
from motivtui.stats.reliability import Reliability, reliabilities
from motivtui.stats.statuses import StatusRates, status_rates
from motivtui.stats.summary import ConditionSummary, summarise
from motivtui.stats.table import TABLE_COLUMNS, ScoreTable, score_table

__all__ = [
    "TABLE_COLUMNS",
    "CategoryEffect",
    "ChoiceEffect",
    "ChoiceSummary",
    "ConditionSummary",
    "Distribution",
    "Estimate",
    "ManipulationEffect",
    "PooledEffect",
    "Reliability",
    "ScoreTable",
    "StatusRates",
    "category_effects",
    "choice_effects",
    "distributions",
    "manipulation_effects",
    "pooled_effects",
    "reliabilities",
    "score_table",
    "status_rates",
    "summarise",
    "summarise_choices",
]
