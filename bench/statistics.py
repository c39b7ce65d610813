"""How long the analyses take as runs grow, and how long it takes to get a run out of its database.

Processor times on simulated runs: `SIZES` rows of scores, the same run with ever more families. What resamples families
stands apart. What would take longer than `PATIENCE_S` at a size, judged by the size before it, is left out.
"""

from __future__ import annotations

import csv
import math
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

from motivtui.simulation.rows import Plan
from motivtui.simulation.truth import JudgeTruth, Truth, with_models
from motivtui.simulation.write import write_run
from motivtui.stats.table import TABLE_COLUMNS, Column, ScoreTable, score_table
from motivtui.store.connection import open_reader
from motivtui.store.flat_rows import trial_rows

SIZES = (10_000, 100_000, 1_000_000)
PATIENCE_S = 60.0
ONE = Truth(
    families=10,
    pairs=10,
    instruments=("pre-self-report", "pre-breakdown", "choice", "execution", "post-self-report", "judge"),
    judges={"alpha": JudgeTruth(self_preference=0.5), "omega": JudgeTruth(severity=0.5)},
)
LOADED_TASKS, LOADED_MODELS = 840, 5
PLAIN = (
    "distribution.distributions", "manipulations.manipulation_effects", "categories.category_effects",
    "pooled.pooled_effects", "pooled_categories.pooled_categories", "group_contrasts.group_contrasts",
    "choices.choice_effects", "manipulated_choice.manipulated_choices", "choice_consistency.choice_consistencies",
    "logistic_choice.logistic_choices", "pooled_choice.pooled_choices", "statuses.status_rates",
    "attrition.attrition", "missing_bounds.missing_bounds", "failure_model.failure_models",
    "judge_bias.judge_biases", "length_effects.length_effects", "length_effects.pooled_length_effects",
    "item_functioning.item_functioning", "power.spreads",
)  # fmt: skip
RESAMPLING = (
    "reliability.reliabilities", "pooled_reliability.pooled_reliabilities", "correlations.correlations",
    "pooled_correlations.pooled_correlations", "internal_consistency.internal_consistencies",
    "factors.factor_solutions", "effort.effort_relations", "mediation.mediations",
    "paraphrase.paraphrase_reliabilities",
    "judges.judge_agreements", "judge_bias.halos", "bradley_terry.bradley_terry",
)  # fmt: skip

Analysis = Callable[[ScoreTable], Any]


def main() -> None:
    """Print what takes how long."""
    table = score_table(Plan(with_models(ONE, 3)).rows(1))
    import scipy.stats  # noqa: F401 (once, not in the first analysis that needs it)
    import statsmodels.api  # noqa: F401

    tables = [grown(table, size) for size in SIZES]
    head = "".join(f"{len(one):>12,}" for one in tables)
    print(f"statistics (CPU seconds) at rows: {head}   growth (time ~ rows^x)")
    for title, names in (("no resampling", PLAIN), ("with 2,000 resamples of families", RESAMPLING)):
        print(f"  {title}")
        for name in names:
            _compare(name, tables)
    _load_and_export()


def grown(table: ScoreTable, rows: int) -> ScoreTable:
    """The same run with as many more families as make `rows` rows, about: each has new families, tasks and trials."""
    import numpy as np

    times = max(1, round(rows / len(table)))
    trials = int(table.ordinal.max())
    columns: dict[str, Any] = {}
    for field in fields(table):
        one = getattr(table, field.name)
        if not isinstance(one, Column):
            shift = np.repeat(np.arange(times) * trials, len(one)) if field.name in ("ordinal", "execution") else 0
            columns[field.name] = np.tile(one, times) + shift
        elif field.name in ("family", "task", "other_task", "chosen_task"):
            columns[field.name] = _renamed(one, times)
        else:
            columns[field.name] = Column(np.tile(one.codes, times), one.levels)
    return ScoreTable(**columns)


