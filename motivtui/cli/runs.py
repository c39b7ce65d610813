"""`motiv runs`: what is in the database, and what the user does with whole runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli.options import DbOption, JsonOption, RunArgument, split

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from motivtui.settings import Settings

_COUNTED = ("tasks", "pairs")
"""What a study has too many of to name."""

app = typer.Typer(help="List the runs; show, rename, tag, archive or remove one.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def ls(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", "-a", help="The archived ones too.")] = False,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Only with this tag; several: with each of them.")
    ] = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """List the runs, newest first; the commands below do something with one."""
    if context.invoked_subcommand:
        return
    from motivtui.cli.output import write_json
    from motivtui.cli.table import write_table
    from motivtui.settings import read_settings
    from motivtui.store import run_queries
    from motivtui.store.connection import open_reader

    settings = read_settings({"db": db})
    reader = open_reader(settings.db)
    try:
        known = run_queries.run_summaries(reader)
    finally:
        reader.close()
    tagged = [one for one in known if set(split(tag)) <= set(one["tags"])]
    found = [one for one in tagged if everything or one["archived_at"] is None]
    if json:
        write_json(found)
        return
    if found:
        columns = ["run", "name", "kind", "created (UTC)", "models", "complete", "failed", "cost", "tags"]
        columns += ["archived"] if everything else []
        lines = [_line(one)[: len(columns)] for one in found]
        write_table(columns, lines, right=("complete", "failed", "cost"))
    _narrate_what_is_not_shown(len(known), len(tagged), len(found))


def _narrate_what_is_not_shown(known: int, tagged: int, shown: int) -> None:
    from motivtui.cli.output import narrate

    if not known:
        narrate('No run yet. Begin with: motiv probe "Write a haiku about autumn" -c none,money')
    elif not tagged:
        narrate("No run has the tag.")
    elif hidden := tagged - shown:
        narrate(f"Archived and not shown: {hidden:,} (motiv runs --all)")


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
        record = run_queries.run_record(reader, run_id) | {"tags": run_queries.run_tags(reader, run_id)}
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
    if record["tags"]:
        facts.append(("tags", ", ".join(record["tags"])))
    if record["archived_at"]:
        facts.append(("archived_at", record["archived_at"]))
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
    from motivtui.store.store import Store

    settings, run_id = _found(run, db)
    with Store(settings.db) as store:
        store.rename_run(run_id, clean_text(name, "the name"))


@app.command()
def tag(
    run: RunArgument,
    tags: Annotated[list[str] | None, typer.Argument(metavar="[TAG]...", help="Tags to give.")] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="TAG", help="A tag to take away; repeat it for more.")
    ] = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Give a run tags, or take some away; without any, show those that it has."""
    from motivtui.cli.output import write_json
    from motivtui.store import run_queries
    from motivtui.store.connection import open_reader
    from motivtui.store.store import Store
    from motivtui.visible_text import visible_line

    settings, run_id = _found(run, db)
    given, taken = split(tags), split(remove)
    if given or taken:
        with Store(settings.db) as store:
            store.change_tags(run_id, given, taken)
    reader = open_reader(settings.db)
    try:
        now = run_queries.run_tags(reader, run_id)
    finally:
        reader.close()
    if json:
        write_json({"run": run_id, "tags": now})
        return
    for one in now:
        typer.echo(visible_line(one))


@app.command()
def archive(
    run: RunArgument,
    undo: Annotated[bool, typer.Option("--undo", help="Put it back among the others.")] = False,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Put a run away: it is kept as it is, and listed only with --all."""
    from motivtui.cli.output import narrate, write_json
    from motivtui.store.store import Store

    settings, run_id = _found(run, db)
    with Store(settings.db) as store:
        store.archive_run(run_id, is_archived=not undo)
    if json:
        write_json({"run": run_id, "is_archived": not undo})
    else:
        narrate(f"{run_id} is listed again" if undo else f"{run_id} is archived (motiv runs archive {run_id} --undo)")


@app.command()
def rm(
    run: RunArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Remove a run with all its trials and replies, for good."""
    from motivtui.cli.output import narrate, write_json
    from motivtui.runner.lease import hold
    from motivtui.store import run_queries
    from motivtui.store.connection import open_reader
    from motivtui.store.store import Store

    settings, run_id = _found(run, db)
    reader = open_reader(settings.db)
    try:
        [summary] = run_queries.run_summaries(reader, run_id)
        session = run_queries.open_session(reader, run_id)
    finally:
        reader.close()
    holder = f"process {session['pid']} on {session['host']}" if session else ""
    with hold(run_id, settings.db, settings.locks_folder, holder):  # told before the question, not after it
        _agree_to_remove(summary, is_agreed=yes)
        with Store(settings.db) as store:
            trials = store.remove_run(run_id)
    if json:
        write_json({"run": run_id, "removed_trials": trials})
    else:
        narrate(f"Removed run {run_id} with {trials:,} trials")


def _agree_to_remove(summary: Mapping[str, Any], *, is_agreed: bool) -> None:
    """Nothing is removed by accident: it needs a yes. Raises UsageError: nobody is there to say it."""
    import sys

    from motivtui.cli.output import narrate
    from motivtui.errors import UsageError

    if is_agreed:
        return
    run = summary["run"]
    narrate(f"Run {run}, {summary['name']}: {summary['trials']:,} trials, {summary['complete']:,} complete, for good")
    if not sys.stdin.isatty():
        raise UsageError(
            "nobody is there to say that the run may be removed",
            hint=f"--yes says it; `motiv runs archive {run}` only puts it away.",
        )
    typer.confirm("Remove it?", abort=True, err=True)


def _found(run: str, db: Path | None) -> tuple[Settings, str]:
    """The settings, and the id of the run that is meant. Raises UsageError, DatabaseError."""
    from motivtui.settings import read_settings
    from motivtui.store import run_queries
    from motivtui.store.connection import open_reader

    settings = read_settings({"db": db})
    reader = open_reader(settings.db)
    try:
        return settings, run_queries.find_run(reader, run)
    finally:
        reader.close()


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
        ", ".join(one["tags"]),
        (one["archived_at"] or "")[:10],
    ]
