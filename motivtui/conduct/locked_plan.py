"""The plan of a study file, and how it stands to the file's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from motivtui.conduct.lock import LockState, read_lock, write_lock
from motivtui.conduct.planning import Plan, plan_study
from motivtui.conduct.request import StudyRequest
from motivtui.settings import Settings

DEFAULT_ANALYSIS = "robust"


def plan_of_file(study_file: Path | None, request: StudyRequest, settings: Settings) -> Plan:
    """The plan of a request; with a file that was locked, the plan says whether it keeps to that. Raises MotivError."""
    plan = plan_study(request, settings)
    if study_file is None:
        return plan
    return replace(plan, lock=read_lock(study_file, plan.study, plan.trials, _analysis(request)))


def lock_plan(study_file: Path, plan: Plan, versions: Mapping[str, str]) -> LockState:
    """Freeze a plan beside its study file. Raises UsageError: it is frozen already."""
    return write_lock(study_file, plan.study, plan.trials, _analysis(plan.request), versions)


def _analysis(request: StudyRequest) -> str:
    return request.analysis or DEFAULT_ANALYSIS
