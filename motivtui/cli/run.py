"""`motiv run`: a study from a file, from flags, or both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from motivtui.cli.options import DbOption, JsonOption, YesOption
from motivtui.cli.study_flags import study_command

if TYPE_CHECKING:
    from motivtui.conduct.request import StudyRequest
else:
    StudyRequest = object  # only for the signature, which Typer never sees


@study_command
def run(
    study: Path | None,
    request: StudyRequest,
    db: DbOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Run a study: models × tasks × manipulations × instruments × repeats, from a file, from flags, or both.

    Stopped or killed, it goes on with `motiv resume`. Without a choice of tasks: two of each category.

    Example: motiv run --limit 20 -c none,money,futility
    """
    from motivtui.cli.run_screen import RunScreen
    from motivtui.cli.starting import start
    from motivtui.conduct.locked_plan import plan_of_file
    from motivtui.conduct.planning import settings_for
    from motivtui.settings import read_settings

    settings = settings_for(request, read_settings({"db": db}))
    plan = plan_of_file(study, request, settings)
    start(settings, plan, kind="study", screen=RunScreen(), may_pay=yes, is_json=json)
