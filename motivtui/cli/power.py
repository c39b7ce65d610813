"""`motiv power`: what a planned study can see, and how many tasks a wanted effect needs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli import completion
from motivtui.cli.options import DbOption, JsonOption
from motivtui.cli.stats_options import CsvOption
from motivtui.cli.study_flags import study_command

if TYPE_CHECKING:
    from motivtui.conduct.request import StudyRequest
    from motivtui.stats.assumed_spread import AssumedSpread
    from motivtui.stats.choice_power import ChoicePlan
    from motivtui.stats.power import EffectPlan
else:
    StudyRequest = object  # only for the signature, which Typer never sees

_FEWEST_STUDIES = 100


@study_command
def power(
    study: Path | None,
    request: StudyRequest,
    tasks: Annotated[
        int | None, typer.Option("--tasks", metavar="N", min=2, help="So many tasks, instead of a study's.")
    ] = None,
    families: Annotated[
        int | None, typer.Option("--families", metavar="N", min=2, help="In so many families (default: one a task).")
    ] = None,
    effect: Annotated[
        float | None, typer.Option("--effect", metavar="POINTS", help="How many tasks does this difference need?")
    ] = None,
    from_run: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="RUN",
            help="SD and ICC as in this earlier run, or 'latest'.",
            autocompletion=completion.runs,
        ),
    ] = None,
    sd: Annotated[
        float | None, typer.Option("--sd", metavar="POINTS", help="SD of the differences over tasks (assumed: 12).")
    ] = None,
    icc: Annotated[
        float | None, typer.Option("--icc", metavar="SHARE", help="How alike tasks of a family are (assumed: 0.3).")
    ] = None,
    wanted: Annotated[float, typer.Option("--power", metavar="SHARE", help="Probability of finding it.")] = 0.8,
    alpha: Annotated[float, typer.Option("--alpha", metavar="SHARE", help="Level of the two-sided test.")] = 0.05,
    studies: Annotated[
        int, typer.Option("--studies", metavar="N", min=_FEWEST_STUDIES, help="Simulated studies of choices.")
    ] = 2000,
    from_csv: CsvOption = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Say how small a difference from the control a study can find, for each model; nothing is called.

    For example: motiv power study.toml --from latest, or: motiv power --tasks 200 --families 40 --effect 3
    """
    from motivtui.stats.power import smallest_effect, tasks_needed

    spread = _spread(from_run, db, from_csv, sd, icc)
    size = _size(study, request, tasks, families, db)
    found: list[EffectPlan] = [
        smallest_effect(
            size.tasks, size.families, icc=spread.icc, sd=one, power=wanted, alpha=alpha, per_family=size.per_family
        )
        for one in sorted({spread.sd_low, spread.sd, spread.sd_high})
    ]
    needed = None
    if effect is not None:
        per_family = max(1, round(size.tasks / size.families))
        needed = tasks_needed(
            effect / spread.sd, per_family=per_family, icc=spread.icc, power=wanted, alpha=alpha, sd=spread.sd
        )
    choices = size.choices(wanted, alpha, studies)
    if json:
        _write_json(spread, found, needed, choices, size)
    else:
        _write(spread, found, needed, choices, size)


class _Size:
    """How large a study is: tasks, families, and pairs with how often each is offered with a note."""

    def __init__(self, members: list[int], pairs: int = 0, offers: int = 0) -> None:
        self.tasks, self.families = sum(members), len(members)
        self.per_family = sum(one * one for one in members) / max(1, self.tasks)
        self.pairs, self.offers = pairs, offers

    def choices(self, wanted: float, alpha: float, studies: int) -> ChoicePlan | None:
        """The smallest share that the study's choices find; None: it has none, or none is found."""
        from motivtui.stats.choice_power import smallest_share

        if self.pairs < 2 or not self.offers:
            return None
        return smallest_share(self.pairs, self.offers, power=wanted, alpha=alpha, studies=studies)


