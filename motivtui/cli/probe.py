"""`motiv probe`: one task typed by hand, under several conditions, at once."""

from __future__ import annotations

from typing import Annotated

import typer

from motivtui.cli.options import (
    ConcurrencyOption,
    ConditionsOption,
    DbOption,
    DecodingOption,
    InstrumentsOption,
    JsonOption,
    MaterialsOption,
    ModelsOption,
    SeedOption,
    TemperatureOption,
    WordingsOption,
    YesOption,
    paths,
    split,
)


def probe(
    task: Annotated[str, typer.Argument(help="The task, in your own words.", metavar="TASK")],
    model: ModelsOption = None,
    manipulation: ConditionsOption = None,
    instrument: InstrumentsOption = None,
    judge: Annotated[list[str] | None, typer.Option("--judge", metavar="ID", help="Model that judges answers.")] = None,
    repeats: Annotated[int, typer.Option("--repeats", "-n", min=1, max=1000, help="Repeats of each condition.")] = 1,
    wordings: WordingsOption = None,
    seed: SeedOption = None,
    decoding: DecodingOption = None,
    temperature: TemperatureOption = None,
    concurrency: ConcurrencyOption = None,
    materials: MaterialsOption = None,
    db: DbOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Ask how motivated models are to do TASK, with the replies streaming in; everything is stored.

    Example: motiv probe "Write a haiku about autumn" -c none,money -n 3
    """
    from motivtui.cli.probe_screen import ProbeScreen
    from motivtui.cli.starting import start
    from motivtui.cli.study_flags import request_of
    from motivtui.cli.typed_text import clean_text
    from motivtui.conduct.planning import plan_study, settings_for
    from motivtui.settings import read_settings
    from motivtui.study.task import Task

    prompt = clean_text(task, "the task")
    request = request_of(
        {
            "name": _title(prompt),
            "seed": seed,
            "models": split(model) or None,
            "judges": split(judge) or None,
            "manipulations": split(manipulation) or None,
            "wordings": wordings,
            "instruments": split(instrument) or None,
            "repeats": repeats,
            "materials": paths(materials) or None,
            "parameters": {"decoding": decoding, "temperature": temperature},
            "limits": {"concurrency": concurrency},
        }
    )
    settings = settings_for(request, read_settings({"db": db}))
    plan = plan_study(request, settings, [Task("probe.1", "probe", ("probe",), prompt, set="probe")])
    start(settings, plan, kind="probe", screen=ProbeScreen(is_quiet=json), may_pay=yes, is_json=json)


def _title(prompt: str) -> str:
    """The beginning of the task as the run's name."""
    line = " ".join(prompt.split())
    return line if len(line) <= 60 else line[:59] + "…"
