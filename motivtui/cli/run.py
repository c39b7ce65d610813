"""`motiv run`: a study from flags."""

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
    NameOption,
    RepeatsOption,
    SeedOption,
    TemperatureOption,
    WordingsOption,
    YesOption,
)
from motivtui.cli.study_options import (
    CategoryOption,
    LimitOption,
    PerCategoryOption,
    SetOption,
    TasksOption,
)


def run(
    model: ModelsOption = None,
    task: TasksOption = None,
    category: CategoryOption = None,
    task_set: SetOption = None,
    per_category: PerCategoryOption = None,
    limit: LimitOption = None,
    manipulation: ConditionsOption = None,
    instrument: InstrumentsOption = None,
    repeats: RepeatsOption = 2,
    wordings: WordingsOption = "rotate",
    seed: SeedOption = 0,
    decoding: DecodingOption = None,
    temperature: TemperatureOption = None,
    name: NameOption = None,
    materials: MaterialsOption = None,
    concurrency: ConcurrencyOption = None,
    stream: Annotated[bool, typer.Option("--stream", help="Stream the calls: slower, times the first token.")] = False,
    db: DbOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Run a study: models × tasks × manipulations × instruments × repeats.

    Stopped or killed, it goes on with `motiv resume`. Without a choice of tasks: two of each category.

    Example: motiv run --limit 20 -c none,money,futility
    """
    from motivtui.cli.run_screen import RunScreen
    from motivtui.cli.starting import start
    from motivtui.cli.study_flags import StudyFlags

    flags = StudyFlags(
        model,
        task,
        category,
        task_set,
        per_category,
        limit,
        manipulation,
        instrument,
        repeats,
        wordings,
        seed,
        decoding,
        temperature,
        name,
        materials,
    )
    settings = flags.settings(db=db, concurrency=concurrency)
    plan = flags.plan(settings)
    start(settings, plan, kind="study", screen=RunScreen(is_watching=stream), may_pay=yes, is_json=json)
