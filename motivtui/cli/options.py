"""Options that several commands share: one name, one meaning, one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from motivtui.cli import completion

STUDY_PANEL = "What is studied"
"""The heading of these options in the help of `plan` and `run` (`study_help`)."""

DbOption = Annotated[Path | None, typer.Option("--db", metavar="FILE", help="Database (default: ./results.db).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]
ModelsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        rich_help_panel=STUDY_PANEL,
        metavar="ID",
        help="Model id; repeat it, or separate several with commas.",
        autocompletion=completion.models,
    ),
]
ConditionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--manipulation",
        "-c",
        rich_help_panel=STUDY_PANEL,
        metavar="ID",
        help="Manipulation id, group or 'all'; several with commas.",
        autocompletion=completion.manipulations,
    ),
]
InstrumentsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--instrument",
        "-i",
        rich_help_panel=STUDY_PANEL,
        metavar="ID",
        help="Instrument id or 'all'; several with commas.",
        autocompletion=completion.instruments,
    ),
]
WordingsOption = Annotated[
    str | None,
    typer.Option(
        "--wordings",
        rich_help_panel=STUDY_PANEL,
        metavar="RULE",
        help="rotate (each cell meets one; default), first, or all (crossed).",
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        "--seed",
        rich_help_panel=STUDY_PANEL,
        metavar="N",
        min=0,
        max=2**31 - 1,
        help="Seed of plan, sampling and calls (default: 0).",
    ),
]
DecodingOption = Annotated[
    str | None, typer.Option("--decoding", metavar="MODE", help="free or schema (default: what fits the endpoint).")
]
TemperatureOption = Annotated[
    float | None, typer.Option("--temperature", min=0, max=2, help="Sampling temperature (default: the endpoint's).")
]
ConcurrencyOption = Annotated[
    int | None, typer.Option("--concurrency", "-j", help="Calls at once, a provider (default: 8).")
]
MaterialsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--materials",
        rich_help_panel=STUDY_PANEL,
        metavar="PATH",
        help="File or folder with tasks, manipulations or instruments.",
    ),
]
CategoryOption = Annotated[
    list[str] | None, typer.Option("--category", metavar="ID", help="Category of tasks; several with commas.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME", help="Set of tasks; several with commas.")
]
RunArgument = Annotated[
    str,
    typer.Argument(metavar="RUN", help="Run id, its beginning, or 'latest'.", autocompletion=completion.runs),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before calls that may cost money.")]
NameOption = Annotated[
    str | None, typer.Option("--name", rich_help_panel=STUDY_PANEL, metavar="TEXT", help="Name of the run.")
]


def split(values: list[str] | None) -> list[str]:
    """`-m a -m b,c` → a, b, c."""
    return [part.strip() for value in values or [] for part in value.split(",") if part.strip()]


def paths(values: list[Path] | None) -> list[str]:
    """Paths from `--materials`, for the settings."""
    return [str(path) for path in values or []]
