"""Starting a planned run and showing what came of it; the same for a study and a probe."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from motivtui.cli.carrying_out import Carrying, carry_out, raise_unless_complete
from motivtui.cli.output import narrate, write_json
from motivtui.cli.summary import summary_rows, write_summary
from motivtui.conduct.conducting import conditions_of
from motivtui.conduct.estimate import estimate
from motivtui.conduct.expected import means_of
from motivtui.conduct.planning import Plan
from motivtui.conduct.record import record_of
from motivtui.errors import UsageError
from motivtui.runner import Event, RunEnded
from motivtui.settings import Settings
from motivtui.stats.summary import COLUMNS
from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.store import Store


class Screen(Protocol):
    """Shows a run while it goes on; a context manager around it."""

    @property
    def is_watching(self) -> bool:
        """Whether it wants to see replies grow."""
        ...

    def __enter__(self) -> Screen:
        """Begin to show."""
        ...

    def __exit__(self, *exception: object) -> None:
        """Leave the terminal as it was."""
        ...

    def show(self, event: Event) -> None:
        """Show what happened."""
        ...


def start(settings: Settings, plan: Plan, *, kind: str, screen: Screen, may_pay: bool, is_json: bool) -> None:
    """Store the plan, carry it out, show the summary. Raises MotivError, also when not every trial is complete."""
    narrate(plan.product())
    _agree_to_pay(settings, plan, may_pay=may_pay)
    means = means_of(plan)
    conditions_of(settings, plan.endpoints, means)  # refuses before anything is stored
    lock = plan.lock
    if lock:
        departs = f"the run departs from it: {'; '.join(lock.differences)}"
        narrate(f"Locked study {lock.hash[:12]}: {'the run follows it' if lock.is_followed else departs}")
    with Store(settings.db) as store:
        run = store.create_run(record_of(plan, kind), plan.trials)
        narrate(f"Run {run} in {settings.db}")
        finish(settings, store, Carrying(run, plan.endpoints, means), screen, is_json=is_json)


def finish(settings: Settings, store: Store, carrying: Carrying, screen: Screen, *, is_json: bool) -> None:
    """Carry out what is left of a run and show the summary. Raises MotivError, also when trials failed."""
    with screen:
        ended = carry_out(settings, store, carrying, screen.show, watch=screen.is_watching)
    _conclude(settings, ended, is_json=is_json)


def _conclude(settings: Settings, ended: RunEnded, *, is_json: bool) -> None:
    reader = open_reader(settings.db)
    try:
        rows = list(queries.trial_rows(reader, ended.run, columns=() if is_json else COLUMNS))
    finally:
        reader.close()
    if is_json:
        write_json(_document(ended, rows))
    else:
        write_summary(rows)
    raise_unless_complete(ended, settings)


def _document(ended: RunEnded, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "run": ended.run,
        "reason": ended.reason,
        "states": ended.states,
        "summary": summary_rows(rows),
        "trials": rows,
    }


def _agree_to_pay(settings: Settings, plan: Plan, *, may_pay: bool) -> None:
    """Nobody pays by accident: calls that cost, or whose price nobody knows, need a yes. Raises UsageError."""
    expected = estimate(plan, {}, concurrency=settings.concurrency, retries=settings.limits.retries)
    if expected.is_free:
        return
    cost = f"at most about ${expected.cost_usd.worst:,.2f}, every retry made"
    limit = plan.request.limits.max_cost_usd
    if limit is not None:
        cost += f"; never more than ${limit:,.2f}"
    if expected.unpriced:
        cost += f"; {', '.join(expected.unpriced)} not counted: nobody knows the price"
    addresses = ", ".join(sorted({endpoint.address for endpoint in plan.endpoints.values()}))
    narrate(f"{expected.calls:,} calls to {addresses}: {cost}")
    if may_pay:
        return
    if not sys.stdin.isatty():
        raise UsageError("these calls may cost money", hint="--yes says that they may.")
    import typer

    typer.confirm("Go on?", abort=True, err=True)
