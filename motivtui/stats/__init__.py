"""Tidy rows in, typed results out: no database, no screen, nothing dropped at load.

A missing value is None with a reason, never 0; every result shows n and exclusions.
"""

from motivtui.stats.summary import ConditionSummary, summarise

__all__ = ["ConditionSummary", "summarise"]
