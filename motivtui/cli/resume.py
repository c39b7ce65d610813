"""`motiv resume`: go on exactly where a run stopped."""

from __future__ import annotations

from typing import Annotated

import typer

from motivtui.cli.options import ConcurrencyOption, DbOption, JsonOption, RunArgument


def resume(
    run: RunArgument = "latest",
    concurrency: ConcurrencyOption = None,
    stream: Annotated[bool, typer.Option("--stream", help="Stream the calls: slower, times the first token.")] = False,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Do what is left of a run. What has its result is never asked again."""
    from motivtui.cli.run_screen import RunScreen
    from motivtui.cli.starting import finish
    from motivtui.models.catalogue import resolve
    from motivtui.settings import read_settings
    from motivtui.store import queries
    from motivtui.store.connection import open_reader
    from motivtui.store.store import Store

    settings = read_settings({"db": db, "concurrency": concurrency})
    reader = open_reader(settings.db)
    try:
        run_id = queries.find_run(reader, run)
        models = sorted({one.trial.model for one in queries.open_trials(reader, run_id)})
    finally:
        reader.close()
    endpoints = {model: resolve(model, settings) for model in models}
    with Store(settings.db) as store:
        finish(settings, store, run_id, endpoints, RunScreen(is_watching=stream), is_json=json)
