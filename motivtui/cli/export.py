"""`motiv export`: the flat table as a file, in one of three shapes, with its codebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from motivtui.cli import completion
from motivtui.cli.options import DbOption

if TYPE_CHECKING:
    from motivtui.export import Format, Table


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
    format_name: Annotated[
        str | None, typer.Option("--format", help="csv, jsonl or parquet (default: by suffix).")
    ] = None,
    shape_name: Annotated[
        str, typer.Option("--shape", help="long (a row an item), wide (a row a trial) or chains (a row an execution).")
    ] = "long",
    raw: Annotated[bool, typer.Option("--raw", help="Cells exactly as stored: no guard against formulas.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files.")] = False,
    codebook: Annotated[bool, typer.Option("--codebook", help="Write only the codebook.")] = False,
    db: DbOption = None,
) -> None:
    """Write every trial, whatever became of it, as CSV, JSON Lines or Parquet: one row an item of each trial.

    --shape wide: one row a trial, with a value and a status for every item. --shape chains: one row an execution, with
    the means of what was reported before, of every judge, and of what was reported after.

    With -o FILE.csv the codebook (what each column means) goes beside it, as FILE.codebook.csv. A cell that a
    spreadsheet would take for a formula begins with '; --raw leaves it as it is.
    """
    from motivtui.cli.output import narrate
    from motivtui.export import CODEBOOK, Shape, Table, format_of, shape_of, shaped, write_with_codebook
    from motivtui.settings import read_settings
    from motivtui.store import flat_rows, run_queries
    from motivtui.store.connection import open_reader

    kind, shape = format_of(output, format_name), shape_of(shape_name)
    if codebook and shape is Shape.LONG:  # the same in every database
        _write_codebook(Table(CODEBOOK, ()), output, kind, force=force)
        return
    reader = open_reader(read_settings({"db": db}).db)
    try:
        run_id = run_queries.find_run(reader, run) if run else None
        rows = flat_rows.trial_rows(reader, run_id)
        table = shaped(shape, rows, run_queries.item_names(reader, run_id))
        if codebook:
            _write_codebook(table, output, kind, force=force)
        elif output is None:
            _write_to_stdout(table, kind, raw=raw)
        else:
            count, beside = write_with_codebook(table, output, kind, raw=raw, force=force)
            narrate(f"{count:,} rows in {output}, their columns explained in {beside}")
    finally:
        reader.close()


def _write_to_stdout(table: Table, kind: Format, *, raw: bool) -> None:
    import sys

    from motivtui.export import write_to

    errors = "surrogatepass" if raw else "backslashreplace"
    sys.stdout.reconfigure(encoding="utf-8", errors=errors, newline="")  # type: ignore[union-attr]
    write_to(sys.stdout, table.rows, tuple(table.columns), kind, raw=raw)


def _write_codebook(table: Table, output: Path | None, kind: Format, *, force: bool) -> None:
    import sys

    from motivtui.export import CODEBOOK_COLUMNS, codebook_rows, write_codebook, write_to

    if output is None:
        write_to(sys.stdout, codebook_rows(table.columns), CODEBOOK_COLUMNS, kind, raw=False)
    else:
        write_codebook(table, output, kind, force=force)
