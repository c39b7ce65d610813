"""The commands of `motiv` and their order in `--help`."""

from __future__ import annotations

from typing import Annotated

import typer

from motivtui import __version__
from motivtui.cli import (
    compare,
    database,
    doctor,
    export,
    materials,
    models,
    plan,
    power,
    probe,
    report,
    resume,
    run,
    runs,
    simulate,
    stats,
    trials,
)
from motivtui.cli.options import DbOption
from motivtui.cli.plan_lock import PlanCommand
from motivtui.cli.study_help import StudyCommand

app = typer.Typer(
    name="motiv",
    help="Study motivation in language models: what they report, under which manipulation, on which task.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 (the signature of a Typer callback)
    if wanted:
        typer.echo(f"motivtui {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    db: DbOption = None,
    version: Annotated[  # noqa: ARG001 (shown by its callback)
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Study motivation in language models: what they report, under which manipulation, on which task.

    Without a command: the console.
    """
    if context.invoked_subcommand is None:
        from motivtui.cli.console import open_console

        raise typer.Exit(open_console(db))


app.command("probe", short_help="Ask about one task of your own, replies streaming in.")(probe.probe)
app.command("plan", cls=PlanCommand, short_help="Show what a study would call, and what it costs; lock it.")(plan.plan)
app.command("run", cls=StudyCommand, short_help="Run a study; stopped or killed, it can be resumed.")(run.run)
app.command("resume", short_help="Go on exactly where a run stopped.")(resume.resume)
app.add_typer(runs.app, name="runs")
app.command("trials", short_help="List a run's scores, or show one trial in full.")(trials.trials)
app.command("stats", short_help="Analyse a run, or a CSV file of scores.")(stats.stats)
app.command("compare", short_help="Compare two runs.")(compare.compare)
app.command("report", short_help="Write a run as one HTML page.")(report.report)
app.command("export", short_help="Write the flat table as CSV or JSON Lines.")(export.export)
app.add_typer(materials.tasks_app, name="tasks")
app.command("manipulations", short_help="List manipulations and their wordings.")(materials.manipulations)
app.command("instruments", short_help="List instruments, their templates and items.")(materials.instruments)
app.add_typer(models.app, name="models")
app.command("doctor", short_help="Show settings, models, keys, database, terminal.")(doctor.doctor)
app.command("power", cls=StudyCommand, short_help="What a planned study can find.")(power.power)
app.command("simulate", short_help="Write a run whose truth is known.")(simulate.simulate)
app.add_typer(database.app, name="db")
