"""`motiv compare`: the same numbers of two runs side by side, with their difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli import completion
from motivtui.cli.options import DbOption, JsonOption
from motivtui.cli.stats_options import CsvOption

if TYPE_CHECKING:
    from motivtui.cli.stats_source import Source
    from motivtui.stats.run_comparison import Compared

_TITLES = {
    "effect": "Effects of manipulations (difference from the control within tasks, scale points)",
    "mean": "Means (scale points)",
    "refused": "Refusals (share of the answers)",
    "icc": "Reliability over repeats (ICC(1,1))",
}
_FEW = 3
"""Names that are still said one by one."""
_FACTS = ("seed", "materials_hash", "study_hash", "lock_hash")


def compare(
    one: Annotated[str, typer.Argument(metavar="RUN", help="The first run.", autocompletion=completion.runs)],
    other: Annotated[
        str, typer.Argument(metavar="RUN", help="The second; 'latest' for the newest.", autocompletion=completion.runs)
    ],
    from_csv: CsvOption = None,
    other_db: Annotated[
        Path | None, typer.Option("--other-db", metavar="FILE", help="Database of the second run (default: the same).")
    ] = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two runs: effects, means, refusals and reliability side by side, with the difference and its interval.

    Runs that share tasks are compared within these. For example: motiv compare kx3f latest
    """
    from motivtui.cli.stats_source import read_source
    from motivtui.errors import UsageError
    from motivtui.stats.run_comparison import compare_runs

    first, second = read_source(one, db, from_csv), read_source(other, other_db or db, from_csv)
    if first.run == second.run and other_db is None:
        raise UsageError(f"both are the run {first.label}", hint="Name two runs; `motiv runs` lists them.")
    found = compare_runs(first.table, second.table)
    differing = _differing(first.record, second.record)
    if json:
        _write_json(first, second, differing, found)
    else:
        _write(first, second, differing, found)


def _differing(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> dict[str, tuple[Any, Any]]:
    """What is on record of both runs and differs: hashes, seed, versions, and what was studied."""
    if one is None or other is None:
        return {}
    facts = {name: (one[name], other[name]) for name in _FACTS}
    versions = {
        name: (one["versions"].get(name), other["versions"].get(name))
        for name in dict.fromkeys([*one["versions"], *other["versions"]])
    }
    names = [name for name in dict.fromkeys([*one["study"], *other["study"]]) if name not in ("name", "seed")]
    study = {f"study.{name}": (one["study"].get(name), other["study"].get(name)) for name in names}
    return {name: pair for name, pair in (facts | versions | study).items() if pair[0] != pair[1]}


def _write_json(first: Source, second: Source, differing: Mapping[str, Any], found: Sequence[Compared]) -> None:
    import msgspec

    from motivtui.cli.stats_screen import SCHEMA, write_document

    results = [msgspec.to_builtins(one) | {"sentence": one.sentence} for one in found]
    runs = [{"source": source.label, "run": source.run, "rows": len(source.table)} for source in (first, second)]
    write_document({"schema": SCHEMA, "runs": runs, "differing": dict(differing), "results": results})


def _write(first: Source, second: Source, differing: Mapping[str, Any], found: Sequence[Compared]) -> None:
    from motivtui.cli.output import narrate, stdout
    from motivtui.cli.table import write_table

    narrate(f"first: {first.label}, second: {second.label}")
    for name, (one, other) in differing.items():
        narrate(f"they differ in {name}: {_short(one)} and {_short(other)}")
    if not found:
        narrate("They have no number in common: no model, instrument and manipulation that is in both.")
    for estimand, results in groupby(found, key=lambda one: one.estimand):
        stdout().print(f"\n{_TITLES[estimand]}", markup=False, style="bold")
        rows = [_row(one) for one in results]
        columns = ["model", "of", "manipulation", "first", "second", "difference", "p adj", "tasks"]
        write_table(columns, rows, right=("p adj", "tasks"))
    narrate("\ntasks: those of both runs; 'apart': no task is in both, or none is paired: taken as independent")


def _row(one: Compared) -> list[str]:
    from motivtui.stats.wording import percent, with_interval

    show = percent if one.estimand == "refused" else with_interval
    p = one.difference.p_adj
    parts = (one.instrument, one.item, f"by {one.judge}" if one.judge else "", one.decoding)
    return [
        one.model,
        " · ".join(part for part in parts if part),
        one.manipulation,
        show(one.one),
        show(one.other),
        show(one.difference),
        "" if p is None else "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0"),
        f"{one.difference.n_tasks:,}" if one.is_paired else "apart",
    ]


def _short(value: Any) -> str:
    if isinstance(value, list) and (len(value) > _FEW or any(not isinstance(one, str | int | float) for one in value)):
        return f"{len(value):,} of them"
    if isinstance(value, list):
        text = ", ".join(map(str, value)) or "nothing"
    else:
        text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
