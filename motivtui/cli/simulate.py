"""`motiv simulate`: a run whose truth is known, in a database of its own."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from motivtui.simulation.estimands import TrueValue
    from motivtui.simulation.truth import Truth

_COLUMNS = ("analysis", "estimand", "model", "manipulation", "true value", "unit")


def simulate(
    truth_file: Annotated[
        Path | None, typer.Argument(metavar="[TRUTH.toml]", help="What is true; left out: the defaults of the size.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE.db", help="The database; must not exist yet.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed: another run of the same truth.")] = 1,
    size: Annotated[
        str, typer.Option("--size", help="small, study (the published number of tasks) or large (with executions).")
    ] = "small",
    tasks: Annotated[
        int | None, typer.Option("--tasks", min=2, max=100_000, help="How many tasks, two or so a family.")
    ] = None,
    models: Annotated[int | None, typer.Option("--models", min=1, max=1000, help="How many models.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Only print the truth, as a file to be changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The run and its true values as JSON.")] = False,
) -> None:
    """Write a run of which everything is known: true effects, reliabilities, biases, refusals. No model is called.

    For trying analyses, screens and exports, and for checking that they find what is true. The run is marked as
    simulated in its name, its tag, its models and its texts, and goes into a database of its own.
    """
    from motivtui.errors import UsageError
    from motivtui.simulation.estimands import true_values
    from motivtui.simulation.truth_file import truth_text
    from motivtui.simulation.write import write_run

    truth = _truth(truth_file, size, tasks, models)
    if show:
        typer.echo(truth_text(truth), nl=False)
        return
    if output is None:
        raise UsageError("no database is named", hint="-o FILE.db names a new one.")
    found = write_run(truth, output, seed)
    values = true_values(truth, seed)
    if as_json:
        _write_json(found.run, found.trials, output, seed, truth, values)
    else:
        _write_table(values)
        _narrate(found.run, found.trials, output)


def _truth(file: Path | None, size: str, tasks: int | None, models: int | None) -> Truth:
    from motivtui.simulation.truth import sized, with_models, with_tasks
    from motivtui.simulation.truth_file import read_truth_file

    truth = read_truth_file(file, size) if file is not None else sized(size)
    if tasks is not None:
        truth = with_tasks(truth, tasks)
    return truth if models is None else with_models(truth, models)


def _write_json(run: str, trials: int, db: Path, seed: int, truth: Truth, values: tuple[TrueValue, ...]) -> None:
    from motivtui.cli.output import write_json

    record: dict[str, Any] = {"run": run, "db": str(db), "seed": seed, "trials": trials, "truth": truth.as_record()}
    write_json(record | {"true_values": [asdict(one) for one in values]})


def _write_table(values: tuple[TrueValue, ...]) -> None:
    from motivtui.cli.table import write_table

    rows = [
        (
            one.analysis,
            one.estimand if one.category is None else f"{one.estimand}: {one.category}",
            one.model,
            one.manipulation or "",
            f"{one.value:.4g}",
            one.unit,
        )
        for one in values
    ]
    write_table(_COLUMNS, rows, right=("true value",))


def _narrate(run: str, trials: int, db: Path) -> None:
    from shlex import quote

    from motivtui.cli.output import narrate

    file = quote(str(db))
    narrate(f"Run {run}: {trials:,} simulated trials in {db}, no model was asked. Above: what is true of it.")
    narrate(f"Look at it: motiv runs show {run} --db {file}; motiv export {run} --db {file} -o scores.csv")
