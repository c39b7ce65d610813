"""`motiv db`: the database file itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from motivtui.cli.options import DbOption

app = typer.Typer(help="Where the database is; copy, check or migrate it.", rich_markup_mode=None, no_args_is_help=True)


@app.command()
def path(db: DbOption = None) -> None:
    """Print the path of the database."""
    from motivtui.settings import read_settings

    typer.echo(read_settings({"db": db}).db.absolute())


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; must not exist yet.")], db: DbOption = None
) -> None:
    """Copy the database, whole and consistent, also while a run writes to it."""
    from motivtui.cli.output import narrate
    from motivtui.settings import read_settings
    from motivtui.store.connection import back_up, open_reader

    reader = open_reader(read_settings({"db": db}).db)
    try:
        back_up(reader, target)
    finally:
        reader.close()
    narrate(f"Copied to {target}")


@app.command()
def check(db: DbOption = None) -> None:
    """Check the database for damage."""
    from motivtui.cli.output import narrate
    from motivtui.errors import DatabaseError
    from motivtui.settings import read_settings
    from motivtui.store.connection import integrity_problems

    file = read_settings({"db": db}).db
    problems = integrity_problems(file)
    for problem in problems:
        narrate(problem)
    if problems:
        raise DatabaseError(f"{file}: {len(problems)} problems", hint="Restore a copy (`motiv db backup` makes them).")
    narrate(f"{file}: no problem found")


@app.command()
def migrate(db: DbOption = None) -> None:
    """Bring a database of an older motivtui up to date; a copy of it is kept beside it."""
    from motivtui.cli.output import narrate
    from motivtui.errors import DatabaseError
    from motivtui.settings import read_settings
    from motivtui.store.store import Store

    file = read_settings({"db": db}).db
    if not file.exists():
        raise DatabaseError(f"{file}: no such database", hint="A run or a probe creates it; --db FILE names another.")
    Store(file).close()
    narrate(f"{file} is up to date")
