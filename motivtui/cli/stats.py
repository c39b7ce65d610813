"""`motiv stats`: every analysis of a run, from the database or a CSV file, as tables, plots or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli import completion
from motivtui.cli.options import DbOption, JsonOption
from motivtui.cli.stats_options import (
    AnalysisOption,
    BootstrapSeedOption,
    CsvOption,
    DrawsOption,
    PresetOption,
    complete_words,
    names_of,
    word_of,
)

if TYPE_CHECKING:
    from motivtui.analysis.asked import Asked
    from motivtui.analysis.views import View
    from motivtui.cli.stats_source import Source

_PACKAGES = ("numpy", "scipy", "statsmodels")


def stats(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]", help="Run id, its beginning, or 'latest' (default).", autocompletion=completion.runs
        ),
    ] = None,
    analysis: AnalysisOption = None,
    preset: PresetOption = None,
    by_name: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="WHAT",
            help="model, manipulation (also one by one), or category (tasks of each category by themselves).",
            autocompletion=lambda: complete_words("model", "manipulation", "category"),
        ),
    ] = "model",
    scope_name: Annotated[
        str,
        typer.Option(
            "--scope",
            metavar="WHOM",
            help="For whom the numbers speak: model, panel (these models) or population (models like these).",
            autocompletion=lambda: complete_words("model", "panel", "population"),
        ),
    ] = "model",
    manipulation: Annotated[
        str | None,
        typer.Option(
            "--manipulation",
            "-c",
            metavar="ID",
            help="Under which manipulation analyses of a single one look (default: none).",
            autocompletion=completion.manipulations,
        ),
    ] = None,
    ratings: Annotated[
        Path | None, typer.Option("--ratings", metavar="FILE", help="People's ratings: CSV with task,rater,value.")
    ] = None,
    draws: DrawsOption = None,
    seed: BootstrapSeedOption = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw the results too.")] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Save the plots as .svg, .png or .pdf.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite saved plots.")] = False,
    methods: Annotated[bool, typer.Option("--methods", help="Print a paragraph for a Methods section.")] = False,
    codebook: Annotated[bool, typer.Option("--codebook", help="Explain the columns of the table.")] = False,
    list_them: Annotated[bool, typer.Option("--list", help="List the analyses.")] = False,
    from_csv: CsvOption = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Analyse a run: tables with n and exclusions, and what can be said of them in words.

    Without --analysis: what can be seen at a glance. For example: motiv stats latest -a manipulations -a pooled --plot
    """
    if list_them:
        _write_list(as_json=json)
        return
    if codebook:
        _write_codebook(as_json=json)
        return
    from motivtui.analysis.findings import By, Scope, findings, views_named
    from motivtui.cli.stats_source import read_source

    by, scope = word_of(By, "--by", by_name), word_of(Scope, "--scope", scope_name)
    names = names_of(analysis)
    views = views_named(names, scope)
    source = read_source(run, db, from_csv)
    asked = _asked(source, views, preset, draws, seed, manipulation, ratings)
    found = findings(source.table, views, asked, by, is_named=bool(names) and "all" not in names)
    if methods:
        _write_methods(source, found, asked, as_json=json)
        return
    if json:
        from motivtui.cli.stats_screen import document, write_document

        write_document(document(found, _about(source, asked, by, scope)))
    else:
        _write(source, found, asked, by, scope, has_sentences=bool(names), has_plots=plot)
    if save is not None:
        from motivtui.cli.stats_screen import save_plots

        save_plots(found, scope, save, force=force)


def _asked(
    source: Source,
    views: list[View[Any]],
    preset: str | None,
    draws: int | None,
    seed: int | None,
    manipulation: str | None,
    ratings: Path | None,
) -> Asked:
    from motivtui.analysis.asked import Asked
    from motivtui.analysis.ratings_file import read_ratings
    from motivtui.stats.preset import Preset

    needs_reasons = any(view.name == "vocabulary" for view in views)
    return Asked(
        preset=word_of(Preset, "--preset", preset or source.preset),
        draws=draws,
        seed=seed,
        manipulation=manipulation,
        ratings=read_ratings(ratings) if ratings else (),
        rationales=source.rationales() if needs_reasons else (),
    )


def _write(
    source: Source, found: Any, asked: Asked, by: Any, scope: Any, *, has_sentences: bool, has_plots: bool
) -> None:
    from motivtui.analysis.findings import possible, rules_of
    from motivtui.cli.output import narrate
    from motivtui.cli.stats_screen import write_finding, write_plots
    from motivtui.stats.growing_table import open_counts

    trials, ended = open_counts(source.table)
    interim = "" if ended == trials else f"; {trials - ended:,} of {trials:,} trials are still open: interim"
    narrate(f"{source.label}: {len(source.table):,} rows{interim}")
    for one in found:
        write_finding(one, scope, by, has_sentences=has_sentences, rules=rules_of(one, asked))
        if has_plots:
            write_plots(one, scope)
    if not has_sentences:
        shown = {one.view.name for one in found}
        more = [view.name for view in possible(source.table, asked) if view.name not in shown]
        narrate(f"\nAlso possible, with -a: {', '.join(more)}" if more else "")


def _about(source: Source, asked: Asked, by: Any, scope: Any) -> dict[str, Any]:
    from motivtui.stats.growing_table import open_counts
    from motivtui.stats.resampling import DRAWS, SEED

    trials, ended = open_counts(source.table)
    return {
        "source": source.label,
        "run": source.run,
        "rows": len(source.table),
        "trials": trials,
        "ended": ended,
        "preset": str(asked.preset),
        "by": str(by),
        "scope": str(scope),
        "manipulation": asked.manipulation,
        "draws": asked.draws or DRAWS,
        "seed": SEED if asked.seed is None else asked.seed,
    }


def _write_methods(source: Source, found: Any, asked: Asked, *, as_json: bool) -> None:
    from motivtui.analysis.methods import methods_paragraph
    from motivtui.cli.output import write_json
    from motivtui.visible_text import visible

    text = methods_paragraph(source.table, source.record, found, asked, _versions())
    if as_json:
        write_json({"run": source.run, "methods": text})
    else:
        typer.echo(visible(text))


def _versions() -> dict[str, str]:
    """The programs that compute."""
    from importlib.metadata import version

    from motivtui import __version__

    return {"motivtui": __version__} | {name: version(name) for name in _PACKAGES}


def _write_list(*, as_json: bool) -> None:
    from motivtui.analysis.findings import listed
    from motivtui.cli.output import write_json
    from motivtui.cli.table import write_table

    if as_json:
        write_json([{"name": one.name, "title": one.title, "about": one.about, "needs": one.needs} for one in listed()])
    else:
        write_table(["analysis", "what it answers"], [(one.name, f"{one.title}. {one.about}") for one in listed()])


def _write_codebook(*, as_json: bool) -> None:
    from motivtui.cli.output import write_json
    from motivtui.cli.table import write_table
    from motivtui.stats.long_columns import COLUMNS

    rows = [
        {
            "column": one.name,
            "type": one.type,
            "needed": "yes" if one.is_required else f"no: {one.absent}",
            "meaning": one.meaning,
            "words": list(one.words),
        }
        for one in COLUMNS
    ]
    if as_json:
        write_json(rows)
        return
    lines = [(one["column"], one["type"], one["needed"], f"{one['meaning']}{_words(one['words'])}") for one in rows]
    write_table(["column", "type", "needed", "meaning"], lines)


def _words(words: Any) -> str:
    return f" ({', '.join(words)})" if words else ""
