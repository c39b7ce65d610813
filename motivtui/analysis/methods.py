"""A paragraph for a Methods section: what was asked of whom, what was left out, and how each number was computed. Pure.

Says only what is on record of the run and what its results say of themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from motivtui.analysis.asked import Asked
from motivtui.analysis.findings import Finding
from motivtui.analysis.result_table import estimates_of
from motivtui.stats.estimate import LEVEL
from motivtui.stats.growing_table import open_counts
from motivtui.stats.preset import Preset
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable
from motivtui.stats.table_parts import categories_in, names_in, scored_rows
from motivtui.stats.wording import count, left_out
from motivtui.study.manipulation import CONTROL_ID


def methods_paragraph(
    table: ScoreTable,
    record: Mapping[str, Any] | None,
    found: Sequence[Finding],
    asked: Asked,
    versions: Mapping[str, str],
) -> str:
    """The paragraph. `record`: the run's own row, its study and versions parsed; None: the rows came from a file.

    `versions`: of the programs that computed the statistics.
    """
    parts = [_design(table, record), _sample(table), *_analyses(found), _rules(asked), _record(record, versions)]
    return " ".join(part for part in parts if part)


def _design(table: ScoreTable, record: Mapping[str, Any] | None) -> str:
    study = record["study"] if record else {}
    models, tasks = names_in(table.model), {*names_in(table.task), *names_in(table.other_task)}
    families, categories = names_in(table.family), categories_in(table)
    judges = names_in(table.judge)
    others = [name for name in names_in(table.manipulation) if name != CONTROL_ID]
    decoding = " and ".join(names_in(table.decoding))
    said = [
        f"{count(len(models), 'language model')} ({', '.join(models)}) answered {count(len(tasks), 'task')} in "
        f"{count(len(families), 'family', 'families')}"
        + (f" of {count(len(categories), 'category', 'categories')}" if categories else "")
        + f" with the {'instrument' if len(names_in(table.instrument)) == 1 else 'instruments'} "
        f"{', '.join(names_in(table.instrument))}, decoding {decoding}."
    ]
    if others:
        rule = f", their wordings by the rule {study['wording_rule']}" if "wording_rule" in study else ""
        said.append(f"Beside the control, {count(len(others), 'manipulation')} ({', '.join(others)}) were used{rule}.")
    if "repeats" in study:
        said.append(f"Each question was asked {count(int(study['repeats']), 'time')}, in an order shuffled by seed.")
    if "parameters" in study:
        said.append(f"Sampling parameters were {_parameters(study['parameters'])}.")
    if judges:
        said.append(f"Answers were rated by {', '.join(judges)}.")
    return " ".join(said)


def _parameters(by_model: Mapping[str, Mapping[str, Any]]) -> str:
    """The parameters beside the decoding, models that share them together."""
    models: dict[str, list[str]] = {}
    for model, record in by_model.items():
        said = ", ".join(f"{name} {value}" for name, value in record.items() if name != "decoding")
        models.setdefault(said or "the endpoint's own", []).append(model)
    if len(models) == 1:
        return next(iter(models))
    return "; ".join(f"{said} for {', '.join(names)}" for said, names in models.items())


def _sample(table: ScoreTable) -> str:
    trials, ended = open_counts(table)
    rows = scored_rows(table)
    usable = len(table.usable(rows))
    still = f" ({trials - ended:,} were still open)" if ended < trials else ""
    return (
        f"Of {count(trials, 'planned trial')}{still} came {usable:,} usable scores of {len(rows):,}, "
        f"{left_out(table.excluded(rows))}; a missing score was never replaced by a number."
    )


def _analyses(found: Sequence[Finding]) -> list[str]:
    """One sentence an analysis: what it is, and how its estimates say that they were made."""
    said = []
    for finding in found:
        methods = list(
            dict.fromkeys(
                f"{name.replace('_', ' ')}: {estimate.method}"
                for result in finding.results
                for name, estimate in estimates_of(result).items()
                if estimate.method
                and estimate.low is not None
                and (name in finding.view.shown or not finding.view.shown)
            )
        )
        adjusted = dict.fromkeys(
            estimate.adjustment
            for result in finding.results
            for estimate in estimates_of(result).values()
            if estimate.adjustment
        )
        if finding.results:
            how = f" ({'; '.join(methods)})" if methods else ""
            p = f"; p adjusted by {' and '.join(adjusted)}" if adjusted else ""
            title = finding.view.title if finding.category is None else f"{finding.view.title}, {finding.category}"
            said.append(f"{title}{how}{p}.")
    return said


def _rules(asked: Asked) -> str:
    rules = {
        Preset.ROBUST: "Analyses are by model, with tasks of one family taken as one cluster",
        Preset.REPLICATE: "Where the published rules differ, these were followed, with their biases flagged",
    }[asked.preset]
    draws, seed = asked.draws or DRAWS, SEED if asked.seed is None else asked.seed
    return (
        f"{rules}; intervals are at {LEVEL:.0%}; bootstraps resample families ({draws:,} draws, seed {seed}). "
        "Results of single models and of these models together do not speak for other models."
    )


def _record(record: Mapping[str, Any] | None, versions: Mapping[str, str]) -> str:
    computed = f"Statistics were computed with {_versions(versions)}."
    if record is None:
        return f"The scores were read from a file; how they were collected is not on record. {computed}"
    lock = ""
    if record["lock_hash"]:
        state = "followed" if record["lock_followed"] else "departed from"
        lock = f" The study was locked beforehand as {record['lock_hash'][:12]}; the run {state} the lock."
    simulated = "The replies were simulated; no model was asked. " if "simulated" in record["versions"] else ""
    return (
        f"{simulated}Run {record['id']} ({record['created_at'][:10]}) has the seed {record['seed']}, study "
        f"{record['study_hash'][:12]} and materials {record['materials_hash'][:12]}; it was carried out with "
        f"{_versions(record['versions'])}.{lock} {computed}"
    )


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
