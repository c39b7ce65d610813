"""`motiv plan`: what would run, before anything does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli.options import DbOption, JsonOption
from motivtui.cli.study_flags import study_command
from motivtui.errors import UsageError

if TYPE_CHECKING:
    from motivtui.conduct.planning import Plan
    from motivtui.conduct.request import StudyRequest
else:
    StudyRequest = object  # only for the signature, which Typer never sees

LOCK = "lock"


@study_command
def plan(
    study: Path | None,
    request: StudyRequest,
    prompts: Annotated[
        int | None,
        typer.Option(
            "--prompts",
            metavar="[N]",
            min=0,
            help="Show the exact messages of so many trials (no number: all), on a terminal one by one.",
        ),
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Write the request as a study file.")
    ] = None,
    lock: Annotated[
        bool, typer.Option("--lock", help="Freeze study, materials and analysis under one hash, beside the file.")
    ] = False,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Show the product, the calls, tokens, time and cost of a study, and its exact prompts; nothing is called.

    `motiv plan lock STUDY` freezes the study: its runs then say whether they follow the plan.
    """
    from motivtui.cli.plan_screen import document, write_plan, write_prompts
    from motivtui.conduct.expected import expected_of
    from motivtui.conduct.locked_plan import lock_plan, plan_of_file
    from motivtui.conduct.planning import settings_for
    from motivtui.conduct.study_file import write_study_file
    from motivtui.settings import read_settings

    settings = settings_for(request, read_settings({"db": db}))
    planned = plan_of_file(None if lock else study, request, settings)
    if save:
        write_study_file(save, request)
        _narrate(f"written: {save}")
    if lock:
        _lock(study, planned, lock_plan)
    expected = expected_of(planned, settings)
    if json:
        from motivtui.cli.output import write_json

        write_json(document(planned, expected, prompts or 0))
        return
    write_plan(planned, expected)
    write_prompts(planned.trials[: prompts or 0])


def _lock(study: Path | None, planned: Plan, lock_plan: Any) -> None:
    from motivtui.conduct.lock import lock_path
    from motivtui.conduct.study_file import read_study_file
    from motivtui.conduct.versions import versions

    if study is None:
        raise UsageError("only a study file can be locked", hint="motiv plan --save study.toml …, then lock that.")
    if read_study_file(study) != planned.request:
        raise UsageError(
            "a lock is of what the file says, without flags",
            hint="Write both into a file first: motiv plan STUDY … --save new.toml",
        )
    state = lock_plan(study, planned, versions())
    _narrate(f"locked: {lock_path(study)} ({state.hash[:12]})")


def _narrate(message: str) -> None:
    from motivtui.cli.output import narrate

    narrate(message)
