"""What can be asked of a run: the name of each view, how it is computed, and what its results are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from motivtui.analysis.means import MeanRow, means
from motivtui.stats.categories import CategoryEffect, category_effects
from motivtui.stats.choices import ChoiceEffect, choice_effects
from motivtui.stats.distribution import Distribution, distributions
from motivtui.stats.manipulations import ManipulationEffect, manipulation_effects
from motivtui.stats.reliability import Reliability, reliabilities
from motivtui.stats.statuses import StatusRates, status_rates
from motivtui.stats.table import ScoreTable

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class View(Generic[Result]):
    """One question. Its answer is a tuple of results of the type `result`."""

    name: str
    result: type[Result]
    compute: Callable[[ScoreTable], tuple[Result, ...]]


OVERVIEW = View("overview", Distribution, distributions)
CONDITIONS = View("conditions", Distribution, lambda table: distributions(table, by_manipulation=True))
CATEGORIES = View("categories", CategoryEffect, category_effects)
MANIPULATIONS = View("manipulations", ManipulationEffect, manipulation_effects)
CHOICES = View("choices", ChoiceEffect, choice_effects)
RELIABILITY = View("reliability", Reliability, reliabilities)
STATUSES = View("statuses", StatusRates, status_rates)
MEANS = View("means", MeanRow, means)

VIEWS: dict[str, View[Any]] = {
    view.name: view for view in (OVERVIEW, CONDITIONS, CATEGORIES, MANIPULATIONS, CHOICES, RELIABILITY, STATUSES, MEANS)
}
