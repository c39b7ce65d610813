"""`motiv runs`: what is in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli.options import DbOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Mapping

app = typer.Typer(help="List the runs; show or rename one.", rich_markup_mode=None)
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Run id, its beginning, or 'latest'.")]


@app.callback(invoke_without_command=True)
def ls(context: typer.Context, db: DbOption = None, json: JsonOption = False) -> None:
    """List the runs, newest first; `show` and `rename` one."""
    if context.invoked_subcommand:
        return
    from motivtui.cli.output import narrate, write_json
    from motivtui.cli.table import write_table
    from motivtui.settings import read_settings
    from motivtui.store import open_reader, queries

    settings = read_settings({"db": db})
    reader = open_reader(settings.db)
    try:
        found = queries.run_summaries(reader)
    finally:
        reader.close()
    if json:
        write_json(found)
    elif not found:
        narrate('No run yet. Begin with: motiv probe "Write a haiku about autumn" -c none,money')
    else:
        columns = ["run", "name", "kind", "created_at", "models", "complete", "failed", "open", "cost"]
        write_table(columns, [_line(one) for one in found], right=("complete", "failed", "open", "cost"))


@app.command()
def show(run: RunArgument = "latest", db: DbOption = None, json: JsonOption = False) -> None:
    """Show one run: its study, its states and the summary of its scores."""
    from motivtui.cli.output import write_json
    from motivtui.cli.summary import summary_rows, write_summary
    from motivtui.cli.table import write_table
    from motivtui.settings import read_settings
    from motivtui.store import open_reader, queries

    reader = open_reader(read_settings({"db": db}).db)
    try:
        run_id = queries.find_run(reader, run)
        record = queries.run_record(reader, run_id)
        states = queries.state_counts(reader, run_id)
        rows = list(queries.trial_rows(reader, run_id))
    finally:
        reader.close()
    if json:
        write_json(record | {"states": states, "summary": summary_rows(rows)})
        return
    facts = [(name, record[name]) for name in ("id", "name", "kind", "created_at", "seed", "materials_hash")]
    facts += [(name, value) for name, value in record["study"].items() if name not in ("name", "seed", "tasks")]
    facts += [("tasks", len(record["study"]["tasks"]))]
    facts += [("versions", ", ".join(f"{name} {number}" for name, number in record["versions"].items()))]
    facts += [("trials", ", ".join(f"{count} {state}" for state, count in states.items()))]
    write_table(["", ""], facts)
    write_summary(rows)


@app.command()
def rename(run: RunArgument, name: Annotated[str, typer.Argument(help="The new name.")], db: DbOption = None) -> None:
    """Give a run another name."""
    from motivtui.cli.planning import clean_text
    from motivtui.settings import read_settings
    from motivtui.store import Store, open_reader, queries

    settings = read_settings({"db": db})
    reader = open_reader(settings.db)
    try:
        run_id = queries.find_run(reader, run)
    finally:
        reader.close()
    with Store(settings.db) as store:
        store.rename_run(run_id, clean_text(name, "the name"))


def _line(one: Mapping[str, Any]) -> list[Any]:
    cost = "unknown" if one["known_cost_usd"] is None else f"${one['known_cost_usd']:.4f}"
    if one["known_cost_usd"] is not None and one["unpriced_responses"]:
        cost += " + unknown"
    still_open = one["trials"] - one["finished"]
    return [
        one["run"],
        one["name"],
        one["kind"],
        one["created_at"],
        one["models"],
        f"{one['complete']:,}/{one['trials']:,}",
        one["failed"],
        still_open,
        cost,
    ]
