"""What is put on record of a run before its first call."""

from __future__ import annotations

from motivtui.conduct.planning import Plan
from motivtui.conduct.versions import versions
from motivtui.store.run_rows import RunRecord


def record_of(plan: Plan, kind: str) -> RunRecord:
    """The record of a planned run; `kind` is `study` or `probe`."""
    lock = plan.lock
    return RunRecord(
        plan.study,
        kind,
        versions(),
        plan.request.as_record(),
        lock.hash if lock else None,
        lock.is_followed if lock else None,
    )
