"""`motiv runs`: what is in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli.options import DbOption, JsonOption, RunArgument

if TYPE_CHECKING:
    from collections.abc import Mapping

_COUNTED = ("tasks", "pairs")
"""What a study has too many of to name."""

app = typer.Typer(help="List the runs; show or rename one.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def ls(context: typer.Context, db: DbOption = None, json: JsonOption = False) -> None:
    """List the runs, newest first; `show` and `rename` one."""
    if context.invoked_subcommand:
        return
    from motivtui.cli.output import narrate, write_json
    from motivtui.cli.table import write_table
    from motivtui.settings import read_settings
    from motivtui.store import run_queries
    from motivtui.store.connection import open_reader

    settings = read_settings({"db": db})
    reader = open_reader(settings.db)
    try:
        found = run_queries.run_summaries(reader)
    finally:
        reader.close()
    if json:
        write_json(found)
    elif not found:
        narrate('No run yet. Begin with: motiv probe "Write a haiku about autumn" -c none,money')
    else:
        columns = ["run", "name", "kind", "created (UTC)", "models", "complete", "failed", "cost"]
        write_table(columns, [_line(one) for one in found], right=("complete", "failed", "cost"))


@app.command()
def show(run: RunArgument = "latest", db: DbOption = None, json: JsonOption = False) -> None:
    """Show one run: its study, its states and the summary of its scores."""
    from motivtui.cli.output import write_json
    from motivtui.cli.summary import summary_rows, write_summary
    from motivtui.cli.table import write_table
    from motivtui.settings import read_settings
    from motivtui.stats.summary import COLUMNS
    from motivtui.store import flat_rows, run_queries
    from motivtui.store.connection import open_reader

    reader = open_reader(read_settings({"db": db}).db)
    try:
        run_id = run_queries.find_run(reader, run)
        record = run_queries.run_record(reader, run_id)
        states = run_queries.state_counts(reader, run_id)
        rows = list(flat_rows.trial_rows(reader, run_id, columns=COLUMNS))
    finally:
        reader.close()
    if json:
        write_json(record | {"states": states, "summary": summary_rows(rows)})
        return
    write_table(["", ""], _facts(record, states))
    write_summary(rows)


def _facts(record: dict[str, Any], states: dict[str, int]) -> list[tuple[str, Any]]:
    """What a run is, one thing a line."""
    study = record["study"]
    facts = [(name, record[name]) for name in ("id", "name", "kind", "created_at", "seed", "materials_hash")]
    if record["lock_hash"]:
        followed = "followed" if record["lock_followed"] else "departed from"
        facts.append(("lock", f"{record['lock_hash']} ({followed})"))
    for name, value in study.items():
        if name not in ("name", "seed", "parameters", *_COUNTED):
            facts.append((name, ", ".join(map(str, value)) if isinstance(value, list) else value))
    facts += [(name, len(study[name])) for name in _COUNTED if name in study]
    for model, parameters in study["parameters"].items():
        facts.append((f"{model}", ", ".join(f"{name} {value}" for name, value in parameters.items())))
    facts.append(("versions", ", ".join(f"{name} {number}" for name, number in record["versions"].items())))
    facts.append(("trials", ", ".join(f"{count:,} {state}" for state, count in states.items())))
    return facts


@app.command()
def rename(run: RunArgument, name: Annotated[str, typer.Argument(help="The new name.")], db: DbOption = None) -> None:
    """Give a run another name."""
    from motivtui.cli.typed_text import clean_text
    from motivtui.settings import read_settings
    from motivtui.store import run_queries
    from motivtui.store.connection import open_reader
    from motivtui.store.store import Store

    settings = read_settings({"db": db})
    reader = open_reader(settings.db)
    try:
        run_id = run_queries.find_run(reader, run)
    finally:
        reader.close()
    with Store(settings.db) as store:
        store.rename_run(run_id, clean_text(name, "the name"))


def _line(one: Mapping[str, Any]) -> list[Any]:
    cost = "unknown" if one["known_cost_usd"] is None else f"${one['known_cost_usd']:.4f}"
    if one["known_cost_usd"] is not None and one["unpriced_responses"]:
        cost += " + unknown"
    return [
        one["run"],
        one["name"],
        one["kind"],
        one["created_at"][:16].replace("T", " "),
        one["models"],
        f"{one['complete']:,}/{one['trials']:,}",
        one["failed"],
        cost,
    ]
