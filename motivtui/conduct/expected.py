"""What a plan will take by what earlier calls in the database took, and what it may use by its own request."""

from __future__ import annotations

from motivtui.conduct.conducting import Means
from motivtui.conduct.estimate import Estimate, estimate
from motivtui.conduct.planning import Plan
from motivtui.settings import Settings
from motivtui.store.connection import open_reader
from motivtui.store.history_queries import CallHistory, call_history


def expected_of(plan: Plan, settings: Settings) -> Estimate:
    """The estimate, with earlier calls where there is a database already. Raises DatabaseError."""
    history: dict[tuple[str, str], CallHistory] = {}
    if settings.db.exists():
        reader = open_reader(settings.db)
        try:
            history = call_history(reader)
        finally:
            reader.close()
    return estimate(plan, history, concurrency=settings.concurrency, retries=settings.limits.retries)


def means_of(plan: Plan) -> Means:
    """What a run of the plan may use, as its request says."""
    limits = plan.request.limits
    return Means(limits.max_cost_usd, bool(limits.allow_unpriced), bool(limits.stream), limits.processes)