def _renamed(column: Column, times: int) -> Column:
    """The column again and again, each time with names of its own; None stays None."""
    import numpy as np

    has_none = None in column.levels
    names = [name for name in column.levels if name is not None]
    shifts = np.repeat(np.arange(times) * len(names), len(column.codes))
    codes = np.tile(column.codes, times)
    if has_none:
        shifts[codes == 0] = 0
    levels = [f"{number:04} {name}" for number in range(times) for name in names]
    return Column((codes + shifts).astype(np.int32), ((None, *levels) if has_none else tuple(levels)))


def _compare(name: str, tables: list[ScoreTable]) -> None:
    module, _, function = name.partition(".")
    try:
        imported = __import__(f"motivtui.stats.{module}", fromlist=[function])
    except ModuleNotFoundError:
        return print(f"    {name:36} is not there")
    analysis: Analysis = getattr(imported, function)
    seconds: list[float] = []
    cells: list[str] = []
    for table in tables:
        expected = seconds[-1] * (len(table) / len(tables[len(seconds) - 1])) if seconds else 0.0
        if expected > PATIENCE_S or len(seconds) < len(cells):
            cells.append("left out")
            continue
        began = time.process_time()
        analysis(table)
        seconds.append(time.process_time() - began)
        cells.append(f"{seconds[-1]:.2f}")
    growth = "–"
    if len(seconds) > 1:
        ratio = len(tables[len(seconds) - 1]) / len(tables[len(seconds) - 2])
        growth = f"{math.log(max(seconds[-1], 1e-3) / max(seconds[-2], 1e-3)) / math.log(ratio):.2f}"
    print(f"    {name:36}" + "".join(f"{cell:>12}" for cell in cells) + f"{growth:>8}", flush=True)
    return None


def _load_and_export() -> None:
    """A run of some 100,000 trials: written, read into a table, exported; beside bare SQLite in the same run."""
    truth = with_models(
        Truth(families=LOADED_TASKS // 2, pairs=500, instruments=("pre-self-report", "choice")), LOADED_MODELS
    )
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "run.db"
        seconds, cpu = time.perf_counter(), time.process_time()
        run = write_run(truth, db, 1)
        wrote = f"{time.perf_counter() - seconds:.1f} s, CPU {time.process_time() - cpu:.1f} s"
        print(f"  a run of {run.trials:,} trials: simulated and written in {wrote}")
        reader = open_reader(db)
        began = time.process_time()
        table = score_table(trial_rows(reader, run.run, columns=TABLE_COLUMNS))
        print(f"    {len(table):,} rows into a table: CPU {time.process_time() - began:.1f} s")
        reader.close()
        out = Path(folder) / "out.csv"
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "motivtui", "export", run.run, "--db", db, "-o", out], check=True)
        exported = time.perf_counter() - began
        began = time.perf_counter()
        peer = _bare_export(db, Path(folder) / "bare.csv")
        bare = time.perf_counter() - began
        size = out.stat().st_size / 2**20
        print(f"    motiv export: {exported:.1f} s for {size:.0f} MiB; {peer}, unchecked: {bare:.1f} s")


def _bare_export(db: Path, out: Path) -> str:
    """The same rows by SQLite's own program, or by Python's modules where there is none. Returns by which."""
    query = "SELECT * FROM trial_scores ORDER BY run, ordinal, position"
    with out.open("w", newline="") as file:
        if shutil.which("sqlite3"):
            subprocess.run(["sqlite3", "-readonly", "-csv", "-header", db, query], stdout=file, check=True)
            return "sqlite3 -csv"
        with closing(sqlite3.connect(db)) as connection:
            cursor = connection.execute(query)
            writer = csv.writer(file)
            writer.writerow([column[0] for column in cursor.description])
            writer.writerows(cursor)
    return "Python's sqlite3 and csv"


if __name__ == "__main__":
    main()
