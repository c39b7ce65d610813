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
    split,
)


def probe(
    task: Annotated[str, typer.Argument(help="The task, in your own words.", metavar="TASK")],
    model: ModelsOption = None,
    manipulation: ConditionsOption = None,
    instrument: InstrumentsOption = None,
    repeats: Annotated[int, typer.Option("--repeats", "-n", min=1, max=1000, help="Repeats of each condition.")] = 1,
    wordings: WordingsOption = "rotate",
    seed: SeedOption = 0,
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
    from motivtui.cli.planning import Design, clean_text, make_plan, material_paths
    from motivtui.cli.probe_screen import ProbeScreen
    from motivtui.cli.starting import start
    from motivtui.materials import load_materials, select_instruments, select_manipulations
    from motivtui.settings import read_settings
    from motivtui.study.task import Task

    settings = read_settings({"db": db, "concurrency": concurrency, "materials": material_paths(materials)})
    prompt = clean_text(task, "the task")
    known = load_materials(settings.materials, user_folder=settings.materials_folder)
    plan = make_plan(
        settings,
        split(model),
        [Task("probe.1", "probe", ("probe",), prompt, set="probe")],
        select_manipulations(known, split(manipulation) or ["none"]),
        select_instruments(known, split(instrument) or ["pre-self-report"]),
        Design(_title(prompt), seed, repeats, wordings, decoding, temperature),
    )
    start(settings, plan, kind="probe", screen=ProbeScreen(is_quiet=json), may_pay=yes, is_json=json)


def _title(prompt: str) -> str:
    """The beginning of the task as the run's name."""
    line = " ".join(prompt.split())
    return line if len(line) <= 60 else line[:59] + "…"
