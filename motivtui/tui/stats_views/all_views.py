"""The tabs of the Stats room, in their order."""

from __future__ import annotations

from motivtui.tui.stats_views import categories, choices, manipulations, overview, reliability, statuses
from motivtui.tui.stats_views.shown import StatsView

VIEWS: tuple[StatsView, ...] = (
    overview.VIEW,
    categories.VIEW,
    manipulations.VIEW,
    choices.VIEW,
    reliability.VIEW,
    statuses.VIEW,
)
BY_KEY = {view.key: view for view in VIEWS}
