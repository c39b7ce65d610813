"""`motiv export`: the flat table as a file, with its codebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from motivtui.cli import completion
from motivtui.cli.options import DbOption


def export(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]",
            help="Run id, its beginning, or 'latest'; left out: all runs.",
            autocompletion=completion.runs,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Left out: stdout.")] = None,
    format_name: Annotated[str | None, typer.Option("--format", help="csv or jsonl (default: by suffix).")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Cells exactly as stored: no guard against formulas.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files.")] = False,
    codebook: Annotated[bool, typer.Option("--codebook", help="Write only the codebook.")] = False,
    db: DbOption = None,
) -> None:
    """Write one row an item of each trial, whatever became of it, as CSV or JSON Lines.

    With -o FILE.csv the codebook (what each column means) goes beside it, as FILE.codebook.csv. A cell that a
    spreadsheet would take for a formula begins with '; --raw leaves it as it is.
    """
    import sys

    from motivtui.cli.output import narrate
    from motivtui.errors import UsageError
    from motivtui.export import CODEBOOK, codebook_rows, format_of, write_rows, write_to
    from motivtui.settings import read_settings
    from motivtui.store import flat_rows, run_queries
    from motivtui.store.connection import open_reader

    kind = format_of(output, format_name)
    book = ("column", "type", "unit", "meaning")
    if codebook:
        if output is None:
            write_to(sys.stdout, codebook_rows(), book, kind, raw=raw)
        else:
            write_rows(output, codebook_rows(), book, kind, raw=raw, force=force)
        return
    beside = output.with_name(f"{output.stem}.codebook{output.suffix}") if output else None
    if beside is not None and beside.exists() and not force:
        raise UsageError(f"{beside}: already there", hint="--force overwrites it.")
    reader = open_reader(read_settings({"db": db}).db)
    try:
        rows = flat_rows.trial_rows(reader, run_queries.find_run(reader, run) if run else None)
        if output is None or beside is None:
            errors = "surrogatepass" if raw else "backslashreplace"
            sys.stdout.reconfigure(encoding="utf-8", errors=errors, newline="")  # type: ignore[union-attr]
            write_to(sys.stdout, rows, tuple(CODEBOOK), kind, raw=raw)
            return
        count = write_rows(output, rows, tuple(CODEBOOK), kind, raw=raw, force=force)
    finally:
        reader.close()
    write_rows(beside, codebook_rows(), book, kind, raw=raw, force=True)
    narrate(f"{count:,} rows in {output}, their columns explained in {beside}")
