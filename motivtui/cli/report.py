"""`motiv report`: a run as one page of HTML that can be sent, archived and read without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from motivtui.cli import completion
from motivtui.cli.options import DbOption


def report(
    run: Annotated[
        str,
        typer.Argument(metavar="[RUN]", help="Run id, its beginning, or 'latest'.", autocompletion=completion.runs),
    ] = "latest",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write (default: report-RUN.html).")
    ] = None,
    draws: Annotated[
        int | None, typer.Option("--draws", min=200, max=1_000_000, help="Draws of each bootstrap.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the bootstraps.")] = None,
    ratings: Annotated[
        Path | None, typer.Option("--ratings", metavar="FILE", help="People's ratings as CSV: task, value, rater.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    db: DbOption = None,
) -> None:
    """Write a run as one HTML page: study, prompts, what was left out, every analysis with its figures and data.

    The page holds everything that it needs: it loads nothing, sends nothing, and prints. Figures are pictures with
    the extra `charts` (matplotlib), and drawn in characters without it.

    Example: motiv report latest -o report.html
    """
    from motivtui.analysis.asked import Asked
    from motivtui.analysis.ratings_file import read_ratings
    from motivtui.cli.output import narrate
    from motivtui.report.gather import gather
    from motivtui.report.page import page
    from motivtui.report.write import check_free, write_page
    from motivtui.settings import read_settings
    from motivtui.store.connection import open_reader
    from motivtui.store.run_queries import find_run

    asked = Asked(draws=draws, seed=seed, ratings=read_ratings(ratings) if ratings else ())
    reader = open_reader(read_settings({"db": db}).db)
    try:
        run_id = find_run(reader, run)
        path = output or Path(f"report-{run_id}.html")
        check_free(path, force=force)
        narrate("computing, this may take a minute")
        material = gather(reader, run_id, asked)
    finally:
        reader.close()
    size = write_page(path, page(material))
    narrate(f"{path}: {size / 1e6:.1f} MB, to be opened in any browser")