def _size(study: Path | None, request: StudyRequest, tasks: int | None, families: int | None, db: Path | None) -> _Size:
    """As said by numbers, else as planned. Raises UsageError."""
    from motivtui.errors import UsageError

    if tasks is not None:
        count = tasks if families is None else families
        if count > tasks:
            raise UsageError(f"{tasks} tasks cannot fill {count} families", hint="Give a task to each family.")
        base, more = divmod(tasks, count)
        return _Size([base + (place < more) for place in range(count)])
    if families is not None:
        raise UsageError("--families without --tasks", hint="For example: motiv power --tasks 200 --families 40")
    return _planned_size(study, request, db)


def _planned_size(study: Path | None, request: StudyRequest, db: Path | None) -> _Size:
    from motivtui.conduct.locked_plan import plan_of_file
    from motivtui.conduct.planning import settings_for
    from motivtui.settings import read_settings

    planned = plan_of_file(study, request, settings_for(request, read_settings({"db": db})))
    noted: Counter[tuple[Any, ...]] = Counter(
        (trial.model, trial.manipulation, trial.task, trial.choice.other_task)
        for trial in planned.trials
        if trial.choice is not None and trial.choice.manipulated is not None
    )
    pairs = {key[2:] for key in noted}
    members = Counter(task.family for task in planned.study.tasks)
    return _Size(list(members.values()), len(pairs), min(noted.values(), default=0))


def _spread(
    run: str | None, db: Path | None, from_csv: Path | None, sd: float | None, icc: float | None
) -> AssumedSpread:
    from motivtui.cli.stats_source import read_source
    from motivtui.stats.assumed_spread import assumed_spread
    from motivtui.stats.power import spreads

    if run is None and from_csv is None:
        return assumed_spread((), "", sd=sd, icc=icc)
    source = read_source(run, db, from_csv)
    return assumed_spread(spreads(source.table), source.run or source.label, sd=sd, icc=icc)


def _write_json(
    spread: AssumedSpread, found: list[EffectPlan], needed: EffectPlan | None, choices: ChoicePlan | None, size: _Size
) -> None:
    import msgspec

    from motivtui.cli.stats_screen import SCHEMA, write_document

    def record(one: EffectPlan | ChoicePlan | None) -> Any:
        return None if one is None else msgspec.to_builtins(one) | {"sentence": one.sentence}

    write_document(
        {
            "schema": SCHEMA,
            "spread": msgspec.to_builtins(spread),
            "tasks": size.tasks,
            "families": size.families,
            "per_family": size.per_family,
            "smallest_effects": [record(one) for one in found],
            "needed": record(needed),
            "choices": record(choices),
        }
    )


def _write(
    spread: AssumedSpread, found: list[EffectPlan], needed: EffectPlan | None, choices: ChoicePlan | None, size: _Size
) -> None:
    from motivtui.cli.output import narrate
    from motivtui.cli.table import write_table

    narrate(f"{spread.source}; for each model by itself")
    columns = ["SD", "tasks", "families", "design effect", "like independent", "d_z", "smallest effect (points)"]
    rows = [
        (
            "" if one.effect is None else f"{one.effect / one.d_z:.3g}",
            f"{one.tasks:,}",
            f"{one.families:,}",
            f"{one.design_effect:.2f}",
            f"{one.effective_tasks:,.0f}",
            f"{one.d_z:.3f}",
            "" if one.effect is None else f"{one.effect:.2f}",
        )
        for one in found
    ]
    write_table(columns, rows, right=columns)
    middle = next(one for one in found if one.effect is None or abs(one.effect / one.d_z - spread.sd) < 1e-9)
    typer.echo(f"\n{middle.sentence}")
    if needed is not None:
        typer.echo(f"For {needed.effect:g} points: {needed.sentence}")
    if choices is not None:
        typer.echo(choices.sentence)
    elif size.pairs:
        typer.echo("No share of choices is found with this power: more pairs are needed.")
