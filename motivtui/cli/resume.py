"""`motiv resume`: go on exactly where a run stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from motivtui.cli.options import ConcurrencyOption, DbOption, JsonOption, RunArgument

if TYPE_CHECKING:
    from motivtui.store.connection import Reader


def resume(
    run: RunArgument = "latest",
    concurrency: ConcurrencyOption = None,
    stream: Annotated[bool, typer.Option("--stream", help="Stream every call: slower, times the first token.")] = False,
    requeue: Annotated[bool, typer.Option("--requeue", help="Take trials up again that failed for good.")] = False,
    max_cost: Annotated[
        float | None, typer.Option("--max-cost", min=0, help="Dollars for the whole run (default: as before).")
    ] = None,
    allow_unpriced: Annotated[
        bool, typer.Option("--allow-unpriced", help="Go on in spite of a price that nobody knows.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option("--processes", min=0, max=64, help="Processes that make the calls (0: none).")
    ] = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Do what is left of a run. What has an answer is never asked again."""
    from motivtui.cli.carrying_out import Carrying
    from motivtui.cli.run_screen import RunScreen
    from motivtui.cli.starting import finish
    from motivtui.conduct.resuming import means_as_before, settings_as_before
    from motivtui.models.catalogue import resolve
    from motivtui.settings import read_settings
    from motivtui.store import queries
    from motivtui.store.connection import open_reader
    from motivtui.store.store import Store

    settings = read_settings({"db": db, "concurrency": concurrency})
    reader = open_reader(settings.db)
    try:
        run_id = queries.find_run(reader, run)
        before = queries.session_options(reader, run_id)
        models = _models(reader, run_id, all_of_them=requeue)
    finally:
        reader.close()
    settings = settings_as_before(settings, before, concurrency)
    means = means_as_before(
        before, max_cost_usd=max_cost, allow_unpriced=allow_unpriced, is_streamed=stream, processes=processes
    )
    carrying = Carrying(run_id, {model: resolve(model, settings) for model in models}, means, requeues=requeue)
    with Store(settings.db) as store:
        finish(settings, store, carrying, RunScreen(), is_json=json)


def _models(reader: Reader, run: str, *, all_of_them: bool) -> list[str]:
    """The models that are still needed: of open trials, or all when failed ones will be taken up again."""
    from motivtui.store import queries

    if all_of_them:
        study = queries.run_record(reader, run)["study"]
        return sorted({*study["models"], *study.get("judges", ())})
    return sorted({one.trial.respondent for one in queries.open_trials(reader, run)})
