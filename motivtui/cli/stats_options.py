"""Options that `stats` and `compare` share, and what the shell offers for them. Loads no statistics before it must."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from motivtui.errors import UsageError

Word = TypeVar("Word", bound=StrEnum)


def complete_analyses(incomplete: str) -> list[str]:
    """Names of analyses; of a list with commas the last one is completed."""
    from motivtui.analysis.findings import ALL, listed

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in (ALL, *(one.name for one in listed())) if name.startswith(last)]


def complete_words(*words: str) -> list[str]:
    """A closed list of words, as an `autocompletion` takes it."""
    return list(words)


AnalysisOption = Annotated[
    list[str] | None,
    typer.Option(
        "--analysis",
        "-a",
        metavar="NAME",
        help="Which analysis; repeat it, or separate several with commas; all: every one that the run allows.",
        autocompletion=complete_analyses,
    ),
]
PresetOption = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="RULES",
        help="robust or replicate, the published rules (default: the study's, else robust).",
        autocompletion=lambda: complete_words("robust", "replicate"),
    ),
]
DrawsOption = Annotated[
    int | None, typer.Option("--draws", metavar="B", min=100, max=1_000_000, help="Draws of bootstraps (2000).")
]
BootstrapSeedOption = Annotated[
    int | None, typer.Option("--seed", metavar="N", min=0, max=2**31 - 1, help="Seed of bootstraps.")
]
CsvOption = Annotated[
    Path | None,
    typer.Option("--from-csv", metavar="FILE", help="Rows from a CSV file (of `motiv export`, or your own)."),
]


def word_of(kind: type[Word], flag: str, text: str) -> Word:
    """The word that a flag was given. Raises UsageError with those that there are."""
    if text not in list(kind):
        raise UsageError(f"{flag} {text!r}", hint=f"One of: {', '.join(kind)}.")
    return kind(text)


def names_of(values: Sequence[str] | None) -> list[str]:
    """`-a a -a b,c` → a, b, c."""
    return [part.strip() for value in values or [] for part in value.split(",") if part.strip()]
