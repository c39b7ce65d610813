"""Tidy rows in, typed results out: no database, no screen, nothing dropped at load.

A missing value is None with a reason, never 0; every result shows n and exclusions.
"""

from motivtui.stats.choice_summary import ChoiceSummary, summarise_choices
from motivtui.stats.summary import ConditionSummary, summarise

__all__ = ["ChoiceSummary", "ConditionSummary", "summarise", "summarise_choices"]
